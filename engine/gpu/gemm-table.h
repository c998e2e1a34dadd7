// Which matrix kernel for which device and shape: a table, so that the same device and shapes
// always run the same arithmetic in the same order. It is a fixed one, or, for the shapes in it,
// one that was measured on this device (gemm-tuned.h).
#pragma once

#include "engine/gpu/gemm.h"

G_BEGIN_DECLS

// The identity of the table in force on the device for products of that rounding, as "gemm-1
// wide-16", "tuned 1a2b3c4d" or, where matrix units do them, "gemm-4 block, matrix-1
// gemm-matrix-fp16 16x16x16": recorded in runs; a run resumed with another is not bit-exact. Static
// string.
const char *cz_gemm_table_get_name (CzDevice *device, CzRounding rounding);
// The identity of the fixed table. Static string.
const char *cz_gemm_table_get_fixed_name (CzDevice *device);

typedef enum
{
  CZ_GEMM_WIDE_4, // by rows of the tile
  CZ_GEMM_WIDE_16,
  CZ_GEMM_WIDE_32,
  CZ_GEMM_TILE,      // 64 × 64, the plain one
  CZ_GEMM_BLOCK_128, // 128 × 128
  CZ_GEMM_BLOCK_64,  // 64 × 64
  CZ_GEMM_BLOCK_32,  // 32 × 32
  CZ_GEMM_BLOCK_16,  // 16 × 64
  // On matrix units, for inputs rounded to half precision.
  CZ_GEMM_MATRIX_128, // 128 × 128
  CZ_GEMM_MATRIX_64,  // 64 × 64
  CZ_GEMM_MATRIX_32,  // 32 × 32
} CzGemmKernel;
#define CZ_GEMM_KERNELS 11

// The most parts that k is done in.
#define CZ_GEMM_MOST_PARTS 16

// One way to do a product. Where it does not fit (unaligned, or too large for the scratch buffer),
// what is left of it is used.
typedef struct
{
  CzGemmKernel kernel;
  guint longest_k; // a longer k is done in parts, one after the other; 0: any
  guint parts; // of k, done side by side and added up in order (blocks and matrices); 0 counts as 1
  gboolean rows_first; // neighbouring workgroups: the next rows rather than the next columns
} CzGemmPlan;

// "block-64x64 parts=4", "wide-16 longest-k=640 rows-first"; to be freed.
char *cz_gemm_plan_to_string (const CzGemmPlan *plan);
// Reads what cz_gemm_plan_to_string () writes, and nothing else.
gboolean cz_gemm_plan_from_string (const char *text, CzGemmPlan *ret_plan);
gboolean cz_gemm_plan_equal (const CzGemmPlan *one, const CzGemmPlan *other);

// Every plan worth measuring that fits the product (all fields filled in) with that rounding, an
// array of CzGemmPlan: that of the fixed table first, then kernel by kernel, the plainest of each
// first.
GArray *cz_gemm_table_list (CzDevice *device, const CzGemm *gemm, CzRounding rounding);

// Whether the device has that kernel, of tiles, for products of that rounding.
gboolean cz_gemm_table_has (CzDevice *device, CzGemmKernel kernel, CzRounding rounding);

// A kernel, and how to dispatch it.
typedef struct
{
  const char *kernel;
  gboolean wide;        // loads texels of four floats
  gboolean fours;       // reads and writes four elements at a time, up to the next multiple of 4
  guint tile_m, tile_n; // elements of C a workgroup computes
  gboolean rows_first;
  guint longest_k;
  guint parts;    // at least 1
  gboolean fuses; // does the product's epilogue
  guint32 constants[12];
  guint n_constants;
} CzGemmChoice;

// How a product whose fields are all filled in is done by a plan, or by the fixed table (NULL).
void cz_gemm_table_choose (CzDevice *device,
                           const CzGemm *gemm,
                           const CzGemmPlan *plan,
                           CzRounding rounding,
                           CzGemmChoice *ret_choice);

// How much of k each of the parts takes, a multiple of what the tiles take at a time.
guint cz_gemm_get_part_k (guint k, guint parts);
// Bytes of the results of all parts.
guint64 cz_gemm_get_parts_size (const CzGemm *gemm, guint parts);

// Bytes of the smallest part of a span that holds a matrix (or its batch); with padded, rows are as
// long as the next multiple of four elements.
gsize cz_gemm_get_extent (const CzGemm *gemm, char matrix /* 'a', 'b', 'c' */, gboolean padded);

// Records the product as cz_gemm () does, but by that plan, or by the fixed table (NULL).
void cz_gemm_planned (CzTape *tape, const CzGemm *gemm, const CzGemmPlan *plan);

// Fills in the fields of a product that are 0.
void cz_gemm_complete (CzGemm *gemm);

G_END_DECLS
