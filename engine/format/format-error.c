#include "engine/format/format-error.h"

G_DEFINE_QUARK (cz - format - error - quark, cz_format_error)
