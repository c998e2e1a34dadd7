#include "jobs/bench-kernels.h"

#include "jobs/bench-runs.h"

// Kernels that see the scored rows alone. Their hints count all rows: how many are scored is known
// to the device only.
static const char *const scored[]
    = { "top ", "head gemm", "logits gemm", "cross-entropy", "gather rows" };

static gboolean
is_scored (const char *label)
{
  for (guint i = 0; i < G_N_ELEMENTS (scored); i++)
    if (g_str_has_prefix (label, scored[i]))
      return TRUE;
  return FALSE;
}

// Sums of one label, over all of its entries.
static void
add_timings (GHashTable *sums, GArray *timings, int sign)
{
  for (guint i = 0; i < timings->len; i++)
    {
      const CzTiming *timing = &g_array_index (timings, CzTiming, i);
      CzTiming *sum = g_hash_table_lookup (sums, timing->label);

      if (sum == NULL)
        {
          sum = g_new0 (CzTiming, 1);
          sum->label = timing->label;
          g_hash_table_insert (sums, (gpointer)timing->label, sum);
        }
      sum->count += (guint64)sign * timing->count;
      sum->seconds += sign * timing->seconds;
      sum->flops += sign * timing->flops;
      sum->bytes += sign * timing->bytes;
    }
}

static int
compare_timings (gconstpointer a, gconstpointer b)
{
  double x = ((const CzTiming *)a)->seconds, y = ((const CzTiming *)b)->seconds;
  return (x < y) - (x > y);
}

static void
tell_kernel (const CzBenchOptions *options,
             const CzBenchFigure *figure,
             const CzTiming *sum,
             double all)
{
  CzBenchFigure told = *figure;
  double flops = sum->flops * (is_scored (sum->label) ? CZ_BENCH_SCORED : 1);

  told.detail = sum->label;
  told.value = 100 * sum->seconds / all;
  told.calls = (double)sum->count / options->runs;
  told.milliseconds = 1000 * sum->seconds / options->runs;
  if (sum->seconds > 0)
    {
      told.gflops = flops / sum->seconds / 1e9;
      // A product's weights are read whole however few rows there are, so no share of it will do.
      told.gbytes = is_scored (sum->label) ? 0 : sum->bytes / sum->seconds / 1e9;
    }
  if (options->peak_gflops > 0 && options->peak_gbytes > 0)
    told.peak_percent
        = 100 * MAX (told.gflops / options->peak_gflops, told.gbytes / options->peak_gbytes);
  cz_bench_tell (options, &told);
}

gboolean
cz_bench_kernels (CzDevice *device,
                  const CzBenchOptions *options,
                  const CzBenchFigure *figure,
                  GError **error)
{
  g_autoptr (CzSampleStep) step = cz_bench_make_step (device, options, CZ_TAPE_TIMESTAMPS, error);
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  CzBenchFigure told = *figure;
  double seconds, all = 0, kernels = 0;

  // The first step makes kernels: what it took is subtracted.
  if (step == NULL || !cz_sample_step_run (step, &seconds, error))
    return FALSE;
  g_autoptr (GArray) first = cz_sample_step_get_timings (step);
  for (guint i = 0; i < options->runs; i++)
    {
      if (g_cancellable_set_error_if_cancelled (options->cancellable, error)
          || !cz_sample_step_run (step, &seconds, error))
        return FALSE;
      all += seconds;
    }
  g_autoptr (GArray) timings = cz_sample_step_get_timings (step);
  add_timings (sums, timings, 1);
  add_timings (sums, first, -1);

  g_autoptr (GList) sorted = g_list_sort (g_hash_table_get_values (sums), compare_timings);
  told.unit = "%";
  told.runs = options->runs;
  told.bench = "step.kernel";
  for (GList *l = sorted; l != NULL; l = l->next)
    {
      tell_kernel (options, &told, l->data, all);
      kernels += ((const CzTiming *)l->data)->seconds;
    }
  told.bench = "step.kernels";
  told.value = 100 * kernels / all;
  // A device without timestamps tells nothing of its kernels.
  if (sorted != NULL)
    cz_bench_tell (options, &told);
  return TRUE;
}
