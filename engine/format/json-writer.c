// JSON text. json-glib's own generator writes 1e-08 as "1e-08.0", which no one reads.
#include <math.h>
#include <string.h>

#include "engine/format/json-text.h"

typedef struct
{
  GString *text;
  gboolean indented;
  guint depth;
} Writer;

static void write_node (Writer *writer, JsonNode *node);

void
cz_json_text_append_string (GString *text, const char *string)
{
  g_autofree char *valid = NULL;

  // What does not come from JSON (a file's name, say) may be anything.
  if (!g_utf8_validate (string, -1, NULL))
    string = valid = g_utf8_make_valid (string, -1);
  g_string_append_c (text, '"');
  for (const char *p = string; *p != '\0'; p++)
    {
      guchar c = (guchar)*p;
      if (c == '"' || c == '\\')
        g_string_append_printf (text, "\\%c", c);
      else if (c == '\n')
        g_string_append (text, "\\n");
      else if (c == '\t')
        g_string_append (text, "\\t");
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (text, "\\u%04x", c);
      else
        g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

void
cz_json_text_append_number (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_string_append (text, "null");
      return;
    }
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (digits, sizeof digits, formats[i], value);
      if (g_ascii_strtod (digits, NULL) == value)
        break;
    }
  g_string_append (text, digits);
  if (strpbrk (digits, ".e") == NULL)
    g_string_append (text, ".0");
}

static void
write_value (Writer *writer, JsonNode *node)
{
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_INT64:
      g_string_append_printf (writer->text, "%" G_GINT64_FORMAT, json_node_get_int (node));
      break;
    case G_TYPE_BOOLEAN:
      g_string_append (writer->text, json_node_get_boolean (node) ? "true" : "false");
      break;
    case G_TYPE_STRING:
      cz_json_text_append_string (writer->text, json_node_get_string (node));
      break;
    default:
      cz_json_text_append_number (writer->text, json_node_get_double (node));
    }
}

static void
begin_line (Writer *writer)
{
  if (!writer->indented)
    return;
  g_string_append_c (writer->text, '\n');
  for (guint i = 0; i < writer->depth; i++)
    g_string_append (writer->text, "  ");
}

static void
write_object (Writer *writer, JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);

  g_string_append_c (writer->text, '{');
  writer->depth++;
  for (GList *name = names; name != NULL; name = name->next)
    {
      if (name != names)
        g_string_append_c (writer->text, ',');
      begin_line (writer);
      cz_json_text_append_string (writer->text, name->data);
      g_string_append (writer->text, writer->indented ? ": " : ":");
      write_node (writer, json_object_get_member (object, name->data));
    }
  writer->depth--;
  if (names != NULL)
    begin_line (writer);
  g_string_append_c (writer->text, '}');
}

static void
write_array (Writer *writer, JsonArray *array)
{
  guint n = json_array_get_length (array);

  g_string_append_c (writer->text, '[');
  writer->depth++;
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (writer->text, ',');
      begin_line (writer);
      write_node (writer, json_array_get_element (array, i));
    }
  writer->depth--;
  if (n > 0)
    begin_line (writer);
  g_string_append_c (writer->text, ']');
}

static void
write_node (Writer *writer, JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      write_object (writer, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      write_array (writer, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      write_value (writer, node);
      break;
    case JSON_NODE_NULL:
      g_string_append (writer->text, "null");
      break;
    }
}

char *
cz_json_to_line (JsonNode *node)
{
  Writer writer = { .text = g_string_new (NULL) };

  write_node (&writer, node);
  return g_string_free (writer.text, FALSE);
}

char *
cz_json_to_text (JsonNode *node)
{
  Writer writer = { .text = g_string_new (NULL), .indented = TRUE };

  write_node (&writer, node);
  g_string_append_c (writer.text, '\n');
  return g_string_free (writer.text, FALSE);
}
