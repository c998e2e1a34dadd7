#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/corpus.h"
#include "data/document.h"
#include "data/import-file.h"

// A look at what would be imported.

#define LOOK_US        800000 // how long
#define DOCUMENTS_KEPT 50
#define SKIPS_KEPT     1000
#define TEXT_KEPT      ((gsize)64 << 10) // bytes of a document that are shown

typedef struct
{
  CzImportFindings *findings;
  GHashTable *splits, *labels; // name → CzCorpusGroup
  gint64 formats[CZ_N_FORMATS];
  gint64 documents;
  gint64 until;
  gint64 bytes_total;
  GCancellable *enough; // cancelled when there is time no more, or by the caller
} Look;

void
cz_import_findings_free (CzImportFindings *findings)
{
  if (findings == NULL)
    return;
  g_free (findings->name);
  g_strfreev (findings->columns);
  g_free (findings->text_column);
  g_free (findings->label_column);
  g_free (findings->split_column);
  g_free (findings->encoding);
  g_clear_pointer (&findings->documents, g_ptr_array_unref);
  g_clear_pointer (&findings->splits, g_ptr_array_unref);
  g_clear_pointer (&findings->labels, g_ptr_array_unref);
  g_clear_pointer (&findings->skipped, g_ptr_array_unref);
  g_free (findings);
}

static void
count (GHashTable *groups, const char *name, gsize bytes)
{
  CzCorpusGroup *group = g_hash_table_lookup (groups, name);

  if (group == NULL)
    {
      group = g_new0 (CzCorpusGroup, 1);
      group->name = g_strdup (name);
      g_hash_table_insert (groups, group->name, group);
    }
  group->documents++;
  group->bytes += (gint64)bytes;
}

static gboolean
take_document (const CzFoundDocument *found, gpointer data, GError **error)
{
  Look *look = data;

  count (look->splits, found->split, found->length);
  count (look->labels, found->label, found->length);
  if (look->findings->documents->len < DOCUMENTS_KEPT)
    {
      CzDocument *document = g_new0 (CzDocument, 1);
      gsize length = found->length;

      if (length > TEXT_KEPT)
        for (length = TEXT_KEPT; ((guchar)found->text[length] & 0xc0) == 0x80;)
          length--;
      document->ordinal = look->documents;
      document->path = g_strdup (found->path);
      document->row = found->row;
      document->label = g_strdup (found->label);
      document->split = g_strdup (found->split);
      document->text = g_malloc (length + 1);
      memcpy (document->text, found->text, length);
      document->text[length] = '\0';
      document->length = length;
      document->bytes = (gint64)found->length;
      g_ptr_array_add (look->findings->documents, document);
    }
  look->documents++;
  if (g_get_monotonic_time () > look->until)
    g_cancellable_cancel (look->enough);
  return !g_cancellable_set_error_if_cancelled (look->enough, error);
}

static void
add_skip (Look *look, const char *path, gint64 row, const char *reason, gboolean damaged)
{
  CzImportSkip *skip;

  if (look->findings->skipped->len >= SKIPS_KEPT)
    return;
  skip = g_new0 (CzImportSkip, 1);
  skip->path = g_strdup (path);
  skip->row = row;
  skip->reason = g_strdup (reason);
  skip->damaged = damaged;
  g_ptr_array_add (look->findings->skipped, skip);
}

static void
take_skip (const char *path, gint64 row, const char *reason, gpointer data)
{
  add_skip (data, path, row, reason, FALSE);
}

static void
take_damage (const char *path, gint64 row, const char *reason, gpointer data)
{
  add_skip (data, path, row, reason, TRUE);
}

static void
take_note (const char *path, gint64 row, const char *what, gpointer data)
{
}

static void
take_guess (const char *path, const char *encoding, gpointer data)
{
  Look *look = data;

  look->findings->encoding_guessed = TRUE;
  if (g_strcmp0 (look->findings->encoding, "UTF-8") == 0)
    {
      g_free (look->findings->encoding);
      look->findings->encoding = g_strdup (encoding);
    }
}

static void
take_file (const char *path, CzFormat format, const char *encoding, gpointer data)
{
  Look *look = data;

  look->findings->files++;
  look->formats[format]++;
  if (look->findings->encoding == NULL)
    look->findings->encoding = g_strdup (encoding);
}

static void
take_table (const char *path, char **columns, int text, int label, int split, gpointer data)
{
  Look *look = data;
  CzImportFindings *findings = look->findings;

  if (findings->columns != NULL)
    return;
  findings->columns = g_strdupv (columns);
  findings->text_column = text >= 0 ? g_strdup (columns[text]) : NULL;
  findings->label_column = label >= 0 ? g_strdup (columns[label]) : NULL;
  findings->split_column = split >= 0 ? g_strdup (columns[split]) : NULL;
}

static void
take_progress (gint64 bytes_done, const char *path, gpointer data)
{
  Look *look = data;

  if (g_get_monotonic_time () > look->until)
    g_cancellable_cancel (look->enough);
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const CzCorpusGroup *x = *(CzCorpusGroup *const *)a, *y = *(CzCorpusGroup *const *)b;

  if (x->documents != y->documents)
    return x->documents < y->documents ? 1 : -1;
  return strcmp (x->name, y->name);
}

static GPtrArray *
list_groups (GHashTable *groups)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_corpus_group_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_groups);
  return list;
}

// The first path's name without its endings.
static char *
suggest_name (const char *path)
{
  static const char *const endings[]
      = { ".gz",      ".xz",   ".zst", ".bz2",   ".tar", ".tgz",  ".txz",     ".zip",
          ".7z",      ".csv",  ".tsv", ".txt",   ".tab", ".json", ".jsonl",   ".ndjson",
          ".parquet", ".html", ".htm", ".xhtml", ".pdf", ".md",   ".markdown" };
  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_path_get_basename (whole);
  char *name = g_filename_display_name (base);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]) && strlen (name) > strlen (endings[i]))
      name[strlen (name) - strlen (endings[i])] = '\0';
  return name;
}

static void
cancel_look (GCancellable *callers, gpointer enough)
{
  g_cancellable_cancel (enough);
}

// Nothing was found: an error that tells why.
static void
tell_nothing (Look *look, GError **error)
{
  const CzImportSkip *first;

  if (look->findings->skipped->len == 0)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("There is no file with text in what was given."));
      return;
    }
  first = g_ptr_array_index (look->findings->skipped, 0);
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               _ ("Nothing in what was given can be imported. %s: %s."), first->path,
               first->reason);
}

static void
conclude (Look *look, const char *const *paths)
{
  CzImportFindings *findings = look->findings;

  for (guint i = 0; i < CZ_N_FORMATS; i++)
    if (look->formats[i] > look->formats[findings->format])
      findings->format = i;
  for (guint i = 0; i < CZ_N_FORMATS; i++)
    findings->mixed |= i != findings->format && look->formats[i] > 0;
  findings->name = suggest_name (paths[0]);
  findings->bytes = look->bytes_total;
}

CzImportFindings *
cz_import_inspect (const char *const *paths,
                   const CzImportOptions *options,
                   GCancellable *cancellable,
                   GError **error)
{
  static const CzImportOptions defaults = { 0 };
  g_autoptr (CzImportFindings) findings = g_new0 (CzImportFindings, 1);
  g_autoptr (GHashTable) splits = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) labels = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GCancellable) enough = g_cancellable_new ();
  g_autoptr (GError) failed = NULL;
  Look look = { .findings = findings, .splits = splits, .labels = labels, .enough = enough };
  CzImportSink sink = { .document = take_document,
                        .skip = take_skip,
                        .damage = take_damage,
                        .note = take_note,
                        .file = take_file,
                        .guess = take_guess,
                        .table = take_table,
                        .progress = take_progress,
                        .data = &look };
  gulong handler = 0;

  if (options == NULL)
    options = &defaults;
  if (!cz_import_check (paths, options, error))
    return NULL;
  findings->documents = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_document_free);
  findings->skipped = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_import_skip_free);
  look.bytes_total = cz_entry_source_measure (paths);
  look.until = g_get_monotonic_time () + LOOK_US;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_look), enough, NULL);
  findings->complete = cz_import_read (paths, options, &sink, enough, &failed);
  g_cancellable_disconnect (cancellable, handler);
  findings->splits = list_groups (splits);
  findings->labels = list_groups (labels);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (failed != NULL && !g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  if (look.documents == 0 && findings->complete)
    {
      tell_nothing (&look, error);
      return NULL;
    }
  conclude (&look, paths);
  return g_steal_pointer (&findings);
}
