#include "cli/run-sentences.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/output.h"
#include "engine/format/json-text.h"

CzRunSentences *
cz_run_sentences_load (CzLibrary *library, CzRun *run, GError **error)
{
  g_auto (GStrv) texts = cz_run_sentences_get (library, run->id, error);
  g_autoptr (GPtrArray) predictions
      = texts != NULL ? cz_run_prediction_list (library, run->id, -1 /* after_step */, error)
                      : NULL;

  if (predictions == NULL)
    return NULL;
  CzRunSentences *sentences = g_new0 (CzRunSentences, 1);
  sentences->run = run;
  sentences->sentences = g_steal_pointer (&texts);
  sentences->predictions = g_steal_pointer (&predictions);
  return sentences;
}

void
cz_run_sentences_free (CzRunSentences *sentences)
{
  g_strfreev (sentences->sentences);
  g_ptr_array_unref (sentences->predictions);
  g_free (sentences);
}

int
cz_run_sentences_find (const CzRunSentences *sentences, const char *text)
{
  for (int i = 0; sentences->sentences[i] != NULL; i++)
    if (strcmp (sentences->sentences[i], text) == 0)
      return i;
  return -1;
}

static const CzRunPrediction *
find (const CzRunSentences *sentences, gint64 step, int position)
{
  return position >= 0 ? cz_run_examples_find (sentences->predictions, step, (guint)position)
                       : NULL;
}

// What the best model said; NULL before there is one.
static const CzRunPrediction *
find_best (const CzRunSentences *sentences, int position)
{
  return sentences->run->best_step > 0 ? find (sentences, sentences->run->best_step, position)
                                       : NULL;
}

static const CzRunPrediction *
find_last (const CzRunSentences *sentences, int position)
{
  gint64 last = cz_run_examples_get_last_step (sentences->predictions);

  return last > 0 ? find (sentences, last, position) : NULL;
}

void
cz_run_sentences_build_result (const CzRunPrediction *prediction, JsonBuilder *builder)
{
  g_autoptr (JsonNode) root
      = prediction != NULL ? cz_json_parse (prediction->result, -1, "", NULL) : NULL;

  if (root != NULL)
    json_builder_add_value (builder, g_steal_pointer (&root));
  else
    json_builder_add_null_value (builder);
}

void
cz_run_sentences_build (const CzRunSentences *sentences, int position, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "before");
  cz_run_sentences_build_result (find (sentences, 0, position), builder);
  json_builder_set_member_name (builder, "best");
  cz_run_sentences_build_result (find_best (sentences, position), builder);
  json_builder_set_member_name (builder, "after");
  cz_run_sentences_build_result (find_last (sentences, position), builder);
}

// "film 12.3 %, movie 4.5 %" of each mask.
static void
print_words (const char *indent, const char *when, const CzRunPrediction *prediction)
{
  g_autoptr (JsonNode) root
      = prediction != NULL ? cz_json_parse (prediction->result, -1, "", NULL) : NULL;
  JsonArray *masks = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
                         ? json_object_get_array_member (json_node_get_object (root), "masks")
                         : NULL;

  for (guint i = 0; masks != NULL && i < json_array_get_length (masks); i++)
    {
      JsonArray *top
          = json_object_get_array_member (json_array_get_object_element (masks, i), "top");
      cz_print ("%s%-12s", indent, i == 0 ? when : "");
      for (guint k = 0; k < json_array_get_length (top); k++)
        {
          JsonObject *word = json_array_get_object_element (top, k);
          cz_print ("%s%s %.1f %%", k > 0 ? ", " : " ",
                    json_object_get_string_member_with_default (word, "token", "?"),
                    100 * json_object_get_double_member_with_default (word, "score", 0));
        }
      cz_print ("\n");
    }
}

void
cz_run_sentences_print (const CzRunSentences *sentences, int position, const char *indent)
{
  const CzRunPrediction *best = find_best (sentences, position);
  const CzRunPrediction *last = find_last (sentences, position);

  print_words (indent, _ ("before"), find (sentences, 0, position));
  if (best != NULL && best != last)
    {
      g_autofree char *when = g_strdup_printf (_ ("step %" PRId64), best->step);
      print_words (indent, when, best);
    }
  if (last != NULL)
    {
      g_autofree char *when = g_strdup_printf (_ ("step %" PRId64), last->step);
      print_words (indent, when, last);
    }
}
