#include "engine/gpu/gemm-table.h"

// Bindings that the wide kernels need to be worth it: smaller ones would be many small parts.
#define LEAST_TEXEL_RANGE ((gsize)64 << 20)

// Of lavapipe's subgroups (a vector register of the processor) there are kernels for these.
static gboolean
has_wide (const CzDeviceInfo *info)
{
  return info->type == CZ_DEVICE_CPU && info->subgroup_shuffle && info->int64
         && info->max_texel_range >= LEAST_TEXEL_RANGE
         && (info->subgroup_size == 8 || info->subgroup_size == 16);
}

const char *
cz_gemm_table_get_name (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  if (!has_wide (info))
    return "gemm-1 tile";
  return info->subgroup_size == 8 ? "gemm-3 wide-8" : "gemm-1 wide-16";
}

gsize
cz_gemm_get_extent (const CzGemm *gemm, char matrix, gboolean padded)
{
  gsize rows, columns, ld;
  const guint *stride;
  if (matrix == 'a')
    {
      rows = gemm->form == CZ_GEMM_TN ? gemm->k : gemm->m;
      columns = gemm->form == CZ_GEMM_TN ? gemm->m : gemm->k;
      ld = gemm->lda;
      stride = gemm->stride_a;
    }
  else if (matrix == 'b')
    {
      rows = gemm->form == CZ_GEMM_NT ? gemm->n : gemm->k;
      columns = gemm->form == CZ_GEMM_NT ? gemm->k : gemm->n;
      ld = gemm->ldb;
      stride = gemm->stride_b;
    }
  else
    {
      rows = gemm->m;
      columns = gemm->n;
      ld = gemm->ldc;
      stride = gemm->stride_c;
    }
  if (padded)
    columns = (columns + 3) / 4 * 4;
  return 4
         * ((gsize)(gemm->batch_outer - 1) * stride[0] + (gsize)(gemm->batch_inner - 1) * stride[1]
            + (rows - 1) * ld + columns);
}

static gboolean
fits_wide (const CzGemm *gemm)
{
  const CzSpan *spans[] = { &gemm->a, &gemm->b, &gemm->c };
  const guint *strides[] = { gemm->stride_a, gemm->stride_b, gemm->stride_c };
  const guint lds[] = { gemm->lda, gemm->ldb, gemm->ldc };
  for (guint i = 0; i < 3; i++)
    if (spans[i]->offset % 16 != 0 || lds[i] % 4 != 0
        || (gemm->batch_outer > 1 && strides[i][0] % 4 != 0)
        || (gemm->batch_inner > 1 && strides[i][1] % 4 != 0)
        || spans[i]->offset + cz_gemm_get_extent (gemm, "abc"[i], TRUE)
               > cz_buffer_get_size (spans[i]->buffer))
      return FALSE;
  return gemm->bias.buffer == NULL
         || (gemm->bias.offset % 16 == 0
             && gemm->bias.offset + (gsize)(gemm->n + 3) / 4 * 16
                    <= cz_buffer_get_size (gemm->bias.buffer));
}

// Whether the rows of C can be stored eight elements at a time.
static gboolean
fits_eights (const CzGemm *gemm)
{
  return gemm->c.offset % 32 == 0 && gemm->n % 8 == 0 && gemm->ldc % 8 == 0
         && (gemm->batch_outer == 1 || gemm->stride_c[0] % 8 == 0)
         && (gemm->batch_inner == 1 || gemm->stride_c[1] % 8 == 0);
}

// Whether the wide kernels, which take k eight at a time, may have to take some one by one.
static gboolean
has_tail (const CzGemm *gemm)
{
  return gemm->k % 8 != 0 || (gemm->form == CZ_GEMM_TN && gemm->dynamic.buffer != NULL);
}

void
cz_gemm_table_choose (CzDevice *device,
                      const CzGemm *gemm,
                      CzRounding rounding,
                      CzGemmChoice *ret_choice)
{
  static const guint rows[] = { 4, 16, 32 };
  static const char *const wide[2][3][G_N_ELEMENTS (rows)] = {
    { { "gemm-wide-nn-8x4", "gemm-wide-nn-8x16", NULL },
      { "gemm-wide-nt-8x4", "gemm-wide-nt-8x16", NULL },
      { NULL, "gemm-wide-tn-8x16", NULL } },
    { { "gemm-wide-nn-16x4", "gemm-wide-nn-16x16", "gemm-wide-nn-16x32" },
      { "gemm-wide-nt-16x4", "gemm-wide-nt-16x16", "gemm-wide-nt-16x32" },
      { NULL, NULL, "gemm-wide-tn-16x32" } },
  };
  const CzDeviceInfo *info = cz_device_get_info (device);
  *ret_choice = (CzGemmChoice){
    .constants = { gemm->accumulate },
    // Rows past a dynamic count cost nothing; in this order every thread of lavapipe gets some.
    .rows_first = gemm->dynamic.buffer != NULL && gemm->form != CZ_GEMM_TN,
  };
  if (has_wide (info) && fits_wide (gemm))
    {
      // With 512-bit vectors a tile of 16 rows takes about two thirds of the time of one of 32. The
      // loop of more than 16 rows would not fit a processor's cache of decoded instructions; with
      // 256-bit vectors that costs more than loading A and B less often gains.
      gboolean wide_16 = info->subgroup_size == 16;
      guint halves = (gemm->m + 15) / 16;
      gboolean tall = wide_16 && (gemm->form == CZ_GEMM_TN || (halves + 1) / 2 * 3 <= halves * 2);
      guint height = tall ? 2 : gemm->m > rows[0] || gemm->form == CZ_GEMM_TN ? 1 : 0;
      ret_choice->kernel = wide[wide_16][gemm->form][height];
      ret_choice->wide = TRUE;
      // Down a column of B (and of A in TN) each row is another page: no more of them than the
      // processor remembers the addresses of. Rows alone (NT) gain nothing by this.
      static const guint longest[3] = { 2048, 0, 640 };
      ret_choice->longest_k = longest[gemm->form];
      ret_choice->tile_m = rows[height];
      ret_choice->tile_n = 4 * info->subgroup_size;
      ret_choice->constants[1] = !fits_eights (gemm);
      ret_choice->constants[2] = has_tail (gemm);
      ret_choice->constants[3] = rounding;
      ret_choice->n_constants = 4;
    }
  else
    {
      ret_choice->kernel = "gemm-tile";
      ret_choice->tile_m = ret_choice->tile_n = 64;
      ret_choice->constants[1] = gemm->form;
      ret_choice->constants[2] = rounding;
      ret_choice->n_constants = 3;
    }
}
