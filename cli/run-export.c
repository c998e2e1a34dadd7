// cloze run metrics, report, command, examples: what is taken away of a run.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/run-arguments.h"
#include "cli/run-sentences.h"
#include "data/metric-export.h"
#include "data/metric.h"
#include "jobs/run-command.h"
#include "jobs/run-report.h"

// ---- metrics ----

static char *option_metric;
static char *option_output;

static const GOptionEntry metrics_options[] = {
  { "name", 0, 0, G_OPTION_ARG_FILENAME, &option_metric, N_ ("Only the values of this name"),
    N_ ("NAME") },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output, N_ ("Write all of it into this file"),
    N_ ("FILE.csv|.json") },
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
write_metrics (CzInvocation *invocation, GError **error)
{
  CzMetricExport format;

  if (!cz_metric_export_guess (option_output, &format, error))
    {
      cz_invocation_blame_usage (error);
      return FALSE;
    }
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);
  g_autofree gint64 *ids = runs != NULL ? g_new (gint64, runs->len) : NULL;

  for (guint i = 0; runs != NULL && i < runs->len; i++)
    ids[i] = ((CzRun *)runs->pdata[i])->id;
  return runs != NULL
         && cz_metric_export_one (invocation->opened_library, ids, runs->len, option_metric, format,
                                  option_output, error);
}

static gboolean
show_metrics (CzInvocation *invocation, GError **error)
{
  if (option_output != NULL)
    return write_metrics (invocation, error);
  g_autoptr (GPtrArray) runs = cz_run_arguments_get (invocation, error);
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

// ---- report, command ----

static gboolean
write_report (CzInvocation *invocation, GError **error)
{
  const char *path = invocation->arguments[1];
  g_autoptr (CzRun) run = cz_run_argument_get (invocation, 0, error);

  if (run == NULL || !cz_run_report_write (invocation->opened_library, run->id, path, error))
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      json_builder_begin_object (builder);
      cz_json_set_int (builder, "run", run->id);
      cz_json_set_string (builder, "file", path);
      json_builder_end_object (builder);
      cz_print_json (builder);
    }
  return TRUE;
}

static gboolean
show_command (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = cz_run_argument_get (invocation, 0, error);
  g_auto (GStrv) notes = NULL;
  g_autofree char *line
      = run != NULL ? cz_run_command_make_line (invocation->opened_library, run, &notes, error)
                    : NULL;

  if (line == NULL)
    return FALSE;
  if (!invocation->json)
    {
      cz_print ("%s\n", line);
      for (guint i = 0; notes[i] != NULL && !invocation->quiet; i++)
        cz_complain ("%s", notes[i]);
      return TRUE;
    }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  cz_json_set_string (builder, "command", line);
  json_builder_set_member_name (builder, "notes");
  json_builder_begin_array (builder);
  for (guint i = 0; notes[i] != NULL; i++)
    json_builder_add_string_value (builder, notes[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cz_print_json (builder);
  return TRUE;
}

// ---- examples ----

static void
build_examples (const CzRunSentences *examples, JsonBuilder *builder)
{
  const GPtrArray *predictions = examples->predictions;

  json_builder_begin_object (builder);
  cz_json_set_int (builder, "run", examples->run->id);
  json_builder_set_member_name (builder, "sentences");
  json_builder_begin_array (builder);
  for (guint i = 0; examples->sentences[i] != NULL; i++)
    {
      json_builder_begin_object (builder);
      cz_json_set_string (builder, "text", examples->sentences[i]);
      cz_run_sentences_build (examples, (int)i, builder);
      json_builder_set_member_name (builder, "predictions");
      json_builder_begin_array (builder);
      for (guint p = 0; p < predictions->len; p++)
        {
          const CzRunPrediction *prediction = predictions->pdata[p];
          if (prediction->position != i)
            continue;
          json_builder_begin_object (builder);
          cz_json_set_int (builder, "step", prediction->step);
          json_builder_set_member_name (builder, "result");
          cz_run_sentences_build_result (prediction, builder);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static gboolean
show_examples (CzInvocation *invocation, GError **error)
{
  g_autoptr (CzRun) run = cz_run_argument_get (invocation, 0, error);
  g_autoptr (CzRunSentences) examples
      = run != NULL ? cz_run_sentences_load (invocation->opened_library, run, error) : NULL;

  if (examples == NULL)
    return FALSE;
  if (invocation->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      build_examples (examples, builder);
      cz_print_json (builder);
      return TRUE;
    }
  for (guint i = 0; examples->sentences[i] != NULL; i++)
    {
      cz_print ("%s\n", examples->sentences[i]);
      cz_run_sentences_print (examples, (int)i, "  ");
    }
  if (examples->sentences[0] == NULL)
    cz_print (_ ("This run has no example sentences.\n"));
  else if (examples->predictions->len == 0)
    cz_print (_ ("They are predicted at the first evaluation.\n"));
  return TRUE;
}

const CzCommand cz_run_export_commands[] = {
  { "run metrics", "ID…",
    N_ ("Print what was measured, or write it into one file: run, step, epoch, seconds, name, "
        "value."),
    metrics_options, 1, G_MAXUINT, show_metrics,
    N_ ("A file that ends in .csv has a row for every step of every run and a column for every "
        "metric; one that ends in .json has an object a run with its record and, for each metric, "
        "the lists step, epoch, seconds and value.") },
  { "run report", N_ ("ID FILE"),
    N_ ("Write a run as one HTML page: numbers, curves, examples, all that repeats it."), NULL, 2,
    2, write_report },
  { "run command", "ID", N_ ("Print the command that repeats a run to the last bit."), NULL, 1, 1,
    show_command,
    N_ ("With --json {\"command\", \"notes\"}: the notes tell what stands in the way, as a corpus "
        "that has changed since; without it they go to stderr.") },
  { "run examples", "ID",
    N_ ("Show what the model said of its example sentences, before and after."), NULL, 1, 1,
    show_examples,
    N_ ("With --json {\"run\", \"sentences\": [{\"text\", \"before\", \"best\", \"after\", "
        "\"predictions\": [{\"step\", \"result\"}]}]}; before, best, after and result are as "
        "“cloze fill” gives them, or null.") },
  { NULL },
};
