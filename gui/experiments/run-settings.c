#include "gui/experiments/run-settings.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

const char *const cz_run_keys[CZ_N_RUN_KEYS] = {
  "epochs",
  "batch_size",
  "learning_rate",
  "mask",
  "mask_probability",
  "seed",
  "block_size",
  "last_block",
  "split",
  "split_seed",
  "train_blocks",
  "test_blocks",
  "micro_batch",
  "warmup",
  "schedule",
  "weight_decay",
  "beta1",
  "beta2",
  "epsilon",
  "clip_norm",
  "dropout",
  "precision",
  "eval_mask",
  "eval_mask_probability",
  "eval_seed",
  "eval_every",
  "checkpoint_every",
  "keep_epochs",
  "early_stopping",
  "freeze",
};

static void
set_value (CzRunSettings *settings, guint key, const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  char *end = NULL;
  double number = g_ascii_strtod (copy, &end);

  g_clear_pointer ((char **)&settings->texts[key], g_ref_string_release);
  settings->texts[key] = g_ref_string_new_intern (copy);
  settings->numbers[key] = end != copy && *end == '\0' ? number : NAN;
}

// Keys mostly come in the same order: the search begins behind the one found last.
static gboolean
find_key (const char *name, gsize length, guint *key)
{
  for (guint i = 1; i <= CZ_N_RUN_KEYS; i++)
    {
      guint at = (*key + i) % CZ_N_RUN_KEYS;

      if (strncmp (cz_run_keys[at], name, length) == 0 && cz_run_keys[at][length] == '\0')
        {
          *key = at;
          return TRUE;
        }
    }
  return FALSE;
}

static const char *
skip_space (const char *at)
{
  return at + strspn (at, " \t\r\n");
}

// A string without escapes; FALSE for anything else.
static gboolean
read_string (const char **at, const char **ret_text, gsize *ret_length)
{
  const char *begin = *at + 1;
  gsize length;

  if (**at != '"')
    return FALSE;
  length = strcspn (begin, "\"\\");
  if (begin[length] != '"')
    return FALSE;
  *ret_text = begin;
  *ret_length = length;
  *at = begin + length + 1;
  return TRUE;
}

// The objects that cloze writes: flat, without escapes. Ten thousand of them take json-glib half a
// second. FALSE for any other, of which it may have read a part.
static gboolean
read_flat (CzRunSettings *settings, const char *json)
{
  const char *at = skip_space (json);
  guint key = CZ_N_RUN_KEYS - 1;

  if (*at++ != '{')
    return FALSE;
  at = skip_space (at);
  while (*at != '}')
    {
      const char *name, *value;
      gsize name_length, length;

      if (!read_string (&at, &name, &name_length))
        return FALSE;
      at = skip_space (at);
      if (*at++ != ':')
        return FALSE;
      at = skip_space (at);
      if (*at != '"')
        {
          value = at;
          length = strcspn (at, ",} \t\r\n{[\"\\");
          at += length;
          if (length == 0 || strchr ("{[\"\\", *at) != NULL)
            return FALSE;
        }
      else if (!read_string (&at, &value, &length))
        return FALSE;
      if (find_key (name, name_length, &key))
        set_value (settings, key, value, length);
      at = skip_space (at);
      if (*at == ',')
        at = skip_space (at + 1);
      else if (*at != '}')
        return FALSE;
    }
  return *skip_space (at + 1) == '\0';
}

static void
read_any (CzRunSettings *settings, const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  for (guint i = 0; i < CZ_N_RUN_KEYS; i++)
    {
      JsonNode *member = json_object_get_member (json_node_get_object (node), cz_run_keys[i]);
      g_autofree char *text = NULL;

      if (member == NULL || !JSON_NODE_HOLDS_VALUE (member))
        continue;
      text = json_node_get_value_type (member) == G_TYPE_STRING ? json_node_dup_string (member)
                                                                : json_to_string (member, FALSE);
      set_value (settings, i, text, strlen (text));
    }
}

void
cz_run_settings_read (CzRunSettings *settings, const char *json)
{
  memset (settings, 0, sizeof *settings);
  for (guint i = 0; i < CZ_N_RUN_KEYS; i++)
    settings->numbers[i] = NAN;
  if (json == NULL || read_flat (settings, json))
    return;
  cz_run_settings_clear (settings);
  read_any (settings, json);
}

void
cz_run_settings_clear (CzRunSettings *settings)
{
  for (guint i = 0; i < CZ_N_RUN_KEYS; i++)
    {
      g_clear_pointer ((char **)&settings->texts[i], g_ref_string_release);
      settings->numbers[i] = NAN;
    }
}

gboolean
cz_run_settings_differ (const CzRunSettings *a, const CzRunSettings *b, guint key)
{
  if (a->texts[key] == b->texts[key])
    return FALSE;
  return isnan (a->numbers[key]) || isnan (b->numbers[key]) || a->numbers[key] != b->numbers[key];
}
