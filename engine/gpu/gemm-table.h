// Which matrix kernel for which device and shape: a fixed table, so that the same device and shapes
// always run the same arithmetic in the same order.
#pragma once

#include "engine/gpu/gemm.h"

G_BEGIN_DECLS

// The identity of the table in force on the device, as "gemm-1 subgroup16": recorded in runs; a run
// resumed with another is not bit-exact. Static string.
const char *cz_gemm_table_get_name (CzDevice *device);

G_END_DECLS
