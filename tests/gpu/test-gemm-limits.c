// What matrix products are bound by: the accuracy of single precision, the device's limits,
// mistakes in what is asked for, and what the fast kernels need.

#include <glib.h>
#include <string.h>

#include "engine/gpu/gemm-table.h"
#include "engine/gpu/gemm.h"

static CzDevice *device;

// Real numbers: the error of a sum of k products in single precision, and of nothing else.
static void
test_precision (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  const guint m = 40, n = 72, k = 768;
  g_autofree float *a = g_new (float, m *k), *b = g_new (float, n *k), *c = g_new (float, m *n);
  for (guint i = 0; i < m * k; i++)
    a[i] = (float)g_rand_double_range (rand, -1, 1);
  for (guint i = 0; i < n * k; i++)
    b[i] = (float)g_rand_double_range (rand, -1, 1);
  g_autoptr (CzBuffer) device_a = cz_buffer_new (device, m * k * 4, CZ_MEMORY_DEVICE, "a", &error);
  g_assert_no_error (error);
  g_autoptr (CzBuffer) device_b = cz_buffer_new (device, n * k * 4, CZ_MEMORY_DEVICE, "b", &error);
  g_assert_no_error (error);
  g_autoptr (CzBuffer) device_c = cz_buffer_new (device, m * n * 4, CZ_MEMORY_DEVICE, "c", &error);
  g_assert_no_error (error);
  cz_buffer_write (device_a, 0, a, m * k * 4, &error);
  g_assert_no_error (error);
  cz_buffer_write (device_b, 0, b, n * k * 4, &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) tape = cz_tape_new (device, "gemm", CZ_TAPE_PLAIN);
  cz_gemm (tape, &(CzGemm){ .form = CZ_GEMM_NT,
                            .m = m,
                            .n = n,
                            .k = k,
                            .a = cz_span_all (device_a),
                            .b = cz_span_all (device_b),
                            .c = cz_span_all (device_c) });
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  cz_buffer_read (device_c, 0, c, m * n * 4, &error);
  g_assert_no_error (error);
  for (guint row = 0; row < m; row++)
    for (guint column = 0; column < n; column++)
      {
        double sum = 0;
        for (guint i = 0; i < k; i++)
          sum += (double)a[row * k + i] * (double)b[column * k + i];
        g_assert_cmpfloat_with_epsilon ((double)c[row * n + column], sum, 5e-5);
      }
}

// Bindings that the device's limits cut into parts: 192 MiB between the first and the last row,
// where a binding of lavapipe holds 128. The buffer is shared; only few of its pages are ever
// touched again.
static void
test_parts (void)
{
  g_autoptr (GError) error = NULL;
  const gsize step = 24 * 1024 * 1024; // elements from row to row
  const struct
  {
    CzGemmForm form;
    char far;  // the matrix whose rows lie that far from each other
    guint add; // to step: 1 makes it unaligned
  } cases[] = {
    { CZ_GEMM_NN, 'a', 1 }, { CZ_GEMM_NN, 'b', 1 }, { CZ_GEMM_NN, 'c', 0 }, { CZ_GEMM_NN, 'c', 1 },
    { CZ_GEMM_NT, 'a', 1 }, { CZ_GEMM_NT, 'b', 1 }, { CZ_GEMM_NT, 'c', 0 }, { CZ_GEMM_TN, 'a', 1 },
    { CZ_GEMM_TN, 'b', 1 }, { CZ_GEMM_TN, 'c', 0 }, { CZ_GEMM_TN, 'a', 0 }, { CZ_GEMM_NT, 'b', 0 },
  };
  g_autoptr (CzBuffer) far
      = cz_buffer_new (device, (2 * step + 64) * 4, CZ_MEMORY_DEVICE, "far", &error);
  g_assert_no_error (error);
  g_autoptr (CzBuffer) near = cz_buffer_new (device, 256 * 4, CZ_MEMORY_DEVICE, "near", &error);
  g_assert_no_error (error);
  g_autoptr (CzBuffer) other = cz_buffer_new (device, 256 * 4, CZ_MEMORY_DEVICE, "other", &error);
  g_assert_no_error (error);
  g_autoptr (CzBuffer) count = cz_buffer_new (device, 4, CZ_MEMORY_HOST, "count", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint dynamic = 0; dynamic < 2; dynamic++)
      {
        // All three matrices 3 × 3, the count 2.
        CzBuffer *buffers[3];
        guint ld[3];
        float values[3][3][3];
        float bias[3] = { 100, 200, 300 };
        for (guint matrix = 0, nearby = 0; matrix < 3; matrix++)
          {
            gboolean is_far = cases[i].far == "abc"[matrix];
            buffers[matrix] = is_far ? far : nearby++ == 0 ? near : other;
            ld[matrix] = is_far ? (guint)step + cases[i].add : 4;
            for (guint row = 0; row < 3; row++)
              {
                for (guint column = 0; column < 3; column++)
                  values[matrix][row][column] = (float)(matrix * 2 + row * 3 + column * 5 % 4);
                cz_buffer_write (buffers[matrix], (gsize)row * ld[matrix] * 4, values[matrix][row],
                                 12, &error);
                g_assert_no_error (error);
              }
          }
        cz_buffer_write (other, 512, bias, sizeof bias, &error);
        g_assert_no_error (error);
        *(guint32 *)cz_buffer_map (count) = 2;

        g_autoptr (CzTape) tape = cz_tape_new (device, "parts", CZ_TAPE_PLAIN);
        CzGemm gemm = {
          .form = cases[i].form,
          .m = 3,
          .n = 3,
          .k = 3,
          .a = cz_span_all (buffers[0]),
          .b = cz_span_all (buffers[1]),
          .c = cz_span_all (buffers[2]),
          .lda = ld[0],
          .ldb = ld[1],
          .ldc = ld[2],
          .bias = cz_span (other, 512, sizeof bias),
        };
        if (dynamic)
          gemm.dynamic = cz_span_all (count);
        cz_gemm (tape, &gemm);
        cz_tape_finish (tape, &error);
        g_assert_no_error (error);
        cz_tape_run (tape, &error);
        g_assert_no_error (error);

        gboolean tn = cases[i].form == CZ_GEMM_TN, nt = cases[i].form == CZ_GEMM_NT;
        for (guint row = 0; row < 3; row++)
          {
            float got[3];
            cz_buffer_read (buffers[2], (gsize)row * ld[2] * 4, got, sizeof got, &error);
            g_assert_no_error (error);
            for (guint column = 0; column < 3; column++)
              {
                float sum = bias[column];
                for (guint k = 0; k < (dynamic && tn ? 2 : 3); k++)
                  sum += values[0][tn ? k : row][tn ? row : k]
                         * values[1][nt ? column : k][nt ? k : column];
                if (dynamic && !tn && row == 2)
                  sum = values[2][row][column];
                if (got[column] != sum)
                  g_error ("case %u dynamic %u row %u column %u: %g instead of %g", i, dynamic, row,
                           column, (double)got[column], (double)sum);
              }
          }
      }
}

static void
test_mistakes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 64 * 4, CZ_MEMORY_DEVICE, "small", &error);
  g_assert_no_error (error);
  CzSpan span = cz_span_all (buffer);
  const CzGemm right = { .m = 8, .n = 4, .k = 4, .a = span, .b = span, .c = span };
  CzGemm wrong[] = { right, right, right, right, right, right, right, right };
  wrong[0].k = 0;
  wrong[1].m = 17; // a larger A than its span
  wrong[2].lda = 3;
  wrong[3].b = (CzSpan){ 0 };
  wrong[4].bias = cz_span (buffer, 0, 12);
  wrong[5].batch_inner = 4;
  wrong[5].stride_c[1] = 16;
  wrong[6].epilogue = CZ_GEMM_RESIDUAL; // with nothing to add
  wrong[7].epilogue = CZ_GEMM_GELU;
  wrong[7].other = cz_span (buffer, 128, 124);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CzTape) tape = cz_tape_new (device, "wrong", CZ_TAPE_PLAIN);
      g_assert_false (i >= 6 && cz_gemm_can_fuse (tape, &wrong[i]));
      cz_gemm (tape, &wrong[i]);
      g_assert_false (cz_tape_finish (tape, &error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
      g_clear_error (&error);
    }
  g_assert_cmpfloat (cz_gemm_count_flops (&(CzGemm){ .m = 2, .n = 3, .k = 5, .batch_inner = 7 }),
                     ==, 420);
}

// The aligned cases above are those of the fast kernels where the device has them, the others not.
static void
test_table (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 4096 * 4, CZ_MEMORY_DEVICE, "table", &error);
  g_assert_no_error (error);
  CzGemm gemm = {
    .m = 16,
    .n = 16,
    .k = 16,
    .a = cz_span_all (buffer),
    .b = cz_span_all (buffer),
    .c = cz_span_all (buffer),
    .lda = 16,
    .ldb = 16,
    .ldc = 16,
    .batch_outer = 1,
    .batch_inner = 1,
  };
  gboolean has_wide = strstr (cz_gemm_table_get_name (device, CZ_ROUNDING_NONE), "wide") != NULL;
  for (gemm.form = CZ_GEMM_NN; gemm.form <= CZ_GEMM_TN; gemm.form++)
    {
      CzGemmChoice choice;
      cz_gemm_table_choose (device, &gemm, NULL, CZ_ROUNDING_NONE, &choice);
      g_assert_cmpint (choice.wide, ==, has_wide);
      g_assert_false (choice.wide && choice.fuses);
      CzGemm unaligned = gemm;
      unaligned.ldb = 17;
      cz_gemm_table_choose (device, &unaligned, NULL, CZ_ROUNDING_NONE, &choice);
      g_assert_false (choice.wide);
      unaligned = gemm;
      unaligned.c.offset = 4;
      cz_gemm_table_choose (device, &unaligned, NULL, CZ_ROUNDING_NONE, &choice);
      g_assert_false (choice.wide);
    }
}

// An epilogue that the kernel does not do is an error, never a plain product.
static void
test_unfused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzBuffer) buffer = cz_buffer_new (device, 64 * 4, CZ_MEMORY_DEVICE, "small", &error);
  g_assert_no_error (error);
  const CzGemmPlan plain = { .kernel = CZ_GEMM_TILE };
  const CzGemm gemm = { .m = 4,
                        .n = 4,
                        .k = 4,
                        .a = cz_span (buffer, 0, 64),
                        .b = cz_span (buffer, 64, 64),
                        .c = cz_span (buffer, 128, 64),
                        .epilogue = CZ_GEMM_RESIDUAL,
                        .other = cz_span (buffer, 192, 64) };
  g_autoptr (CzTape) tape = cz_tape_new (device, "unfused", CZ_TAPE_PLAIN);
  cz_gemm_planned (tape, &gemm, &plain);
  g_assert_false (cz_tape_finish (tape, &error));
  g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GError) error = NULL;
  device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  g_test_add_func ("/gemm/precision", test_precision);
  g_test_add_func ("/gemm/parts", test_parts);
  g_test_add_func ("/gemm/mistakes", test_mistakes);
  g_test_add_func ("/gemm/table", test_table);
  g_test_add_func ("/gemm/unfused", test_unfused);
  int status = g_test_run ();
  cz_device_unref (device);
  return status;
}
