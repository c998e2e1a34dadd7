#include "cli/corpus-statistics.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "cli/command.h"
#include "cli/corpus-documents.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/corpus-duplicates.h"
#include "data/word-table.h"
#include "engine/format/model-folder.h"
#include "jobs/corpus-tokens.h"
#include "jobs/json-members.h"
#include "jobs/model-source.h"
#include "jobs/token-cache.h"

#define LEAKS_SHOWN 5

static char *option_model, *option_block_size, *option_against, *option_top;

const GOptionEntry cz_corpus_statistics_options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &option_model,
    N_ ("Count tokens of its tokenizer, too"), N_ ("MODEL") },
  { "block-size", 0, 0, G_OPTION_ARG_STRING, &option_block_size,
    N_ ("Tokens in a block (default: 128)"), N_ ("B") },
  { "against", 0, 0, G_OPTION_ARG_STRING, &option_against,
    N_ ("Find the words most typical of the corpus beside this one"), N_ ("CORPUS") },
  { "top", 0, 0, G_OPTION_ARG_STRING, &option_top, N_ ("Words in a list (default: 20)"), N_ ("N") },
  { NULL },
};

// All that was counted; NULL where it was not asked for.
typedef struct
{
  CzCorpusStatistics statistics;
  CzCorpusDuplicates duplicates;
  CzCorpusTokens tokens;
  gboolean has_tokens;
  guint block_size, top;
  CzCorpus *against;
  CzWordTable *words, *other;
  GPtrArray *typical;
  CzProgress *progress;
  const char *doing;
} Report;

static void
clear_report (Report *report)
{
  cz_corpus_duplicates_clear (&report->duplicates);
  cz_corpus_tokens_clear (&report->tokens);
  g_clear_pointer (&report->against, cz_corpus_free);
  g_clear_pointer (&report->words, cz_word_table_free);
  g_clear_pointer (&report->other, cz_word_table_free);
  g_clear_pointer (&report->typical, g_ptr_array_unref);
  g_clear_pointer (&report->progress, cz_progress_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, clear_report)

static void
tell (double fraction, gpointer data)
{
  Report *report = data;

  cz_progress_tell (report->progress, fraction, report->doing, NAN);
}

// ---- Counting ----

static gboolean
count_tokens (CzInvocation *invocation, const CzCorpus *corpus, Report *report, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  g_autoptr (CzModelSource) source = cz_model_source_find (library, option_model, error);
  g_autoptr (CzTokenizer) tokenizer
      = source != NULL ? cz_model_folder_load_tokenizer (source->folder, error) : NULL;
  g_autoptr (CzTokenFile) file
      = tokenizer != NULL ? cz_token_cache_open (library, corpus, tokenizer, cz_progress_callback,
                                                 report->progress, cz_interruption_get (), error)
                          : NULL;

  report->has_tokens = file != NULL
                       && cz_corpus_tokens_count (file, tokenizer, report->block_size, report->top,
                                                  cz_interruption_get (), &report->tokens, error);
  return report->has_tokens;
}

static gboolean
compare_words (CzInvocation *invocation, const CzCorpus *corpus, Report *report, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);

  report->against = cz_corpus_find (library, option_against, error);
  if (report->against == NULL)
    return FALSE;
  report->words = cz_word_table_new (CZ_WORD_TABLE_LIMIT);
  report->other = cz_word_table_new (CZ_WORD_TABLE_LIMIT);
  report->doing = _ ("Counting words");
  if (!cz_word_table_add_corpus (report->words, library, corpus->id, tell, report,
                                 cz_interruption_get (), error)
      || !cz_word_table_add_corpus (report->other, library, report->against->id, tell, report,
                                    cz_interruption_get (), error))
    return FALSE;
  report->typical = cz_word_table_list_typical (report->words, report->other, report->top);
  return TRUE;
}

// ---- JSON ----

static void
add_duplicates (JsonBuilder *builder, const CzCorpusDuplicates *duplicates)
{
  json_builder_set_member_name (builder, "duplicates");
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "texts", duplicates->texts);
  cz_json_set_int (builder, "copies", duplicates->copies);
  cz_json_set_int (builder, "in_train_and_test", duplicates->leaked);
  json_builder_set_member_name (builder, "examples");
  json_builder_begin_array (builder);
  for (guint i = 0; i < duplicates->leaks->len; i++)
    {
      const CzCorpusLeak *leak = &g_array_index (duplicates->leaks, CzCorpusLeak, i);

      json_builder_begin_object (builder);
      cz_json_set_int (builder, "train", leak->train);
      cz_json_set_int (builder, "test", leak->test);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static double
share (gint64 part, gint64 whole)
{
  return whole > 0 ? (double)part / (double)whole : 0;
}

static void
add_tokens (JsonBuilder *builder, const Report *report)
{
  const CzCorpusTokens *tokens = &report->tokens;

  json_builder_set_member_name (builder, "tokens");
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "tokens", tokens->tokens);
  cz_json_set_int (builder, "words", tokens->words);
  cz_json_set_number (builder, "pieces_per_word", share (tokens->pieces, tokens->words));
  cz_json_set_int (builder, "unknown", tokens->unknown);
  cz_json_set_number (builder, "unknown_share", share (tokens->unknown, tokens->tokens));
  cz_json_set_int (builder, "block_size", report->block_size);
  cz_json_set_int (builder, "train_blocks", tokens->train_blocks);
  cz_json_set_int (builder, "test_blocks", tokens->test_blocks);
  cz_json_set_int (builder, "broken_words", tokens->broken_words);
  json_builder_set_member_name (builder, "broken");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tokens->broken->len; i++)
    {
      const CzBrokenWord *word = tokens->broken->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "word", word->word);
      cz_json_set_string (builder, "pieces", word->pieces);
      cz_json_set_int (builder, "n_pieces", word->n_pieces);
      cz_json_set_int (builder, "count", word->count);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_typical (JsonBuilder *builder, const Report *report)
{
  cz_json_set_string (builder, "against", report->against->name);
  cz_json_set_int (builder, "distinct_words", cz_word_table_get_size (report->words));
  cz_json_set_int (builder, "counts_short_by", cz_word_table_get_shortfall (report->words));
  json_builder_set_member_name (builder, "typical");
  json_builder_begin_array (builder);
  for (guint i = 0; i < report->typical->len; i++)
    {
      const CzCountedWord *word = report->typical->pdata[i];

      json_builder_begin_object (builder);
      cz_json_set_string (builder, "word", word->word);
      cz_json_set_int (builder, "count", word->count);
      cz_json_set_int (builder, "against", word->against);
      cz_json_set_number (builder, "z", word->z);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_report (JsonBuilder *builder, const Report *report)
{
  const CzCorpusStatistics *statistics = &report->statistics;

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
  add_duplicates (builder, &report->duplicates);
  if (report->has_tokens)
    add_tokens (builder, report);
  if (report->typical != NULL)
    add_typical (builder, report);
}

// ---- For people ----

static void
print_tokens (const Report *report)
{
  const CzCorpusTokens *tokens = &report->tokens;
  g_autofree char *n = cz_format_count ((double)tokens->tokens);
  g_autofree char *train = cz_format_count ((double)tokens->train_blocks);
  g_autofree char *test = cz_format_count ((double)tokens->test_blocks);

  cz_print (_ ("%s tokens; blocks of %u: %s for training, %s for testing\n"), n, report->block_size,
            train, test);
  cz_print (_ ("%.3f pieces a word; %.3f %% of the tokens are [UNK]\n"),
            share (tokens->pieces, tokens->words), 100 * share (tokens->unknown, tokens->tokens));
  if (tokens->broken->len == 0)
    return;
  cz_print (_ ("Words broken into three or more pieces: %" PRId64 "\n"), tokens->broken_words);
  CzListing *table = cz_listing_new (_ ("Word"), _ (">Count"), _ ("Pieces"), NULL);
  for (guint i = 0; i < tokens->broken->len; i++)
    {
      const CzBrokenWord *word = tokens->broken->pdata[i];

      cz_listing_add (table, word->word);
      cz_listing_add_take (table, cz_format_count ((double)word->count));
      cz_listing_add (table, word->pieces);
    }
  cz_listing_print (table);
}

static void
print_typical (const Report *report)
{
  cz_print (_ ("Words most typical of it, against “%s”:\n"), report->against->name);
  CzListing *table = cz_listing_new (_ ("Word"), ">z", _ (">Here"), _ (">There"), NULL);
  for (guint i = 0; i < report->typical->len; i++)
    {
      const CzCountedWord *word = report->typical->pdata[i];

      cz_listing_add (table, word->word);
      cz_listing_add_take (table, g_strdup_printf ("%.1f", word->z));
      cz_listing_add_take (table, cz_format_count ((double)word->count));
      cz_listing_add_take (table, cz_format_count ((double)word->against));
    }
  cz_listing_print (table);
}

static void
print_report (const Report *report)
{
  const CzCorpusStatistics *statistics = &report->statistics;
  const CzCorpusDuplicates *duplicates = &report->duplicates;
  g_autofree char *words = cz_format_count ((double)statistics->words);

  cz_print (_ ("%s words; of documents %" PRId64 " are empty, the shortest has "
               "%" PRId64 " words, the median %" PRId64 ", the longest %" PRId64 "\n"),
            words, statistics->empty, statistics->shortest, statistics->median,
            statistics->longest);
  if (duplicates->copies > 0)
    cz_print (ngettext ("%" PRId64 " document repeats another word for word.\n",
                        "%" PRId64 " documents repeat another word for word.\n",
                        (gulong)duplicates->copies),
              duplicates->copies);
  if (duplicates->leaked > 0)
    cz_print (ngettext ("%" PRId64 " test document stands in the training part, too:\n",
                        "%" PRId64 " test documents stand in the training part, too:\n",
                        (gulong)duplicates->leaked),
              duplicates->leaked);
  for (guint i = 0; i < MIN (duplicates->leaks->len, LEAKS_SHOWN); i++)
    {
      const CzCorpusLeak *leak = &g_array_index (duplicates->leaks, CzCorpusLeak, i);

      cz_print (_ ("  document %" PRId64 ", the same as %" PRId64 "\n"), leak->test, leak->train);
    }
  if (report->has_tokens)
    print_tokens (report);
  if (report->typical != NULL)
    print_typical (report);
}

static void
show_report (JsonBuilder *builder, gpointer data)
{
  if (builder != NULL)
    add_report (builder, data);
  else
    print_report (data);
}

gboolean
cz_corpus_statistics (CzInvocation *invocation, GError **error)
{
  g_auto (Report) report = { 0 };
  guint64 block_size = 128, top = 20;

  if ((option_block_size != NULL
       && !cz_invocation_parse_number (option_block_size, "--block-size", 8, 4096, &block_size,
                                       error))
      || (option_top != NULL
          && !cz_invocation_parse_number (option_top, "--top", 0, 100000, &top, error)))
    return FALSE;
  report.block_size = (guint)block_size;
  report.top = (guint)top;
  GCancellable *cancellable = cz_interruption_get ();
  g_autoptr (CzCorpus) corpus = cz_corpus_of_invocation (invocation, error);
  if (corpus == NULL)
    return FALSE;
  CzLibrary *library = cz_invocation_get_library (invocation, NULL);
  report.progress = cz_progress_new (invocation->quiet);
  report.doing = _ ("Counting words");
  if (!cz_corpus_get_statistics (library, corpus->id, tell, &report, cancellable,
                                 &report.statistics, error)
      || !cz_corpus_find_duplicates (library, corpus->id, cancellable, &report.duplicates, error)
      || (option_model != NULL && !count_tokens (invocation, corpus, &report, error))
      || (option_against != NULL && !compare_words (invocation, corpus, &report, error)))
    return FALSE;
  g_clear_pointer (&report.progress, cz_progress_free);
  return cz_corpus_describe (invocation, corpus, show_report, &report, error);
}
