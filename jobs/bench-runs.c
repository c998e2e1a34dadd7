#include "jobs/bench-runs.h"

#include <stdlib.h>
#include <string.h>

#include "engine/text/blocks.h"
#include "engine/text/philox.h"

// Microseconds between a run of ours and one of a peer: threads that wait for more work keep a
// processor busy for some 30 ms behind their last (OpenMP, OpenBLAS).
#define PAUSE 50000

static int
compare_values (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

gboolean
cz_bench_tape_run (double *ret_value, gpointer data, GError **error)
{
  CzBenchTape *tape = data;
  gint64 began = g_get_monotonic_time ();

  if (!cz_tape_run (tape->tape, error))
    return FALSE;
  *ret_value = tape->amount / cz_bench_get_seconds (began);
  return TRUE;
}

double
cz_bench_get_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_values);
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

static void
summarize (double *values, guint n, double *ret_median, double *ret_min, double *ret_max)
{
  *ret_median = cz_bench_get_median (values, n);
  *ret_min = values[0];
  *ret_max = values[n - 1];
}

// One run of the peer, in the figure's unit; a peer that fails is noted and takes no more turns.
static gboolean
run_peer (const CzBenchOptions *options, CzBenchTurns *turns, double *ret_value, double *ret_peak)
{
  g_autoptr (GError) reason = NULL;
  double seconds;

  g_usleep (PAUSE);
  if (!cz_bench_peer_run (turns->peer, turns->request != NULL ? turns->request : "{}",
                          options->cancellable, &seconds, ret_peak, &reason))
    {
      cz_bench_peers_note_failure (options, cz_bench_peer_get_name (turns->peer), reason);
      turns->peer = NULL;
      return FALSE;
    }
  *ret_value = turns->amount > 0 ? turns->amount / seconds : seconds * 1000;
  g_usleep (PAUSE);
  return TRUE;
}

gboolean
cz_bench_take_turns (const CzBenchOptions *options,
                     const CzBenchTurns *turns,
                     CzBenchRun run,
                     gpointer data,
                     CzBenchMedians *ret_medians,
                     GError **error)
{
  g_autofree double *own = g_new (double, options->runs + 1);
  g_autofree double *theirs = g_new (double, options->runs + 1);
  CzBenchTurns now = *turns;
  CzBenchMedians medians = { 0 };

  // The first run of each does not count.
  for (guint i = 0; i <= options->runs; i++)
    {
      if (g_cancellable_set_error_if_cancelled (options->cancellable, error)
          || !run (&own[i], data, error))
        return FALSE;
      if (now.peer != NULL)
        run_peer (options, &now, &theirs[i], &medians.peer_peak_bytes);
    }
  summarize (own + 1, options->runs, &medians.value, &medians.min, &medians.max);
  if (now.peer != NULL)
    summarize (theirs + 1, options->runs, &medians.peer_value, &medians.peer_min,
               &medians.peer_max);
  *ret_medians = medians;
  return TRUE;
}

void
cz_bench_tell_medians (const CzBenchOptions *options,
                       const CzBenchFigure *figure,
                       const CzBenchMedians *medians)
{
  CzBenchFigure told = *figure;

  told.value = medians->value;
  told.min = medians->min;
  told.max = medians->max;
  told.runs = options->runs;
  options->func (&told, options->data);
}

void
cz_bench_tell_beside (const CzBenchOptions *options,
                      const CzBenchFigure *figure,
                      const CzBenchMedians *medians,
                      CzBenchPeer *peer)
{
  CzBenchFigure told = *figure;

  if (peer == NULL || !(medians->peer_value > 0) || !(medians->value > 0))
    return;
  told.peer = cz_bench_peer_get_name (peer);
  told.peer_device = cz_bench_peer_get_device (peer);
  told.peer_value = medians->peer_value;
  told.peer_min = medians->peer_min;
  told.peer_max = medians->peer_max;
  told.ratio = strcmp (told.unit, "ms") == 0 ? medians->peer_value / medians->value
                                             : medians->value / medians->peer_value;
  cz_bench_tell_medians (options, &told, medians);
}

// Our share of the memory that the peer took.
static void
tell_memory (const CzBenchOptions *options,
             const CzBenchFigure *figure,
             double memory,
             const CzBenchMedians *medians,
             CzBenchPeer *peer)
{
  CzBenchFigure told = *figure;
  double own = memory / 1e6, theirs = medians->peer_peak_bytes / 1e6;
  const CzBenchMedians both = { own, own, own, theirs, theirs, theirs, 0 };
  g_autofree char *name = g_strconcat (figure->bench, ".memory", NULL);

  told.bench = name;
  told.unit = "MB";
  if (memory > 0)
    cz_bench_tell_beside (options, &told, &both, peer);
}

gboolean
cz_bench_compare (const CzBenchOptions *options,
                  const CzBenchFigure *figure,
                  const CzBenchTask *task,
                  double amount,
                  double memory,
                  CzBenchRun run,
                  gpointer data,
                  double *ret_median,
                  GError **error)
{
  CzBenchMedians medians;
  gboolean told = FALSE;
  guint position = 0;

  // Ours alone where nobody is there to take turns with.
  for (;;)
    {
      g_autoptr (CzBenchPeer) peer = cz_bench_peers_start_next (options, task, &position);
      const CzBenchTurns turns = { peer, NULL, amount };

      if (peer == NULL && told)
        return TRUE;
      if (!cz_bench_take_turns (options, &turns, run, data, &medians, error))
        return FALSE;
      if (!told)
        {
          cz_bench_tell_medians (options, figure, &medians);
          if (ret_median != NULL)
            *ret_median = medians.value;
        }
      told = TRUE;
      cz_bench_tell_beside (options, figure, &medians, peer);
      tell_memory (options, figure, memory, &medians, peer);
    }
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
