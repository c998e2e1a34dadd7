#pragma once

#include "engine/format/model-folder.h"
#include "engine/gpu/device.h"
#include "jobs/job.h"

// Measurements. A figure is the median of its runs, after one that does not count.

typedef struct
{
  const char *bench;  // "step", "evaluate", "fill", "tokenize", "gemm"; of a part of it
                      // "step.gflops", "step.kernel", "gemm.product"
  const char *detail; // which kernel or product; NULL: none
  const char *device; // the device's name; the tokenizer's is "host"
  double value, min, max;
  const char *unit; // "tokens/s", "GFLOP/s", "MB/s", "ms", "%"
  guint threads;    // of the host that took part
  guint runs;
} CzBenchFigure;
// A figure is told as soon as it is known; it is valid during the call.
typedef void (*CzBenchFunc) (const CzBenchFigure *figure, gpointer data);

typedef struct
{
  CzModelConfig config; // of the model with random weights: cz_model_config_init ()
  guint blocks;         // of a batch, which goes through at once
  guint block_size;     // tokens
  guint runs;           // that count, at least 1
  CzBenchFunc func;
  gpointer data;
  GCancellable *cancellable; // looked at between runs; may be NULL
} CzBenchOptions;

// One training step, dropout on: tokens/s, GFLOP/s and, from runs of their own with timestamps, the
// share of the time that each kernel takes ("step.kernel"), all kernels together ("step.kernels").
// Errors: G_IO_ERROR_CANCELLED, CZ_GPU_ERROR_*, CZ_MODEL_ERROR_*, CZ_TRAIN_ERROR_*.
gboolean cz_bench_step (CzDevice *device, const CzBenchOptions *options, GError **error);
// Masks, forward and loss alone.
gboolean cz_bench_evaluate (CzDevice *device, const CzBenchOptions *options, GError **error);
// The matrix products of that step, each by itself, and all together as often as a step has them.
gboolean cz_bench_gemm (CzDevice *device, const CzBenchOptions *options, GError **error);
// Words for the mask of a text of about 16 tokens; `folder` NULL: the model with random weights,
// which for that is written to the temporary folder and removed again.
gboolean cz_bench_fill (CzDevice *device,
                        CzModelFolder *folder,
                        const CzBenchOptions *options,
                        GError **error);
// A text through the tokenizer, line by line, in one thread; `device` is not needed.
gboolean cz_bench_tokenize (CzTokenizer *tokenizer,
                            const char *text,
                            gsize length,
                            const CzBenchOptions *options,
                            GError **error);
