#include "data/data-error.h"

G_DEFINE_QUARK (cz - data - error - quark, cz_data_error)
