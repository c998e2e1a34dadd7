// The kernels that do products of half precision on a device's matrix units
// (shaders/gemm-matrix.comp): which of them this device has, and how they share their work out.
#pragma once

#include "engine/gpu/matrix-units.h"
#include "engine/gpu/tape.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_GEMM_MATRIX_UNKNOWN, // not tried yet
  CZ_GEMM_MATRIX_TESTING,
  CZ_GEMM_MATRIX_GOOD,
  CZ_GEMM_MATRIX_NONE, // the device has none, or gives wrong results
} CzGemmMatrixState;

typedef struct
{
  CzGemmMatrixState state;
  const char *kernel; // the shader's name
  CzMatrixShape shape;
  guint subgroup_size;
  guint most_subgroups; // of one workgroup; 0: any number
} CzGemmMatrix;

// The kernel for products whose inputs are rounded so, or NULL: the device has none, or it failed
// the test that the first call makes of it (which takes as long as making some ten kernels; what is
// wrong is told once, as a message).
const CzGemmMatrix *cz_gemm_matrix_get (CzDevice *device, CzRounding rounding);

// How the subgroups of a workgroup divide its tile among them.
typedef struct
{
  guint down, across; // subgroups
} CzGemmGrid;

// The division of a tile of m × n with that many threads that gives a subgroup the squarest part.
// FALSE where there is none of whole matrices.
gboolean cz_gemm_matrix_divide (
    const CzGemmMatrix *matrix, guint m, guint n, guint threads, CzGemmGrid *ret_grid);

// Bytes of shared memory that a workgroup takes for slices of that many of k, whatever the form.
gsize cz_gemm_matrix_get_shared (
    const CzGemmMatrix *matrix, guint m, guint n, guint k, const CzGemmGrid *grid);

// Of gemm-check.c: whether the device's kernel for that rounding and tile (a CzGemmKernel of
// matrices that it has) gives what it should for each form. Gives FALSE with what is wrong.
gboolean cz_gemm_check_matrix (CzDevice *device, CzRounding rounding, guint kernel, GError **error);

G_END_DECLS
