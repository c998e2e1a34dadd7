#include "gui/experiments/run-facts.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "gui/experiments/compare-difference.h"
#include "gui/experiments/run-default.h"
#include "gui/experiments/run-parameter.h"
#include "gui/fact-row.h"

struct _CzRunFacts
{
  AdwBin parent_instance;
  AdwExpanderRow *parameters;
  AdwExpanderRow *rest;
  GPtrArray *parameter_rows; // in parameters, not owned
  GPtrArray *rest_rows;      // in rest, not owned
  char *shown_parameters, *shown_rest;
};

G_DEFINE_FINAL_TYPE (CzRunFacts, cz_run_facts, ADW_TYPE_BIN)

static void
add (AdwExpanderRow *expander,
     GPtrArray *rows,
     const char *title,
     const char *value,
     const char *otherwise)
{
  // Translators: a parameter's default value, where a run has another.
  g_autofree char *mark
      = otherwise != NULL ? g_strdup_printf (_ ("by default %s"), otherwise) : NULL;
  GtkWidget *row = cz_fact_row_new_marked (title, value, mark);

  adw_expander_row_add_row (expander, row);
  g_ptr_array_add (rows, row);
}

static void
clear (AdwExpanderRow *expander, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_expander_row_remove (expander, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

// ---- Parameters ----

static void
fill_parameters (CzRunFacts *self, const CzRun *run)
{
  const char *const *keys = cz_run_default_get_keys ();
  g_autofree char *mask = cz_difference_read (run->parameters, "mask");
  g_autofree char *told = NULL;
  guint n_other = 0;
  gboolean course = TRUE;

  clear (self->parameters, self->parameter_rows);
  add (self->parameters, self->parameter_rows, _ ("Model"), run->model, NULL);
  add (self->parameters, self->parameter_rows, _ ("Corpus"), run->corpus, NULL);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = cz_difference_read (run->parameters, keys[i]);
      const char *usual = cz_run_default_get (keys[i], mask);
      // What micro-batch was picked is nobody's choice.
      gboolean other = value != NULL && !g_str_equal (keys[i], "micro_batch")
                       && !cz_run_default_same (value, usual);

      if (value == NULL)
        continue;
      add (self->parameters, self->parameter_rows, cz_run_parameter_get_title (keys[i]), value,
           other ? usual : NULL);
      n_other += other;
      course = course
               && (g_str_equal (keys[i], "micro_batch")
                   || cz_run_default_same (value, cz_run_default_get_course (keys[i], mask)));
    }
  if (n_other == 0)
    told = g_strdup (_ ("All as the defaults (preset thorough)"));
  else if (course)
    told = g_strdup (_ ("As the preset course"));
  else
    told = g_strdup_printf (ngettext ("%u is not the default", "%u are not the defaults", n_other),
                            n_other);
  adw_expander_row_set_subtitle (self->parameters, told);
}

// ---- The rest ----

static const char *
name_member (const char *key)
{
  static const struct
  {
    const char *key, *title;
  } titles[] = {
    { "name", N_ ("Device") },
    { "type", N_ ("Kind of device") },
    { "driver", N_ ("Driver") },
    { "driver_version", N_ ("Version of the driver") },
    { "subgroup_size", N_ ("Size of subgroups") },
    { "kernel_table", N_ ("Arithmetic") },
    { "micro_batch", N_ ("Micro-batch in use") },
    { "engine", N_ ("Version of the engine") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      if (g_str_equal (titles[i].key, key))
        return _ (titles[i].title);
    }
  return key;
}

static void
fill_rest (CzRunFacts *self, const CzRun *run)
{
  g_autoptr (JsonNode) node = run->device != NULL ? json_from_string (run->device, NULL) : NULL;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, run->id);
  JsonObjectIter iter;
  const char *key;

  clear (self->rest, self->rest_rows);
  add (self->rest, self->rest_rows, _ ("Number of the run"), number, NULL);
  if (run->eval_fingerprint != NULL)
    add (self->rest, self->rest_rows, _ ("Fingerprint of evaluation"), run->eval_fingerprint, NULL);
  add (self->rest, self->rest_rows, _ ("Model's sha256"), run->model_hash, NULL);
  add (self->rest, self->rest_rows, _ ("Corpus's sha256"), run->corpus_hash, NULL);
  add (self->rest, self->rest_rows, _ ("Model's folder"), run->model_folder, NULL);
  if (run->result_folder != NULL)
    add (self->rest, self->rest_rows, _ ("Folder of the best model"), run->result_folder, NULL);
  if (run->memory_bytes > 0)
    {
      g_autofree char *size = g_format_size ((guint64)run->memory_bytes);

      add (self->rest, self->rest_rows, _ ("Memory at work, the most"), size, NULL);
    }
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &key, NULL))
        {
          g_autofree char *value = cz_difference_read (run->device, key);

          if (value != NULL)
            add (self->rest, self->rest_rows, name_member (key), value, NULL);
        }
    }
  if (run->changes != NULL)
    add (self->rest, self->rest_rows, _ ("Changed on the way"), run->changes, NULL);
}

void
cz_run_facts_show (CzRunFacts *self, const CzRun *run)
{
  g_autofree char *parameters
      = g_strdup_printf ("%s\n%s\n%s", run->model, run->corpus, run->parameters);
  g_autofree char *rest = g_strdup_printf (
      "%" G_GINT64_FORMAT "\n%s\n%s\n%s\n%s\n%s\n%" G_GINT64_FORMAT "\n%s\n%s", run->id,
      run->eval_fingerprint, run->model_hash, run->corpus_hash, run->model_folder,
      run->result_folder, run->memory_bytes, run->device, run->changes);

  if (g_strcmp0 (parameters, self->shown_parameters) != 0)
    {
      fill_parameters (self, run);
      g_free (self->shown_parameters);
      self->shown_parameters = g_steal_pointer (&parameters);
    }
  if (g_strcmp0 (rest, self->shown_rest) != 0)
    {
      fill_rest (self, run);
      g_free (self->shown_rest);
      self->shown_rest = g_steal_pointer (&rest);
    }
}

// ---- Life ----

static void
cz_run_facts_finalize (GObject *object)
{
  CzRunFacts *self = CZ_RUN_FACTS (object);

  g_ptr_array_unref (self->parameter_rows);
  g_ptr_array_unref (self->rest_rows);
  g_free (self->shown_parameters);
  g_free (self->shown_rest);
  G_OBJECT_CLASS (cz_run_facts_parent_class)->finalize (object);
}

static void
cz_run_facts_class_init (CzRunFactsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_facts_finalize;
}

static void
cz_run_facts_init (CzRunFacts *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->parameter_rows = g_ptr_array_new ();
  self->rest_rows = g_ptr_array_new ();
  self->parameters = ADW_EXPANDER_ROW (adw_expander_row_new ());
  self->rest = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->parameters), _ ("Parameters"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rest),
                                 _ ("Everything that repeats it"));
  adw_expander_row_set_subtitle (self->rest, _ ("Device, driver, version, checksums, fingerprint"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->parameters));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->rest));
  adw_bin_set_child (ADW_BIN (self), group);
}
