#include "data/sentence-result.h"

#include <math.h>
#include <string.h>

#include "data/csv-cell.h"
#include "engine/format/json-text.h"

static void
add_cell (GString *out, const char *text)
{
  g_string_append_c (out, ',');
  cz_csv_append_cell (out, text, strlen (text));
}

static void
add_string (GString *out, JsonObject *object, const char *name)
{
  add_cell (out, json_object_get_string_member_with_default (object, name, ""));
}

static gboolean
has_value (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node);
}

static void
add_number (GString *out, JsonObject *object, const char *name)
{
  g_string_append_c (out, ',');
  if (has_value (object, name))
    cz_json_text_append_number (out, json_object_get_double_member (object, name));
}

static void
add_integer (GString *out, JsonObject *object, const char *name)
{
  g_string_append_c (out, ',');
  if (has_value (object, name))
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_object_get_int_member (object, name));
}

static void
add_boolean (GString *out, JsonObject *object, const char *name)
{
  g_string_append_c (out, ',');
  if (has_value (object, name))
    g_string_append (out, json_object_get_boolean_member (object, name) ? "1" : "0");
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
add_accepted (GString *out, JsonArray *answers)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; answers != NULL && i < json_array_get_length (answers); i++)
    g_string_append_printf (words, "%s%s", i > 0 ? ", " : "",
                            json_object_get_string_member_with_default (
                                json_array_get_object_element (answers, i), "word", ""));
  add_cell (out, words->str);
}

static void
add_top (GString *out, JsonArray *top)
{
  if (top != NULL && json_array_get_length (top) > 0)
    {
      add_string (out, json_array_get_object_element (top, 0), "token");
      add_number (out, json_array_get_object_element (top, 0), "score");
    }
  else
    g_string_append (out, ",,");
}

static void
add_sentence (GString *out, const char *model, guint number, JsonObject *sentence)
{
  cz_csv_append_cell (out, model, strlen (model));
  g_string_append_printf (out, ",%u", number);
  add_string (out, sentence, "text");
  add_accepted (out, get_array (sentence, "answers"));
  add_top (out, get_array (sentence, "top"));
  add_string (out, sentence, "answer");
  add_integer (out, sentence, "rank");
  add_boolean (out, sentence, "hit");
  add_boolean (out, sentence, "hit_top_k");
  add_number (out, sentence, "log_probability");
  add_string (out, sentence, has_value (sentence, "error") ? "error" : "note");
  g_string_append (out, "\r\n");
}

char *
cz_sentence_result_to_csv (JsonArray *results)
{
  GString *out = g_string_new ("model,sentence,text,accepted,top_word,top_probability,answer,rank,"
                               "hit,hit_top_k,log_probability,remark\r\n");

  for (guint r = 0; r < json_array_get_length (results); r++)
    {
      JsonObject *result = json_array_get_object_element (results, r);
      const char *model = json_object_get_string_member_with_default (result, "model", "");
      JsonArray *sentences = get_array (result, "sentences");

      for (guint i = 0; sentences != NULL && i < json_array_get_length (sentences); i++)
        add_sentence (out, model, i + 1, json_array_get_object_element (sentences, i));
    }
  return g_string_free (out, FALSE);
}
