#pragma once

#include "engine/gpu/tape.h"
#include "jobs/bench-peers.h"
#include "jobs/bench.h"

// Repeated runs of one measurement, for the bench files alone.

// Does it once; ret_value is in the figure's unit.
typedef gboolean (*CzBenchRun) (double *ret_value, gpointer data, GError **error);

// A finished tape and what a run of it does of the unit; a CzBenchRun of it: the unit a second.
typedef struct
{
  CzTape *tape;
  double amount;
} CzBenchTape;
gboolean cz_bench_tape_run (double *ret_value, gpointer data, GError **error);

// What a run of the peer is asked for, and how its seconds become the figure's unit.
typedef struct
{
  CzBenchPeer *peer;   // NULL: ours alone
  const char *request; // NULL: nothing but a run
  double amount;       // of the unit in a run, over the seconds; 0: the unit is milliseconds
} CzBenchTurns;

typedef struct
{
  double value, min, max;
  double peer_value, peer_min, peer_max; // 0: no peer, or it failed and that was noted
  double peer_peak_bytes;                // 0: not known
} CzBenchMedians;

// One run each that doesn't count, then options->runs, ours and the peer's in turn. An error is
// ours; that of the peer is noted.
gboolean cz_bench_take_turns (const CzBenchOptions *options,
                              const CzBenchTurns *turns,
                              CzBenchRun run,
                              gpointer data,
                              CzBenchMedians *ret_medians,
                              GError **error);
// Tells a copy of `figure` with ours, and, where the medians have a peer's, another with both.
void cz_bench_tell_medians (const CzBenchOptions *options,
                            const CzBenchFigure *figure,
                            const CzBenchMedians *medians);
void cz_bench_tell_beside (const CzBenchOptions *options,
                           const CzBenchFigure *figure,
                           const CzBenchMedians *medians,
                           CzBenchPeer *peer);

// The same beside each peer that can do the task, one after the other, and told; `amount` as above.
// Where our memory is known (bytes, else 0), that is compared too. ret_median may be NULL.
gboolean cz_bench_compare (const CzBenchOptions *options,
                           const CzBenchFigure *figure,
                           const CzBenchTask *task,
                           double amount,
                           double memory,
                           CzBenchRun run,
                           gpointer data,
                           double *ret_median,
                           GError **error);

// A figure of one value, as it stands.
void cz_bench_tell (const CzBenchOptions *options, const CzBenchFigure *figure);

double cz_bench_get_median (double *values, guint n); // sorts them
double cz_bench_get_seconds (gint64 began);           // since a g_get_monotonic_time (), never 0
// Threads of the host that a device works with: those of lavapipe, else the one that submits.
guint cz_bench_get_threads (CzDevice *device);
// Fills (blocks, block_size) token words with random ids.
void cz_bench_fill_words (const CzBenchOptions *options, guint32 *ret_words, guint32 *ret_hashes);

// The share of tokens that are scored, whose rows the head sees.
#define CZ_BENCH_SCORED 0.15
// Floating-point operations of a training step: those of its matrix products, where as many tokens
// are scored as masks choose on average. (What tapes count is what they would do if all were
// scored.)
double cz_bench_count_flops (const CzBenchOptions *options);
