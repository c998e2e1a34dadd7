// Which matrix kernel for which device and shape: a fixed table, so that the same device and shapes
// always run the same arithmetic in the same order.
#pragma once

#include "engine/gpu/gemm.h"

G_BEGIN_DECLS

// The identity of the table in force on the device, as "gemm-1 wide-16": recorded in runs; a run
// resumed with another is not bit-exact. Static string.
const char *cz_gemm_table_get_name (CzDevice *device);

// A kernel, and how to dispatch it.
typedef struct
{
  const char *kernel;
  gboolean wide;        // loads texels of four floats
  guint tile_m, tile_n; // elements of C a workgroup computes
  gboolean rows_first;  // neighbouring workgroups: the next rows rather than the next columns
  guint longest_k;      // a longer k is done in parts that are added up; 0: any
  guint32 constants[8];
  guint n_constants;
} CzGemmChoice;

// What cz_gemm () uses for a product whose fields are all filled in.
void cz_gemm_table_choose (CzDevice *device,
                           const CzGemm *gemm,
                           CzRounding rounding,
                           CzGemmChoice *ret_choice);

// Bytes of the smallest part of a span that holds a matrix (or its batch); with padded, rows are as
// long as the next multiple of four elements.
gsize cz_gemm_get_extent (const CzGemm *gemm, char matrix /* 'a', 'b', 'c' */, gboolean padded);

G_END_DECLS
