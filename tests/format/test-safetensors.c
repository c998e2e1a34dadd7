// The safetensors reader against every way a file can lie, and the writer against the reader.
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "engine/format/atomic-file.h"
#include "engine/format/format-error.h"
#include "engine/format/half.h"
#include "engine/format/safetensors.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("cz-safetensors-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "model.safetensors", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  cz_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

// A file of that header and so many zero bytes behind it.
static void
write_raw (Fixture *fixture, const char *header, gsize n_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64)strlen (header));
  guint8 zero = 0;

  g_byte_array_append (bytes, (guint8 *)&length, 8);
  g_byte_array_append (bytes, (const guint8 *)header, (guint)strlen (header));
  for (gsize i = 0; i < n_data; i++)
    g_byte_array_append (bytes, &zero, 1);
  g_assert_true (g_file_set_contents (fixture->path, (char *)bytes->data, bytes->len, NULL));
}

static void
assert_refused (Fixture *fixture, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzSafetensors) file = cz_safetensors_open (fixture->path, &error);

  g_assert_null (file);
  g_assert_error (error, CZ_FORMAT_ERROR, code);
  g_assert_nonnull (strstr (error->message, fixture->path));
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in: %s", words, error->message);
}

static void
test_lies (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *header;
    gsize n_data;
    const char *words;
  } cases[] = {
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 12, "cut short" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 20,
      "belong to no tensor" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,12]}}", 12,
      "doesn't fit its shape" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}", 16,
      "doesn't fit its shape" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-16,0]}}", 16, "no sound type" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,6]}}", 6, "no sound type" },
    { "{\"a\":{\"dtype\":\"Q4\",\"shape\":[4],\"data_offsets\":[0,16]}}", 16,
      "a type that is not known" },
    { "{\"a\":{\"dtype\":7,\"shape\":[4],\"data_offsets\":[0,16]}}", 16, "no sound type" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,16]}}", 16, "no sound type" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}", 16, "no sound type" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0]}}", 16, "no sound type" },
    { "{\"a\":[1,2]}", 16, "describes the tensor" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],\"data_offsets\":[0,"
      "0]}}",
      0, "impossible size" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,0]}}", 0,
      "impossible size" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551615],\"data_offsets\":[0,0]}}", 0,
      "no sound type" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", 1,
      "dimensions" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[4,12]}}",
      12, "overlaps another" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[12,20]}}",
      20, "belong to nothing" },
    { "[1,2,3]", 0, "not a safetensors file" },
    { "{\"a\":", 0, "not JSON" },
    { "{\"a\":\"\xff\xfe\"}", 0, "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      write_raw (fixture, cases[i].header, cases[i].n_data);
      assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, cases[i].words);
    }
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  static const char pointer[] = "version https://git-lfs.github.com/spec/v1\n"
                                "oid sha256:0123456789abcdef\nsize 267954768\n";
  g_autofree char *deep = g_strnfill (200000, '[');
  g_autofree char *header = g_strconcat ("{\"a\":", deep, NULL);
  // json-glib knows comments and single quotes, JSON does not.
  g_autofree char *commented = g_strconcat ("{\"a\":/*\"*/", deep, NULL);
  g_autofree char *quoted = g_strconcat ("{'\"':", deep, NULL);

  assert_refused (fixture, CZ_FORMAT_ERROR_MISSING, "missing");
  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "empty");
  g_assert_true (g_file_set_contents (fixture->path, "hello, world", -1, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "not a safetensors");
  g_assert_true (g_file_set_contents (fixture->path, "{}", -1, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "not a safetensors");
  g_assert_true (g_file_set_contents (fixture->path, "PK\3\4 and more of it", -1, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "PyTorch");
  g_assert_true (g_file_set_contents (fixture->path, pointer, -1, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_LFS_POINTER, "Git-LFS");
  g_assert_true (g_file_set_contents (fixture->path, "\xff\x10\0\0\0\0\0\0{\"a\":", 14, NULL));
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "within its header");
  write_raw (fixture, header, 0);
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "levels deep");
  write_raw (fixture, commented, 0);
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "not JSON");
  write_raw (fixture, quoted, 0);
  assert_refused (fixture, CZ_FORMAT_ERROR_INVALID, "not JSON");
}

// Writes 3 × 2 and 4 numbers; every prefix of the file is refused, the whole is read.
static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  static const float b[6] = { 1, -2.5f, 0x1p-24f, 65504, -0.0f, 3.140625f }, a[4] = { 9, 8, 7, 6 };
  static const char *const metadata[] = { "what", "a “test”", NULL };
  const CzTensorSource sources[] = {
    { .name = "b", .n_dims = 2, .dims = { 3, 2 }, .data = b },
    { .name = "a", .n_dims = 1, .dims = { 4 }, .data = a },
  };
  g_autofree char *whole = NULL;
  gsize length = 0;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      CzDtype dtype = i == 0 ? CZ_DTYPE_F32 : CZ_DTYPE_F16;
      float read[6];

      g_assert_true (
          cz_safetensors_write (fixture->path, sources, 2, dtype, metadata, NULL, NULL, &error));
      g_assert_no_error (error);
      g_autoptr (CzSafetensors) file = cz_safetensors_open (fixture->path, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (cz_safetensors_get_n_tensors (file), ==, 2);
      g_assert_cmpstr (cz_safetensors_get_tensor (file, 0)->name, ==, "a");
      g_assert_cmpstr (cz_safetensors_get_metadata (file, "format"), ==, "pt");
      g_assert_cmpstr (cz_safetensors_get_metadata (file, "what"), ==, "a “test”");
      g_assert_null (cz_safetensors_get_metadata (file, "else"));
      const CzTensor *tensor = cz_safetensors_lookup (file, "b");
      g_assert_cmpuint (tensor->n_dims, ==, 2);
      g_assert_cmpuint (tensor->dims[0], ==, 3);
      g_assert_true (cz_tensor_read_floats (tensor, 0, 6, read, &error));
      g_assert_cmpmem (read, sizeof read, b, sizeof b);
      g_assert_false (cz_tensor_read_floats (tensor, 4, 3, read, NULL));
      g_assert_false (cz_tensor_read_floats (tensor, G_MAXUINT64, 2, read, NULL));
    }
  g_assert_true (g_file_get_contents (fixture->path, &whole, &length, NULL));
  for (gsize n = 0; n < length; n++)
    {
      g_assert_true (g_file_set_contents (fixture->path, whole, (gssize)n, NULL));
      g_assert_null (cz_safetensors_open (fixture->path, NULL));
    }
}

// Every half but NaNs survives the way to float and back; rounding is to nearest even.
static void
test_half (void)
{
  for (guint half = 0; half < 65536; half++)
    if ((half & 0x7fff) <= 0x7c00)
      g_assert_cmpuint (cz_half_from_float (cz_half_to_float ((guint16)half)), ==, half);
  g_assert_true (isnan (cz_half_to_float (0x7e01)));
  g_assert_cmpuint (cz_half_from_float (NAN) & 0x7fff, ==, 0x7e00);
  g_assert_cmpuint (cz_half_from_float (65519.99f), ==, 0x7bff);
  g_assert_cmpuint (cz_half_from_float (65520.0f), ==, 0x7c00);
  g_assert_cmpuint (cz_half_from_float (1.0f + 0x1p-11f), ==, 0x3c00);
  g_assert_cmpuint (cz_half_from_float (1.0f + 0x3p-11f), ==, 0x3c02);
  g_assert_cmpuint (cz_half_from_float (0x1p-25f), ==, 0);
  g_assert_cmpuint (cz_half_from_float (0x1.8p-25f), ==, 1);
  g_assert_cmpuint (cz_half_from_float (0x3p-25f), ==, 2);
}

// A full disk leaves the old file whole and nothing beside it.
static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  float numbers[1000] = { 0 };
  const CzTensorSource source = { .name = "a", .n_dims = 1, .dims = { 1000 }, .data = numbers };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint n_files = 0;

  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  for (guint64 room = 0; room < 4000; room += 1000)
    {
      g_clear_error (&error);
      cz_atomic_file_fault_arm (room);
      g_assert_false (
          cz_safetensors_write (fixture->path, &source, 1, CZ_DTYPE_F32, NULL, NULL, NULL, &error));
      cz_atomic_file_fault_arm (G_MAXUINT64);
      g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE);
    }
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  while (g_dir_read_name (folder) != NULL)
    n_files++;
  g_assert_cmpuint (n_files, ==, 1);
}

static void
test_too_large_for_half (Fixture *fixture, gconstpointer data)
{
  float number = 70000;
  const CzTensorSource source = { .name = "a", .n_dims = 1, .dims = { 1 }, .data = &number };
  g_autoptr (GError) error = NULL;

  g_assert_false (
      cz_safetensors_write (fixture->path, &source, 1, CZ_DTYPE_F16, NULL, NULL, NULL, &error));
  g_assert_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED);
}

// A folder takes another's place whole; what stood there goes.
static void
test_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "best", NULL);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *beside = cz_atomic_folder_new (path, &error);
      g_assert_no_error (error);
      g_autofree char *name = g_strdup_printf ("%s/file-%u", beside, i);
      g_assert_true (cz_atomic_file_save (name, "x", 1, &error));
      g_assert_true (cz_atomic_folder_finish (beside, path, &error));
      g_assert_no_error (error);
      g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
    }
  g_autofree char *old = g_build_filename (path, "file-0", NULL);
  g_autofree char *new = g_build_filename (path, "file-1", NULL);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (new, G_FILE_TEST_EXISTS));
}

// Bytes of files that this process holds in memory.
static guint64
count_resident (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "RssFile:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("RssFile:"), NULL, 10) * 1024;
}

// A file that was read does not stay in memory, and can be read again.
static void
test_let_go (Fixture *fixture, gconstpointer data)
{
  const guint64 n = 4 << 20, bytes = n * sizeof (float);
  g_autofree float *floats = g_new (float, n);
  g_autoptr (GError) error = NULL;

  write_raw (fixture,
             "{\"a\":{\"dtype\":\"F32\",\"shape\":[4194304],\"data_offsets\":[0,16777216]}}",
             bytes);
  g_autoptr (CzSafetensors) file = cz_safetensors_open (fixture->path, &error);
  g_assert_no_error (error);
  guint64 before = count_resident ();
  for (guint i = 0; i < 2; i++)
    {
      memset (floats, 1, bytes);
      g_assert_true (
          cz_tensor_read_floats (cz_safetensors_get_tensor (file, 0), 0, n, floats, &error));
      g_assert_no_error (error);
      g_assert_true (floats[0] == 0 && floats[n - 1] == 0);
      g_assert_cmpuint (count_resident (), >, before + bytes / 2);
      cz_safetensors_let_go (file);
      g_assert_cmpuint (count_resident (), <, before + bytes / 4);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/safetensors/lies", test_lies);
  ADD ("/safetensors/foreign", test_foreign);
  ADD ("/safetensors/round-trip", test_round_trip);
  ADD ("/safetensors/disk-full", test_disk_full);
  ADD ("/safetensors/too-large-for-half", test_too_large_for_half);
  ADD ("/safetensors/folder", test_folder);
  ADD ("/safetensors/let-go", test_let_go);
  g_test_add_func ("/safetensors/half", test_half);
  return g_test_run ();
}
