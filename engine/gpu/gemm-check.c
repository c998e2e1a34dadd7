// Whether a device's matrix kernels can be trusted: small products of each form and tile, with
// edges inside the tiles, against sums on the host. Drivers are known that compile such kernels
// into something else.
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/gpu/buffer.h"
#include "engine/gpu/device-private.h"
#include "engine/gpu/gemm-table.h"

// Over the tile's edges, in two slices of k and an odd rest.
#define MORE_M 9
#define MORE_N 14
#define DEPTH  75
#define POISON 0x7fc0beefu // a NaN

// Ties and what lies beside them, the ends of what is normal and of what is finite, of fp16 and
// bf16; all of them finite in fp32, and so are their products.
static const guint32 specials[] = {
  0x3f801000, 0x3f803000, 0x3f801001, 0x3f800fff, 0xbf803000, 0x3f808000, 0x3f818000,
  0x3f808001, 0x3f807fff, 0xbf818000, 0x477fe000, 0x477fefff, 0x477ff000, 0xc7800000,
  0x38800000, 0x387fffff, 0x387fd000, 0xb3800000, 0x33000000, 0x33000001, 0x33c00000,
  0x34200000, 0x34600000, 0x80000000, 0x3dcccccd, 0xc2f6e979, 0x7f800000, 0x7fc00000,
};

typedef struct
{
  CzDevice *device;
  CzRounding rounding;
  CzGemm gemm;
  float *values[3], *bias; // of A, B, C; C's: what it should hold
  CzBuffer *buffers[4];
  guint rows[3];
} Trial;

static void
trial_clear (Trial *trial)
{
  for (guint i = 0; i < 3; i++)
    g_clear_pointer (&trial->values[i], g_free);
  g_clear_pointer (&trial->bias, g_free);
  for (guint i = 0; i < 4; i++)
    g_clear_pointer (&trial->buffers[i], cz_buffer_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

static float
from_bits (guint32 bits)
{
  float value;
  memcpy (&value, &bits, 4);
  return value;
}

// To a whole number of units, ties to even.
static double
round_to (double value, double unit)
{
  return nearbyint (value / unit) * unit;
}

// As shaders/round.glsl does.
static double
round_as (float value, CzRounding rounding)
{
  double exact = (double)value;
  if (exact == 0 || !isfinite (exact))
    return exact;
  if (rounding == CZ_ROUNDING_BF16)
    return round_to (exact, ldexp (1, MAX (ilogb (exact), -126) - 7));
  double rounded = round_to (exact, ldexp (1, MAX (ilogb (exact), -14) - 10));
  return fabs (rounded) > 65504 ? copysign (INFINITY, exact) : rounded;
}

static guint32
scramble (guint32 index)
{
  index ^= index >> 16;
  index *= 0x85ebca6b;
  index ^= index >> 13;
  index *= 0xc2b2ae35;
  return index ^ index >> 16;
}

// An element of A or B, whose line (a row of A, a column of B) is multiplied with others. Lines of
// small integers give exact sums; every third has a single number that is not 0, so that its
// rounding shows alone, and nothing else.
static float
get_element (guint line, guint k, guint32 seed)
{
  guint32 bits = scramble (seed + line * DEPTH + k);
  if (line % 3 != 1)
    return (float)((int)(bits % 9) - 4);
  return k == line * 7 % DEPTH ? from_bits (specials[line / 3 % G_N_ELEMENTS (specials)]) : 0;
}

static void
fill (Trial *trial)
{
  CzGemm *gemm = &trial->gemm;
  gboolean down[2] = { gemm->form == CZ_GEMM_TN, gemm->form != CZ_GEMM_NT };
  guint lines[2] = { gemm->m, gemm->n }, lds[3] = { gemm->lda, gemm->ldb, gemm->ldc };
  for (guint i = 0; i < 3; i++)
    {
      trial->rows[i] = i == 2 ? gemm->m : down[i] ? DEPTH : lines[i];
      trial->values[i] = g_new (float, trial->rows[i] * lds[i]);
      for (guint j = 0; j < trial->rows[i] * lds[i]; j++)
        trial->values[i][j] = from_bits (POISON);
    }
  for (guint i = 0; i < 2; i++)
    for (guint line = 0; line < lines[i]; line++)
      for (guint k = 0; k < DEPTH; k++)
        trial->values[i][down[i] ? k * lds[i] + line : line * lds[i] + k]
            = get_element (line, k, i << 20);
  trial->bias = g_new (float, gemm->n);
  for (guint column = 0; column < gemm->n; column++)
    trial->bias[column] = (float)(column % 5);
}

// Puts into values[2] what C should be.
static void
compute (Trial *trial)
{
  const CzGemm *gemm = &trial->gemm;
  g_autofree double *a = g_new (double, gemm->m *DEPTH), *b = g_new (double, gemm->n *DEPTH);
  for (guint k = 0; k < DEPTH; k++)
    {
      for (guint row = 0; row < gemm->m; row++)
        a[row * DEPTH + k] = round_as (get_element (row, k, 0), trial->rounding);
      for (guint column = 0; column < gemm->n; column++)
        b[column * DEPTH + k] = round_as (get_element (column, k, 1 << 20), trial->rounding);
    }
  for (guint row = 0; row < gemm->m; row++)
    for (guint column = 0; column < gemm->n; column++)
      {
        double sum = 0;
        for (guint k = 0; k < DEPTH; k++)
          sum += a[row * DEPTH + k] * b[column * DEPTH + k];
        trial->values[2][row * gemm->ldc + column] = (float)sum + trial->bias[column];
      }
}

static gboolean
upload (Trial *trial, GError **error)
{
  const CzGemm *gemm = &trial->gemm;
  const char *const labels[] = { "check A", "check B", "check C", "check bias" };
  gsize lds[3] = { gemm->lda, gemm->ldb, gemm->ldc };
  for (guint i = 0; i < 4; i++)
    {
      gsize bytes = 4 * (i < 3 ? trial->rows[i] * lds[i] : gemm->n);
      trial->buffers[i] = cz_buffer_new (trial->device, bytes, CZ_MEMORY_DEVICE, labels[i], error);
      if (trial->buffers[i] == NULL
          || !cz_buffer_write (trial->buffers[i], 0, i < 3 ? trial->values[i] : trial->bias, bytes,
                               error))
        return FALSE;
    }
  trial->gemm.a = cz_span_all (trial->buffers[0]);
  trial->gemm.b = cz_span_all (trial->buffers[1]);
  trial->gemm.c = cz_span_all (trial->buffers[2]);
  trial->gemm.bias = cz_span_all (trial->buffers[3]);
  return TRUE;
}

// Compares C with what it should be; what lies beside it must be as it was.
static gboolean
compare (Trial *trial, const char *plan, GError **error)
{
  static const char *const forms[] = { "NN", "NT", "TN" };
  gsize n = (gsize)trial->rows[2] * trial->gemm.ldc;
  g_autofree float *got = g_new (float, n);
  if (!cz_buffer_read (trial->buffers[2], 0, got, n * 4, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      float wanted = trial->values[2][i];
      gboolean inside = i % trial->gemm.ldc < trial->gemm.n;
      if (inside ? got[i] == wanted || (isnan (got[i]) && isnan (wanted))
                 : memcmp (&got[i], &wanted, 4) == 0)
        continue;
      g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
                   _ ("it gives wrong results (%s, %s: element %u of row %u is %g instead of %g)"),
                   plan, forms[trial->gemm.form], (guint)(i % trial->gemm.ldc),
                   (guint)(i / trial->gemm.ldc), (double)got[i], (double)wanted);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_product (
    CzDevice *device, CzRounding rounding, CzGemmForm form, const CzGemmPlan *plan, GError **error)
{
  guint tile = plan->kernel == CZ_GEMM_MATRIX_128  ? 128
               : plan->kernel == CZ_GEMM_MATRIX_64 ? 64
                                                   : 32;
  guint m = tile + MORE_M, n = tile + MORE_N, tall = (m + 3) / 4 * 4, wide = (n + 3) / 4 * 4;
  guint deep = (DEPTH + 3) / 4 * 4;
  g_auto (Trial) trial = {
    .device = device,
    .rounding = rounding,
    .gemm = { .form = form,
              .m = m,
              .n = n,
              .k = DEPTH,
              .lda = form == CZ_GEMM_TN ? tall : deep,
              .ldb = form == CZ_GEMM_NT ? deep : wide,
              .ldc = wide + 4,
              .label = "check" },
  };
  g_autofree char *name = cz_gemm_plan_to_string (plan);

  fill (&trial);
  if (!upload (&trial, error))
    return FALSE;
  compute (&trial);
  g_autoptr (CzTape) tape = cz_tape_new (device, "check", CZ_TAPE_PLAIN);
  cz_tape_set_rounding (tape, rounding);
  cz_gemm_planned (tape, &trial.gemm, plan);
  return cz_tape_finish (tape, error) && cz_tape_run (tape, error) && compare (&trial, name, error);
}

gboolean
cz_gemm_check_matrix (CzDevice *device, CzRounding rounding, guint kernel, GError **error)
{
  const CzGemmPlan plan = { .kernel = (CzGemmKernel)kernel, .parts = 1 };
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    if (!check_product (device, rounding, form, &plan, error))
      return FALSE;
  return TRUE;
}
