#pragma once

#include "engine/format/safetensors.h"

// Conversions the reader and the writer of safetensors share.
float cz_half_to_float (guint16 half);
// To nearest even; what is too large becomes infinite.
guint16 cz_half_from_float (float value);
// FALSE if no element type has that name.
gboolean cz_dtype_find (const char *name, CzDtype *ret_dtype);
