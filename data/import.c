#include "data/import.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "data/import-collect.h"
#include "data/import-writer.h"

#define SKIPS_KEPT  10000
#define TABLES_KEPT 100
#define PROGRESS_US 100000 // between two calls

static const char *const format_names[CZ_N_FORMATS] = {
  "auto", "text", "lines", "csv", "tsv", "json", "jsonl", "parquet", "html", "pdf", "markdown",
};

gboolean
cz_format_parse (const char *name, CzFormat *ret_format, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < CZ_N_FORMATS; i++)
    {
      if (g_str_equal (format_names[i], name))
        {
          *ret_format = i;
          return TRUE;
        }
      g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ", format_names[i]);
    }
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               _ ("There is no format “%s”; there are %s."), name, names->str);
  return FALSE;
}

const char *
cz_format_get_name (CzFormat format)
{
  return format_names[format];
}

static const char *const unit_names[CZ_N_UNITS] = { "auto", "file", "line", "row", "paragraph" };

gboolean
cz_document_unit_parse (const char *name, CzDocumentUnit *ret_unit, GError **error)
{
  for (guint i = 0; i < CZ_N_UNITS; i++)
    if (g_str_equal (unit_names[i], name))
      {
        *ret_unit = i;
        return TRUE;
      }
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
               _ ("“%s” is no kind of document; a file, line, row or paragraph may be one."), name);
  return FALSE;
}

char *
cz_import_options_describe (const CzImportOptions *options)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *cleaning = cz_cleaning_describe (options->cleaning);

  if (options->cleaning != 0)
    g_string_append_printf (text, " --clean %s", cleaning);
  if (options->unit != CZ_UNIT_AUTO)
    g_string_append_printf (text, " --document %s", unit_names[options->unit]);
  if (options->minimum_words > 0)
    g_string_append_printf (text, " --minimum-words %" PRId64, options->minimum_words);
  if (options->minimum_length > 0)
    g_string_append_printf (text, " --minimum-length %" PRId64, options->minimum_length);
  if (options->deduplicate)
    g_string_append (text, " --deduplicate");
  return g_strdup (text->len > 0 ? text->str + 1 : "");
}

void
cz_import_skip_free (CzImportSkip *skip)
{
  g_free (skip->path);
  g_free (skip->reason);
  g_free (skip);
}

void
cz_import_table_free (CzImportTable *table)
{
  g_free (table->path);
  g_strfreev (table->columns);
  g_free (table);
}

void
cz_import_report_clear (CzImportReport *report)
{
  g_clear_pointer (&report->skipped, g_ptr_array_unref);
  g_clear_pointer (&report->notes, g_ptr_array_unref);
  g_clear_pointer (&report->tables, g_ptr_array_unref);
}

typedef struct
{
  CzImportTake take;
  gpointer take_data;
  gint64 documents;
  CzImportReport *report; // its lists
  CzImportProgressFunc progress;
  gpointer progress_data;
  gint64 bytes_total;
  gint64 told; // when progress was told last
  GCancellable *cancellable;
} Run;

static CzImportSkip *
add_to_list (GPtrArray *list, const char *path, gint64 row, const char *reason)
{
  CzImportSkip *skip = g_new0 (CzImportSkip, 1);

  skip->path = g_strdup (path);
  skip->row = row;
  skip->reason = g_strdup (reason);
  g_ptr_array_add (list, skip);
  return skip;
}

static gboolean
take_document (const CzFoundDocument *document, gpointer data, GError **error)
{
  Run *run = data;

  return !g_cancellable_set_error_if_cancelled (run->cancellable, error)
         && run->take (document, run->take_data, error) && ++run->documents > 0;
}

static void
take_skip (const char *path, gint64 row, const char *reason, gpointer data)
{
  Run *run = data;

  if (run->report->skipped->len < SKIPS_KEPT)
    add_to_list (run->report->skipped, path, row, reason);
  else
    run->report->skipped_more++;
}

// It is told even where the list is full.
static void
take_damage (const char *path, gint64 row, const char *reason, gpointer data)
{
  Run *run = data;

  if (run->report->skipped->len < SKIPS_KEPT + 100)
    add_to_list (run->report->skipped, path, row, reason)->damaged = TRUE;
  else
    run->report->skipped_more++;
}

static void
take_note (const char *path, gint64 row, const char *what, gpointer data)
{
  Run *run = data;

  if (run->report->notes->len < SKIPS_KEPT)
    add_to_list (run->report->notes, path, row, what);
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
  Run *run = data;
  GPtrArray *tables = run->report->tables;
  CzImportTable *last = tables->len > 0 ? g_ptr_array_index (tables, tables->len - 1) : NULL;
  CzImportTable *table;

  if (last != NULL && last->text == text && last->label == label && last->split == split
      && g_strv_equal ((const char *const *)last->columns, (const char *const *)columns))
    {
      last->files++;
      return;
    }
  if (tables->len >= TABLES_KEPT)
    return;
  table = g_new0 (CzImportTable, 1);
  table->path = g_strdup (path);
  table->files = 1;
  table->columns = g_strdupv (columns);
  table->text = text;
  table->label = label;
  table->split = split;
  g_ptr_array_add (tables, table);
}

static void
take_progress (gint64 bytes_done, const char *path, gpointer data)
{
  Run *run = data;
  gint64 now = g_get_monotonic_time ();
  CzImportProgress progress
      = { MIN (bytes_done, run->bytes_total), run->bytes_total, run->documents, path };

  if (run->progress == NULL || now - run->told < PROGRESS_US)
    return;
  run->told = now;
  run->progress (&progress, run->progress_data);
}

// Nothing was imported: an error that tells why.
static void
tell_nothing (const CzImportReport *report, GError **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);
  gint64 n = report->skipped->len + report->skipped_more;

  for (guint i = 0; i < report->skipped->len && i < 3; i++)
    {
      const CzImportSkip *skip = g_ptr_array_index (report->skipped, i);

      if (i > 0)
        g_string_append (reasons, "; ");
      if (skip->row > 0)
        g_string_append_printf (reasons, _ ("%s, row %" PRId64 ": %s"), skip->path, skip->row,
                                skip->reason);
      else
        g_string_append_printf (reasons, "%s: %s", skip->path, skip->reason);
    }
  if (n == 0)
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                         _ ("Nothing was imported: there is no file with text in what was given."));
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID, _ ("Nothing was imported. %s%s."),
                 reasons->str, n > 3 ? _ ("; and more") : "");
}

// What was given, and how it was changed on the way.
static char *
describe_source (const char *const *paths, const CzImportOptions *options)
{
  g_autofree char *changes = cz_import_options_describe (options);
  g_autofree char *whole = g_canonicalize_filename (paths[0], NULL);
  g_autofree char *name = g_path_get_basename (whole);
  g_autofree char *shown = g_filename_display_name (name);
  guint n = g_strv_length ((char **)paths);
  g_autofree char *given
      = options->source != NULL ? g_strdup (options->source)
        : n == 1
            ? g_strdup (shown)
            : g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", n - 1), shown, n - 1);

  return changes[0] == '\0' ? g_steal_pointer (&given)
                            : g_strdup_printf ("%s (%s)", given, changes);
}

gboolean
cz_import_collect (const char *const *paths,
                   const CzImportOptions *options,
                   CzImportTake take,
                   gpointer take_data,
                   CzImportProgressFunc progress,
                   gpointer data,
                   GCancellable *cancellable,
                   CzImportReport *report,
                   GError **error)
{
  static const CzImportOptions defaults = { 0 };
  Run run = { .take = take,
              .take_data = take_data,
              .report = report,
              .progress = progress,
              .progress_data = data,
              .cancellable = cancellable };
  CzImportSink sink = { .document = take_document,
                        .skip = take_skip,
                        .damage = take_damage,
                        .note = take_note,
                        .file = take_file,
                        .guess = take_guess,
                        .table = take_table,
                        .progress = take_progress,
                        .data = &run };

  if (options == NULL)
    options = &defaults;
  if (!cz_import_check (paths, options, error))
    return FALSE;
  run.bytes_total = cz_entry_source_measure (paths);
  report->skipped = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_import_skip_free);
  report->tables = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_import_table_free);
  report->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_import_skip_free);
  if (!cz_import_read (paths, options, &sink, cancellable, error))
    return FALSE;
  if (run.documents == 0)
    {
      tell_nothing (report, error);
      return FALSE;
    }
  run.told = 0;
  take_progress (run.bytes_total, "", &run);
  return TRUE;
}

static gboolean
write_document (const CzFoundDocument *document, gpointer data, GError **error)
{
  return cz_import_writer_add (data, document, error);
}

gboolean
cz_import_run (CzLibrary *library,
               const char *name,
               const char *const *paths,
               const CzImportOptions *options,
               CzImportProgressFunc progress,
               gpointer data,
               GCancellable *cancellable,
               CzImportReport *ret_report,
               GError **error)
{
  static const CzImportOptions defaults = { 0 };
  g_autoptr (CzImportWriter) writer = NULL;
  g_autofree char *source = NULL;
  CzImportReport report = { 0 };

  if (options == NULL)
    options = &defaults;
  source = paths != NULL && paths[0] != NULL ? describe_source (paths, options) : g_strdup ("");
  writer = cz_import_writer_new (library, name, source, error);
  if (writer == NULL)
    return FALSE;
  if (!cz_import_collect (paths, options, write_document, writer, progress, data, cancellable,
                          &report, error)
      || !cz_import_writer_publish (writer, &report.corpus, &report.bytes, error))
    {
      cz_import_report_clear (&report);
      return FALSE;
    }
  report.documents = cz_import_writer_get_documents (writer);
  *ret_report = report;
  return TRUE;
}
