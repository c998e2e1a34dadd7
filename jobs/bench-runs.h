#pragma once

#include "jobs/bench.h"

// Repeated runs of one measurement, for the bench files alone.

// Does it once; ret_amount is what a second's worth is counted in, over the seconds it took.
typedef gboolean (*CzBenchRun) (double *ret_value, gpointer data, GError **error);

// One run that doesn't count, then options->runs; tells the figure's median, smallest and largest
// value, filled into a copy of `figure`. ret_median may be NULL.
gboolean cz_bench_repeat (const CzBenchOptions *options,
                          const CzBenchFigure *figure,
                          CzBenchRun run,
                          gpointer data,
                          double *ret_median,
                          GError **error);

// A figure of one value, as it stands.
void cz_bench_tell (const CzBenchOptions *options, const CzBenchFigure *figure);

double cz_bench_get_seconds (gint64 began); // since a g_get_monotonic_time (), never 0
// Threads of the host that a device works with: those of lavapipe, else the one that submits.
guint cz_bench_get_threads (CzDevice *device);
// Fills (blocks, block_size) token words with random ids.
void cz_bench_fill_words (const CzBenchOptions *options, guint32 *ret_words, guint32 *ret_hashes);
// Floating-point operations of a training step: those of its matrix products, where as many tokens
// are scored as masks choose on average. (What tapes count is what they would do if all were
// scored.)
double cz_bench_count_flops (const CzBenchOptions *options);
