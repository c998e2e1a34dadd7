#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/html-text.h"
#include "data/import-file.h"
#include "data/import-place.h"
#include "data/text-decoding.h"

// From what was given to documents: which files are read, as what, and what is told about the
// others.

#define WAITING_BYTES_MAX ((gsize)4 << 20)
#define BEGINNING         4096 // bytes of a file that show its format

typedef struct
{
  const CzImportOptions *options;
  const CzImportSink *sink;
  CzImportSieve *sieve;
  // Of the path that is being read:
  GHashTable *above;  // folders with a folder named like a split in them
  GPtrArray *waiting; // CzEntry: documents, unless they turn out to describe the data
  gsize waiting_bytes;
} Import;

CzFormat
cz_format_of_name (const char *name)
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
is_pdf (const char *bytes, gsize n)
{
  return memmem (bytes, MIN (n, 1024), "%PDF-", 5) != NULL;
}

// What the contents are, whatever the file is called.
static CzFormat
find_format_of_contents (const char *bytes, gsize n, CzFormat named)
{
  if (named == CZ_FORMAT_PARQUET
      || (named == CZ_FORMAT_TEXT && n >= 4 && memcmp (bytes, "PAR1", 4) == 0))
    return CZ_FORMAT_PARQUET;
  if (is_pdf (bytes, n) && (named == CZ_FORMAT_PDF || memcmp (bytes, "%PDF-", 5) == 0))
    return CZ_FORMAT_PDF;
  if ((named == CZ_FORMAT_TEXT || named == CZ_FORMAT_PDF) && cz_html_is_page (bytes, n))
    return CZ_FORMAT_HTML;
  return named;
}

// Why the contents cannot be read as the file's format; NULL: they may be.
static const char *
refuse_contents (CzImportFile *file, const char *beginning, gsize n_beginning)
{
  g_autofree char *converted = NULL;
  gsize n, length, at;
  const char *window = cz_input_peek (file->input, &n);
  const char *guess = NULL;

  if (file->format == CZ_FORMAT_PDF)
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

// Lets the input give text, or a PDF's bytes.
static void
decode (CzImportFile *file)
{
  const char *encoding = file->options->encoding, *beginning;
  gsize n;

  if (file->format == CZ_FORMAT_PDF)
    {
      cz_input_keep_bytes (file->input);
      return;
    }
  if (file->format == CZ_FORMAT_HTML && encoding == NULL)
    {
      beginning = cz_input_get_beginning (file->input, &n);
      encoding = find_encoding_of_page (beginning, n);
    }
  cz_input_decode (file->input, encoding);
}

static gboolean
read_file (CzImportFile *file, CzEntry *entry, GError **error)
{
  switch (file->format)
    {
    case CZ_FORMAT_PARQUET:
      return cz_import_read_parquet (file, entry, error);
    case CZ_FORMAT_LINES:
      return cz_import_read_lines (file, error);
    case CZ_FORMAT_CSV:
    case CZ_FORMAT_TSV:
      return cz_import_read_csv (file, file->format, error);
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
      && (file->broken || (file->input != NULL && cz_input_is_broken (file->input))))
    {
      g_autofree char *reason
          = g_strdup_printf (_ ("it is damaged from here on (%s)"), failed->message);

      file->skipped = TRUE;
      file->sink->damage (file->path, 0, reason, file->sink->data);
      g_error_free (failed);
      return TRUE;
    }
  g_propagate_error (error, failed);
  return FALSE;
}

static gboolean
read_entry (Import *import, CzEntry *entry, GError **error)
{
  const char *inner = cz_entry_get_inner (entry), *beginning;
  const char *refused = cz_entry_is_given (entry) ? NULL : cz_place_refuse (inner);
  g_autofree char *split = NULL, *label = NULL;
  g_autoptr (CzInput) input = NULL;
  gsize n;
  GError *failed = NULL;
  CzImportFile file = { .path = cz_entry_get_path (entry),
                        .format = import->options->format,
                        .options = import->options,
                        .sink = import->sink,
                        .sieve = import->sieve };
  gboolean ok;

  if (refused != NULL)
    {
      cz_import_file_skip (&file, 0, refused);
      return TRUE;
    }
  beginning = cz_entry_peek (entry, BEGINNING, &n);
  if (file.format == CZ_FORMAT_AUTO)
    file.format = find_format_of_contents (beginning, n, cz_format_of_name (inner));
  cz_place_find (inner, &split, &label);
  if (split == NULL && file.format >= CZ_FORMAT_LINES && file.format <= CZ_FORMAT_PARQUET)
    split = g_strdup (cz_place_find_split_of_name (inner));
  file.split = split;
  file.label = label;
  if (file.format != CZ_FORMAT_PARQUET)
    {
      file.input = input = cz_input_new (entry, &failed);
      file.broken = input == NULL;
      if (input == NULL)
        return forgive (&file, failed, error);
      decode (&file);
      refused = refuse_contents (&file, beginning, n);
      if (refused != NULL)
        {
          cz_import_file_skip (&file, 0, refused);
          return TRUE;
        }
      file.sink->file (file.path, file.format, cz_input_get_encoding (input), file.sink->data);
    }
  ok = (read_file (&file, entry, &failed) || forgive (&file, failed, error))
       && cz_import_file_finish (&file, error);
  cz_import_file_clear (&file);
  return ok;
}

// Whether folders named like splits lie in the entry's own folder or below it, or it lies in one.
static gboolean
describes_data (Import *import, CzEntry *entry)
{
  g_autofree char *folder = g_path_get_dirname (cz_entry_get_inner (entry));
  g_autofree char *above = cz_place_find_above (cz_entry_get_inner (entry));

  return above != NULL || g_hash_table_contains (import->above, folder);
}

static void
skip_description (Import *import, CzEntry *entry)
{
  import->sink->skip (cz_entry_get_path (entry), 0, _ ("it describes the data"),
                      import->sink->data);
}

// Remembers the folders above one that is named like a split.
static void
note_split_folders (Import *import, const char *inner)
{
  g_autofree char *above = cz_place_find_above (inner);

  while (above != NULL && g_hash_table_add (import->above, g_strdup (above))
         && !g_str_equal (above, "."))
    {
      char *parent = g_path_get_dirname (above);

      g_free (above);
      above = parent;
    }
}

// A README and the like waits until it is known whether there are splits below it; it may come
// first.
static gboolean
visit (CzEntry *entry, gpointer data, GError **error)
{
  Import *import = data;
  const char *inner = cz_entry_get_inner (entry);
  CzEntry *held;

  note_split_folders (import, inner);
  if (cz_entry_is_given (entry) || !cz_place_is_description (inner))
    return read_entry (import, entry, error);
  if (describes_data (import, entry))
    {
      skip_description (import, entry);
      return TRUE;
    }
  held
      = import->waiting_bytes < WAITING_BYTES_MAX ? cz_entry_hold (entry, WAITING_BYTES_MAX) : NULL;
  if (held == NULL)
    return read_entry (import, entry, error);
  import->waiting_bytes += cz_entry_measure_held (held);
  g_ptr_array_add (import->waiting, held);
  return TRUE;
}

static gboolean
finish (gpointer data, GError **error)
{
  Import *import = data;
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < import->waiting->len; i++)
    {
      CzEntry *entry = g_ptr_array_index (import->waiting, i);

      if (describes_data (import, entry))
        skip_description (import, entry);
      else
        ok = read_entry (import, entry, error);
    }
  g_ptr_array_set_size (import->waiting, 0);
  g_hash_table_remove_all (import->above);
  import->waiting_bytes = 0;
  return ok;
}

static void
skip (const char *path, gint64 row, const char *reason, gpointer data)
{
  Import *import = data;

  import->sink->skip (path, row, reason, import->sink->data);
}

static void
damage (const char *path, gint64 row, const char *reason, gpointer data)
{
  Import *import = data;

  import->sink->damage (path, row, reason, import->sink->data);
}

static void
progress (gint64 bytes_done, const char *path, gpointer data)
{
  Import *import = data;

  import->sink->progress (bytes_done, path, import->sink->data);
}

gboolean
cz_import_check (const char *const *paths, const CzImportOptions *options, GError **error)
{
  if (paths == NULL || paths[0] == NULL)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("Nothing to import was given; name files, folders or archives."));
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
  g_autoptr (GHashTable) above = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) waiting
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_entry_free_held);
  Import import
      = { .options = options, .sink = sink, .sieve = sieve, .above = above, .waiting = waiting };
  CzEntryVisitor visitor = { .visit = visit,
                             .skip = skip,
                             .damage = damage,
                             .finish = finish,
                             .progress = progress,
                             .data = &import };

  return cz_entry_source_each (paths, &visitor, cancellable, error);
}
