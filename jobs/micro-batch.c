#include "jobs/micro-batch.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/json-text.h"
#include "engine/gpu/device.h"
#include "engine/train/train-error.h"
#include "jobs/json-members.h"

#define KEY "micro_batch"

// ---- What it is to be ----

gboolean
cz_micro_batch_parse (const char *const *sets, char **ret_text, GError **error)
{
  const char *text = NULL;
  CzTrainOptions tried;

  cz_train_options_init (&tried);
  for (guint i = 0; sets != NULL && sets[i] != NULL; i++)
    {
      if (!g_str_has_prefix (sets[i], KEY "="))
        {
          g_set_error (
              error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
              _ ("“%s” cannot be set when a run is resumed: only micro_batch can, all else "
                 "would make another run of it. Make a new run for that."),
              sets[i]);
          return FALSE;
        }
      if (!cz_train_options_set_pair (&tried, sets[i], error))
        return FALSE;
      text = sets[i] + strlen (KEY "=");
    }
  *ret_text = g_strdup (text);
  return TRUE;
}

gboolean
cz_micro_batch_set (CzTrainOptions *options, const char *text, GError **error)
{
  CzTrainOptions changed = *options;

  if (!cz_train_options_set (&changed, KEY, text, error)
      || !cz_train_options_check_micro_batch (&changed, error))
    return FALSE;
  *options = changed;
  return TRUE;
}

// ---- What it was ----

// The changes so far; never NULL.
static JsonArray *
parse (const char *changes)
{
  g_autoptr (JsonNode) root
      = changes != NULL ? cz_json_parse (changes, -1, "" /* name */, NULL) : NULL;

  return root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_dup_array (root)
                                                      : json_array_new ();
}

void
cz_micro_batch_enter_change (CzRun *run, guint from, guint to)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = parse (run->changes);
  JsonObject *change = json_object_new ();

  json_object_set_int_member (change, "step", run->step);
  json_object_set_string_member (change, "parameter", KEY);
  json_object_set_int_member (change, "from", from);
  json_object_set_int_member (change, "to", to);
  json_array_add_object_element (array, change);
  json_node_take_array (root, array);
  g_free (run->changes);
  run->changes = cz_json_to_line (root);
}

void
cz_micro_batch_build_changes (JsonBuilder *builder, const char *changes)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, parse (changes));
  json_builder_add_value (builder, node);
}

char *
cz_micro_batch_format_changes (const char *changes)
{
  g_autoptr (JsonArray) array = parse (changes);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *change = json_array_get_object_element (array, i);
      g_string_append_printf (text, _ ("%s%s %" PRId64 " → %" PRId64 " from step %" PRId64),
                              i > 0 ? ", " : "",
                              json_object_get_string_member_with_default (change, "parameter", KEY),
                              json_object_get_int_member_with_default (change, "from", 0),
                              json_object_get_int_member_with_default (change, "to", 0),
                              json_object_get_int_member_with_default (change, "step", 0));
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

// ---- Refused memory ----

gboolean
cz_micro_batch_was_refused (const GError *reason)
{
  return g_error_matches (reason, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY)
         || g_error_matches (reason, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_MEMORY);
}

char *
cz_micro_batch_make_offer (CzRun *run, guint micro_batch, const GError *reason)
{
  run->offered_micro_batch = micro_batch > 1 ? (micro_batch + 1) / 2 : 0;
  if (run->offered_micro_batch == 0)
    return g_strdup_printf (
        _ ("The run was paused because it got no more memory, with one block at a time already: "
           "resume it when other programs leave more, or make a run with a smaller block_size or "
           "a smaller model. %s"),
        reason->message);
  return g_strdup_printf (
      run->resumable
          ? _ ("The run was paused because it got no more memory; its last checkpoint is whole. "
               "“cloze run resume %" PRId64 " --set micro_batch=%" PRId64 "” goes on from there "
               "and needs less, since it takes fewer blocks at a time than %u. %s")
          : _ ("The run was paused because it got no more memory, before its first checkpoint. "
               "“cloze run resume %" PRId64 " --set micro_batch=%" PRId64 "” begins it anew and "
               "needs less, since it takes fewer blocks at a time than %u. %s"),
      run->id, run->offered_micro_batch, micro_batch, reason->message);
}
