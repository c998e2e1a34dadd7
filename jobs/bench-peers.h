#pragma once

#include "jobs/bench-peer.h"
#include "jobs/bench.h"

// Which peers can do what, for the bench files alone.

// What a peer is asked to do besides what CzBenchOptions say.
typedef struct
{
  const char *bench;           // "step", "evaluate", "fill", "tokenize", "gemm"
  gboolean gpu;                // ours runs on a GPU
  CzPrecision precision;       // ours, of products
  guint threads;               // of the host, for the peer
  const CzModelConfig *config; // NULL: that of the options
  // Of the tokenizer alone.
  const char *text, *vocabulary; // files
  const CzTokenizerOptions *tokenizer;
} CzBenchTask;

CzBenchTask cz_bench_task_for (CzDevice *device, const char *bench, CzPrecision precision);

// Starts the next peer that can do the task, from *position on (0 at first), which is moved behind
// it; NULL where there is none any more. What is missing or fails is noted, once.
CzBenchPeer *cz_bench_peers_start_next (const CzBenchOptions *options,
                                        const CzBenchTask *task,
                                        guint *position);
// Notes that a peer which was at work failed.
void cz_bench_peers_note_failure (const CzBenchOptions *options,
                                  const char *name,
                                  const GError *reason);
