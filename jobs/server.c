#include "jobs/server.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/json-text.h"
#include "jobs/answers.h"
#include "jobs/json-members.h"
#include "jobs/sentence-set-run.h"

#define MOST_TOP_K 1000

typedef struct
{
  CzPredictors *predictors;
  JsonObject *question;
  JsonBuilder *builder; // stands in the array of results
} Asked;

static gboolean
complain (GError **error, const char *sentence)
{
  g_set_error_literal (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, sentence);
  return FALSE;
}

// A member that is a string; NULL if there is none.
static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

// A member that is an array of strings, or one string; NULL-terminated. NULL if it is neither.
static char **
get_strings (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strv_builder_end (strings);
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_string (node) != NULL)
    {
      g_strv_builder_add (strings, json_node_get_string (node));
      return g_strv_builder_end (strings);
    }
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_string (element) == NULL)
        return NULL;
      g_strv_builder_add (strings, json_node_get_string (element));
    }
  return g_strv_builder_end (strings);
}

static gboolean
get_count (JsonObject *object, const char *name, guint preset, guint *ret_count, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  *ret_count = preset;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  gint64 count = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
                     ? json_node_get_int (node)
                     : -1;
  if (count < 1 || count > MOST_TOP_K)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“%s” must be a whole number from 1 to %d."), name, MOST_TOP_K);
      return FALSE;
    }
  *ret_count = (guint)count;
  return TRUE;
}

// The sentences of a set: elements CzSentence. NULL with `error` set: they are none.
static GArray *
get_sentences (JsonObject *question, GError **error)
{
  JsonNode *node = json_object_get_member (question, "sentences");
  g_autoptr (GArray) sentences = g_array_new (FALSE, FALSE, sizeof (CzSentence));
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;

  g_array_set_clear_func (sentences, (GDestroyNotify)cz_sentence_clear);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      g_auto (GStrv) answers = object != NULL ? get_strings (object, "answers") : NULL;
      const char *text = object != NULL ? get_string (object, "text") : NULL;

      if (text == NULL || answers == NULL)
        break;
      CzSentence sentence = { g_strdup (text), g_strjoinv (", ", answers) };
      g_array_append_val (sentences, sentence);
    }
  if (n > 0 && sentences->len == n)
    return g_steal_pointer (&sentences);
  complain (error, _ ("“sentences” must be an array of {\"text\", \"answers\"}, a string and an "
                      "array of strings each."));
  return NULL;
}

static gboolean
answer_set (Asked *asked, const char *model, GError **error)
{
  g_autoptr (GArray) sentences = get_sentences (asked->question, error);
  guint top_k;

  return sentences != NULL && get_count (asked->question, "top_k", 5, &top_k, error)
         && cz_answer_set (asked->predictors, model, (const CzSentence *)(gpointer)sentences->data,
                           sentences->len, top_k, NULL /* proceed */, NULL /* data */,
                           asked->builder, error);
}

static gboolean
answer_for_model (Asked *asked, const char *request, const char *model, GError **error)
{
  JsonObject *question = asked->question;
  gboolean about_word = strcmp (request, "neighbours") == 0;
  const char *text = get_string (question, about_word ? "word" : "text");
  guint count;

  if (strcmp (request, "set") == 0)
    return answer_set (asked, model, error);
  if (text == NULL)
    return complain (error, about_word ? _ ("The request has no “word”, which must be a string.")
                                       : _ ("The request has no “text”, which must be a string."));
  if (strcmp (request, "fill") == 0)
    {
      g_auto (GStrv) targets = get_strings (question, "targets");
      if (targets == NULL)
        return complain (error, _ ("“targets” must be an array of strings."));
      return get_count (question, "top_k", 5, &count, error)
             && cz_answer_fill (asked->predictors, model, text, count, (const char *const *)targets,
                                asked->builder, error);
    }
  if (strcmp (request, "surprisal") == 0)
    return cz_answer_surprisal (asked->predictors, model, text, asked->builder, error);
  if (strcmp (request, "attention") == 0)
    return cz_answer_attention (asked->predictors, model, text, asked->builder, error);
  if (about_word)
    return get_count (question, "count", 10, &count, error)
           && cz_answer_neighbours (asked->predictors, model, text, count, asked->builder, error);
  g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
               _ ("There is no request “%.40s”; there are fill, surprisal, attention, "
                  "neighbours and set."),
               request);
  return FALSE;
}

static gboolean
answer_question (Asked *asked, GError **error)
{
  const char *request = get_string (asked->question, "request");
  g_auto (GStrv) models = get_strings (
      asked->question, json_object_has_member (asked->question, "models") ? "models" : "model");

  if (request == NULL)
    return complain (error, _ ("The request has no “request”, which must be a string."));
  if (models == NULL || models[0] == NULL)
    return complain (error, _ ("The request has no “models”, which must be an array of strings."));
  for (guint i = 0; models[i] != NULL; i++)
    if (!answer_for_model (asked, request, models[i], error))
      return FALSE;
  return TRUE;
}

// The answer's line, with its end; freed by the caller.
static char *
answer_line (CzPredictors *predictors, const char *line, gsize length)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = cz_json_parse (line, (gssize)length, "", NULL);
  g_autoptr (JsonNode) result = NULL;
  JsonNode *id = NULL;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    complain (&reason, _ ("The request is no JSON object; write {\"id\": 1, \"request\": …} on one "
                          "line."));
  else
    {
      Asked asked = { predictors, json_node_get_object (root), builder };
      id = json_object_get_member (asked.question, "id");
      json_builder_begin_array (builder);
      if (answer_question (&asked, &reason))
        {
          json_builder_end_array (builder);
          result = json_builder_get_root (builder);
        }
      json_builder_reset (builder);
    }

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  if (id != NULL)
    json_builder_add_value (builder, json_node_copy (id));
  else
    json_builder_add_null_value (builder);
  if (result != NULL)
    {
      json_builder_set_member_name (builder, "result");
      json_builder_add_value (builder, g_steal_pointer (&result));
    }
  else
    cz_json_set_string (builder, "error", reason->message);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) whole = json_builder_get_root (builder);
  g_autofree char *text = cz_json_to_line (whole);
  return g_strconcat (text, "\n", NULL);
}

gboolean
cz_server_run (CzLibrary *library,
               CzDevice *device,
               GInputStream *questions,
               GOutputStream *answers,
               GError **error)
{
  g_autoptr (CzPredictors) predictors = cz_predictors_new (library, device);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (questions);

  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_LF);
  for (;;)
    {
      g_autoptr (GError) reason = NULL;
      gsize length = 0;
      g_autofree char *line = g_data_input_stream_read_line (lines, &length, NULL, &reason);

      if (reason != NULL)
        {
          g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                       _ ("The requests could not be read: %s"), reason->message);
          return FALSE;
        }
      if (line == NULL)
        return TRUE;
      if (line[strspn (line, " \t\r")] == '\0' && strlen (line) == length)
        continue;
      g_autofree char *answer = answer_line (predictors, line, length);
      if (!g_output_stream_write_all (answers, answer, strlen (answer), NULL, NULL, &reason)
          || !g_output_stream_flush (answers, NULL, &reason))
        {
          g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                       _ ("The answer could not be written: %s"), reason->message);
          return FALSE;
        }
      if (cz_device_is_failed (device))
        {
          g_set_error_literal (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST,
                               _ ("The device was lost; start again, perhaps with another one."));
          return FALSE;
        }
    }
}
