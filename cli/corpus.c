#include "data/corpus.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/command.h"
#include "cli/corpus-blocks.h"
#include "cli/corpus-documents.h"
#include "cli/corpus-statistics.h"
#include "cli/hub-import.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/corpus-derive.h"
#include "data/corpus-update.h"
#include "jobs/job.h"
#include "jobs/json-members.h"
#include "jobs/token-cache.h"

#define SKIPS_SHOWN   10
#define TABLES_SHOWN  5
#define DAMAGES_SHOWN 3

static char *option_format, *option_encoding, *option_clean;
static char *option_text, *option_label, *option_split, *option_document;
static gint64 option_words, option_length;
static gboolean option_deduplicate;
static gboolean option_update, option_remove_missing;

static const GOptionEntry import_options[] = {
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format,
    N_ ("auto, text, lines, csv, tsv, json, jsonl, parquet, html, pdf or markdown"),
    N_ ("FORMAT") },
  { "encoding", 0, 0, G_OPTION_ARG_STRING, &option_encoding,
    N_ ("Of the files (default: UTF-8, else found out)"), N_ ("ENCODING") },
  { "text-column", 0, 0, G_OPTION_ARG_STRING, &option_text, N_ ("Where the text is"),
    N_ ("COLUMN") },
  { "label-column", 0, 0, G_OPTION_ARG_STRING, &option_label, N_ ("Where labels are"),
    N_ ("COLUMN") },
  { "split-column", 0, 0, G_OPTION_ARG_STRING, &option_split, N_ ("Which says train or test"),
    N_ ("COLUMN") },
  { "clean", 0, 0, G_OPTION_ARG_STRING, &option_clean,
    N_ ("What to take out of the text: html, br, space, nfc, markdown or all (default: nothing)"),
    N_ ("WHAT,…") },
  { "document", 0, 0, G_OPTION_ARG_STRING, &option_document,
    N_ ("One document per file, line, row or paragraph (default: by the format)"), N_ ("UNIT") },
  { "minimum-words", 0, 0, G_OPTION_ARG_INT64, &option_words, N_ ("Leave shorter documents out"),
    N_ ("N") },
  { "minimum-length", 0, 0, G_OPTION_ARG_INT64, &option_length,
    N_ ("Leave documents of fewer characters out"), N_ ("N") },
  { "deduplicate", 0, 0, G_OPTION_ARG_NONE, &option_deduplicate,
    N_ ("Leave documents out that are equal to an earlier one"), NULL },
  { "update", 0, 0, G_OPTION_ARG_NONE, &option_update,
    N_ ("Bring a corpus that is there up to date: only what changed"), NULL },
  { "remove-missing", 0, 0, G_OPTION_ARG_NONE, &option_remove_missing,
    N_ ("With --update: also delete what the files no longer hold"), NULL },
  { NULL },
};

CzCorpus *
cz_corpus_of_invocation (CzInvocation *invocation, GError **error)
{
  if (!cz_invocation_check_text (invocation->arguments[0], _ ("The corpus' name"), error))
    return NULL;
  CzLibrary *library = cz_invocation_get_library (invocation, error);

  return library != NULL ? cz_corpus_find (library, invocation->arguments[0], error) : NULL;
}

// ---- import ----

static void
tell_import (const CzImportProgress *state, gpointer data)
{
  g_autofree char *documents = cz_format_count ((double)state->documents);
  g_autofree char *text = g_strdup_printf (
      ngettext ("Importing: %s document", "Importing: %s documents", (gulong)state->documents),
      documents);
  double fraction
      = state->bytes_total > 0 ? (double)state->bytes_done / (double)state->bytes_total : -1;

  cz_progress_tell (data, MIN (fraction, 1), text, NAN);
}

static void
add_skips (JsonBuilder *builder, const char *name, GPtrArray *skips)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; skips != NULL && i < skips->len; i++)
    {
      const CzImportSkip *skip = skips->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "path", skip->path);
      cz_json_set_int (builder, "row", skip->row);
      cz_json_set_string (builder, "reason", skip->reason);
      cz_json_set_boolean (builder, "damaged", skip->damaged);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_column (JsonBuilder *builder, const char *name, const CzImportTable *table, int column)
{
  json_builder_set_member_name (builder, name);
  if (column >= 0)
    json_builder_add_string_value (builder, table->columns[column]);
  else
    json_builder_add_null_value (builder);
}

static void
add_tables (JsonBuilder *builder, GPtrArray *tables)
{
  json_builder_set_member_name (builder, "tables");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tables->len; i++)
    {
      const CzImportTable *table = tables->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "path", table->path);
      cz_json_set_int (builder, "files", table->files);
      json_builder_set_member_name (builder, "columns");
      json_builder_begin_array (builder);
      for (guint j = 0; table->columns[j] != NULL; j++)
        json_builder_add_string_value (builder, table->columns[j]);
      json_builder_end_array (builder);
      add_column (builder, "text", table, table->text);
      add_column (builder, "label", table, table->label);
      add_column (builder, "split", table, table->split);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

// Which columns were used, of tables with more than one.
static void
print_tables (GPtrArray *tables)
{
  for (guint i = 0; i < MIN (tables->len, TABLES_SHOWN); i++)
    {
      const CzImportTable *table = tables->pdata[i];
      g_autofree char *name = g_path_get_basename (table->path);
      g_autoptr (GString) unused = g_string_new (NULL);

      for (int j = 0; table->columns[j] != NULL; j++)
        if (j != table->text && j != table->label && j != table->split)
          g_string_append_printf (unused, "%s%s", unused->len > 0 ? ", " : "", table->columns[j]);
      if (table->columns[1] == NULL)
        continue;
      cz_print (_ ("%s: the text is “%s”"), name, table->columns[table->text]);
      if (table->label >= 0)
        cz_print (_ (", the label “%s”"), table->columns[table->label]);
      if (table->split >= 0)
        cz_print (_ (", the split “%s”"), table->columns[table->split]);
      if (unused->len > 0)
        cz_print (_ ("; not used: %s"), unused->str);
      cz_print ("\n");
    }
}

static void
print_skips (GPtrArray *skips, gint64 more)
{
  guint n = skips != NULL ? skips->len : 0;

  for (guint i = 0; i < MIN (n, SKIPS_SHOWN); i++)
    {
      const CzImportSkip *skip = skips->pdata[i];

      if (skip->row > 0)
        cz_print (_ ("  %s, row %" PRId64 ": %s\n"), skip->path, skip->row, skip->reason);
      else
        cz_print (_ ("  %s: %s\n"), skip->path, skip->reason);
    }
  if (n + more > SKIPS_SHOWN)
    cz_print (_ ("  … and %" PRId64 " more (--json lists them)\n"), (gint64)n + more - SKIPS_SHOWN);
}

// What is damaged is told on stderr too: a script, or a long list, must not hide it.
static void
complain_of_damage (const CzImportReport *report)
{
  guint told = 0, n = 0;

  for (guint i = 0; i < report->skipped->len; i++)
    {
      const CzImportSkip *skip = report->skipped->pdata[i];

      n += skip->damaged;
      if (skip->damaged && told++ < DAMAGES_SHOWN)
        cz_complain (_ ("%s: %s; what could be read was imported"), skip->path, skip->reason);
    }
  if (n > DAMAGES_SHOWN)
    cz_complain (ngettext ("%u more is damaged", "%u more are damaged", n - DAMAGES_SHOWN),
                 n - DAMAGES_SHOWN);
}

static void
add_update (JsonBuilder *builder, const CzUpdateReport *update)
{
  cz_json_set_int (builder, "added", update->added);
  cz_json_set_int (builder, "changed", update->changed);
  cz_json_set_int (builder, "unchanged", update->unchanged);
  cz_json_set_int (builder, "missing", update->missing);
  cz_json_set_int (builder, "removed", option_remove_missing ? update->missing : 0);
  cz_json_set_int (builder, "deleted_before", update->deleted);
  cz_json_set_boolean (builder, "undoable", update->undoable);
}

static void
print_update (const CzUpdateReport *update)
{
  cz_print (_ ("Added: %" PRId64 ", changed: %" PRId64 ", unchanged: %" PRId64 "\n"), update->added,
            update->changed, update->unchanged);
  if (update->missing > 0 && option_remove_missing)
    cz_print (_ ("Deleted, since the files no longer hold them: %" PRId64 "\n"), update->missing);
  else if (update->missing > 0)
    cz_print (_ ("No longer in the files, but left in the corpus: %" PRId64
                 " (--remove-missing deletes them)\n"),
              update->missing);
  if (update->deleted > 0)
    cz_print (_ ("Left out, since they were deleted here before: %" PRId64 "\n"), update->deleted);
}

// update NULL: a new corpus.
static void
print_report (CzInvocation *invocation, const CzImportReport *report, const CzUpdateReport *update)
{
  const char *name = invocation->arguments[0];
  guint n_skipped = report->skipped != NULL ? report->skipped->len : 0;
  guint n_notes = report->notes != NULL ? report->notes->len : 0;

  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "corpus", name);
      cz_json_set_int (builder, "documents", report->documents);
      cz_json_set_int (builder, "bytes", report->bytes);
      add_skips (builder, "skipped", report->skipped);
      cz_json_set_int (builder, "skipped_more", report->skipped_more);
      add_skips (builder, "notes", report->notes);
      if (update != NULL)
        add_update (builder, update);
      add_tables (builder, report->tables);
      json_builder_end_object (builder);
      cz_print_json (builder);
      return;
    }
  g_autofree char *documents = cz_format_count ((double)report->documents);
  g_autofree char *bytes = cz_format_bytes ((double)report->bytes);

  cz_print (ngettext ("“%s”: %s document, %s of text\n", "“%s”: %s documents, %s of text\n",
                      (gulong)report->documents),
            name, documents, bytes);
  if (update != NULL)
    print_update (update);
  print_tables (report->tables);
  if (n_notes > 0)
    {
      cz_print ("%s\n", _ ("Worth knowing:"));
      print_skips (report->notes, 0);
    }
  if (n_skipped > 0)
    {
      cz_print (_ ("Left out: %" PRId64 "\n"), n_skipped + report->skipped_more);
      print_skips (report->skipped, report->skipped_more);
    }
}

static gboolean
read_import_options (CzImportOptions *ret_options, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *ret_options = (CzImportOptions){ .encoding = option_encoding,
                                    .text_column = option_text,
                                    .label_column = option_label,
                                    .split_column = option_split,
                                    .minimum_words = option_words,
                                    .minimum_length = option_length,
                                    .deduplicate = option_deduplicate };
  if ((option_format != NULL && !cz_format_parse (option_format, &ret_options->format, &reason))
      || (option_clean != NULL
          && !cz_cleaning_parse (option_clean, &ret_options->cleaning, &reason))
      || (option_document != NULL
          && !cz_document_unit_parse (option_document, &ret_options->unit, &reason)))
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG, reason->message);
      return FALSE;
    }
  return TRUE;
}

static gboolean
import (CzInvocation *invocation, GError **error)
{
  CzImportOptions options;
  CzUpdateReport report = { 0 };
  g_autoptr (GError) failed = NULL;
  gboolean ok;

  if (!cz_invocation_check_text (invocation->arguments[0], _ ("The corpus' name"), error)
      || !read_import_options (&options, error))
    return FALSE;
  if (option_remove_missing && !option_update)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("--remove-missing goes with --update."));
      return FALSE;
    }
  GCancellable *cancellable = cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  if (library == NULL)
    return FALSE;
  g_autoptr (CzCorpus) there
      = option_update ? cz_corpus_find (library, invocation->arguments[0], error) : NULL;
  if (option_update && there == NULL)
    return FALSE;
  g_autoptr (CzHubImport) fetched
      = cz_hub_import_fetch (invocation, (const char *const *)invocation->arguments + 1, error);
  if (fetched == NULL)
    return FALSE;
  options.source = fetched->source;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  const char *const *paths = (const char *const *)fetched->paths;
  if (option_update)
    ok = cz_corpus_update (library, there->id, paths, &options, option_remove_missing, tell_import,
                           progress, cancellable, &report, &failed);
  else
    ok = cz_import_run (library, invocation->arguments[0], paths, &options, tell_import, progress,
                        cancellable, &report.import, &failed);
  if (!ok)
    {
      if (g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                     _ ("The import of “%s” was interrupted; the library is as it was."),
                     invocation->arguments[0]);
      else
        g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  g_clear_pointer (&progress, cz_progress_free);
  if (option_update)
    cz_token_cache_sweep (library);
  print_report (invocation, &report.import, option_update ? &report : NULL);
  complain_of_damage (&report.import);
  cz_update_report_clear (&report);
  return TRUE;
}

// ---- list, show ----

static void
add_corpus (JsonBuilder *builder, const CzCorpus *corpus)
{
  cz_json_set_string (builder, "name", corpus->name);
  cz_json_set_int (builder, "documents", corpus->documents);
  cz_json_set_int (builder, "bytes", corpus->bytes);
  cz_json_set_int (builder, "excluded", corpus->excluded);
  cz_json_set_string (builder, "source", corpus->source);
  cz_json_set_int (builder, "created", corpus->created);
  cz_json_set_string (builder, "hash", corpus->hash);
}

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) corpora = library != NULL ? cz_corpus_list (library, error) : NULL;

  if (corpora == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_array (builder);
      for (guint i = 0; i < corpora->len; i++)
        {
          json_builder_begin_object (builder);
          add_corpus (builder, corpora->pdata[i]);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      cz_print_json (builder);
      return TRUE;
    }
  CzListing *table = cz_listing_new (_ ("Name"), _ (">Documents"), _ (">Text"), _ ("Imported"),
                                     _ ("From"), NULL);
  for (guint i = 0; i < corpora->len; i++)
    {
      const CzCorpus *corpus = corpora->pdata[i];

      cz_listing_add (table, corpus->name);
      cz_listing_add_take (table, cz_format_count ((double)corpus->documents));
      cz_listing_add_take (table, cz_format_bytes ((double)corpus->bytes));
      cz_listing_add_take (table, cz_format_time (corpus->created));
      cz_listing_add (table, corpus->source);
    }
  cz_listing_print (table);
  return TRUE;
}

static void
add_groups (JsonBuilder *builder, const char *name, GPtrArray *groups)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < groups->len; i++)
    {
      const CzCorpusGroup *group = groups->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "name", group->name);
      cz_json_set_int (builder, "documents", group->documents);
      cz_json_set_int (builder, "bytes", group->bytes);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_groups (const char *title, GPtrArray *groups)
{
  for (guint i = 0; i < groups->len; i++)
    {
      const CzCorpusGroup *group = groups->pdata[i];
      g_autofree char *documents = cz_format_count ((double)group->documents);
      g_autofree char *bytes = cz_format_bytes ((double)group->bytes);

      cz_print (ngettext ("%s “%s”: %s document, %s\n", "%s “%s”: %s documents, %s\n",
                          (gulong)group->documents),
                title, group->name, documents, bytes);
    }
}

static void
print_corpus (const CzCorpus *corpus)
{
  g_autofree char *documents = cz_format_count ((double)corpus->documents);
  g_autofree char *bytes = cz_format_bytes ((double)corpus->bytes);
  g_autofree char *time = cz_format_time (corpus->created);

  cz_print (ngettext ("“%s”: %s document, %s of text\n", "“%s”: %s documents, %s of text\n",
                      (gulong)corpus->documents),
            corpus->name, documents, bytes);
  cz_print (_ ("Imported %s from %s\n"), time, corpus->source);
  if (corpus->excluded > 0)
    cz_print (ngettext ("%" PRId64 " document beside them is excluded.\n",
                        "%" PRId64 " documents beside them are excluded.\n",
                        (gulong)corpus->excluded),
              corpus->excluded);
}

static void
add_origins (JsonBuilder *builder, GPtrArray *origins)
{
  json_builder_set_member_name (builder, "derived_from");
  json_builder_begin_array (builder);
  for (guint i = 0; i < origins->len; i++)
    {
      const CzCorpusOrigin *origin = origins->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "name", origin->name);
      cz_json_set_string (builder, "hash", origin->hash);
      cz_json_set_string (builder, "selection", origin->selection);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_origins (GPtrArray *origins)
{
  for (guint i = 0; i < origins->len; i++)
    {
      const CzCorpusOrigin *origin = origins->pdata[i];

      cz_print (_ ("Derived from “%s” %s\n"), origin->name, origin->selection);
    }
}

gboolean
cz_corpus_describe (CzInvocation *invocation,
                    const CzCorpus *corpus,
                    void (*more) (JsonBuilder *builder, gpointer data),
                    gpointer data,
                    GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (library, corpus->id, error);
  g_autoptr (GPtrArray) labels
      = splits != NULL ? cz_corpus_get_labels (library, corpus->id, error) : NULL;
  g_autoptr (GPtrArray) origins
      = labels != NULL ? cz_corpus_get_origins (library, corpus->id, error) : NULL;

  if (origins == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_corpus (corpus);
      print_origins (origins);
      print_groups (_ ("Split"), splits);
      print_groups (_ ("Label"), labels);
      if (more != NULL)
        more (NULL, data);
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_corpus (builder, corpus);
  add_groups (builder, "splits", splits);
  add_groups (builder, "labels", labels);
  add_origins (builder, origins);
  if (more != NULL)
    more (builder, data);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);

  return corpus != NULL && cz_corpus_describe (invocation, corpus, NULL, NULL, error);
}

// ---- remove ----

static gboolean
remove_corpus (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);

  if (corpus == NULL || !cz_corpus_remove (library, corpus->id, error))
    return FALSE;
  cz_token_cache_sweep (library);
  if (!invocation->json)
    {
      cz_print (_ ("“%s” was removed.\n"), corpus->name);
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "corpus", corpus->name);
  cz_json_set_boolean (builder, "removed", TRUE);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

const CzCommand cz_corpus_commands[] = {
  { .words = "corpus import",
    .arguments = N_ ("NAME PATH…"),
    .summary = N_ ("Make a corpus of files, folders or archives."),
    .options = import_options,
    .min_arguments = 2,
    .max_arguments = G_MAXUINT,
    .carry_out = import,
    .description
    = N_ ("Several files, a folder or an archive are one document a file; tables one "
          "document a row. Text is stored as it is unless --clean says otherwise; what "
          "is left out is told, with its reason. With --update the same files are read again "
          "into the corpus: documents whose text is the same stay, with what was edited "
          "or excluded; others are replaced or added.") },
  { .words = "corpus list", .summary = N_ ("List the corpora."), .carry_out = list },
  { .words = "corpus show",
    .arguments = "CORPUS",
    .summary = N_ ("Show a corpus with its splits and labels."),
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = show },
  { .words = "corpus statistics",
    .arguments = "CORPUS",
    .summary = N_ ("Count a corpus' words and measure its documents."),
    .options = cz_corpus_statistics_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = cz_corpus_statistics,
    .description
    = N_ ("With --model also its tokens: blocks, pieces a word, unknown pieces, words "
          "broken into many. With --against the words most typical of it beside "
          "another corpus (log-odds ratio with an informative Dirichlet prior; z above "
          "1.96 is hardly chance).") },
  { .words = "corpus documents",
    .arguments = "CORPUS",
    .summary = N_ ("List documents with their numbers."),
    .options = cz_corpus_documents_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = cz_corpus_documents },
  { .words = "corpus sample",
    .arguments = "CORPUS",
    .summary = N_ ("Show some documents at random."),
    .options = cz_corpus_sample_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = cz_corpus_sample },
  { .words = "corpus search",
    .arguments = N_ ("CORPUS QUERY…"),
    .summary = N_ ("Find documents with all of the words."),
    .options = cz_corpus_search_options,
    .min_arguments = 2,
    .max_arguments = G_MAXUINT,
    .carry_out = cz_corpus_search,
    .description
    = N_ ("All words must occur, in any order; \"a phrase\" as it stands; begin* "
          "stands for every word that begins so. Accents and capitals do not count.") },
  { .words = "corpus blocks",
    .arguments = "CORPUS",
    .summary = N_ ("Show the blocks of a corpus as a run cuts and masks them."),
    .options = cz_corpus_blocks_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = cz_corpus_blocks,
    .description = N_ ("Training blocks come first, then those for testing. With --mask the ids "
                       "are what the model sees in that epoch of a run; test blocks are masked as "
                       "its evaluations mask them (--set eval_mask=…, eval_seed=…). A label is the "
                       "token to be guessed, or -100.") },
  { .words = "corpus remove",
    .arguments = "CORPUS",
    .summary = N_ ("Remove a corpus from the library."),
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = remove_corpus },
  { NULL },
};
