#include "engine/gpu/gemm-matrix.h"

#include <glib/gi18n-lib.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/gemm-table.h"

// shaders/meson.build; the first that the device can run and that is right is used.
typedef struct
{
  const char *kernel;
  gboolean demands_rounding;
} Candidate;

static const Candidate candidates[CZ_ROUNDINGS][2] = {
  [CZ_ROUNDING_FP16] = { { "gemm-matrix-fp16-rte", TRUE }, { "gemm-matrix-fp16", FALSE } },
  [CZ_ROUNDING_BF16] = { { "gemm-matrix-bf16", FALSE } },
};

static void
tell_wrong (CzDevice *device, const char *kernel, const GError *error)
{
  g_message (_ ("The matrix kernel “%s” is not used on “%s”: %s"), kernel, device->info.name,
             error->message);
}

// Whether a kernel that is being tested is right with each tile that the device can hold.
static gboolean
check (CzDevice *device, CzRounding rounding, GError **error)
{
  gboolean any = FALSE;
  for (CzGemmKernel kernel = CZ_GEMM_MATRIX_128; kernel <= CZ_GEMM_MATRIX_32; kernel++)
    {
      if (!cz_gemm_table_has (device, kernel, rounding))
        continue;
      if (!cz_gemm_check_matrix (device, rounding, kernel, error))
        return FALSE;
      any = TRUE;
    }
  if (!any)
    g_set_error_literal (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                         _ ("none of its tiles fits the device's workgroups"));
  return any;
}

// Called with the device's lock held.
static void
find (CzDevice *device, CzRounding rounding)
{
  CzGemmMatrix *matrix = &device->gemm_matrix[rounding];
  const CzMatrixUnits *units = &device->matrices;
  const CzMatrixShape *shape = rounding == CZ_ROUNDING_FP16 ? &units->fp16 : &units->bf16;
  for (guint i = 0; i < G_N_ELEMENTS (candidates[rounding]) && shape->m != 0; i++)
    {
      const Candidate *candidate = &candidates[rounding][i];
      g_autoptr (GError) error = NULL;
      if (candidate->kernel == NULL || (candidate->demands_rounding && !units->rounds_to_even))
        continue;
      *matrix = (CzGemmMatrix){ CZ_GEMM_MATRIX_TESTING, candidate->kernel, *shape,
                                units->subgroup_size, device->max_group_subgroups };
      if (check (device, rounding, &error))
        {
          matrix->state = CZ_GEMM_MATRIX_GOOD;
          return;
        }
      tell_wrong (device, candidate->kernel, error);
    }
  *matrix = (CzGemmMatrix){ .state = CZ_GEMM_MATRIX_NONE };
}

const CzGemmMatrix *
cz_gemm_matrix_get (CzDevice *device, CzRounding rounding)
{
  CzGemmMatrix *matrix = &device->gemm_matrix[rounding];
  if (rounding == CZ_ROUNDING_NONE)
    return NULL;
  g_rec_mutex_lock (&device->lock);
  if (matrix->state == CZ_GEMM_MATRIX_UNKNOWN)
    find (device, rounding);
  gboolean usable = matrix->state != CZ_GEMM_MATRIX_NONE;
  g_rec_mutex_unlock (&device->lock);
  return usable ? matrix : NULL;
}

gboolean
cz_gemm_matrix_divide (
    const CzGemmMatrix *matrix, guint m, guint n, guint threads, CzGemmGrid *ret_grid)
{
  guint subgroups = threads / matrix->subgroup_size, least = G_MAXUINT;
  CzGemmGrid grid = { 0 };
  if (matrix->most_subgroups != 0 && subgroups > matrix->most_subgroups)
    return FALSE;
  for (guint down = 1; down <= subgroups; down++)
    {
      guint across = subgroups / down;
      if (down * across * matrix->subgroup_size != threads || m % (down * matrix->shape.m) != 0
          || n % (across * matrix->shape.n) != 0)
        continue;
      // What a subgroup loads for each of k.
      guint around = m / down + n / across;
      if (around < least)
        {
          least = around;
          grid = (CzGemmGrid){ down, across };
        }
    }
  if (grid.down == 0)
    return FALSE;
  *ret_grid = grid;
  return TRUE;
}

gsize
cz_gemm_matrix_get_shared (
    const CzGemmMatrix *matrix, guint m, guint n, guint k, const CzGemmGrid *grid)
{
  // Rows of eights of half precision, each with one eight more, along k or across it.
  guint a = MAX (k * (m / 8 + 1), m * (k / 8 + 1)), b = MAX (k * (n / 8 + 1), n * (k / 8 + 1));
  guint c = grid->down * grid->across * matrix->shape.m * (matrix->shape.n / 4 + 1);
  return (gsize)16 * MAX (a + b, c);
}
