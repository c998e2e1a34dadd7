#include "cli/bench-output.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "cli/output.h"
#include "cli/progress.h"
#include "jobs/json-members.h"

struct _CzBenchOutput
{
  gboolean json, quiet;
  CzListing *kernels, *comparisons, *tuned; // being filled; NULL: empty
  CzProgress *progress;                     // NULL: none was told
};

CzBenchOutput *
cz_bench_output_new (gboolean json, gboolean quiet)
{
  CzBenchOutput *output = g_new0 (CzBenchOutput, 1);

  output->json = json;
  output->quiet = quiet;
  return output;
}

static void
print_table (CzListing **table)
{
  if (*table == NULL)
    return;
  cz_print ("\n");
  cz_listing_print (g_steal_pointer (table));
  cz_print ("\n");
  fflush (stdout);
}

void
cz_bench_output_free (CzBenchOutput *output)
{
  g_clear_pointer (&output->progress, cz_progress_free);
  print_table (&output->kernels);
  print_table (&output->comparisons);
  print_table (&output->tuned);
  g_free (output);
}

void
cz_bench_output_note (const char *sentence, gpointer data)
{
  CzBenchOutput *output = data;

  if (output->progress != NULL && !output->quiet)
    cz_progress_note (output->progress, sentence);
  else
    cz_complain ("%s", sentence);
}

void
cz_bench_output_progress (double fraction, const char *text, gpointer data)
{
  CzBenchOutput *output = data;

  if (output->progress == NULL)
    output->progress = cz_progress_new (output->quiet);
  cz_progress_callback (fraction, text, output->progress);
}

// ---- For programs ----

static void
set_known (JsonBuilder *builder, const char *name, double value)
{
  if (value > 0)
    cz_json_set_number (builder, name, value);
}

static void
print_json (const CzBenchFigure *figure)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cz_json_set_string (builder, "bench", figure->bench);
  if (figure->detail != NULL)
    cz_json_set_string (builder, "detail", figure->detail);
  cz_json_set_string (builder, "device", figure->device);
  cz_json_set_number (builder, "value", figure->value);
  cz_json_set_string (builder, "unit", figure->unit);
  cz_json_set_int (builder, "threads", figure->threads);
  cz_json_set_int (builder, "runs", figure->runs);
  cz_json_set_number (builder, "min", figure->min);
  cz_json_set_number (builder, "max", figure->max);
  set_known (builder, "calls", figure->calls);
  set_known (builder, "milliseconds", figure->milliseconds);
  set_known (builder, "gflops", figure->gflops);
  set_known (builder, "gbytes", figure->gbytes);
  set_known (builder, "peak_percent", figure->peak_percent);
  if (figure->kernel != NULL)
    cz_json_set_string (builder, "kernel", figure->kernel);
  if (figure->table != NULL)
    cz_json_set_string (builder, "table", figure->table);
  set_known (builder, "fixed_value", figure->fixed_value);
  if (figure->peer != NULL)
    {
      cz_json_set_string (builder, "peer", figure->peer);
      cz_json_set_string (builder, "peer_device", figure->peer_device);
      cz_json_set_number (builder, "peer_value", figure->peer_value);
      cz_json_set_number (builder, "peer_min", figure->peer_min);
      cz_json_set_number (builder, "peer_max", figure->peer_max);
      cz_json_set_number (builder, "ratio", figure->ratio);
    }
  json_builder_end_object (builder);
  cz_print_json (builder);
}

// ---- For people ----

static char *
name_figure (const CzBenchFigure *figure)
{
  return figure->detail != NULL ? g_strdup_printf ("%s  %s", figure->bench, figure->detail)
                                : g_strdup (figure->bench);
}

// A number of four digits; nothing where it is not known.
static void
add_number (CzListing *table, const char *format, double value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (value > 0)
    g_string_assign (text, g_ascii_formatd (digits, sizeof digits, format, value));
  cz_listing_add (table, text->str);
}

static void
add_kernel (CzBenchOutput *output, const CzBenchFigure *figure)
{
  if (output->kernels == NULL)
    output->kernels = cz_listing_new (_ ("kernel"), _ (">calls"), _ (">ms in a step"),
                                      _ (">time, %"), ">GFLOP/s", ">GB/s", _ (">peak, %"), NULL);
  cz_listing_add (output->kernels, figure->detail);
  add_number (output->kernels, "%.0f", figure->calls);
  add_number (output->kernels, "%.3f", figure->milliseconds);
  add_number (output->kernels, "%.2f", figure->value);
  add_number (output->kernels, "%.1f", figure->gflops);
  add_number (output->kernels, "%.2f", figure->gbytes);
  add_number (output->kernels, "%.1f", figure->peak_percent);
}

static void
add_comparison (CzBenchOutput *output, const CzBenchFigure *figure)
{
  if (output->comparisons == NULL)
    output->comparisons = cz_listing_new (_ ("what"), _ (">ours"), _ (">theirs"), _ ("unit"),
                                          _ (">ratio"), _ ("beside"), _ ("on"), NULL);
  cz_listing_add_take (output->comparisons, name_figure (figure));
  add_number (output->comparisons, "%.4g", figure->value);
  add_number (output->comparisons, "%.4g", figure->peer_value);
  cz_listing_add (output->comparisons, figure->unit);
  add_number (output->comparisons, "%.2f", figure->ratio);
  cz_listing_add (output->comparisons, figure->peer);
  cz_listing_add (output->comparisons, figure->peer_device);
}

static void
add_tuned (CzBenchOutput *output, const CzBenchFigure *figure)
{
  if (output->tuned == NULL)
    output->tuned = cz_listing_new (_ ("product"), _ (">fixed, GFLOP/s"), _ (">tuned, GFLOP/s"),
                                    _ (">ratio"), _ ("kernel"), NULL);
  cz_listing_add (output->tuned, figure->detail != NULL ? figure->detail : _ ("all of a step"));
  add_number (output->tuned, "%.4g", figure->fixed_value);
  add_number (output->tuned, "%.4g", figure->value);
  add_number (output->tuned, "%.2f", figure->value / figure->fixed_value);
  cz_listing_add (output->tuned, figure->kernel != NULL ? figure->kernel : figure->table);
}

static void
print_line (const CzBenchFigure *figure)
{
  g_autofree char *name = name_figure (figure);

  if (figure->min < figure->max)
    cz_print (_ ("%-50s %9.4g %s  (%.4g to %.4g in %u runs)\n"), name, figure->value, figure->unit,
              figure->min, figure->max, figure->runs);
  else if (figure->peak_percent > 0)
    cz_print (_ ("%-50s %9.4g %s  (%.1f %% of the device's peak)\n"), name, figure->value,
              figure->unit, figure->peak_percent);
  else
    cz_print ("%-50s %9.4g %s\n", name, figure->value, figure->unit);
  fflush (stdout);
}

void
cz_bench_output_tell (const CzBenchFigure *figure, gpointer data)
{
  CzBenchOutput *output = data;

  if (output->json)
    {
      print_json (figure);
      return;
    }
  if (strcmp (figure->bench, "step.kernel") == 0)
    {
      add_kernel (output, figure);
      return;
    }
  if (figure->fixed_value > 0)
    {
      add_tuned (output, figure);
      return;
    }
  print_table (&output->kernels);
  if (figure->peer != NULL)
    add_comparison (output, figure);
  else
    print_line (figure);
}
