// cloze run compare.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/paired.h"
#include "cli/run-arguments.h"
#include "cli/run-sentences.h"
#include "cli/run-show.h"
#include "jobs/run-parameters.h"

typedef struct
{
  GPtrArray *runs;      // CzRun
  GPtrArray *options;   // CzTrainOptions of each
  GPtrArray *sentences; // CzRunSentences of each
  GPtrArray *before;    // CzRunEvaluation of each, elements may be NULL
  GPtrArray *best;
} Comparison;

static void
comparison_clear (Comparison *c)
{
  g_clear_pointer (&c->options, g_ptr_array_unref);
  g_clear_pointer (&c->sentences, g_ptr_array_unref);
  g_clear_pointer (&c->before, g_ptr_array_unref);
  g_clear_pointer (&c->best, g_ptr_array_unref);
  g_clear_pointer (&c->runs, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Comparison, comparison_clear)

static CzRun *
get_run (const Comparison *c, guint i)
{
  return c->runs->pdata[i];
}

// ---- Reading ----

static gboolean
read_run (CzLibrary *library, Comparison *c, CzRun *run, GError **error)
{
  CzTrainOptions *options = g_new0 (CzTrainOptions, 1);
  g_autoptr (GError) reason = NULL;

  g_ptr_array_add (c->options, options);
  if (!cz_run_parameters_from_text (run->parameters, options, error))
    return FALSE;
  CzRunSentences *sentences = cz_run_sentences_load (library, run, error);
  if (sentences == NULL)
    return FALSE;
  g_ptr_array_add (c->sentences, sentences);
  CzRunEvaluation *before = cz_run_evaluation_read (library, run->id, "before", &reason);
  g_ptr_array_add (c->before, before);
  CzRunEvaluation *best
      = reason == NULL ? cz_run_evaluation_read (library, run->id, "best", &reason) : NULL;
  // Of a run that began again it may be another than the record's.
  if (best != NULL && best->step != run->best_step)
    g_clear_pointer (&best, cz_run_evaluation_free);
  g_ptr_array_add (c->best, best);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
read_all (CzInvocation *invocation, Comparison *c, GError **error)
{
  c->runs = cz_run_arguments_get (invocation, error);
  if (c->runs == NULL)
    return FALSE;
  c->options = g_ptr_array_new_with_free_func (g_free);
  c->sentences = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_sentences_free);
  c->before = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_evaluation_free);
  c->best = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_evaluation_free);
  if (c->runs->len < 2)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("Name two runs at least."));
      return FALSE;
    }
  for (guint i = 0; i < c->runs->len; i++)
    if (!read_run (invocation->opened_library, c, get_run (c, i), error))
      return FALSE;
  return TRUE;
}

// ---- What differs ----

// The values of a parameter in all runs, NULL-terminated.
static char **
get_values (const Comparison *c, const char *key)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();

  for (guint i = 0; i < c->options->len; i++)
    {
      g_autofree char *value = cz_train_options_get (c->options->pdata[i], key);
      g_strv_builder_add (values, value);
    }
  return g_strv_builder_end (values);
}

static gboolean
differs (const Comparison *c, const char *key)
{
  g_auto (GStrv) values = get_values (c, key);

  for (guint i = 1; values[i] != NULL; i++)
    if (strcmp (values[0], values[i]) != 0)
      return TRUE;
  return FALSE;
}

// Why perplexities cannot be ranked; NULL: they can.
static char *
find_reason (const Comparison *c)
{
  static const char *const keys[]
      = { "block_size",   "last_block",  "split",     "split_seed",
          "train_blocks", "test_blocks", "eval_mask", "eval_mask_probability",
          "eval_seed",    NULL };
  const char *first = NULL;
  gboolean same = TRUE, corpora = FALSE, models = FALSE;
  g_autoptr (GString) what = g_string_new (NULL);

  for (guint i = 0; i < c->runs->len; i++)
    {
      const CzRun *run = get_run (c, i), *reference = get_run (c, 0);
      corpora = corpora || strcmp (run->corpus_hash, reference->corpus_hash) != 0;
      models = models || strcmp (run->model_hash, reference->model_hash) != 0;
      if (run->eval_fingerprint == NULL || run->eval_fingerprint[0] == '\0')
        continue;
      same = same && (first == NULL || strcmp (first, run->eval_fingerprint) == 0);
      first = run->eval_fingerprint;
    }
  if (same)
    return NULL;
  if (corpora)
    g_string_append_printf (what, ", %s", _ ("corpus"));
  for (const char *const *key = keys; *key != NULL; key++)
    if (differs (c, *key))
      g_string_append_printf (what, ", %s", *key);
  // Two vocabularies cut the same text differently.
  if (what->len == 0 && models)
    g_string_append_printf (what, ", %s", _ ("base model"));
  return g_strdup_printf (
      _ ("These runs were not evaluated on the same masked tokens, so their perplexities do not "
         "compare and are not ranked. They differ in: %s."),
      what->len > 0 ? what->str + 2 : _ ("what their versions mask"));
}

// 1 for the lowest cross-entropy, equal ones share a rank; 0: none.
static guint
get_rank (const Comparison *c, guint i)
{
  double own = get_run (c, i)->best;
  guint rank = 1;

  for (guint k = 0; k < c->runs->len; k++)
    rank += get_run (c, k)->best < own;
  return isfinite (own) ? rank : 0;
}

static gboolean
compare_evaluations (const CzRunEvaluation *a,
                     const CzRunEvaluation *b,
                     CzPairedComparison *ret_comparison)
{
  return a != NULL && b != NULL && cz_run_evaluation_compare (a, b, 0, ret_comparison);
}

// ---- JSON ----

static void
build_pair (JsonBuilder *builder,
            const char *name,
            const CzRunEvaluation *a,
            const CzRunEvaluation *b)
{
  CzPairedComparison comparison;

  json_builder_set_member_name (builder, name);
  if (compare_evaluations (a, b, &comparison))
    cz_paired_build (&comparison, builder);
  else
    json_builder_add_null_value (builder);
}

static void
build_paired (const Comparison *c, gboolean ranked, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "paired");
  json_builder_begin_array (builder);
  for (guint i = 0; i < c->runs->len; i++)
    {
      guint rank = ranked ? get_rank (c, i) : 0;
      json_builder_begin_object (builder);
      cz_json_set_int (builder, "run", get_run (c, i)->id);
      if (rank > 0)
        cz_json_set_int (builder, "rank", rank);
      else
        cz_json_set_string (builder, "rank", NULL);
      build_pair (builder, "to_before", c->before->pdata[i], c->best->pdata[i]);
      build_pair (builder, "to_reference", i > 0 ? c->best->pdata[0] : NULL, c->best->pdata[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

// All sentences that any of the runs has, in their order, each once.
static char **
collect_sentences (const Comparison *c)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < c->sentences->len; i++)
    {
      const CzRunSentences *sentences = c->sentences->pdata[i];
      for (guint k = 0; sentences->sentences[k] != NULL; k++)
        if (!g_ptr_array_find_with_equal_func (texts, sentences->sentences[k], g_str_equal, NULL))
          g_ptr_array_add (texts, g_strdup (sentences->sentences[k]));
    }
  g_ptr_array_add (texts, NULL);
  return (char **)g_ptr_array_steal (texts, NULL);
}

static void
build_sentences (const Comparison *c, JsonBuilder *builder)
{
  g_auto (GStrv) texts = collect_sentences (c);

  json_builder_set_member_name (builder, "sentences");
  json_builder_begin_array (builder);
  for (guint t = 0; texts[t] != NULL; t++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "text", texts[t]);
      json_builder_set_member_name (builder, "runs");
      json_builder_begin_array (builder);
      for (guint i = 0; i < c->runs->len; i++)
        {
          const CzRunSentences *sentences = c->sentences->pdata[i];
          json_builder_begin_object (builder);
          cz_json_set_int (builder, "run", get_run (c, i)->id);
          cz_run_sentences_build (sentences, cz_run_sentences_find (sentences, texts[t]), builder);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (CzInvocation *invocation, const Comparison *c, const char *reason)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_boolean (builder, "comparable", reason == NULL);
  cz_json_set_string (builder, "reason", reason);
  cz_json_set_int (builder, "reference", get_run (c, 0)->id);
  json_builder_set_member_name (builder, "differing_parameters");
  json_builder_begin_array (builder);
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    if (differs (c, *key))
      json_builder_add_string_value (builder, *key);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < c->runs->len; i++)
    cz_run_show_build (invocation->opened_library, get_run (c, i), builder);
  json_builder_end_array (builder);
  build_paired (c, reason == NULL, builder);
  build_sentences (c, builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

// ---- For people ----

static char *
format_perplexity (double cross_entropy)
{
  return isfinite (cross_entropy) ? g_strdup_printf ("%.2f", exp (cross_entropy)) : g_strdup ("–");
}

static void
print_table (const Comparison *c, gboolean ranked)
{
  CzListing *table = cz_listing_new (_ (">run"), _ ("name"), _ ("model"), _ ("corpus"),
                                     _ (">before"), _ (">best"), _ (">after"), _ (">rank"), NULL);

  for (guint i = 0; i < c->runs->len; i++)
    {
      const CzRun *run = get_run (c, i);
      guint rank = ranked ? get_rank (c, i) : 0;
      cz_listing_add_take (table, g_strdup_printf ("%" PRId64, run->id));
      cz_listing_add (table, run->name);
      cz_listing_add (table, run->model);
      cz_listing_add (table, run->corpus);
      cz_listing_add_take (table, format_perplexity (run->before));
      cz_listing_add_take (table, format_perplexity (run->best));
      cz_listing_add_take (table, format_perplexity (run->after));
      cz_listing_add_take (table, rank > 0 ? g_strdup_printf ("%u", rank) : g_strdup ("–"));
    }
  cz_listing_print (table);
}

static void
print_parameters (const Comparison *c)
{
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_auto (GStrv) values = get_values (c, *key);
      g_autofree char *line = g_strjoinv (" | ", values);
      if (differs (c, *key))
        cz_print ("%-22s %s\n", *key, line);
    }
}

static void
print_pairs (const Comparison *c)
{
  CzPairedComparison comparison;

  for (guint i = 0; i < c->runs->len; i++)
    {
      if (!compare_evaluations (c->before->pdata[i], c->best->pdata[i], &comparison))
        continue;
      g_autofree char *text = cz_paired_format (&comparison);
      cz_print (_ ("run %" PRId64 ", best against before: %s\n"), get_run (c, i)->id, text);
    }
  for (guint i = 1; i < c->runs->len; i++)
    {
      if (!compare_evaluations (c->best->pdata[0], c->best->pdata[i], &comparison))
        continue;
      g_autofree char *text = cz_paired_format (&comparison);
      cz_print (_ ("run %" PRId64 " against run %" PRId64 ": %s\n"), get_run (c, i)->id,
                get_run (c, 0)->id, text);
    }
}

static void
print_sentences (const Comparison *c)
{
  g_auto (GStrv) texts = collect_sentences (c);

  for (guint t = 0; texts[t] != NULL; t++)
    {
      cz_print ("\n%s\n", texts[t]);
      for (guint i = 0; i < c->runs->len; i++)
        {
          const CzRunSentences *sentences = c->sentences->pdata[i];
          int position = cz_run_sentences_find (sentences, texts[t]);
          if (position < 0)
            continue;
          cz_print (_ (" run %" PRId64 "\n"), get_run (c, i)->id);
          cz_run_sentences_print (sentences, position, "  ");
        }
    }
}

static gboolean
compare (CzInvocation *invocation, GError **error)
{
  g_auto (Comparison) c = { 0 };

  if (!read_all (invocation, &c, error))
    return FALSE;
  g_autofree char *reason = find_reason (&c);
  if (invocation->json)
    {
      print_json (invocation, &c, reason);
      return TRUE;
    }
  print_table (&c, reason == NULL);
  print_parameters (&c);
  print_pairs (&c);
  if (reason != NULL)
    cz_print ("%s\n", reason);
  print_sentences (&c);
  return TRUE;
}

const CzCommand cz_run_compare_commands[] = {
  { "run compare", "ID ID…", N_ ("Set runs side by side: what differs, and what came of it."), NULL,
    2, G_MAXUINT, compare,
    N_ ("Differences are those of the best models' cross-entropy on the same masked tokens, block "
        "by block, in nats a token (below zero: better), with the interval that holds 95 % of 2000 "
        "bootstrap resamples; the first run is the reference. With --json {\"comparable\", "
        "\"reason\" (why they are not ranked, or null), \"reference\", \"differing_parameters\", "
        "\"runs\": [as “run show”], \"paired\": [{\"run\", \"rank\", \"to_before\", "
        "\"to_reference\"}], \"sentences\": [{\"text\", \"runs\": [{\"run\", \"before\", \"best\", "
        "\"after\"}]}]}, where to_before and to_reference are {\"difference\", \"low\", \"high\", "
        "\"better_share\", \"blocks\", \"scored_tokens\"} or null.") },
  { NULL },
};
