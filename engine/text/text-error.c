#include "engine/text/text-error.h"

G_DEFINE_QUARK (cz-text-error-quark, cz_text_error)
