#include "gui/experiments/compare-difference.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "gui/experiments/run-default.h"
#include "gui/experiments/run-parameter.h"

// How many differences a run is called by at most.
#define NAMED 4

void
cz_difference_free (CzDifference *difference)
{
  if (difference == NULL)
    return;
  g_free (difference->key);
  g_free (difference->title);
  g_ptr_array_unref (difference->values);
  g_free (difference);
}

static char *
read_member (JsonObject *object, const char *key)
{
  JsonNode *member = object != NULL ? json_object_get_member (object, key) : NULL;
  char *value, *zero;

  if (member == NULL || !JSON_NODE_HOLDS_VALUE (member))
    return NULL;
  value = json_node_get_value_type (member) == G_TYPE_STRING ? json_node_dup_string (member)
                                                             : json_to_string (member, FALSE);
  // 2e-05 is written 2e-5.
  zero = strstr (value, "e-0");
  if (zero != NULL && g_ascii_isdigit (value[0]) && g_ascii_isdigit (zero[3]) && zero[4] == '\0')
    memmove (zero + 2, zero + 3, 2);
  return value;
}

static JsonNode *
parse_object (const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? g_steal_pointer (&node) : NULL;
}

char *
cz_difference_read (const char *object, const char *key)
{
  g_autoptr (JsonNode) node = parse_object (object);

  return node != NULL ? read_member (json_node_get_object (node), key) : NULL;
}

// ---- The list ----

static CzDifference *
add (GPtrArray *list, const char *key, const char *title)
{
  CzDifference *difference = g_new0 (CzDifference, 1);

  difference->key = g_strdup (key);
  difference->title = g_strdup (title);
  difference->values = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (list, difference);
  return difference;
}

// Of something that no run has there is nothing to say.
static void
settle (GPtrArray *list, CzDifference *difference)
{
  gboolean known = FALSE;

  for (guint i = 0; i < difference->values->len; i++)
    {
      const char *value = g_ptr_array_index (difference->values, i);

      known = known || value != NULL;
      difference->differs
          = difference->differs
            || !cz_run_default_same (value, g_ptr_array_index (difference->values, 0));
    }
  if (!known)
    g_ptr_array_remove (list, difference);
}

static void
add_field (GPtrArray *list,
           const char *key,
           const char *title,
           const CzRun *const *runs,
           guint n,
           gsize at)
{
  CzDifference *difference = add (list, key, title);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (difference->values, g_strdup (G_STRUCT_MEMBER (const char *, runs[i], at)));
  settle (list, difference);
}

static void
add_members (GPtrArray *list, const char *key, const char *title, JsonNode *const *nodes, guint n)
{
  CzDifference *difference = add (list, key, title);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (difference->values,
                     read_member (nodes[i] != NULL ? json_node_get_object (nodes[i]) : NULL, key));
  settle (list, difference);
}

// The parsed field of each run, NULL where there is none.
static JsonNode **
parse_all (const CzRun *const *runs, guint n, gsize at)
{
  JsonNode **nodes = g_new0 (JsonNode *, n + 1);

  for (guint i = 0; i < n; i++)
    nodes[i] = parse_object (G_STRUCT_MEMBER (const char *, runs[i], at));
  return nodes;
}

static void
free_all (JsonNode **nodes, guint n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&nodes[i], json_node_unref);
  g_free (nodes);
}

GPtrArray *
cz_difference_list (const CzRun *const *runs, guint n)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_difference_free);
  JsonNode **parameters = parse_all (runs, n, G_STRUCT_OFFSET (CzRun, parameters));
  JsonNode **devices = parse_all (runs, n, G_STRUCT_OFFSET (CzRun, device));
  const char *const *keys = cz_run_default_get_keys ();

  add_field (list, "model", _ ("Model"), runs, n, G_STRUCT_OFFSET (CzRun, model));
  add_field (list, "model_hash", _ ("Model's sha256"), runs, n,
             G_STRUCT_OFFSET (CzRun, model_hash));
  add_field (list, "corpus", _ ("Corpus"), runs, n, G_STRUCT_OFFSET (CzRun, corpus));
  add_field (list, "corpus_hash", _ ("Corpus's sha256"), runs, n,
             G_STRUCT_OFFSET (CzRun, corpus_hash));
  for (guint i = 0; keys[i] != NULL; i++)
    add_members (list, keys[i], cz_run_parameter_get_title (keys[i]), parameters, n);
  add_field (list, "eval_fingerprint", _ ("Fingerprint of evaluation"), runs, n,
             G_STRUCT_OFFSET (CzRun, eval_fingerprint));
  add_members (list, "name", _ ("Device"), devices, n);
  add_members (list, "driver", _ ("Driver"), devices, n);
  add_members (list, "kernel_table", _ ("Arithmetic"), devices, n);
  add_members (list, "engine", _ ("Version of the engine"), devices, n);
  free_all (parameters, n);
  free_all (devices, n);
  return list;
}

// ---- Names ----

// What tells runs apart, the most telling first, and how it is said.
static const struct
{
  const char *key;
  const char *form; // NULL: the value alone
} telling[] = {
  { "model", NULL },
  { "corpus", NULL },
  // Translators: short forms of a run's parameters in a chart's legend; %s is the value.
  { "mask", NULL },
  { "learning_rate", N_ ("lr %s") },
  { "epochs", N_ ("%s epochs") },
  { "batch_size", N_ ("batch %s") },
  { "schedule", NULL },
  { "warmup", N_ ("warm-up %s") },
  { "mask_probability", N_ ("%s masked") },
  { "block_size", N_ ("blocks of %s") },
  { "train_blocks", N_ ("%s blocks") },
  { "weight_decay", N_ ("decay %s") },
  { "clip_norm", N_ ("clip %s") },
  { "dropout", N_ ("dropout %s") },
  { "freeze", N_ ("frozen: %s") },
  { "precision", NULL },
  { "seed", N_ ("seed %s") },
  { "split", N_ ("split: %s") },
  { "test_blocks", N_ ("%s test blocks") },
  { "name", NULL },
};

static const CzDifference *
find (GPtrArray *differences, const char *key)
{
  for (guint i = 0; i < differences->len; i++)
    {
      const CzDifference *difference = g_ptr_array_index (differences, i);

      if (g_str_equal (difference->key, key))
        return difference;
    }
  return NULL;
}

// Whether every run's masked share is what its masking brings along.
static gboolean
follows_masking (GPtrArray *differences, const CzDifference *shares)
{
  const CzDifference *masks = find (differences, "mask");

  for (guint i = 0; masks != NULL && i < shares->values->len; i++)
    {
      const char *mask = g_ptr_array_index (masks->values, i);

      if (!cz_run_default_same (cz_run_default_get (shares->key, mask),
                                g_ptr_array_index (shares->values, i)))
        return FALSE;
    }
  return masks != NULL;
}

char **
cz_difference_name_runs (const CzRun *const *runs, guint n, GPtrArray *differences)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  char **called = g_new0 (char *, n + 1);
  GPtrArray *texts = g_ptr_array_new ();
  guint named = 0;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (texts, g_string_new (NULL));
  for (guint t = 0; t < G_N_ELEMENTS (telling) && named < NAMED; t++)
    {
      const CzDifference *difference = find (differences, telling[t].key);

      if (difference == NULL || !difference->differs)
        continue;
      if (g_str_equal (difference->key, "mask_probability")
          && follows_masking (differences, difference))
        continue;
      named++;
      for (guint i = 0; i < n; i++)
        {
          GString *text = g_ptr_array_index (texts, i);
          const char *value = g_ptr_array_index (difference->values, i);
          g_auto (GStrv) around
              = g_strsplit (telling[t].form != NULL ? _ (telling[t].form) : "%s", "%s", 2);

          g_string_append_printf (text, "%s%s%s%s", text->len > 0 ? " · " : "", around[0],
                                  value != NULL ? value : "–",
                                  around[0] != NULL && around[1] != NULL ? around[1] : "");
        }
    }
  for (guint i = 0; i < n; i++)
    {
      const char *text = ((GString *)g_ptr_array_index (texts, i))->str;

      g_hash_table_insert (
          counts, (gpointer)text,
          GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, text)) + 1));
      g_hash_table_insert (
          names, runs[i]->name,
          GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (names, runs[i]->name)) + 1));
    }
  for (guint i = 0; i < n; i++)
    {
      GString *text = g_ptr_array_index (texts, i);
      gboolean unique = GPOINTER_TO_UINT (g_hash_table_lookup (counts, text->str)) == 1;
      gboolean name_unique = GPOINTER_TO_UINT (g_hash_table_lookup (names, runs[i]->name)) == 1;
      g_autofree char *name
          = name_unique ? g_strdup (runs[i]->name)
                        // Translators: a run's name and its number.
                        : g_strdup_printf (_ ("%s, run %" PRId64), runs[i]->name, runs[i]->id);

      if (text->len > 0 && unique)
        called[i] = g_strdup (text->str);
      else if (text->len > 0)
        called[i] = g_strdup_printf ("%s · %s", name, text->str);
      else
        called[i] = g_steal_pointer (&name);
    }
  for (guint i = 0; i < n; i++)
    g_string_free (g_ptr_array_index (texts, i), TRUE);
  g_ptr_array_unref (texts);
  return called;
}
