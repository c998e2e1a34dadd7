#include <string.h>

#include "data/import-file.h"
#include "tests/fuzz/targets.h"

// The readers of an import. A reader of another format is added with a function like these.

#define DOCUMENTS_MAX 3000 // then it is enough
#define SKIPS_MAX     3000

typedef struct
{
  guint documents, skips;
  GCancellable *cancellable;
  char *first_column, *last_column;
} Found;

// Text as a document or a label may be: UTF-8, with NULs in it.
static void
assert_text (const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      gboolean ok = g_utf8_validate_len (text, (gsize)(end - text), &text);

      g_assert_true (ok || (text < end && *text == '\0'));
      text += !ok;
    }
}

static gboolean
take_document (const CzFoundDocument *document, gpointer data, GError **error)
{
  Found *found = data;

  g_assert_nonnull (document->path);
  g_assert_cmpint (document->row, >=, 0);
  g_assert_true (document->length > 0 && document->length <= 3 * CZ_DOCUMENT_BYTES_MAX);
  assert_text (document->text, document->length);
  assert_text (document->label, strlen (document->label));
  assert_text (document->split, strlen (document->split));
  g_assert_null (strchr (document->label, '\n'));
  if (++found->documents > DOCUMENTS_MAX)
    g_cancellable_cancel (found->cancellable);
  return !g_cancellable_set_error_if_cancelled (found->cancellable, error);
}

static void
take_skip (const char *path, gint64 row, const char *reason, gpointer data)
{
  Found *found = data;

  g_assert_true (path != NULL && row >= 0 && reason != NULL && reason[0] != '\0');
  assert_text (reason, strlen (reason));
  if (++found->skips > SKIPS_MAX)
    g_cancellable_cancel (found->cancellable);
}

static void
take_file (const char *path, CzFormat format, const char *encoding, gpointer data)
{
}

static void
take_guess (const char *path, const char *encoding, gpointer data)
{
}

static void
take_table (const char *path, char **columns, int text, int label, int split, gpointer data)
{
  Found *found = data;
  int n = (int)g_strv_length (columns);

  g_assert_true (text >= 0 && text < n && label < n && split < n);
  if (found->first_column == NULL)
    {
      found->first_column = g_strdup (columns[0]);
      found->last_column = g_strdup (columns[n - 1]);
    }
}

static void
take_progress (gint64 bytes_done, const char *path, gpointer data)
{
  g_assert_cmpint (bytes_done, >=, 0);
}

static void
import (const guint8 *bytes, gsize length, const CzImportOptions *options, Found *found)
{
  char *path = fuzz_file_new (bytes, length);
  const char *paths[] = { path, NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const CzImportSink sink = { .document = take_document,
                              .skip = take_skip,
                              .damage = take_skip,
                              .note = take_skip,
                              .file = take_file,
                              .guess = take_guess,
                              .table = take_table,
                              .progress = take_progress,
                              .data = found };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  found->cancellable = cancellable;
  ok = cz_import_read (paths, options, &sink, cancellable, &error);
  g_assert_true (ok == (error == NULL));
  if (ok)
    g_assert_cmpuint (found->documents + found->skips, >, 0); // nothing is lost in silence
  fuzz_file_remove (path);
}

// A table: as it comes, then with other columns, so that all kinds of columns are read.
static void
import_table (const guint8 *bytes, gsize length, CzFormat format)
{
  Found found = { 0 };
  CzImportOptions options = { .format = format };

  import (bytes, length, &options, &found);
  if (found.first_column != NULL && found.skips + found.documents < SKIPS_MAX)
    {
      options.text_column = found.first_column;
      options.label_column = found.last_column;
      import (bytes, length, &options, &found);
      options.text_column = found.last_column;
      options.split_column = found.first_column;
      import (bytes, length, &options, &found);
    }
  g_free (found.first_column);
  g_free (found.last_column);
}

void
fuzz_parquet (const guint8 *bytes, gsize length)
{
  import_table (bytes, length, CZ_FORMAT_PARQUET);
}

void
fuzz_csv (const guint8 *bytes, gsize length)
{
  import_table (bytes, length, CZ_FORMAT_CSV);
  import_table (bytes, length, CZ_FORMAT_TSV);
}

void
fuzz_json (const guint8 *bytes, gsize length)
{
  import_table (bytes, length, CZ_FORMAT_JSON);
}

void
fuzz_json_lines (const guint8 *bytes, gsize length)
{
  import_table (bytes, length, CZ_FORMAT_JSONL);
}

// The first byte tells the encoding and whether lines are documents.
void
fuzz_text (const guint8 *bytes, gsize length)
{
  static const char *const encodings[]
      = { NULL,     "UTF-8",     "WINDOWS-1252", "UTF-16",  "UTF-16BE",
          "UTF-32", "SHIFT_JIS", "ISO-2022-JP",  "GB18030", "BIG5",
          "KOI8-R", "UTF-7",     "ISO-2022-KR",  "EUC-JP" };
  Found found = { 0 };
  CzImportOptions options = { 0 };

  if (length == 0)
    return;
  options.encoding = encodings[(bytes[0] >> 1) % G_N_ELEMENTS (encodings)];
  options.format = bytes[0] & 1 ? CZ_FORMAT_LINES : CZ_FORMAT_TEXT;
  import (bytes + 1, length - 1, &options, &found);
}

void
fuzz_html (const guint8 *bytes, gsize length)
{
  Found found = { 0 };
  CzImportOptions options = { .format = CZ_FORMAT_HTML };

  import (bytes, length, &options, &found);
}

// What the program that reads PDFs writes: nothing but white space may be lost or added.
void
fuzz_pdf (const guint8 *bytes, gsize length)
{
  const char *text = (const char *)bytes;
  g_autoptr (GString) joined = cz_pdf_join_pages (text, length);
  gsize at = 0;

  g_assert_true (memchr (joined->str, '\f', joined->len) == NULL);
  g_assert_cmpuint (joined->len, <=, 2 * length);
  for (gsize i = 0; i < joined->len; i++)
    if (!g_ascii_isspace (joined->str[i]))
      {
        while (at < length && g_ascii_isspace (text[at]))
          at++;
        g_assert_true (at < length && text[at++] == joined->str[i]);
      }
  while (at < length && g_ascii_isspace (text[at]))
    at++;
  g_assert_cmpuint (at, ==, length);
  g_assert_true (joined->len == 0 || !g_ascii_isspace (joined->str[joined->len - 1]));
}

// The first byte tells what is to be cleaned and how documents are cut.
void
fuzz_cleaning (const guint8 *bytes, gsize length)
{
  Found found = { 0 };
  CzImportOptions options = { .format = CZ_FORMAT_MARKDOWN };

  if (length == 0)
    return;
  options.cleaning = bytes[0] & 63;
  options.unit = bytes[0] & 128 ? CZ_UNIT_PARAGRAPH : CZ_UNIT_AUTO;
  import (bytes + 1, length - 1, &options, &found);
}

// What is in an archive is told by the names in it.
void
fuzz_archive (const guint8 *bytes, gsize length)
{
  Found found = { 0 };
  CzImportOptions options = { 0 };

  import (bytes, length, &options, &found);
  g_free (found.first_column);
  g_free (found.last_column);
}
