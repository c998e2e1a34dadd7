#pragma once

#include "engine/format/model-folder.h"
#include "engine/gpu/device.h"
#include "engine/train/train-options.h"
#include "jobs/job.h"

// Measurements. A figure is the median of its runs, after one that does not count. Beside a peer,
// another program that does the same work, the two take turns run by run, so that whatever else
// slows the machine slows both.

typedef struct
{
  const char *bench; // "step", "evaluate", "fill", "surprisal", "tokenize", "gemm"; of a part of it
                     // "step.gflops", "step.kernel", "gemm.product"
  const char *detail; // which kernel or product; NULL: none
  const char *device; // the device's name; the tokenizer's is "host"
  double value, min, max;
  const char *unit; // "tokens/s", "GFLOP/s", "GB/s", "MB/s", "MB", "ms", "%"
  guint threads;    // of the host that took part
  guint runs;

  // The peer's name and version and what it ran on; NULL: ours alone. A ratio above 1 is so many
  // times the peer's speed (of "ms": its time over ours); of "MB" it is our share of its memory.
  const char *peer, *peer_device;
  double peer_value, peer_min, peer_max; // in the figure's unit
  double ratio;

  // Of "step.kernel" alone, in one step; 0: not known.
  double calls, milliseconds, gflops, gbytes; // the latter two per second
  double peak_percent;                        // of "peak.gemm" or "peak.copy", the larger share

  // Of "gemm.tuned" alone: which kernel the product gets, or, of all together, the table that is
  // used from now on; and what the fixed table's kernels reach.
  const char *kernel, *table;
  double fixed_value;
} CzBenchFigure;
// A figure is told as soon as it is known; it is valid during the call.
typedef void (*CzBenchFunc) (const CzBenchFigure *figure, gpointer data);
// A sentence for the person: which peer is missing, and how to install it.
typedef void (*CzBenchNoteFunc) (const char *sentence, gpointer data);

// The other programs that are found on this machine.
typedef struct _CzBenchPeers CzBenchPeers;

// `scripts`: the folder resources/peers, whose scripts make other programs do our work. Python and
// node are looked for in the folder that the environment's CLOZE_PEERS names (a virtual environment
// or one with node_modules) and in PATH.
CzBenchPeers *cz_bench_peers_new (const char *scripts);
void cz_bench_peers_free (CzBenchPeers *peers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBenchPeers, cz_bench_peers_free)

typedef struct
{
  CzModelConfig config;   // of the model with random weights: cz_model_config_init ()
  guint blocks;           // of a batch, which goes through at once
  guint block_size;       // tokens
  CzPrecision precision;  // of a training step
  guint runs;             // that count, at least 1
  guint surprisal_tokens; // of the text whose surprisal is measured
  CzBenchFunc func;
  CzBenchNoteFunc note;
  CzJobProgress progress; // of cz_bench_tune () alone; may be NULL
  gpointer data;
  GCancellable *cancellable; // looked at between runs; may be NULL
  CzBenchPeers *peers;       // NULL: nothing is compared

  // What the device can do at most: cz_bench_peaks (); 0: not measured. The peer's in the same unit
  // with the same product, and what it is called.
  double peak_gflops, peak_gbytes;
  double peer_peak_gflops;
  char *peak_peer, *peak_peer_device;
} CzBenchOptions;

void cz_bench_options_clear (CzBenchOptions *options);

// A large matrix product ("peak.gemm") and a copy ("peak.copy", bytes read and written), which go
// into `options` for what is measured against them.
gboolean cz_bench_peaks (CzDevice *device, CzBenchOptions *options, GError **error);
// One training step, dropout on: tokens/s, GFLOP/s ("step.gflops"), the most memory it took
// ("step.memory") and, from runs of their own with timestamps, what each kernel takes of the time
// ("step.kernel"), all kernels together ("step.kernels").
// Errors: G_IO_ERROR_CANCELLED, CZ_GPU_ERROR_*, CZ_MODEL_ERROR_*, CZ_TRAIN_ERROR_*.
gboolean cz_bench_step (CzDevice *device, const CzBenchOptions *options, GError **error);
// Masks, forward and loss alone.
gboolean cz_bench_evaluate (CzDevice *device, const CzBenchOptions *options, GError **error);
// The matrix products of that step, each by itself, and all together as often as a step has them.
gboolean cz_bench_gemm (CzDevice *device, const CzBenchOptions *options, GError **error);
// Measures each kernel and its parameters with these products and those of filling a mask, and
// writes the fastest into the device's table (engine/gpu/gemm-tuned.h), which devices opened later
// use: one figure "gemm.tuned" a product, and one for all of a step. Only a kernel whose result is
// right may win, and only one that is clearly faster. Where none is, the table is removed.
// Cancelled, or failed on the way, it leaves the table as it was. Errors: those of cz_bench_gemm
// (), G_FILE_ERROR_*, CZ_JOB_ERROR_INVALID where the environment wants no table.
gboolean cz_bench_tune (CzDevice *device, const CzBenchOptions *options, GError **error);
// Words for the mask of a text of about 16 tokens; `folder` NULL: the model with random weights,
// which for that is written to the temporary folder and removed again.
gboolean cz_bench_fill (CzDevice *device,
                        CzModelFolder *folder,
                        const CzBenchOptions *options,
                        GError **error);
// The surprisal of a text ("surprisal", tokens/s), and beside it the same of the same engine with
// one mask at a time. On a slow device only its first tokens are scored.
gboolean cz_bench_surprisal (CzDevice *device,
                             CzModelFolder *folder,
                             const CzBenchOptions *options,
                             GError **error);
// From the start of a process to the first line of its answer ("fill.start"), which is what a
// person waits for; `line` is the program and its arguments, NULL-terminated.
gboolean cz_bench_start (CzDevice *device,
                         const char *const *line,
                         const CzBenchOptions *options,
                         GError **error);
// A text through the tokenizer, line by line, in one thread; `device` is not needed.
gboolean cz_bench_tokenize (CzTokenizer *tokenizer,
                            const char *text,
                            gsize length,
                            const CzBenchOptions *options,
                            GError **error);
