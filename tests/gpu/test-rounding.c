// Products whose inputs are rounded to half precision as they are loaded, against the host's
// rounding.

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/format/half.h"
#include "engine/gpu/gemm.h"

static CzDevice *device;

#define N_ROUNDED 512

// bf16 to nearest even, by looking which of its two neighbours is nearer.
static float
round_bf16 (float value)
{
  guint32 word;
  float low;

  if (isnan (value) || isinf (value))
    return value;
  memcpy (&word, &value, 4);
  word &= 0xffff0000u;
  memcpy (&low, &word, 4);
  double unit = ldexp (1, MAX (ilogb ((double)low), -126) - 7);
  double rest = fabs ((double)value) - fabs ((double)low);
  gboolean odd = (word & 0x10000u) != 0;
  if (rest > unit / 2 || (rest == unit / 2 && odd))
    return (float)copysign (fabs ((double)low) + unit, (double)value);
  return low;
}

static float
round_as (float value, CzRounding rounding)
{
  if (rounding == CZ_ROUNDING_NONE)
    return value;
  return rounding == CZ_ROUNDING_FP16 ? cz_half_to_float (cz_half_from_float (value))
                                      : round_bf16 (value);
}

// Ties, the ends of what is normal and of what is finite, no numbers; then all sizes there are.
static float *
make_inputs (GRand *rand)
{
  static const guint32 words[] = {
    0x00000000, 0x80000000, 0x3f800000, 0x3f801000, 0x3f803000, 0x3f801001, 0x3f800fff, 0xbf803000,
    0x3f808000, 0x3f818000, 0x3f808001, 0x3f807fff, 0xbf818000, 0x477fe000, 0x477fefff, 0x477ff000,
    0xc77fefff, 0xc77ff000, 0x47800000, 0x7f7f0000, 0x7f7f7fff, 0x7f7f8000, 0xff7fffff, 0x7f800000,
    0xff800000, 0x7fc00000, 0x7f800001, 0x7fffffff, 0xff800001, 0xffffffff, 0x38800000, 0x387fffff,
    0x387fe000, 0x387fc000, 0x387fd000, 0x33800000, 0x33000000, 0x33000001, 0x32ffffff, 0x33c00000,
    0x34200000, 0x34600000, 0xb3400000, 0x00800000, 0x01000001,
  };
  float *values = g_new (float, N_ROUNDED);

  for (guint i = 0; i < N_ROUNDED; i++)
    if (i < G_N_ELEMENTS (words))
      memcpy (&values[i], &words[i], 4);
    else
      // Every third far from what fp16 holds, the others from its smallest to its largest.
      values[i] = (float)ldexp (g_rand_double_range (rand, -1, 1),
                                i % 3 == 0 ? g_rand_int_range (rand, -120, 128)
                                           : g_rand_int_range (rand, -26, 18));
  return values;
}

static CzBuffer *
upload (const float *values, guint n)
{
  g_autoptr (GError) error = NULL;
  CzBuffer *buffer = cz_buffer_new (device, n * 4, CZ_MEMORY_DEVICE, "rounded", &error);

  g_assert_no_error (error);
  cz_buffer_write (buffer, 0, values, n * 4, &error);
  g_assert_no_error (error);
  return buffer;
}

// A product that leaves each of the values as it was loaded: the matrix that they stand in has one
// of them for each row (or column) of C and zeros, the other matrix is all ones. `k` is 9, so that
// kernels that take eight at a time also take one alone.
static void
check_rounding (CzGemmForm form, CzRounding rounding, gboolean in_a, guint pad, const float *values)
{
  const guint k = 9, few = 8;
  guint m = in_a ? N_ROUNDED : few, n = in_a ? few : N_ROUNDED;
  // As stored: TN has A by columns, NN and TN have B by rows of k.
  gboolean a_down = form == CZ_GEMM_TN, b_down = form != CZ_GEMM_NT;
  guint lda = (a_down ? m : 12) + pad, ldb = (b_down ? n : 12) + pad, ldc = n + pad;
  guint n_a = (a_down ? k : m) * lda, n_b = (b_down ? k : n) * ldb, n_c = m * ldc;
  g_autofree float *a = g_new0 (float, n_a), *b = g_new0 (float, n_b), *c = g_new0 (float, n_c);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < m; i++)
    for (guint j = 0; j < k; j++)
      a[a_down ? j * lda + i : i * lda + j] = !in_a ? 1 : j == i % k ? values[i] : 0;
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < k; j++)
      b[b_down ? j * ldb + i : i * ldb + j] = in_a ? 1 : j == i % k ? values[i] : 0;
  g_autoptr (CzBuffer) device_a = upload (a, n_a);
  g_autoptr (CzBuffer) device_b = upload (b, n_b);
  g_autoptr (CzBuffer) device_c = upload (c, n_c);
  g_autoptr (CzTape) tape = cz_tape_new (device, "rounding", CZ_TAPE_PLAIN);
  cz_tape_set_rounding (tape, rounding);
  cz_gemm (tape, &(CzGemm){ .form = form,
                            .m = m,
                            .n = n,
                            .k = k,
                            .a = cz_span_all (device_a),
                            .b = cz_span_all (device_b),
                            .c = cz_span_all (device_c),
                            .lda = lda,
                            .ldb = ldb,
                            .ldc = ldc });
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  cz_buffer_read (device_c, 0, c, n_c * 4, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < m; i++)
    for (guint j = 0; j < n; j++)
      {
        float value = values[in_a ? i : j], wanted = round_as (value, rounding);
        float got = c[i * ldc + j];
        if (got != wanted && !(isnan (got) && isnan (wanted)))
          g_error ("form %d, rounding %d, pad %u: %a of %c becomes %a instead of %a", form,
                   rounding, pad, (double)value, in_a ? 'A' : 'B', (double)got, (double)wanted);
      }
}

static void
test_rounding (gconstpointer data)
{
  CzRounding rounding = GPOINTER_TO_UINT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autofree float *values = make_inputs (rand);

  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    for (guint in_a = 0; in_a < 2; in_a++)
      for (guint pad = 0; pad < 2; pad++)
        check_rounding (form, rounding, in_a, pad, values);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  g_test_add_data_func ("/rounding/none", GUINT_TO_POINTER (CZ_ROUNDING_NONE), test_rounding);
  g_test_add_data_func ("/rounding/fp16", GUINT_TO_POINTER (CZ_ROUNDING_FP16), test_rounding);
  g_test_add_data_func ("/rounding/bf16", GUINT_TO_POINTER (CZ_ROUNDING_BF16), test_rounding);
  int status = g_test_run ();
  cz_device_unref (device);
  return status;
}
