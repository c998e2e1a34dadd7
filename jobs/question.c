#include "jobs/question.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/json-text.h"

// ---- Reading the line ----

// A copy with \u0000 read as \ufffd; freed by the caller.
static char *
replace_nuls (const char *line, gsize length)
{
  char *copy = g_malloc (length + 1);

  memcpy (copy, line, length);
  copy[length] = '\0';
  for (gsize i = 0; i + 1 < length; i++)
    {
      if (copy[i] != '\\')
        continue;
      if (i + 6 <= length && memcmp (copy + i + 1, "u0000", 5) == 0)
        memcpy (copy + i + 2, "fffd", 4);
      i++;
    }
  return copy;
}

static const char *
skip_blank (const char *text)
{
  return text + strspn (text, " \t\r\n");
}

// Behind a string, which begins at `text` with its quotation mark.
static const char *
skip_string (const char *text)
{
  for (text++; *text != '\0' && *text != '"'; text++)
    if (*text == '\\' && text[1] != '\0')
      text++;
  return *text == '"' ? text + 1 : text;
}

// Behind a value: up to what ends it in its array or object.
static const char *
skip_value (const char *text)
{
  int depth = 0;

  for (; *text != '\0'; text++)
    if (*text == '"')
      text = skip_string (text) - 1;
    else if (*text == '{' || *text == '[')
      depth++;
    else if (depth == 0 && (*text == ',' || *text == '}' || *text == ']'))
      break;
    else if (*text == '}' || *text == ']')
      depth--;
  return text;
}

// A member of the object that `text`, which has been parsed, consists of, if it is a whole number:
// its digits, freed by the caller. json-glib makes -1 of those that are too large.
static char *
find_whole_number (const char *text, const char *name)
{
  gsize n = strlen (name);
  char *number = NULL;

  for (text = skip_blank (text) + 1; *text != '\0';)
    {
      text = skip_blank (text);
      if (*text != '"')
        break;
      const char *key = text + 1, *end = skip_string (text);
      gboolean is_it = (gsize)(end - key) == n + 1 && strncmp (key, name, n) == 0;
      text = skip_blank (end);
      if (*text != ':')
        break;
      const char *value = skip_blank (text + 1), *digits = value + (*value == '-');
      gsize n_digits = strspn (digits, "0123456789");
      text = skip_value (value);
      if (is_it)
        {
          gboolean whole = n_digits > 0 && (digits[0] != '0' || n_digits == 1)
                           && skip_blank (digits + n_digits) == text;
          g_free (number);
          number = whole ? g_strndup (value, (gsize)(digits + n_digits - value)) : NULL;
        }
      if (*text == ',')
        text++;
    }
  return number;
}

// A member as JSON, "null" where there is none.
static char *
write_member (JsonObject *members, const char *line, const char *name)
{
  JsonNode *node = members != NULL ? json_object_get_member (members, name) : NULL;
  char *whole = node != NULL ? find_whole_number (line, name) : NULL;

  if (whole != NULL)
    return whole;
  return node != NULL ? cz_json_to_line (node) : g_strdup ("null");
}

CzQuestion *
cz_question_new (const char *line, gsize length)
{
  CzQuestion *question = g_new0 (CzQuestion, 1);
  g_autofree char *copy = replace_nuls (line, length);

  question->cancellable = g_cancellable_new ();
  question->root = cz_json_parse (copy, (gssize)length, "", NULL);
  if (question->root != NULL && JSON_NODE_HOLDS_OBJECT (question->root))
    question->members = json_node_get_object (question->root);
  question->id = write_member (question->members, copy, "id");
  if (question->members != NULL
      && g_strcmp0 (cz_question_get_string (question->members, "request"), "cancel") == 0)
    question->cancels = write_member (question->members, copy, "cancel");
  return question;
}

void
cz_question_free (CzQuestion *question)
{
  g_clear_pointer (&question->root, json_node_unref);
  g_object_unref (question->cancellable);
  g_free (question->id);
  g_free (question->cancels);
  g_free (question);
}

// ---- Members ----

static JsonNode *
get_member (JsonObject *members, const char *name)
{
  JsonNode *node = json_object_get_member (members, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

const char *
cz_question_get_string (JsonObject *members, const char *name)
{
  JsonNode *node = get_member (members, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

char **
cz_question_get_strings (JsonObject *members, const char *name)
{
  JsonNode *node = get_member (members, name);
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();

  if (node == NULL)
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

gboolean
cz_question_read_number (JsonObject *members,
                         const char *name,
                         guint low,
                         guint high,
                         guint preset,
                         guint *ret_number,
                         GError **error)
{
  JsonNode *node = get_member (members, name);
  gint64 number = preset;

  if (node != NULL)
    number = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
                 ? json_node_get_int (node)
                 : -1;
  if (node != NULL && (number < low || number > high))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("“%s” must be a whole number from %u to %u."), name, low, high);
      return FALSE;
    }
  *ret_number = (guint)number;
  return TRUE;
}

gboolean
cz_question_read_boolean (
    JsonObject *members, const char *name, gboolean preset, gboolean *ret_value, GError **error)
{
  JsonNode *node = get_member (members, name);

  if (node != NULL
      && !(JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID, _ ("“%s” must be true or false."),
                   name);
      return FALSE;
    }
  *ret_value = node != NULL ? json_node_get_boolean (node) : preset;
  return TRUE;
}
