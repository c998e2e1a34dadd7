#include "jobs/run-examples.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/sentence-set.h"
#include "engine/format/json-text.h"
#include "engine/predict/predictor.h"
#include "jobs/answers.h"
#include "jobs/mask-text.h"

struct _CzRunExamples
{
  CzLibrary *library;
  gint64 run;
  char *label; // "run:3", as the predictions name the model
  char **sentences;
  CzPredictor *predictor; // NULL: not asked yet
};

// ---- Choosing ----

static gboolean
add_sentence (GPtrArray *chosen, CzTokenizer *tokenizer, const char *text, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("Example sentence %u is no UTF-8 text; write it anew."), chosen->len + 1);
      return FALSE;
    }
  g_autofree char *masked = cz_mask_text_put (tokenizer, text);
  if (!cz_mask_text_has (tokenizer, masked))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("The example sentence “%.60s” has no %s; write it where a word is to be "
                      "guessed."),
                   text, cz_tokenizer_get_options (tokenizer)->mask);
      return FALSE;
    }
  if (chosen->len == CZ_RUN_EXAMPLES_MAX)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("A run predicts at most %u example sentences at each evaluation; leave some "
                      "out."),
                   CZ_RUN_EXAMPLES_MAX);
      return FALSE;
    }
  g_ptr_array_add (chosen, g_steal_pointer (&masked));
  return TRUE;
}

char **
cz_run_examples_choose (CzLibrary *library,
                        CzTokenizer *tokenizer,
                        const char *const *sentences,
                        const char *set,
                        GError **error)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CzSentenceSet) more = NULL;

  for (guint i = 0; sentences != NULL && sentences[i] != NULL; i++)
    if (!add_sentence (chosen, tokenizer, sentences[i], error))
      return NULL;
  if (set == NULL && chosen->len == 0)
    set = CZ_SENTENCE_SET_DEFAULT;
  if (set != NULL && strcmp (set, CZ_SENTENCE_SET_NONE) != 0)
    {
      more = cz_sentence_set_get (library, set, error);
      if (more == NULL)
        return NULL;
    }
  for (guint i = 0; more != NULL && i < more->n; i++)
    if (!add_sentence (chosen, tokenizer, more->sentences[i].text, error))
      return NULL;
  g_ptr_array_add (chosen, NULL);
  return (char **)g_ptr_array_steal (chosen, NULL);
}

// ---- Predicting ----

CzRunExamples *
cz_run_examples_new (CzLibrary *library, gint64 run, GError **error)
{
  g_auto (GStrv) sentences = cz_run_sentences_get (library, run, error);

  if (sentences == NULL)
    return NULL;
  CzRunExamples *examples = g_new0 (CzRunExamples, 1);
  examples->library = library;
  examples->run = run;
  examples->label = g_strdup_printf ("run:%" PRId64, run);
  examples->sentences = g_steal_pointer (&sentences);
  return examples;
}

void
cz_run_examples_free (CzRunExamples *examples)
{
  g_clear_pointer (&examples->predictor, cz_predictor_free);
  g_strfreev (examples->sentences);
  g_free (examples->label);
  g_free (examples);
}

static char *
predict_one (CzRunExamples *examples, const char *sentence, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!cz_answer_fill_by (examples->predictor, examples->label, sentence, CZ_RUN_EXAMPLES_TOP,
                          builder, error))
    return NULL;
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return cz_json_to_line (root);
}

gboolean
cz_run_examples_predict (CzRunExamples *examples, CzTrainer *trainer, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_free);

  if (examples->sentences[0] == NULL)
    return TRUE;
  if (examples->predictor == NULL)
    examples->predictor
        = cz_predictor_new_beside (cz_trainer_get_pass (trainer), cz_trainer_get_model (trainer),
                                   cz_trainer_get_tokenizer (trainer));
  for (guint i = 0; examples->sentences[i] != NULL; i++)
    {
      char *result = predict_one (examples, examples->sentences[i], error);
      if (result == NULL)
        return FALSE;
      g_ptr_array_add (results, result);
    }
  g_ptr_array_add (results, NULL);
  return cz_run_prediction_write (examples->library, examples->run,
                                  (gint64)cz_trainer_get_position (trainer)->step,
                                  (const char *const *)results->pdata, error);
}

// ---- Finding ----

const CzRunPrediction *
cz_run_examples_find (GPtrArray *predictions, gint64 step, guint position)
{
  for (guint i = 0; i < predictions->len; i++)
    {
      const CzRunPrediction *prediction = predictions->pdata[i];
      if (prediction->step == step && prediction->position == position)
        return prediction;
    }
  return NULL;
}

gint64
cz_run_examples_get_last_step (GPtrArray *predictions)
{
  return predictions->len > 0
             ? ((const CzRunPrediction *)predictions->pdata[predictions->len - 1])->step
             : -1;
}
