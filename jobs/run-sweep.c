#include "jobs/run-sweep.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/train/train-error.h"
#include "engine/train/train-options.h"

typedef struct
{
  char *key;
  char **values;
  guint n;
} Axis;

struct _CzRunSweep
{
  GArray *axes; // Axis
  guint n;
};

static void
clear_axis (gpointer data)
{
  Axis *axis = data;

  g_free (axis->key);
  g_strfreev (axis->values);
}

void
cz_run_sweep_free (CzRunSweep *sweep)
{
  g_array_unref (sweep->axes);
  g_free (sweep);
}

// Each value must be one that the parameter can have, and another than those before it.
static gboolean
check_values (const Axis *axis, GError **error)
{
  CzTrainOptions tried;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < axis->n; i++)
    {
      cz_train_options_init (&tried);
      if (!cz_train_options_set (&tried, axis->key, axis->values[i], error))
        return FALSE;
      if (!g_hash_table_add (seen, cz_train_options_get (&tried, axis->key)))
        {
          g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                       _ ("The sweep over %s has the value %s twice; two equal runs would come out "
                          "the same."),
                       axis->key, axis->values[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
add_axis (CzRunSweep *sweep, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (equals == NULL || equals == text || equals[1] == '\0')
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("“%s” is no sweep; write KEY=VALUE,VALUE…, as learning_rate=2e-5,5e-5."),
                   valid);
      return FALSE;
    }
  Axis axis = { .key = g_strndup (text, (gsize)(equals - text)),
                .values = g_strsplit (equals + 1, ",", -1) };
  axis.n = g_strv_length (axis.values);
  for (guint i = 0; i < axis.n; i++)
    g_strstrip (axis.values[i]);
  gboolean twice = FALSE;
  for (guint i = 0; i < sweep->axes->len; i++)
    twice = twice || strcmp (g_array_index (sweep->axes, Axis, i).key, axis.key) == 0;
  g_array_append_val (sweep->axes, axis);
  if (twice)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("%s is swept twice; put all its values into one list."), axis.key);
      return FALSE;
    }
  if (!check_values (&axis, error))
    return FALSE;
  if ((guint64)sweep->n * axis.n > CZ_RUN_SWEEP_MAX)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("The sweep would make more than %d runs; give fewer values."),
                   CZ_RUN_SWEEP_MAX);
      return FALSE;
    }
  sweep->n *= axis.n;
  return TRUE;
}

CzRunSweep *
cz_run_sweep_new (const char *const *axes, GError **error)
{
  g_autoptr (CzRunSweep) sweep = g_new0 (CzRunSweep, 1);

  sweep->axes = g_array_new (FALSE, FALSE, sizeof (Axis));
  g_array_set_clear_func (sweep->axes, clear_axis);
  sweep->n = 1;
  for (guint i = 0; axes != NULL && axes[i] != NULL; i++)
    if (!add_axis (sweep, axes[i], error))
      return NULL;
  return g_steal_pointer (&sweep);
}

guint
cz_run_sweep_get_size (CzRunSweep *sweep)
{
  return sweep->n;
}

// The value of an axis in a run.
static const char *
get_value (CzRunSweep *sweep, guint run, guint axis)
{
  for (guint i = sweep->axes->len - 1; i > axis; i--)
    run /= g_array_index (sweep->axes, Axis, i).n;
  const Axis *found = &g_array_index (sweep->axes, Axis, axis);
  return found->values[run % found->n];
}

char **
cz_run_sweep_make_sets (CzRunSweep *sweep, guint run, const char *const *sets)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; sets != NULL && sets[i] != NULL; i++)
    g_strv_builder_add (builder, sets[i]);
  for (guint i = 0; i < sweep->axes->len; i++)
    {
      g_autofree char *pair = g_strdup_printf ("%s=%s", g_array_index (sweep->axes, Axis, i).key,
                                               get_value (sweep, run, i));
      g_strv_builder_add (builder, pair);
    }
  return g_strv_builder_end (builder);
}

// A parameter's name where there is little room.
static char *
shorten (const char *key)
{
  static const char *const names[][2]
      = { { "learning_rate", "lr" }, { "batch_size", "batch" }, { "block_size", "block" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (key, names[i][0]) == 0)
      return g_strdup (names[i][1]);
  return g_strdelimit (g_strdup (key), "_", ' ');
}

char *
cz_run_sweep_describe (CzRunSweep *sweep, guint run)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < sweep->axes->len; i++)
    {
      g_autofree char *name = shorten (g_array_index (sweep->axes, Axis, i).key);
      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", name, get_value (sweep, run, i));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
