#include "gui/experiments/examples.h"

#include "data/run-prediction.h"
#include "gui/numbers.h"

static void
answer_free (gpointer data)
{
  if (data != NULL)
    json_node_unref (data);
}

CzExamples *
cz_examples_new (void)
{
  CzExamples *examples = g_new0 (CzExamples, 1);

  examples->sentences = g_new0 (char *, 1);
  examples->steps = g_array_new (FALSE, FALSE, sizeof (gint64));
  examples->answers = g_ptr_array_new_with_free_func (answer_free);
  return examples;
}

void
cz_examples_free (CzExamples *examples)
{
  if (examples == NULL)
    return;
  g_strfreev (examples->sentences);
  g_array_unref (examples->steps);
  g_ptr_array_unref (examples->answers);
  g_free (examples);
}

guint
cz_examples_get_n_sentences (const CzExamples *examples)
{
  return g_strv_length (examples->sentences);
}

guint
cz_examples_get_n_evaluations (const CzExamples *examples)
{
  return examples->steps->len;
}

gboolean
cz_examples_read (CzExamples *examples, CzLibrary *library, gint64 run, GError **error)
{
  gint64 last = examples->steps->len > 0
                    ? g_array_index (examples->steps, gint64, examples->steps->len - 1)
                    : -1;
  g_autoptr (GPtrArray) list = NULL;
  guint n;

  if (examples->sentences[0] == NULL)
    {
      char **sentences = cz_run_sentences_get (library, run, error);

      if (sentences == NULL)
        return FALSE;
      g_strfreev (examples->sentences);
      examples->sentences = sentences;
    }
  list = cz_run_prediction_list (library, run, last, error);
  if (list == NULL)
    return FALSE;
  n = g_strv_length (examples->sentences);
  for (guint i = 0; i < list->len; i++)
    {
      CzRunPrediction *prediction = g_ptr_array_index (list, i);
      guint at;

      if (prediction->position >= n)
        continue;
      if (examples->steps->len == 0 || prediction->step != last)
        {
          last = prediction->step;
          g_array_append_val (examples->steps, last);
          g_ptr_array_set_size (examples->answers, (int)(examples->steps->len * n));
        }
      at = (examples->steps->len - 1) * n + prediction->position;
      answer_free (g_ptr_array_index (examples->answers, at));
      g_ptr_array_index (examples->answers, at) = json_from_string (prediction->result, NULL);
    }
  return TRUE;
}

JsonObject *
cz_examples_get (const CzExamples *examples, guint evaluation, guint sentence)
{
  guint at = evaluation * g_strv_length (examples->sentences) + sentence;
  JsonNode *node;

  if (evaluation >= examples->steps->len || at >= examples->answers->len)
    return NULL;
  node = g_ptr_array_index (examples->answers, at);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_element (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

char *
cz_examples_get_best (JsonObject *answer)
{
  JsonArray *masks = get_array (answer, "masks");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; masks != NULL && i < json_array_get_length (masks); i++)
    {
      JsonArray *top = get_array (get_element (masks, i), "top");
      JsonObject *word
          = top != NULL && json_array_get_length (top) > 0 ? get_element (top, 0) : NULL;
      g_autofree char *probability = NULL;

      if (word == NULL)
        continue;
      probability
          = cz_numbers_probability (json_object_get_double_member_with_default (word, "score", 0));
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                              json_object_get_string_member_with_default (word, "token", ""),
                              probability);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
