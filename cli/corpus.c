#include "data/corpus.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/command.h"
#include "cli/corpus-blocks.h"
#include "cli/corpus-documents.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/import.h"
#include "jobs/job.h"
#include "jobs/json-members.h"
#include "jobs/token-cache.h"

#define SKIPS_SHOWN   10
#define DAMAGES_SHOWN 3

static char *option_format, *option_encoding, *option_clean;
static char *option_text, *option_label, *option_split, *option_document;
static gint64 option_words, option_length;
static gboolean option_deduplicate;

static const GOptionEntry import_options[] = {
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format,
    N_ ("auto, text, lines, csv, tsv, json, jsonl, html, pdf or markdown"), N_ ("FORMAT") },
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
print_report (CzInvocation *invocation, const CzImportReport *report)
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
      json_builder_end_object (builder);
      cz_print_json (builder);
      return;
    }
  g_autofree char *documents = cz_format_count ((double)report->documents);
  g_autofree char *bytes = cz_format_bytes ((double)report->bytes);

  cz_print (ngettext ("“%s”: %s document, %s of text\n", "“%s”: %s documents, %s of text\n",
                      (gulong)report->documents),
            name, documents, bytes);
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
  CzImportReport report = { 0 };
  g_autoptr (GError) failed = NULL;

  if (!cz_invocation_check_text (invocation->arguments[0], _ ("The corpus' name"), error)
      || !read_import_options (&options, error))
    return FALSE;
  GCancellable *cancellable = cz_interruption_get ();
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  if (library == NULL)
    return FALSE;
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  if (!cz_import_run (library, invocation->arguments[0],
                      (const char *const *)invocation->arguments + 1, &options, tell_import,
                      progress, cancellable, &report, &failed))
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
  print_report (invocation, &report);
  complain_of_damage (&report);
  cz_import_report_clear (&report);
  return TRUE;
}

// ---- list, show, statistics ----

static void
add_corpus (JsonBuilder *builder, const CzCorpus *corpus)
{
  cz_json_set_string (builder, "name", corpus->name);
  cz_json_set_int (builder, "documents", corpus->documents);
  cz_json_set_int (builder, "bytes", corpus->bytes);
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
}

// Also the end of `statistics`, which begins with its own numbers.
static gboolean
describe (CzInvocation *invocation,
          const CzCorpus *corpus,
          const CzCorpusStatistics *statistics,
          GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) splits = cz_corpus_get_splits (library, corpus->id, error);
  g_autoptr (GPtrArray) labels
      = splits != NULL ? cz_corpus_get_labels (library, corpus->id, error) : NULL;

  if (labels == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_corpus (corpus);
      print_groups (_ ("Split"), splits);
      print_groups (_ ("Label"), labels);
      if (statistics != NULL)
        {
          g_autofree char *words = cz_format_count ((double)statistics->words);
          cz_print (_ ("%s words; of documents %" PRId64 " are empty, the shortest has "
                       "%" PRId64 " words, the median %" PRId64 ", the longest %" PRId64 "\n"),
                    words, statistics->empty, statistics->shortest, statistics->median,
                    statistics->longest);
        }
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_corpus (builder, corpus);
  add_groups (builder, "splits", splits);
  add_groups (builder, "labels", labels);
  if (statistics != NULL)
    {
      cz_json_set_int (builder, "empty", statistics->empty);
      cz_json_set_int (builder, "words", statistics->words);
      cz_json_set_int (builder, "shortest", statistics->shortest);
      cz_json_set_int (builder, "median", statistics->median);
      cz_json_set_int (builder, "longest", statistics->longest);
      json_builder_set_member_name (builder, "histogram");
      json_builder_begin_array (builder);
      for (guint i = 0; i < G_N_ELEMENTS (statistics->histogram); i++)
        json_builder_add_int_value (builder, statistics->histogram[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);

  return corpus != NULL && describe (invocation, corpus, NULL, error);
}

static gboolean
show_statistics (CzInvocation *invocation, GError **error)
{
  CzCorpusStatistics statistics;
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);

  return corpus != NULL
         && cz_corpus_get_statistics (cz_invocation_get_library (invocation, NULL), corpus->id,
                                      cancellable, &statistics, error)
         && describe (invocation, corpus, &statistics, error);
}

// ---- export, remove ----

static void
print_done (CzInvocation *invocation, const char *member, const char *value, const char *sentence)
{
  if (!invocation->json)
    {
      cz_print ("%s\n", sentence);
      return;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "corpus", invocation->arguments[0]);
  if (value != NULL)
    cz_json_set_string (builder, member, value);
  else
    cz_json_set_boolean (builder, member, TRUE);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean export(CzInvocation *invocation, GError **error)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);

  if (corpus == NULL
      || !cz_corpus_export (cz_invocation_get_library (invocation, NULL), corpus->id,
                            invocation->arguments[1], error))
    return FALSE;
  g_autofree char *file = g_filename_display_name (invocation->arguments[1]);
  g_autofree char *sentence = g_strdup_printf (_ ("“%s” was written to “%s”."), corpus->name, file);
  print_done (invocation, "file", file, sentence);
  return TRUE;
}

static gboolean
remove_corpus (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);

  if (corpus == NULL || !cz_corpus_remove (library, corpus->id, error))
    return FALSE;
  cz_token_cache_sweep (library);
  g_autofree char *sentence = g_strdup_printf (_ ("“%s” was removed."), corpus->name);
  print_done (invocation, "removed", NULL, sentence);
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
    .description = N_ ("Several files, a folder or an archive are one document a file; tables one "
                       "document a row.") },
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
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = show_statistics },
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
    .carry_out = cz_corpus_search },
  { .words = "corpus blocks",
    .arguments = "CORPUS",
    .summary = N_ ("Show the blocks of a corpus as a run cuts and masks them."),
    .options = cz_corpus_blocks_options,
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = cz_corpus_blocks,
    .description = N_ ("Training blocks come first, then those for testing. With --mask the ids "
                       "are what the model sees in that epoch of a run, test blocks masked in the "
                       "same way; a label is the token to be guessed, or -100.") },
  { .words = "corpus export",
    .arguments = N_ ("CORPUS FILE"),
    .summary = N_ ("Write a corpus to a file: .csv, .jsonl or text."),
    .min_arguments = 2,
    .max_arguments = 2,
    .carry_out = export },
  { .words = "corpus remove",
    .arguments = "CORPUS",
    .summary = N_ ("Remove a corpus from the library."),
    .min_arguments = 1,
    .max_arguments = 1,
    .carry_out = remove_corpus },
  { NULL },
};
