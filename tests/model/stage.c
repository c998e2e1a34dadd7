#include "tests/model/stage.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/gpu/gemm-tuned.h"
#include "engine/model/attention.h"

#define STEP      1e-4 // of a difference; its own error is below 1e-7 then
#define TOLERANCE 2e-5 // of the largest gradient

gboolean
stage_open (Stage *stage)
{
  g_autoptr (GError) error = NULL;

  stage->device = cz_device_open (NULL, &error);
  if (!stage->device)
    {
      if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
        g_error ("%s", error->message);
      g_test_skip (error->message);
      return FALSE;
    }
  stage->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_buffer_unref);
  stage->random = g_rand_new_with_seed (20);
  return TRUE;
}

// Products of sizes so near each other that every one of the tests' is like some of them.
static void
add_sizes (CzGemmTuned *tuned, CzGemmForm form)
{
  const CzGemmPlan plan = { .kernel = CZ_GEMM_BLOCK_32 };

  for (guint m = 1; m <= 512; m *= 2)
    for (guint n = 1; n <= 512; n *= 2)
      for (guint k = 1; k <= 512; k *= 4)
        for (guint batch = 1; batch <= 64; batch *= 4)
          {
            CzGemm gemm = { .form = form, .m = m, .n = n, .k = k, .batch_inner = batch };
            cz_gemm_complete (&gemm);
            cz_gemm_tuned_add (tuned, &gemm, CZ_ROUNDING_NONE, &plan);
          }
}

char *
stage_use_blocks (void)
{
  Stage stage;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzGemmTuned) tuned = cz_gemm_tuned_new ();

  if (!stage_open (&stage))
    return NULL;
  if (strstr (cz_device_get_info (stage.device)->name, "SwiftShader") != NULL)
    {
      g_test_skip ("SwiftShader takes minutes to compile a block");
      stage_close (&stage);
      return NULL;
    }
  for (CzGemmForm form = CZ_GEMM_NN; form <= CZ_GEMM_TN; form++)
    add_sizes (tuned, form);
  g_autofree char *folder = g_dir_make_tmp ("cz-blocks-XXXXXX", &error);
  g_assert_no_error (error);
  char *path = g_build_filename (folder, "table.txt", NULL);
  g_assert_true (cz_gemm_tuned_save (tuned, stage.device, path, &error));
  g_assert_no_error (error);
  stage_close (&stage);
  g_setenv ("CZ_GEMM_TABLE", path, TRUE);
  return path;
}

void
stage_forget_blocks (char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_setenv ("CZ_GEMM_TABLE", "", TRUE);
  g_free (path);
}

void
stage_close (Stage *stage)
{
  g_auto (GStrv) messages = cz_device_get_validation_messages (stage->device);

  g_unsetenv ("CZ_ATTENTION");
  for (guint i = 0; messages && messages[i]; i++)
    {
      g_test_message ("%s", messages[i]);
      g_test_fail ();
    }
  g_ptr_array_unref (stage->buffers);
  g_rand_free (stage->random);
  cz_device_unref (stage->device);
}

gboolean
stage_fuse_attention (Stage *stage, guint head_size)
{
  g_setenv ("CZ_ATTENTION", "fused", TRUE);
  return cz_attention_is_fused (stage->device, head_size)
         && strstr (cz_device_get_info (stage->device)->name, "SwiftShader") == NULL;
}

double *
stage_random (Stage *stage, gsize n, double scale)
{
  double *values = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    values[i] = (float)g_rand_double_range (stage->random, -scale, scale);
  return values;
}

static CzSpan
upload (Stage *stage, const void *data, gsize bytes)
{
  g_autoptr (GError) error = NULL;
  CzBuffer *buffer
      = cz_buffer_new (stage->device, (bytes + 255) / 256 * 256, CZ_MEMORY_DEVICE, "test", &error);

  g_assert_no_error (error);
  g_ptr_array_add (stage->buffers, buffer);
  cz_buffer_write (buffer, 0, data, bytes, &error);
  g_assert_no_error (error);
  return cz_span_all (buffer);
}

CzSpan
stage_upload (Stage *stage, const double *values, gsize n)
{
  g_autofree float *floats = g_new0 (float, n);

  for (gsize i = 0; values && i < n; i++)
    floats[i] = (float)values[i];
  return upload (stage, floats, n * sizeof (float));
}

CzSpan
stage_upload_words (Stage *stage, const guint32 *words, gsize n)
{
  return upload (stage, words, n * sizeof (guint32));
}

float *
stage_download (CzSpan span, gsize n)
{
  g_autoptr (GError) error = NULL;
  float *floats = g_new (float, n);

  cz_buffer_read (span.buffer, span.offset, floats, n * sizeof (float), &error);
  g_assert_no_error (error);
  return floats;
}

void
stage_run (CzTape *tape)
{
  g_autoptr (GError) error = NULL;

  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  cz_tape_free (tape);
}

void
stage_check_gradient (const char *name,
                      CzSpan gradient,
                      double *values,
                      gsize n,
                      guint samples,
                      StageLoss loss,
                      gpointer data)
{
  g_autofree float *got = stage_download (gradient, n);
  gsize step = MAX (n / samples, 1);
  double worst = 0, largest = 0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (got[i]));
  for (gsize i = 0; i < n; i += step)
    {
      double kept = values[i], above, below, expected, off;

      values[i] = kept + STEP;
      above = loss (data);
      values[i] = kept - STEP;
      below = loss (data);
      values[i] = kept;
      expected = (above - below) / (2 * STEP);
      largest = MAX (largest, fabs (expected));
      off = fabs (expected - got[i]);
      worst = isfinite (off) ? MAX (worst, off) : INFINITY;
    }
  g_test_message ("%s: off by %.2e of %.2e", name, worst, largest);
  if (!(worst <= TOLERANCE * MAX (largest, 1e-3)))
    {
      g_test_message ("%s: the gradient is wrong", name);
      g_test_fail ();
    }
}

void
stage_check_values (
    const char *name, CzSpan span, const double *expected, gsize n, double tolerance)
{
  g_autofree float *got = stage_download (span, n);
  double worst = 0, largest = 0;

  for (gsize i = 0; i < n; i++)
    {
      double off = fabs (expected[i] - got[i]);

      worst = isfinite (off) ? MAX (worst, off) : INFINITY;
      largest = MAX (largest, fabs (expected[i]));
    }
  g_test_message ("%s: off by %.2e of %.2e", name, worst, largest);
  if (!(worst <= tolerance * MAX (largest, 1e-3)))
    {
      g_test_message ("%s: the values are wrong", name);
      g_test_fail ();
    }
}
