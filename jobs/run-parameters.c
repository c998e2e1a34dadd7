#include "jobs/run-parameters.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/format-error.h"
#include "engine/format/json-text.h"

char *
cz_run_parameters_to_text (const CzTrainOptions *options)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_autofree char *value = cz_train_options_get (options, *key);
      json_builder_set_member_name (builder, *key);
      json_builder_add_string_value (builder, value);
    }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return cz_json_to_line (root);
}

static JsonObject *
parse (const char *text, GError **error)
{
  g_autoptr (JsonNode) root
      = cz_json_parse (text != NULL ? text : "{}", -1, _ ("the run's parameters"), error);

  if (root == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (root))
    return json_node_dup_object (root);
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("The run's record holds no parameters; make the run anew."));
  return NULL;
}

gboolean
cz_run_parameters_from_text (const char *text, CzTrainOptions *ret_options, GError **error)
{
  g_autoptr (JsonObject) object = parse (text, error);
  CzTrainOptions options;

  if (object == NULL)
    return FALSE;
  cz_train_options_init (&options);
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      const char *value = json_object_get_string_member_with_default (object, *key, NULL);
      if (value != NULL && !cz_train_options_set (&options, *key, value, error))
        return FALSE;
    }
  *ret_options = options;
  return TRUE;
}

void
cz_run_parameters_build (JsonBuilder *builder, const char *text)
{
  g_autoptr (JsonObject) object = parse (text, NULL);

  json_builder_begin_object (builder);
  for (const char *const *key = cz_train_options_get_keys (); object != NULL && *key != NULL; key++)
    {
      const char *value = json_object_get_string_member_with_default (object, *key, NULL);
      gint64 whole;
      char *end = NULL;

      if (value == NULL)
        continue;
      json_builder_set_member_name (builder, *key);
      double number = g_ascii_strtod (value, &end);
      if (g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, &whole, NULL))
        json_builder_add_int_value (builder, whole);
      // A seed beyond what a signed number holds would lose digits as a float.
      else if (end != value && *end == '\0' && strpbrk (value, ".e") != NULL)
        json_builder_add_double_value (builder, number);
      else
        json_builder_add_string_value (builder, value);
    }
  json_builder_end_object (builder);
}

gboolean
cz_run_parameters_set_all (CzTrainOptions *options, const char *const *sets, GError **error)
{
  for (guint i = 0; sets != NULL && sets[i] != NULL; i++)
    if (!cz_train_options_set_pair (options, sets[i], error))
      return FALSE;
  return TRUE;
}
