#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "engine/text/token-file.h"
#include "engine/text/tokenizer.h"

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("cz-token-file-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "corpus.tokens", NULL);
}

// Whatever happened, no other file may have been left behind.
static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

static void
write_file (const char *path, const char *key)
{
  const guint32 first[] = { 2 | CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START, 700 | CZ_TOKEN_WORD_START,
                            3 | CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START };
  const guint32 second[] = { 5, 6 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTokenWriter) w = cz_token_writer_new (path, key, &error);

  g_assert_no_error (error);
  g_assert_true (cz_token_writer_add (w, 11, "train", first, 3, &error));
  g_assert_true (cz_token_writer_add (w, -12, NULL, NULL, 0, &error));
  g_assert_true (cz_token_writer_add (w, G_MAXINT64, "train", second, 2, &error));
  g_assert_true (cz_token_writer_add (w, 14, "test", second, 2, &error));
  g_assert_true (cz_token_writer_finish (w, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzTokenDocument d;
  guint64 n;

  write_file (f->path, "corpus 1, tokenizer 2");
  write_file (f->path, "corpus 1, tokenizer 3"); // replaces
  g_autoptr (CzTokenFile) file = cz_token_file_open (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cz_token_file_get_key (file), ==, "corpus 1, tokenizer 3");
  g_assert_cmpuint (cz_token_file_get_id_limit (file), ==, 701);
  g_assert_cmpuint (cz_token_file_get_n_documents (file), ==, 4);
  const guint32 *tokens = cz_token_file_get_tokens (file, &n);
  g_assert_cmpuint (n, ==, 7);
  g_assert_cmphex (tokens[1], ==, 700 | CZ_TOKEN_WORD_START);
  g_assert_cmphex (tokens[6], ==, 6);

  cz_token_file_get_document (file, 1, &d);
  g_assert_cmpint (d.id, ==, -12);
  g_assert_cmpstr (d.split, ==, "");
  g_assert_cmpuint (d.count, ==, 0);
  cz_token_file_get_document (file, 2, &d);
  g_assert_cmpint (d.id, ==, G_MAXINT64);
  g_assert_cmpstr (d.split, ==, "train");
  g_assert_cmpuint (d.offset, ==, 3);
  g_assert_cmpuint (d.count, ==, 2);
  const char *const *splits = cz_token_file_get_splits (file);
  g_assert_cmpuint (g_strv_length ((GStrv)splits), ==, 3);
  g_assert_true (g_strv_contains (splits, "test"));
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzTokenWriter) w = cz_token_writer_new (f->path, "", &error);
  guint64 n;

  g_assert_true (cz_token_writer_finish (w, &error));
  g_autoptr (CzTokenFile) file = cz_token_file_open (f->path, &error);
  g_assert_no_error (error);
  cz_token_file_get_tokens (file, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (cz_token_file_get_n_documents (file), ==, 0);
  g_assert_null (cz_token_file_get_splits (file)[0]);
}

static void
test_unfinished (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CzTokenWriter *w = cz_token_writer_new (f->path, "key", &error);

  g_assert_true (cz_token_writer_add (w, 1, "train", (const guint32[]){ 1 }, 1, &error));
  cz_token_writer_free (w);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_null (cz_token_file_open (f->path, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, f->path));
}

static void
assert_damaged (const char *path, const char *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;

  // Without a wait for the disk, since this is done hundreds of times; what is there is not cut
  // short then, so it goes first.
  g_unlink (path);
  g_assert_true (
      g_file_set_contents_full (path, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  g_assert_null (cz_token_file_open (path, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_truncated (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  write_file (f->path, "key");
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (gsize n = 0; n < length; n++)
    assert_damaged (f->path, bytes, n);
  g_autofree char *longer = g_malloc0 (length + 8);
  memcpy (longer, bytes, length);
  assert_damaged (f->path, longer, length + 8);
  assert_damaged (f->path, longer, length + 1);
}

// No byte of the file can be another one without being noticed.
static void
test_changed (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  write_file (f->path, "key");
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      const char changes[] = { 1, (char)0x80, (char)0xff };
      for (guint k = 0; k < G_N_ELEMENTS (changes); k++)
        {
          bytes[i] ^= changes[k];
          assert_damaged (f->path, bytes, length);
          bytes[i] ^= changes[k];
        }
    }
}

// Sizes that lie, such that a sum of them would overflow.
static void
test_lying_sizes (Fixture *f, gconstpointer data)
{
  static const guint64 lies[]
      = { G_MAXUINT64, G_MAXINT64, G_MAXUINT64 / 4, G_MAXUINT64 / 4 + 1, G_MAXUINT64 / 32 + 1,
          G_MAXUINT32, 8 };
  g_autofree char *bytes = NULL;
  gsize length;

  write_file (f->path, "key");
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (gsize at = 16; at < 40; at += 8) // n_tokens, n_documents, split_bytes
    for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
      {
        g_autofree char *changed = g_memdup2 (bytes, length);
        memcpy (changed + at, &lies[i], sizeof lies[i]);
        assert_damaged (f->path, changed, length);
      }
}

static void
test_foreign (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *text
      = "This is a text that is long enough to be a header, but for what it says, is it?";

  assert_damaged (f->path, text, strlen (text));
  g_assert_null (cz_token_file_open (f->folder, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nowhere = g_build_filename (f->folder, "no", "corpus.tokens", NULL);
  g_autofree char *key = g_strnfill (256, 'k');

  g_assert_null (cz_token_writer_new (nowhere, "key", &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO);
  g_clear_error (&error);
  g_assert_null (cz_token_writer_new (f->path, key, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_INVALID);
}

// A disk that takes no more: a limit on the size of files does the same to a write.
static void
test_no_room (Fixture *f, gconstpointer data)
{
  enum
  {
    N = 1 << 16
  };
  g_autoptr (GError) error = NULL;
  g_autofree guint32 *tokens = g_new0 (guint32, N);
  struct rlimit before, small;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 100000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  CzTokenWriter *w = cz_token_writer_new (f->path, "key", &error);
  g_assert_no_error (error);
  gboolean written = cz_token_writer_add (w, 1, "train", tokens, N, &error)
                     && cz_token_writer_finish (w, &error);
  cz_token_writer_free (w);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  g_assert_false (written);
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, f->path));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/token-file/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("empty", test_empty);
  ADD ("unfinished", test_unfinished);
  ADD ("truncated", test_truncated);
  ADD ("changed", test_changed);
  ADD ("lying-sizes", test_lying_sizes);
  ADD ("foreign", test_foreign);
  ADD ("refused", test_refused);
  ADD ("no-room", test_no_room);
  return g_test_run ();
}
