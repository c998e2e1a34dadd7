// The measured table of matrix kernels: kept, used and named by the next device that is opened, and
// refused when it is damaged or another's. Results are the same bits each time, k in parts or not.

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/gpu/gemm-tuned.h"

static CzDevice *device;

#define TUNED_M 40
#define TUNED_N 72
#define TUNED_K 768

// A product of real numbers (NT, 40 × 72 × 768), by a plan or as cz_gemm () does it.
static float *
multiply (CzDevice *on, const CzGemmPlan *by, gboolean planned)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  gsize sizes[] = { TUNED_M * TUNED_K, TUNED_N * TUNED_K, TUNED_M * TUNED_N };
  CzBuffer *buffers[3];
  for (guint i = 0; i < 3; i++)
    {
      g_autofree float *values = g_new (float, sizes[i]);
      for (gsize j = 0; j < sizes[i]; j++)
        values[j] = (float)g_rand_double_range (rand, -1, 1);
      buffers[i] = cz_buffer_new (on, sizes[i] * 4, CZ_MEMORY_DEVICE, "real", &error);
      g_assert_no_error (error);
      cz_buffer_write (buffers[i], 0, values, sizes[i] * 4, &error);
      g_assert_no_error (error);
    }
  g_autoptr (CzTape) tape = cz_tape_new (on, "gemm", CZ_TAPE_PLAIN);
  CzGemm gemm = { .form = CZ_GEMM_NT,
                  .m = TUNED_M,
                  .n = TUNED_N,
                  .k = TUNED_K,
                  .a = cz_span_all (buffers[0]),
                  .b = cz_span_all (buffers[1]),
                  .c = cz_span_all (buffers[2]) };
  if (planned)
    cz_gemm_planned (tape, &gemm, by);
  else
    cz_gemm (tape, &gemm);
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  cz_tape_run (tape, &error);
  g_assert_no_error (error);
  float *result = g_new (float, sizes[2]);
  cz_buffer_read (buffers[2], 0, result, sizes[2] * 4, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    cz_buffer_unref (buffers[i]);
  return result;
}

static void
assert_same (const float *one, const float *other)
{
  g_assert_cmpmem (one, TUNED_M * TUNED_N * 4, other, TUNED_M * TUNED_N * 4);
}

// One form at two sizes by a plan that no fixed table of a processor has.
static CzGemmTuned *
make_table (CzGemmPlan *ret_plan)
{
  CzGemmTuned *tuned = cz_gemm_tuned_new ();
  CzGemm gemm = { .form = CZ_GEMM_NT, .m = 32, .n = 64, .k = 1024 };
  CzGemmPlan far = { .kernel = CZ_GEMM_TILE };
  const char *name = cz_device_get_info (device)->name;
  // (SwiftShader takes minutes to compile the block.)
  gboolean plain = strstr (name, "SwiftShader") != NULL;
  g_assert_true (
      cz_gemm_plan_from_string (plain ? "tile rows-first" : "block-32x32 parts=3", ret_plan));
  cz_gemm_complete (&gemm);
  cz_gemm_tuned_add (tuned, &gemm, CZ_ROUNDING_NONE, ret_plan);
  gemm.m = 4096;
  cz_gemm_tuned_add (tuned, &gemm, CZ_ROUNDING_NONE, &far);
  return tuned;
}

static char *
make_path (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("cz-gemm-XXXXXX", &error);
  g_assert_no_error (error);
  return g_build_filename (folder, "new", "table.txt", NULL);
}

static void
remove_path (const char *path)
{
  g_autofree char *inner = g_path_get_dirname (path), *outer = g_path_get_dirname (inner);
  g_remove (path);
  g_assert_cmpint (g_rmdir (inner), ==, 0); // nothing half written beside it
  g_assert_cmpint (g_rmdir (outer), ==, 0);
  g_setenv ("CZ_GEMM_TABLE", "", TRUE);
}

// A table that was saved is used by the next device opened, and named; sums are the plan's to the
// last bit, each time.
static void
test_tuned (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_path ();
  CzGemmPlan expected;
  g_autoptr (CzGemmTuned) tuned = make_table (&expected);
  g_assert_null (cz_gemm_tuned_get_name (tuned));
  g_assert_true (cz_gemm_tuned_save (tuned, device, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (cz_gemm_tuned_get_name (tuned), "tuned "));
  g_assert_cmpstr (cz_gemm_table_get_name (device, CZ_ROUNDING_NONE), ==,
                   cz_gemm_table_get_fixed_name (device));

  g_setenv ("CZ_GEMM_TABLE", path, TRUE);
  g_autoptr (CzDevice) again = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cz_gemm_table_get_name (again, CZ_ROUNDING_NONE), ==,
                   cz_gemm_tuned_get_name (tuned));
  g_autofree float *first = multiply (again, NULL, FALSE);
  g_autofree float *second = multiply (again, NULL, FALSE);
  g_autofree float *planned = multiply (device, &expected, TRUE);
  assert_same (first, second);
  assert_same (first, planned);

  // What is like it follows it; other forms and far sizes do not.
  CzGemm gemm = { .form = CZ_GEMM_NT, .m = 64, .n = 32, .k = 1024 };
  cz_gemm_complete (&gemm);
  g_assert_true (
      cz_gemm_plan_equal (cz_gemm_tuned_find (tuned, &gemm, CZ_ROUNDING_NONE), &expected));
  gemm.batch_inner = 3;
  g_assert_null (cz_gemm_tuned_find (tuned, &gemm, CZ_ROUNDING_NONE));
  gemm.batch_inner = 1;
  gemm.form = CZ_GEMM_TN;
  g_assert_null (cz_gemm_tuned_find (tuned, &gemm, CZ_ROUNDING_NONE));
  remove_path (path);
}

// Writes a table whose body was changed, with the hash of the change or of what was there.
static void
spoil (const char *path, const char *from, const char *to, gboolean rehash)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GString) body = g_string_new (strstr (text, "\ndevice ") + 1);
  g_assert_cmpuint (g_string_replace (body, from, to, 1), ==, 1);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, body->str, -1);
  if (rehash)
    memcpy (strstr (text, "sha256 ") + 7, hash, 64);
  strstr (text, "\ndevice ")[1] = '\0';
  g_autofree char *whole = g_strconcat (text, body->str, NULL);
  g_file_set_contents (path, whole, -1, &error);
  g_assert_no_error (error);
}

static void
test_spoiled (void)
{
  static const struct
  {
    const char *from, *to;
    gboolean rehash;
    const char *why;
  } cases[] = {
    { "32 64", "32 65", FALSE, "damaged" },
    { "device ", "device x", TRUE, "another" },
    { "driver ", "driver x", TRUE, "another" },
    { "over ", "over x", TRUE, "another" },
    { "NT 32", "NX 32", TRUE, "damaged" },
    { "NT 32 64", "NT 32 0", TRUE, "damaged" },
    { "1: tile", "1: nonsense", TRUE, "damaged" },
    { "1: tile", "1: tile parts=99", TRUE, "damaged" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = make_path ();
      CzGemmPlan expected;
      g_autoptr (CzGemmTuned) tuned = make_table (&expected);
      g_assert_true (cz_gemm_tuned_save (tuned, device, path, &error));
      spoil (path, cases[i].from, cases[i].to, cases[i].rehash);
      g_setenv ("CZ_GEMM_TABLE", path, TRUE);
      g_assert_null (cz_gemm_tuned_load (device, &error));
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, cases[i].why));
      g_clear_error (&error);
      // It is said once; the fixed table does.
      if (i == 0)
        g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*damaged*");
      g_autoptr (CzDevice) again = cz_device_open (NULL, &error);
      g_assert_no_error (error);
      g_test_assert_expected_messages ();
      g_assert_cmpstr (cz_gemm_table_get_name (again, CZ_ROUNDING_NONE), ==,
                       cz_gemm_table_get_fixed_name (again));
      remove_path (path);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GError) error = NULL;
  g_setenv ("CZ_GEMM_TABLE", "", TRUE);
  device = cz_device_open (NULL, &error);
  g_assert_no_error (error);
  g_test_add_func ("/gemm/tuned", test_tuned);
  g_test_add_func ("/gemm/spoiled", test_spoiled);
  int status = g_test_run ();
  cz_device_unref (device);
  return status;
}
