// cloze run list, show, metrics, compare, note, tag, trash, restore, remove.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/run-show.h"
#include "data/metric.h"
#include "engine/train/train-options.h"
#include "jobs/run-parameters.h"

static gboolean option_trashed;

static const GOptionEntry list_options[] = {
  { "trash", 0, 0, G_OPTION_ARG_NONE, &option_trashed, N_ ("Those in the trash"), NULL },
  { NULL },
};

static char *
format_perplexity (double cross_entropy)
{
  return isfinite (cross_entropy) ? g_strdup_printf ("%.2f", exp (cross_entropy)) : g_strdup ("–");
}

static void
print_json_runs (CzLibrary *library, GPtrArray *runs)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < runs->len; i++)
    cz_run_show_build (library, runs->pdata[i], builder);
  json_builder_end_array (builder);
  cz_print_json (builder);
}

static gboolean
list (CzInvocation *invocation, GError **error)
{
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  g_autoptr (GPtrArray) runs
      = library != NULL ? cz_run_list (library, option_trashed, error) : NULL;

  if (runs == NULL)
    return FALSE;
  if (invocation->json)
    {
      print_json_runs (library, runs);
      return TRUE;
    }
  if (runs->len == 0)
    {
      cz_print (option_trashed ? _ ("The trash is empty.\n")
                               : _ ("There are no runs yet; “cloze train” makes one.\n"));
      return TRUE;
    }
  CzListing *table
      = cz_listing_new (_ (">run"), _ ("name"), _ ("state"), _ (">step"), _ (">before"),
                        _ (">best"), _ (">after"), _ ("model"), _ ("corpus"), _ ("created"), NULL);
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      cz_listing_add_take (table, g_strdup_printf ("%" PRId64, run->id));
      cz_listing_add (table, run->name);
      cz_listing_add (table, cz_run_state_get_label (run->state));
      cz_listing_add_take (table, g_strdup_printf ("%" PRId64 "/%" PRId64, run->step, run->steps));
      cz_listing_add_take (table, format_perplexity (run->before));
      cz_listing_add_take (table, format_perplexity (run->best));
      cz_listing_add_take (table, format_perplexity (run->after));
      cz_listing_add (table, run->model);
      cz_listing_add (table, run->corpus);
      cz_listing_add_take (table, cz_format_time (run->created));
    }
  cz_listing_print (table);
  // What waits for the person.
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      if (run->state == CZ_RUN_PAUSED && run->message != NULL)
        cz_print (_ ("Run %" PRId64 ": %s\n"), run->id, run->message);
    }
  return TRUE;
}

// The run that an argument names.
static CzRun *
get_run (CzInvocation *invocation, guint argument, GError **error)
{
  gint64 id;

  if (!cz_run_show_parse_id (invocation->arguments[argument], &id, error))
    return NULL;
  CzLibrary *library = cz_invocation_get_library (invocation, error);
  return library != NULL ? cz_run_get (library, id, error) : NULL;
}

static GPtrArray *
get_runs (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_free);

  for (guint i = 0; i < invocation->n_arguments; i++)
    {
      CzRun *run = get_run (invocation, i, error);
      if (run == NULL)
        return NULL;
      g_ptr_array_add (runs, run);
    }
  return g_steal_pointer (&runs);
}

static gboolean
show (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = get_run (invocation, 0, error);

  if (run == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      cz_run_show_build (invocation->opened_library, run, builder);
      cz_print_json (builder);
    }
  else
    cz_run_show_print (invocation->opened_library, run);
  return TRUE;
}

// ---- metrics ----

static char *option_metric;

static const GOptionEntry metrics_options[] = {
  { "name", 0, 0, G_OPTION_ARG_FILENAME, &option_metric, N_ ("Only the values of this name"),
    N_ ("NAME") },
  { NULL },
};

static int
compare_metrics (gconstpointer a, gconstpointer b)
{
  const CzMetric *x = a, *y = b;

  return x->step != y->step ? (x->step > y->step) - (x->step < y->step) : strcmp (x->name, y->name);
}

// All values of a run by step, then name. Their names are interned.
static GArray *
read_metrics (CzLibrary *library, gint64 id, GError **error)
{
  g_auto (GStrv) names = cz_metric_get_names (library, id, error);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (CzMetric));

  if (names == NULL)
    return NULL;
  for (guint n = 0; names[n] != NULL; n++)
    {
      if (option_metric != NULL && strcmp (option_metric, names[n]) != 0)
        continue;
      g_autoptr (GArray) some
          = cz_metric_read (library, id, g_intern_string (names[n]), -1 /* after */, error);
      if (some == NULL)
        return NULL;
      for (guint i = 0; i < some->len; i++)
        g_array_index (some, CzMetric, i).name = g_intern_string (names[n]);
      g_array_append_vals (all, some->data, some->len);
    }
  g_array_sort (all, compare_metrics);
  return g_steal_pointer (&all);
}

static void
print_metric (CzInvocation *invocation, JsonBuilder *builder, gint64 id, const CzMetric *metric)
{
  if (!invocation->json)
    {
      cz_print ("%" PRId64 "\t%" PRId64 "\t%.4f\t%.1f\t%s\t%.9g\n", id, metric->step, metric->epoch,
                metric->seconds, metric->name, metric->value);
      return;
    }
  json_builder_begin_object (builder);
  cz_json_set_int (builder, "run", id);
  cz_json_set_int (builder, "step", metric->step);
  cz_json_set_number (builder, "epoch", metric->epoch);
  cz_json_set_number (builder, "seconds", metric->seconds);
  cz_json_set_string (builder, "name", metric->name);
  cz_json_set_number (builder, "value", metric->value);
  json_builder_end_object (builder);
  cz_print_json (builder);
}

static gboolean
show_metrics (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = get_runs (invocation, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  for (guint r = 0; runs != NULL && r < runs->len; r++)
    {
      gint64 id = ((CzRun *)runs->pdata[r])->id;
      g_autoptr (GArray) metrics = read_metrics (invocation->opened_library, id, error);
      if (metrics == NULL)
        return FALSE;
      for (guint i = 0; i < metrics->len; i++)
        print_metric (invocation, builder, id, &g_array_index (metrics, CzMetric, i));
    }
  return runs != NULL;
}

// ---- compare ----

// The values of a parameter in all runs, NULL-terminated; missing ones are "".
static char **
get_values (GPtrArray *options, const char *key)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();

  for (guint i = 0; i < options->len; i++)
    {
      g_autofree char *value = cz_train_options_get (options->pdata[i], key);
      g_strv_builder_add (values, value);
    }
  return g_strv_builder_end (values);
}

static gboolean
differ (char **values)
{
  for (guint i = 1; values[i] != NULL; i++)
    if (strcmp (values[0], values[i]) != 0)
      return TRUE;
  return FALSE;
}

static GPtrArray *
parse_options (GPtrArray *runs, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < runs->len; i++)
    {
      CzTrainOptions *options = g_new0 (CzTrainOptions, 1);
      g_ptr_array_add (all, options);
      if (!cz_run_parameters_from_text (((CzRun *)runs->pdata[i])->parameters, options, error))
        return NULL;
    }
  return g_steal_pointer (&all);
}

// Whether all that were evaluated were evaluated alike.
static gboolean
are_comparable (GPtrArray *runs)
{
  const char *first = NULL;

  for (guint i = 0; i < runs->len; i++)
    {
      const char *fingerprint = ((CzRun *)runs->pdata[i])->eval_fingerprint;
      if (fingerprint == NULL || fingerprint[0] == '\0')
        continue;
      if (first != NULL && strcmp (first, fingerprint) != 0)
        return FALSE;
      first = fingerprint;
    }
  return TRUE;
}

static void
print_comparison (GPtrArray *runs, GPtrArray *options)
{
  g_autoptr (GString) line = g_string_new (NULL);

  // A column a run; rows are what differs, then what came of it.
  for (guint i = 0; i < runs->len; i++)
    {
      const CzRun *run = runs->pdata[i];
      g_autofree char *before = format_perplexity (run->before);
      g_autofree char *best = format_perplexity (run->best);
      g_string_set_size (line, 0);
      for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
        {
          g_auto (GStrv) values = get_values (options, *key);
          if (differ (values))
            g_string_append_printf (line, "  %s=%s", *key, values[i]);
        }
      cz_print (_ ("run %" PRId64 "  %s  %s on %s  perplexity %s → %s%s\n"), run->id, run->name,
                run->model, run->corpus, before, best, line->str);
    }
  if (!are_comparable (runs))
    cz_print (
        _ ("These runs were not evaluated on the same masked tokens: their perplexities do not "
           "compare.\n"));
}

static gboolean
compare (CzInvocation *invocation, GError **error)
{
  g_autoptr (GPtrArray) runs = get_runs (invocation, error);
  g_autoptr (GPtrArray) options = runs != NULL ? parse_options (runs, error) : NULL;

  if (options == NULL)
    return FALSE;
  if (!invocation->json)
    {
      print_comparison (runs, options);
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_boolean (builder, "comparable", are_comparable (runs));
  json_builder_set_member_name (builder, "differing_parameters");
  json_builder_begin_array (builder);
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_auto (GStrv) values = get_values (options, *key);
      if (differ (values))
        json_builder_add_string_value (builder, *key);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < runs->len; i++)
    cz_run_show_build (invocation->opened_library, runs->pdata[i], builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

// ---- note, tag, trash, restore, remove ----

static gboolean
check_texts (CzInvocation *invocation, GError **error)
{
  for (guint i = 1; i < invocation->n_arguments; i++)
    if (!cz_invocation_check_text (invocation->arguments[i], _ ("The text"), error))
      return FALSE;
  return TRUE;
}

static gboolean
set_note (CzInvocation *invocation, GError **error)
{
  if (!check_texts (invocation, error))
    return FALSE;
  g_autoptr (CzRun) run = get_run (invocation, 0, error);
  return run != NULL
         && cz_run_set_notes (invocation->opened_library, run->id, invocation->arguments[1], error);
}

static gboolean
set_tags (CzInvocation *invocation, GError **error)
{
  if (!check_texts (invocation, error))
    return FALSE;
  g_autoptr (CzRun) run = get_run (invocation, 0, error);
  g_autofree char *tags = g_strjoinv (", ", invocation->arguments + 1);
  return run != NULL && cz_run_set_tags (invocation->opened_library, run->id, tags, error);
}

static gboolean
trash (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = get_run (invocation, 0, error);

  return run != NULL && cz_run_set_trashed (invocation->opened_library, run->id, TRUE, error);
}

static gboolean
restore (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = get_run (invocation, 0, error);

  return run != NULL && cz_run_set_trashed (invocation->opened_library, run->id, FALSE, error);
}

static gboolean
remove_run (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = get_run (invocation, 0, error);

  return run != NULL && cz_run_remove (invocation->opened_library, run->id, error);
}

const CzCommand cz_run_record_commands[] = {
  { "run list", NULL, N_ ("List the runs, the newest first."), list_options, 0, 0, list },
  { "run show", "ID", N_ ("Show a run's record: state, parameters, perplexity before and after."),
    NULL, 1, 1, show },
  { "run metrics", "ID…", N_ ("Print what was measured: run, step, epoch, seconds, name, value."),
    metrics_options, 1, G_MAXUINT, show_metrics },
  { "run compare", "ID ID…", N_ ("Set runs side by side: what differs, and what came of it."), NULL,
    2, G_MAXUINT, compare },
  { "run note", N_ ("ID TEXT"), N_ ("Write a run's note."), NULL, 2, 2, set_note },
  { "run tag", N_ ("ID TAG…"), N_ ("Set a run's tags; without any, none."), NULL, 1, G_MAXUINT,
    set_tags },
  { "run trash", "ID", N_ ("Put a run into the trash."), NULL, 1, 1, trash },
  { "run restore", "ID", N_ ("Take a run out of the trash."), NULL, 1, 1, restore },
  { "run remove", "ID", N_ ("Remove a run for good: record, metrics, models."), NULL, 1, 1,
    remove_run },
  { NULL },
};
