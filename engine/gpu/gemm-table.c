#include "engine/gpu/gemm-table.h"

#include <string.h>

#include "engine/gpu/device-private.h"
#include "engine/gpu/gemm-tuned.h"

// Bindings that the wide kernels need to be worth it: smaller ones would be many small parts.
#define LEAST_TEXEL_RANGE ((gsize)64 << 20)

// Lavapipe ends the loops of an invocation after 65,535 turns in all, inner ones counted, and says
// nothing: the tile takes about 36 for each 16 of k.
#define LONGEST_TILE_K 8192

// What a device has to hold to be busy: about two workgroups for each multiprocessor of a large
// GPU. Vulkan does not tell how many there are.
#define ENOUGH_DISCRETE 128
#define ENOUGH_OTHER    32

// shaders/meson.build; threads and bytes of shared memory of a workgroup.
typedef struct
{
  const char *name;               // in plans
  const char *kernel, *scalar;    // of tiles; NULL: only the scalar one
  guint rows;                     // of wide tiles
  guint m, n, k, threads, shared; // of tiles
  guint least_part;               // of k in parts that the fixed table makes
} Kernel;

#define SHARED(m, n, k) (4 * (k) * ((m) + 4 + (n) + 4))
#define BLOCK(m, n, k, threads, least)                                                          \
  {                                                                                             \
    "block-" #m "x" #n, "gemm-block-" #m "x" #n, "gemm-block-" #m "x" #n "-scalar", 0, m, n, k, \
        threads, SHARED (m, n, k), least                                                        \
  }

// Which shader, and how much shared memory, depends on the device.
#define MATRIX(m, n, threads, least)                                \
  {                                                                 \
    "matrix-" #m "x" #n, NULL, NULL, 0, m, n, 32, threads, 0, least \
  }

static const Kernel kernels[CZ_GEMM_KERNELS] = {
  [CZ_GEMM_WIDE_4] = { "wide-4", .rows = 4 },
  [CZ_GEMM_WIDE_16] = { "wide-16", .rows = 16 },
  [CZ_GEMM_WIDE_32] = { "wide-32", .rows = 32 },
  [CZ_GEMM_TILE] = { "tile", .scalar = "gemm-tile", .m = 64, .n = 64, .k = 16, .threads = 128,
                     .shared = 4 * 16 * (65 + 65) },
  [CZ_GEMM_BLOCK_128] = BLOCK (128, 128, 16, 256, 512),
  [CZ_GEMM_BLOCK_64] = BLOCK (64, 64, 16, 128, 512),
  [CZ_GEMM_BLOCK_32] = BLOCK (32, 32, 32, 64, 128),
  [CZ_GEMM_BLOCK_16] = BLOCK (16, 64, 32, 64, 128),
  [CZ_GEMM_MATRIX_128] = MATRIX (128, 128, 256, 512),
  [CZ_GEMM_MATRIX_64] = MATRIX (64, 64, 128, 512),
  [CZ_GEMM_MATRIX_32] = MATRIX (32, 32, 64, 256),
};

// Of lavapipe's subgroups (a vector register of the processor) there are kernels for these.
static gboolean
has_wide (const CzDeviceInfo *info)
{
  return info->type == CZ_DEVICE_CPU && info->subgroup_shuffle && info->int64
         && info->max_texel_range >= LEAST_TEXEL_RANGE
         && (info->subgroup_size == 8 || info->subgroup_size == 16);
}

const char *
cz_gemm_table_get_fixed_name (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  if (has_wide (info))
    return info->subgroup_size == 8 ? "gemm-3 wide-8" : "gemm-1 wide-16";
  return info->type == CZ_DEVICE_CPU ? "gemm-2 tile" : "gemm-4 block";
}

const char *
cz_gemm_table_get_name (CzDevice *device, CzRounding rounding)
{
  const char *name = device->gemm_tuned != NULL ? cz_gemm_tuned_get_name (device->gemm_tuned)
                                                : cz_gemm_table_get_fixed_name (device);
  const CzGemmMatrix *matrix = cz_gemm_matrix_get (device, rounding);
  if (matrix == NULL)
    return name;
  g_autofree char *both = g_strdup_printf ("%s, matrix-1 %s %ux%ux%u", name, matrix->kernel,
                                           matrix->shape.m, matrix->shape.n, matrix->shape.k);
  return g_intern_string (both);
}

// ---- Plans as text ----

char *
cz_gemm_plan_to_string (const CzGemmPlan *plan)
{
  GString *text = g_string_new (kernels[plan->kernel].name);
  if (plan->longest_k != 0)
    g_string_append_printf (text, " longest-k=%u", plan->longest_k);
  if (plan->parts > 1)
    g_string_append_printf (text, " parts=%u", plan->parts);
  if (plan->rows_first)
    g_string_append (text, " rows-first");
  return g_string_free (text, FALSE);
}

// Reads a number after its name; one that is too large or no number leaves *number alone.
static void
read_number (const char *word, const char *name, guint most, guint *number)
{
  guint64 value;
  if (g_str_has_prefix (word, name)
      && g_ascii_string_to_unsigned (word + strlen (name), 10, 1, most, &value, NULL))
    *number = (guint)value;
}

gboolean
cz_gemm_plan_from_string (const char *text, CzGemmPlan *ret_plan)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  CzGemmPlan plan = { 0 };
  if (words[0] == NULL)
    return FALSE;
  while (plan.kernel < CZ_GEMM_KERNELS && strcmp (kernels[plan.kernel].name, words[0]) != 0)
    plan.kernel++;
  if (plan.kernel == CZ_GEMM_KERNELS)
    return FALSE;
  for (char **word = words + 1; *word != NULL; word++)
    {
      read_number (*word, "longest-k=", G_MAXUINT32, &plan.longest_k);
      read_number (*word, "parts=", CZ_GEMM_MOST_PARTS, &plan.parts);
      plan.rows_first = plan.rows_first || strcmp (*word, "rows-first") == 0;
    }
  // Whatever was not understood is missing now.
  g_autofree char *again = cz_gemm_plan_to_string (&plan);
  if (strcmp (again, text) != 0)
    return FALSE;
  *ret_plan = plan;
  return TRUE;
}

gboolean
cz_gemm_plan_equal (const CzGemmPlan *one, const CzGemmPlan *other)
{
  return one->kernel == other->kernel && one->longest_k == other->longest_k
         && MAX (one->parts, 1) == MAX (other->parts, 1) && one->rows_first == other->rows_first;
}

// ---- What fits ----

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

// Whether all matrices can be read and written four elements at a time.
static gboolean
fits_fours (const CzGemm *gemm)
{
  const CzSpan *spans[] = { &gemm->a, &gemm->b, &gemm->c, &gemm->other };
  const guint *strides[] = { gemm->stride_a, gemm->stride_b, gemm->stride_c, gemm->stride_c };
  const guint lds[] = { gemm->lda, gemm->ldb, gemm->ldc, gemm->ldc };
  for (guint i = 0; i < (gemm->epilogue != CZ_GEMM_PLAIN ? 4 : 3); i++)
    if (spans[i]->offset % 16 != 0 || lds[i] % 4 != 0
        || (gemm->batch_outer > 1 && strides[i][0] % 4 != 0)
        || (gemm->batch_inner > 1 && strides[i][1] % 4 != 0)
        || spans[i]->offset + cz_gemm_get_extent (gemm, "abcc"[i], TRUE)
               > cz_buffer_get_size (spans[i]->buffer))
      return FALSE;
  return TRUE;
}

static gboolean
fits_wide (const CzDeviceInfo *info, const CzGemm *gemm)
{
  return has_wide (info) && fits_fours (gemm)
         && (gemm->bias.buffer == NULL
             || (gemm->bias.offset % 16 == 0
                 && gemm->bias.offset + (gsize)(gemm->n + 3) / 4 * 16
                        <= cz_buffer_get_size (gemm->bias.buffer)));
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

static gboolean
is_wide (CzGemmKernel kernel)
{
  return kernels[kernel].rows != 0;
}

static gboolean
is_matrix (CzGemmKernel kernel)
{
  return kernel >= CZ_GEMM_MATRIX_128;
}

// Whether the device can run a kernel of tiles; matrix: what its matrix units are, or NULL.
static gboolean
has_tile (const CzDeviceInfo *info, const CzGemmMatrix *matrix, CzGemmKernel kernel)
{
  const Kernel *tile = &kernels[kernel];
  CzGemmGrid grid;
  gsize shared = tile->shared;
  if (is_wide (kernel))
    return FALSE;
  if (is_matrix (kernel))
    {
      if (matrix == NULL || !cz_gemm_matrix_divide (matrix, tile->m, tile->n, tile->threads, &grid))
        return FALSE;
      shared = cz_gemm_matrix_get_shared (matrix, tile->m, tile->n, tile->k, &grid);
    }
  return tile->threads <= info->max_invocations && tile->threads <= info->max_group_size[0]
         && shared <= info->max_shared_memory;
}

gboolean
cz_gemm_table_has (CzDevice *device, CzGemmKernel kernel, CzRounding rounding)
{
  return has_tile (cz_device_get_info (device), cz_gemm_matrix_get (device, rounding), kernel);
}

// The wide kernel of that many rows for a form, or NULL where there is none.
static const char *
get_wide (const CzDeviceInfo *info, CzGemmForm form, CzGemmKernel kernel)
{
  static const char *const wide[2][3][3] = {
    { { "gemm-wide-nn-8x4", "gemm-wide-nn-8x16", NULL },
      { "gemm-wide-nt-8x4", "gemm-wide-nt-8x16", NULL },
      { NULL, "gemm-wide-tn-8x16", NULL } },
    { { "gemm-wide-nn-16x4", "gemm-wide-nn-16x16", "gemm-wide-nn-16x32" },
      { "gemm-wide-nt-16x4", "gemm-wide-nt-16x16", "gemm-wide-nt-16x32" },
      { NULL, NULL, "gemm-wide-tn-16x32" } },
  };
  return !is_wide (kernel) ? NULL : wide[info->subgroup_size == 16][form][kernel];
}

guint
cz_gemm_get_part_k (guint k, guint parts)
{
  return ((k + parts - 1) / parts + 31) / 32 * 32;
}

guint64
cz_gemm_get_parts_size (const CzGemm *gemm, guint parts)
{
  return (guint64)parts * gemm->batch_outer * gemm->batch_inner * gemm->m * ((gemm->n + 3) / 4 * 4)
         * 4;
}

// Whether k can be done in that many parts, none of them empty.
static gboolean
fits_parts (const CzDeviceInfo *info, const CzGemm *gemm, guint parts)
{
  return parts > 1 && parts <= CZ_GEMM_MOST_PARTS
         && (guint64)(parts - 1) * cz_gemm_get_part_k (gemm->k, parts) < gemm->k
         && cz_gemm_get_parts_size (gemm, parts) <= CZ_SCRATCH_BYTES
         && gemm->m <= info->max_groups[1] && (gemm->n + 63) / 64 <= info->max_groups[0]
         && (guint64)parts * gemm->batch_outer * gemm->batch_inner <= info->max_groups[2];
}

// ---- The fixed table ----

static CzGemmPlan
plan_wide (const CzDeviceInfo *info, const CzGemm *gemm)
{
  // With 512-bit vectors a tile of 16 rows takes about two thirds of the time of one of 32. The
  // loop of more than 16 rows would not fit a processor's cache of decoded instructions; with
  // 256-bit vectors that costs more than loading A and B less often gains.
  gboolean wide_16 = info->subgroup_size == 16;
  guint halves = (gemm->m + 15) / 16;
  gboolean tall = wide_16 && (gemm->form == CZ_GEMM_TN || (halves + 1) / 2 * 3 <= halves * 2);
  gboolean low = gemm->m <= 4 && gemm->form != CZ_GEMM_TN;
  // Down a column of B (and of A in TN) each row is another page: no more of them than the
  // processor remembers the addresses of. Rows alone (NT) gain nothing by this.
  static const guint longest[3] = { 2048, 0, 640 };
  return (CzGemmPlan){ .kernel = tall  ? CZ_GEMM_WIDE_32
                                 : low ? CZ_GEMM_WIDE_4
                                       : CZ_GEMM_WIDE_16,
                       .longest_k = longest[gemm->form] };
}

// The largest tile from `first` to `last` that keeps the device busy, k in parts where it is long
// and tiles are few; *plan stays where the device has none of them. `small` is taken even where
// half of it or more is empty.
static void
plan_largest (const CzDeviceInfo *info,
              const CzGemmMatrix *matrix,
              const CzGemm *gemm,
              CzGemmKernel first,
              CzGemmKernel last,
              CzGemmKernel small,
              CzGemmPlan *plan)
{
  guint64 enough = info->type == CZ_DEVICE_DISCRETE ? ENOUGH_DISCRETE : ENOUGH_OTHER;
  for (CzGemmKernel kernel = first; kernel <= last; kernel++)
    {
      const Kernel *tile = &kernels[kernel];
      gboolean empty = (tile->m > 16 && tile->m >= 2 * gemm->m) || tile->n >= 2 * gemm->n;
      if (!has_tile (info, matrix, kernel) || (empty && kernel != small))
        continue;
      guint64 tiles = (guint64)gemm->batch_outer * gemm->batch_inner
                      * ((gemm->m + tile->m - 1) / tile->m) * ((gemm->n + tile->n - 1) / tile->n);
      guint64 parts = MIN (enough / tiles, gemm->k / tile->least_part);
      parts = CLAMP (parts, 1, CZ_GEMM_MOST_PARTS);
      *plan = (CzGemmPlan){ .kernel = kernel, .parts = (guint)parts };
      // A quarter of it idle is better than smaller tiles.
      if (!empty && tiles * parts * 4 >= enough * 3)
        break;
    }
}

static CzGemmPlan
plan_fixed (const CzDeviceInfo *info, const CzGemmMatrix *matrix, const CzGemm *gemm)
{
  CzGemmPlan plan = { .kernel = CZ_GEMM_TILE, .parts = 1 };
  if (matrix != NULL && fits_fours (gemm))
    plan_largest (info, matrix, gemm, CZ_GEMM_MATRIX_128, CZ_GEMM_MATRIX_32, CZ_GEMM_MATRIX_32,
                  &plan);
  if (plan.kernel != CZ_GEMM_TILE)
    return plan;
  if (fits_wide (info, gemm))
    return plan_wide (info, gemm);
  if (info->type != CZ_DEVICE_CPU)
    plan_largest (info, NULL, gemm, CZ_GEMM_BLOCK_128, CZ_GEMM_BLOCK_16, CZ_GEMM_BLOCK_32, &plan);
  return plan;
}

// ---- Plans carried out ----

static void
choose_wide (const CzDeviceInfo *info,
             const CzGemm *gemm,
             CzGemmKernel kernel,
             CzGemmChoice *choice)
{
  choice->kernel = get_wide (info, gemm->form, kernel);
  choice->wide = choice->fours = TRUE;
  choice->parts = 1;
  choice->tile_m = kernels[kernel].rows;
  choice->tile_n = 4 * info->subgroup_size;
  choice->constants[1] = !fits_eights (gemm);
  choice->constants[2] = has_tail (gemm);
  choice->n_constants = 3;
}

static void
choose_tile (const CzDeviceInfo *info,
             const CzGemm *gemm,
             const CzGemmPlan *plan,
             CzGemmChoice *choice)
{
  const Kernel *tile = &kernels[plan->kernel];
  choice->fours = tile->kernel != NULL && fits_fours (gemm);
  choice->kernel = choice->fours ? tile->kernel : tile->scalar;
  choice->parts = tile->kernel != NULL && fits_parts (info, gemm, plan->parts) ? plan->parts : 1;
  choice->fuses = tile->kernel != NULL;
  if (info->type == CZ_DEVICE_CPU && (choice->longest_k == 0 || choice->longest_k > LONGEST_TILE_K))
    choice->longest_k = LONGEST_TILE_K;
  choice->tile_m = tile->m;
  choice->tile_n = tile->n;
  choice->constants[1] = gemm->form;
  choice->n_constants = 2;
}

static void
choose_matrix (const CzDeviceInfo *info,
               const CzGemmMatrix *matrix,
               const CzGemm *gemm,
               const CzGemmPlan *plan,
               CzRounding rounding,
               CzGemmChoice *choice)
{
  const Kernel *tile = &kernels[plan->kernel];
  CzGemmGrid grid = { 1, 1 };
  cz_gemm_matrix_divide (matrix, tile->m, tile->n, tile->threads, &grid);
  // The first four are those of the blocks; the shader's rounding is its own.
  const guint32 constants[] = {
    gemm->accumulate, gemm->form,      rounding,        gemm->epilogue, tile->m,     tile->n,
    matrix->shape.m,  matrix->shape.n, matrix->shape.k, grid.down,      grid.across, tile->threads,
  };
  G_STATIC_ASSERT (sizeof constants == sizeof choice->constants);
  memcpy (choice->constants, constants, sizeof constants);
  choice->n_constants = G_N_ELEMENTS (constants);
  choice->kernel = matrix->kernel;
  choice->fours = choice->fuses = TRUE;
  choice->parts = fits_parts (info, gemm, plan->parts) ? plan->parts : 1;
  choice->tile_m = tile->m;
  choice->tile_n = tile->n;
}

// Whether a plan can be carried out for the product.
static gboolean
fits_plan (const CzDeviceInfo *info,
           const CzGemmMatrix *matrix,
           const CzGemm *gemm,
           const CzGemmPlan *plan)
{
  if (is_wide (plan->kernel))
    return fits_wide (info, gemm) && get_wide (info, gemm->form, plan->kernel) != NULL;
  return has_tile (info, matrix, plan->kernel) && (!is_matrix (plan->kernel) || fits_fours (gemm));
}

void
cz_gemm_table_choose (CzDevice *device,
                      const CzGemm *gemm,
                      const CzGemmPlan *plan,
                      CzRounding rounding,
                      CzGemmChoice *ret_choice)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  const CzGemmMatrix *matrix = cz_gemm_matrix_get (device, rounding);
  gboolean fits = plan != NULL && fits_plan (info, matrix, gemm, plan);
  CzGemmPlan used = fits ? *plan : plan_fixed (info, matrix, gemm);
  *ret_choice = (CzGemmChoice){
    .constants = { gemm->accumulate },
    // Rows past a dynamic count cost nothing; in this order every thread of lavapipe gets some.
    .rows_first = used.rows_first || (gemm->dynamic.buffer != NULL && gemm->form != CZ_GEMM_TN),
    .longest_k = used.longest_k,
  };
  if (is_matrix (used.kernel))
    {
      choose_matrix (info, matrix, gemm, &used, rounding, ret_choice);
      return;
    }
  if (is_wide (used.kernel))
    choose_wide (info, gemm, used.kernel, ret_choice);
  else
    choose_tile (info, gemm, &used, ret_choice);
  ret_choice->constants[ret_choice->n_constants++] = rounding;
  if (ret_choice->fuses)
    ret_choice->constants[ret_choice->n_constants++] = gemm->epilogue;
}

// ---- What may be measured ----

// Adds a plan, unless it comes to what the first one does: a k that is not that long stays whole.
static void
add_plan (GArray *plans, const CzGemm *gemm, const CzGemmPlan *plan)
{
  CzGemmPlan first = plans->len > 0 ? g_array_index (plans, CzGemmPlan, 0) : *plan;
  if (first.longest_k >= gemm->k)
    first.longest_k = 0;
  if (plans->len == 0 || !cz_gemm_plan_equal (plan, &first))
    g_array_append_val (plans, *plan);
}

static void
add_wide (GArray *plans, const CzGemm *gemm, CzGemmKernel kernel)
{
  static const guint longest[] = { 0, 2048, 1024, 640, 320 };
  for (guint i = 0; i < G_N_ELEMENTS (longest); i++)
    for (guint rows_first = 0; rows_first < 2; rows_first++)
      if (longest[i] < gemm->k)
        add_plan (plans, gemm,
                  &(CzGemmPlan){
                      .kernel = kernel, .longest_k = longest[i], .rows_first = rows_first != 0 });
}

static void
add_tile (GArray *plans, const CzDeviceInfo *info, const CzGemm *gemm, CzGemmKernel kernel)
{
  static const guint parts[] = { 1, 2, 3, 4, 6, 8, 12, 16 };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    for (guint rows_first = 0; rows_first < 2; rows_first++)
      if (parts[i] == 1 || (kernel != CZ_GEMM_TILE && fits_parts (info, gemm, parts[i])))
        add_plan (
            plans, gemm,
            &(CzGemmPlan){ .kernel = kernel, .parts = parts[i], .rows_first = rows_first != 0 });
}

GArray *
cz_gemm_table_list (CzDevice *device, const CzGemm *gemm, CzRounding rounding)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  const CzGemmMatrix *matrix = cz_gemm_matrix_get (device, rounding);
  GArray *plans = g_array_new (FALSE, FALSE, sizeof (CzGemmPlan));
  CzGemmPlan fixed = plan_fixed (info, matrix, gemm);
  add_plan (plans, gemm, &fixed);
  // On lavapipe they are as slow as the tile, and SwiftShader takes minutes to compile one.
  gboolean blocks = info->type != CZ_DEVICE_CPU;
  for (CzGemmKernel kernel = 0; kernel < CZ_GEMM_KERNELS; kernel++)
    {
      const CzGemmPlan plain = { .kernel = kernel };
      if (!fits_plan (info, matrix, gemm, &plain) || (kernels[kernel].kernel != NULL && !blocks))
        continue;
      if (is_wide (kernel))
        add_wide (plans, gemm, kernel);
      else
        add_tile (plans, info, gemm, kernel);
    }
  return plans;
}
