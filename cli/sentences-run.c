// cloze sentences run: a set under several models.
#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "data/sentence-csv.h"
#include "data/sentence-result.h"
#include "engine/format/json-text.h"
#include "jobs/answers.h"

static char **option_models;
static char *option_top_k;
static char *option_output;

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_models,
    N_ ("A model: a name in the library, a folder or run:ID (several for a comparison)"),
    N_ ("MODEL") },
  { "top-k", 'k', 0, G_OPTION_ARG_FILENAME, &option_top_k,
    N_ ("Among how many words the answer is to be (default: 5)"), N_ ("K") },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output,
    N_ ("Write a row for each sentence under each model into this file"), N_ ("FILE.csv") },
  { NULL },
};

typedef struct
{
  CzProgress *progress;
  GCancellable *cancellable;
} Watch;

static gboolean
proceed (double share, gpointer data)
{
  Watch *watch = data;

  cz_progress_tell (watch->progress, share, _ ("asking the models"), NAN);
  return !g_cancellable_is_cancelled (watch->cancellable);
}

static void
clear_sentence (gpointer data)
{
  g_strfreev ((char **)((CzSetSentence *)data)->answers);
}

// The results of all models, an array.
static JsonNode *
ask_all (CzInvocation *invocation, const CzSentenceSet *set, guint top_k, GError **error)
{
  GCancellable *cancellable = cz_interruption_get ();
  CzDevice *device = cz_invocation_get_device (invocation, error);
  g_autoptr (GArray) sentences = g_array_new (FALSE, FALSE, sizeof (CzSetSentence));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (CzProgress) progress = cz_progress_new (invocation->quiet);
  Watch watch = { progress, cancellable };

  if (device == NULL)
    return NULL;
  g_array_set_clear_func (sentences, clear_sentence);
  for (guint i = 0; i < set->n; i++)
    {
      CzSetSentence sentence
          = { set->sentences[i].text,
              (const char *const *)cz_sentence_answers_split (set->sentences[i].answers) };
      g_array_append_val (sentences, sentence);
    }
  g_autoptr (CzPredictors) predictors = cz_predictors_new (invocation->opened_library, device);
  json_builder_begin_array (builder);
  if (!cz_answer_set (predictors, (const char *const *)option_models,
                      (const CzSetSentence *)(gpointer)sentences->data, sentences->len, top_k,
                      proceed, &watch, builder, error))
    return NULL;
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

// ---- For people ----

static double
get_number (JsonObject *object, const char *name)
{
  return json_object_get_null_member (object, name) ? NAN
                                                    : json_object_get_double_member (object, name);
}

static void
print_sums (JsonObject *result)
{
  guint scored = (guint)json_object_get_int_member (result, "scored");
  const char *note = json_object_get_string_member_with_default (result, "note", NULL);

  if (scored > 0)
    cz_print (ngettext ("%s: %.1f %% right, %.1f %% among the first %u, mean rank %.1f (%u "
                        "sentence)\n",
                        "%s: %.1f %% right, %.1f %% among the first %u, mean rank %.1f (%u "
                        "sentences)\n",
                        scored),
              json_object_get_string_member (result, "model"),
              100 * get_number (result, "accuracy"), 100 * get_number (result, "accuracy_top_k"),
              (guint)json_object_get_int_member (result, "top_k"), get_number (result, "mean_rank"),
              scored);
  else
    cz_print (_ ("%s: no answer to be ranked\n"), json_object_get_string_member (result, "model"));
  if (note != NULL)
    cz_print ("  %s\n", note);
}

static char *
format_percent (double probability)
{
  return isfinite (probability) ? g_strdup_printf ("%.3g %%", 100 * probability) : g_strdup ("–");
}

static void
add_sentence (CzListing *table, guint number, JsonObject *sentence)
{
  JsonArray *top = json_object_get_array_member (sentence, "top");
  JsonObject *first
      = json_array_get_length (top) > 0 ? json_array_get_object_element (top, 0) : NULL;
  gboolean ranked = !json_object_get_null_member (sentence, "rank");
  gboolean hit = ranked && json_object_get_boolean_member (sentence, "hit");

  cz_listing_add_take (table, g_strdup_printf ("%u.", number));
  cz_listing_add (table, hit ? "✓" : "");
  cz_listing_add (table, first != NULL ? json_object_get_string_member (first, "token") : "–");
  cz_listing_add_take (table, format_percent (first != NULL ? get_number (first, "score") : NAN));
  cz_listing_add (table, json_object_get_string_member_with_default (sentence, "answer", "–"));
  cz_listing_add_take (
      table, ranked ? cz_format_count ((double)json_object_get_int_member (sentence, "rank"))
                    : g_strdup ("–"));
  cz_listing_add_take (table, format_percent (exp (get_number (sentence, "log_probability"))));
  cz_listing_add (table, json_object_get_string_member_with_default (
                             sentence, "error", json_object_get_string_member (sentence, "text")));
}

static void
print_result (JsonObject *result)
{
  JsonArray *sentences = json_object_get_array_member (result, "sentences");
  CzListing *table = cz_listing_new (">", "", _ ("top word"), ">", _ ("answer"), _ (">rank"), ">",
                                     _ ("sentence"), NULL);

  print_sums (result);
  for (guint i = 0; i < json_array_get_length (sentences); i++)
    add_sentence (table, i + 1, json_array_get_object_element (sentences, i));
  cz_listing_print (table);
}

// ---- The command ----

static gboolean
parse (CzInvocation *invocation, guint64 *ret_top_k, GError **error)
{
  *ret_top_k = 5;
  if (option_models == NULL)
    {
      g_set_error_literal (error, CZ_USAGE_ERROR, CZ_USAGE_ERROR_WRONG,
                           _ ("A model is missing: --model MODEL."));
      return FALSE;
    }
  return cz_invocation_check_text (invocation->arguments[0], _ ("The set's name"), error)
         && (option_top_k == NULL
             || cz_invocation_parse_number (option_top_k, "--top-k", 1, 1000, ret_top_k, error));
}

static gboolean
run (CzInvocation *invocation, GError **error)
{
  guint64 top_k;
  CzLibrary *library
      = parse (invocation, &top_k, error) ? cz_invocation_get_library (invocation, error) : NULL;
  g_autoptr (CzSentenceSet) set
      = library != NULL ? cz_sentence_set_get (library, invocation->arguments[0], error) : NULL;
  g_autoptr (JsonNode) results
      = set != NULL ? ask_all (invocation, set, (guint)top_k, error) : NULL;

  if (results == NULL)
    return FALSE;
  JsonArray *array = json_node_get_array (results);
  if (option_output != NULL)
    {
      g_autofree char *table = cz_sentence_result_to_csv (array);
      if (!cz_sentence_csv_save (option_output, table, error))
        return FALSE;
    }
  if (invocation->json)
    {
      g_autofree char *line = cz_json_to_line (results);
      cz_print ("%s\n", line);
      return TRUE;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    print_result (json_array_get_object_element (array, i));
  return TRUE;
}

const CzCommand cz_sentences_run_commands[] = {
  { "sentences run", N_ ("SET --model MODEL [--model …] [--top-k K] [--output FILE.csv]"),
    N_ ("Ask models a set of sentences: how often, and how well, they guess the hidden word."),
    options, 1, 1, run,
    N_ ("It is a sentence's first [MASK] that counts. With --json [{\"model\", \"top_k\", "
        "\"sentences\": [{\"text\", \"top\", \"answers\", \"answer\", \"rank\", "
        "\"log_probability\", \"hit\", \"hit_top_k\", \"note\", \"error\"}], \"accuracy\", "
        "\"accuracy_top_k\", \"mean_rank\", \"scored\", \"ranked\", \"note\"}]. An accepted answer "
        "of "
        "several pieces has a probability as a whole word (by the chain rule, left to right) and "
        "no rank; a sentence with no other answers counts as not guessed.") },
  { NULL },
};
