#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/html-text.h"
#include "data/import-file.h"
#include "data/import-place.h"
#include "data/text-decoding.h"

// From what was given to documents: which files are read, as what, and what is told about the
// others.

typedef struct
{
  const CzImportOptions *options;
  const CzImportSink *sink;
  CzImportSieve *sieve;
  gboolean splits_seen; // some file so far lay in a folder named like a split
} Import;

static CzFormat
find_format (const char *name)
{
  static const struct
  {
    const char *ending;
    CzFormat format;
  } endings[] = {
    { ".csv", CZ_FORMAT_CSV },           { ".tsv", CZ_FORMAT_TSV },
    { ".tab", CZ_FORMAT_TSV },           { ".jsonl", CZ_FORMAT_JSONL },
    { ".ndjson", CZ_FORMAT_JSONL },      { ".json", CZ_FORMAT_JSON },
    { ".parquet", CZ_FORMAT_PARQUET },   { ".html", CZ_FORMAT_HTML },
    { ".htm", CZ_FORMAT_HTML },          { ".xhtml", CZ_FORMAT_HTML },
    { ".pdf", CZ_FORMAT_PDF },           { ".md", CZ_FORMAT_MARKDOWN },
    { ".markdown", CZ_FORMAT_MARKDOWN },
  };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i].ending))
      return endings[i].format;
  return CZ_FORMAT_TEXT;
}

static gboolean
has_split_folders (CzEntry *entry)
{
  g_autofree char *folder = g_path_get_dirname (cz_entry_get_path (entry));
  g_autofree char *train = g_build_filename (folder, "train", NULL);
  g_autofree char *test = g_build_filename (folder, "test", NULL);

  return g_file_test (train, G_FILE_TEST_IS_DIR) || g_file_test (test, G_FILE_TEST_IS_DIR);
}

// The split that a table's or a JSON file's own name tells (train.csv), "" with an ending of any
// kind.
static const char *
find_split_of_name (const char *inner)
{
  g_autofree char *name = g_path_get_basename (inner);
  char *dot = strchr (name, '.');

  if (dot != NULL)
    *dot = '\0';
  return cz_place_parse_split (name);
}

static gboolean
is_archive (const char *window, gsize n)
{
  static const char *const magics[] = { "\x1f\x8b",
                                        "\xfd"
                                        "7zXZ",
                                        "\x28\xb5\x2f\xfd",
                                        "BZh9",
                                        "PK\x03\x04",
                                        "PK\x05\x06",
                                        "7z\xbc\xaf" };

  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (n >= strlen (magics[i]) && memcmp (window, magics[i], strlen (magics[i])) == 0)
      return TRUE;
  return n >= 262 && memcmp (window + 257, "ustar", 5) == 0;
}

static gboolean
is_pdf (const char *bytes, gsize n)
{
  return memmem (bytes, MIN (n, 1024), "%PDF-", 5) != NULL;
}

// What the contents are, whatever the file is called.
static CzFormat
find_format_of_contents (const char *bytes, gsize n, CzFormat named)
{
  if (named == CZ_FORMAT_PARQUET)
    return named;
  if (is_pdf (bytes, n) && (named == CZ_FORMAT_PDF || memcmp (bytes, "%PDF-", 5) == 0))
    return CZ_FORMAT_PDF;
  if ((named == CZ_FORMAT_TEXT || named == CZ_FORMAT_PDF) && cz_html_is_page (bytes, n))
    return CZ_FORMAT_HTML;
  return named;
}

// Why the contents cannot be read as `format`; NULL: they may be.
static const char *
refuse_contents (CzImportFile *file, const char *beginning, gsize n_beginning, CzFormat format)
{
  g_autofree char *converted = NULL;
  gsize n, length, at;
  const char *window = cz_input_peek (file->input, &n);
  const char *guess = NULL;

  if (is_archive (beginning, n_beginning))
    return _ ("it is an archive within an archive; unpack it first");
  if (format == CZ_FORMAT_PDF)
    return is_pdf (beginning, n_beginning) ? NULL : _ ("it is no PDF");
  if (n_beginning >= 5 && memcmp (beginning, "%PDF-", 5) == 0)
    return _ ("it is a PDF; choose that format");
  if (!cz_input_is_strict (file->input)
      && (cz_text_is_mostly_controls (window, MIN (n, 4096))
          || cz_text_decode (window, MIN (n, 4096), FALSE, &guess, &converted, &length, &at)
                 == CZ_DECODED_BINARY))
    return _ ("it is no text");
  return NULL;
}

// What a page says of its encoding, unless it is UTF-8 after all.
static const char *
find_encoding_of_page (const char *bytes, gsize n)
{
  const char *named = cz_html_find_encoding (bytes, n);
  gboolean foreign = cz_text_guess_encoding (bytes, n, FALSE) != NULL;

  for (gsize i = 0; named != NULL && !foreign && i < n; i++)
    if ((guchar)bytes[i] >= 0x80)
      return NULL; // it is UTF-8, whatever it says
  return named != NULL && !cz_text_encoding_is_utf8 (named) ? named : NULL;
}

static gboolean
read_file (CzImportFile *file, CzFormat format, GError **error)
{
  switch (format)
    {
    case CZ_FORMAT_LINES:
      return cz_import_read_lines (file, error);
    case CZ_FORMAT_CSV:
    case CZ_FORMAT_TSV:
      return cz_import_read_csv (file, format, error);
    case CZ_FORMAT_JSONL:
      return cz_import_read_json_lines (file, error);
    case CZ_FORMAT_JSON:
      return cz_import_read_json (file, error);
    case CZ_FORMAT_HTML:
      return cz_import_read_html (file, error);
    case CZ_FORMAT_PDF:
      return cz_import_read_pdf (file, error);
    default:
      return cz_import_read_text (file, error);
    }
}

// Damage in one file does not end the import; anything else does.
static gboolean
forgive (CzImportFile *file, GError *failed, GError **error)
{
  if (g_error_matches (failed, CZ_DATA_ERROR, CZ_DATA_ERROR_IO)
      && (file->input == NULL || cz_input_is_broken (file->input)))
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it is damaged from here on (%s)"), failed->message);

      cz_import_file_skip (file, 0, reason);
      g_error_free (failed);
      return TRUE;
    }
  g_propagate_error (error, failed);
  return FALSE;
}

static gboolean
visit (CzEntry *entry, gpointer data, GError **error)
{
  Import *import = data;
  const char *path = cz_entry_get_path (entry), *inner = cz_entry_get_inner (entry);
  const char *encoding = import->options->encoding, *beginning;
  g_autofree char *split = NULL, *label = NULL, *kept = NULL;
  g_autoptr (CzInput) input = NULL;
  gsize n;
  GError *failed = NULL;
  CzFormat format = import->options->format;
  CzImportFile file
      = { .path = path, .options = import->options, .sink = import->sink, .sieve = import->sieve };
  gboolean ok;
  const char *refused = NULL;

  cz_place_find (inner, &split, &label);
  import->splits_seen = import->splits_seen || split != NULL;
  if (!cz_entry_is_given (entry))
    refused = cz_place_refuse (inner, import->splits_seen || has_split_folders (entry));
  if (format == CZ_FORMAT_AUTO)
    format = find_format (inner);
  if (refused != NULL)
    {
      cz_import_file_skip (&file, 0, refused);
      return TRUE;
    }
  if (!cz_format_is_readable (format))
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("this version cannot read %s files yet; convert it to text first"),
                             cz_format_get_name (format));

      cz_import_file_skip (&file, 0, reason);
      return TRUE;
    }
  if (split == NULL && format >= CZ_FORMAT_LINES && format <= CZ_FORMAT_PARQUET)
    split = g_strdup (find_split_of_name (inner));
  file.split = split;
  file.label = label;
  file.input = input = cz_input_new (entry, &failed);
  if (input == NULL)
    return forgive (&file, failed, error);
  beginning = cz_input_get_beginning (input, &n);
  kept = g_malloc (n + 1); // the input lets go of it
  memcpy (kept, beginning, n);
  if (import->options->format == CZ_FORMAT_AUTO)
    format = find_format_of_contents (kept, n, format);
  if (format == CZ_FORMAT_PDF)
    cz_input_keep_bytes (input);
  else if (format == CZ_FORMAT_HTML && encoding == NULL)
    cz_input_decode (input, find_encoding_of_page (kept, n));
  else
    cz_input_decode (input, encoding);
  refused = refuse_contents (&file, kept, n, format);
  if (refused != NULL)
    {
      cz_import_file_skip (&file, 0, refused);
      return TRUE;
    }
  import->sink->file (path, format, cz_input_get_encoding (input), import->sink->data);
  file.format = format;
  ok = (read_file (&file, format, &failed) || forgive (&file, failed, error))
       && cz_import_file_finish (&file, error);
  cz_import_file_clear (&file);
  return ok;
}

static void
skip (const char *path, gint64 row, const char *reason, gpointer data)
{
  Import *import = data;

  import->sink->skip (path, row, reason, import->sink->data);
}

static void
progress (gint64 bytes_done, const char *path, gpointer data)
{
  Import *import = data;

  import->sink->progress (bytes_done, path, import->sink->data);
}

gboolean
cz_import_check_options (const CzImportOptions *options, GError **error)
{
  if (!cz_format_is_readable (options->format))
    {
      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
          _ ("This version cannot read the format “%s” yet; convert the files to text, CSV "
             "or JSON Lines first."),
          cz_format_get_name (options->format));
      return FALSE;
    }
  if (options->encoding != NULL && !cz_text_encoding_exists (options->encoding))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("There is no encoding “%s”; “iconv --list” shows those there are, such as "
                      "UTF-8, WINDOWS-1252, ISO-8859-15 or SHIFT_JIS."),
                   options->encoding);
      return FALSE;
    }
  if (options->minimum_words < 0 || options->minimum_length < 0)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("A document cannot have less than no words or letters."));
      return FALSE;
    }
  return TRUE;
}

gboolean
cz_import_read (const char *const *paths,
                const CzImportOptions *options,
                const CzImportSink *sink,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (CzImportSieve) sieve = cz_import_sieve_new (options);
  Import import = { .options = options, .sink = sink, .sieve = sieve };
  CzEntryVisitor visitor = { .visit = visit, .skip = skip, .progress = progress, .data = &import };

  return cz_entry_source_each (paths, &visitor, cancellable, error);
}
