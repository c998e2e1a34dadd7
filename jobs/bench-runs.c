#include "jobs/bench-runs.h"

#include <stdlib.h>

#include "engine/text/blocks.h"
#include "engine/text/philox.h"

static int
compare_values (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

gboolean
cz_bench_repeat (const CzBenchOptions *options,
                 const CzBenchFigure *figure,
                 CzBenchRun run,
                 gpointer data,
                 double *ret_median,
                 GError **error)
{
  g_autofree double *values = g_new (double, options->runs);
  CzBenchFigure told = *figure;
  double warm_up;

  if (!run (&warm_up, data, error))
    return FALSE;
  for (guint i = 0; i < options->runs; i++)
    if (g_cancellable_set_error_if_cancelled (options->cancellable, error)
        || !run (&values[i], data, error))
      return FALSE;
  qsort (values, options->runs, sizeof *values, compare_values);
  told.value = (values[(options->runs - 1) / 2] + values[options->runs / 2]) / 2;
  told.min = values[0];
  told.max = values[options->runs - 1];
  told.runs = options->runs;
  options->func (&told, options->data);
  if (ret_median != NULL)
    *ret_median = told.value;
  return TRUE;
}

void
cz_bench_tell (const CzBenchOptions *options, const CzBenchFigure *figure)
{
  CzBenchFigure told = *figure;

  told.min = told.max = told.value;
  options->func (&told, options->data);
}

double
cz_bench_get_seconds (gint64 began)
{
  return (double)MAX (g_get_monotonic_time () - began, 1) / G_USEC_PER_SEC;
}

guint
cz_bench_get_threads (CzDevice *device)
{
  const char *given = g_getenv ("LP_NUM_THREADS");
  guint64 threads;

  if (cz_device_get_info (device)->type != CZ_DEVICE_CPU)
    return 1;
  if (given != NULL && g_ascii_string_to_unsigned (given, 10, 1, 4096, &threads, NULL))
    return (guint)threads;
  return g_get_num_processors ();
}

void
cz_bench_fill_words (const CzBenchOptions *options, guint32 *ret_words, guint32 *ret_hashes)
{
  for (guint block = 0; block < options->blocks; block++)
    {
      guint32 *words = ret_words + (gsize)block * options->block_size;

      for (guint i = 0; i < options->block_size; i++)
        {
          guint32 draw[4];
          cz_random (42, CZ_RANDOM_SAMPLE, 0, block, i, draw);
          words[i] = CZ_TOKEN_WORD_START
                     | (guint32)((guint64)draw[0] * options->config.vocab_size >> 32);
        }
      ret_hashes[block] = cz_block_hash (words, options->block_size);
    }
}
