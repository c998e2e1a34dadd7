#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/model/pass.h"
#include "engine/text/masking.h"
#include "jobs/bench-kernels.h"
#include "jobs/bench-runs.h"

// ---- A training step ----

typedef struct
{
  CzSampleStep *step;
  double tokens;
} Stepping;

static gboolean
run_step (double *ret_value, gpointer data, GError **error)
{
  Stepping *stepping = data;
  double seconds;

  if (!cz_sample_step_run (stepping->step, &seconds, error))
    return FALSE;
  *ret_value = stepping->tokens / seconds;
  return TRUE;
}

CzSampleStep *
cz_bench_make_step (CzDevice *device,
                    const CzBenchOptions *options,
                    CzTapeFlags flags,
                    GError **error)
{
  CzTrainOptions parameters;

  cz_train_options_init (&parameters);
  parameters.block_size = options->block_size;
  parameters.batch_size = options->blocks;
  parameters.micro_batch = options->blocks;
  parameters.precision = options->precision;
  return cz_sample_step_new (device, &options->config, &parameters, flags, error);
}

// ---- Memory ----

// The most that was resident since the last reset, bytes; 0 where the system does not tell.
static double
read_peak (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL)
      || (line = strstr (status, "VmHWM:")) == NULL)
    return 0;
  return (double)g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

// What a CPU device takes is the process's own memory: its peak starts anew here. A GPU's is seen
// by what it has left.
static double
begin_memory (CzDevice *device)
{
  if (cz_device_get_info (device)->type != CZ_DEVICE_CPU)
    return (double)cz_device_get_available_memory (device);
  // Where that is not allowed the peak is the process's since its start, which is no less.
  int file = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (file >= 0)
    {
      if (write (file, "5", 1) != 1)
        g_debug ("The peak of memory was not reset");
      close (file);
    }
  return 0;
}

static double
end_memory (CzDevice *device, double began)
{
  if (cz_device_get_info (device)->type == CZ_DEVICE_CPU)
    return read_peak ();
  return MAX (began - (double)cz_device_get_available_memory (device), 0);
}

// ---- The whole ----

// What the step achieves, as a share of what the device can and of what the peer's products can.
static void
tell_speed (const CzBenchOptions *options, CzBenchFigure *figure, double gflops)
{
  const CzBenchMedians medians = { gflops,
                                   gflops,
                                   gflops,
                                   options->peer_peak_gflops,
                                   options->peer_peak_gflops,
                                   options->peer_peak_gflops,
                                   0 };

  figure->bench = "step.gflops";
  figure->unit = "GFLOP/s";
  if (options->peak_gflops > 0)
    figure->peak_percent = 100 * gflops / options->peak_gflops;
  cz_bench_tell_medians (options, figure, &medians);
  if (options->peer_peak_gflops > 0)
    {
      figure->peer = options->peak_peer;
      figure->peer_device = options->peak_peer_device;
      figure->peer_value = figure->peer_min = figure->peer_max = options->peer_peak_gflops;
      figure->ratio = gflops / options->peer_peak_gflops;
      cz_bench_tell_medians (options, figure, &medians);
    }
}

gboolean
cz_bench_step (CzDevice *device, const CzBenchOptions *options, GError **error)
{
  const CzBenchTask task = cz_bench_task_for (device, "step", options->precision);
  CzBenchFigure figure = { .bench = "step",
                           .device = cz_device_get_info (device)->name,
                           .unit = "tokens/s",
                           .threads = cz_bench_get_threads (device) };
  Stepping stepping = { .tokens = (double)options->blocks * options->block_size };
  double speed, seconds, began = begin_memory (device);
  g_autoptr (CzSampleStep) step = cz_bench_make_step (device, options, CZ_TAPE_PLAIN, error);

  // Measured before a peer is there, which takes memory of the same GPU.
  if (step == NULL || !cz_sample_step_run (step, &seconds, error))
    return FALSE;
  double memory = end_memory (device, began);
  stepping.step = step;
  if (!cz_bench_compare (options, &figure, &task, stepping.tokens, memory, run_step, &stepping,
                         &speed, error))
    return FALSE;
  g_clear_pointer (&step, cz_sample_step_free);
  if (memory > 0)
    {
      const CzBenchMedians medians = { .value = memory / 1e6, memory / 1e6, memory / 1e6 };
      CzBenchFigure told = figure;

      told.bench = "step.memory";
      told.unit = "MB";
      cz_bench_tell_medians (options, &told, &medians);
    }
  const CzBenchFigure kernels = figure;
  tell_speed (options, &figure, cz_bench_count_flops (options) * speed / stepping.tokens / 1e9);
  return cz_bench_kernels (device, options, &kernels, error);
}

// ---- Evaluating ----

gboolean
cz_bench_evaluate (CzDevice *device, const CzBenchOptions *options, GError **error)
{
  const CzPassOptions shape = { .kind = CZ_PASS_EVALUATE,
                                .block_size = options->block_size,
                                .micro_blocks = options->blocks };
  const CzBenchFigure figure = { .bench = "evaluate",
                                 .device = cz_device_get_info (device)->name,
                                 .unit = "tokens/s",
                                 .threads = cz_bench_get_threads (device) };
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (device, &options->config, FALSE /* with_gradients */, error);

  if (model == NULL || !cz_distilbert_randomize (model, 42 /* seed */, error))
    return FALSE;
  g_autoptr (CzPass) pass = cz_pass_new (model, &shape, error);
  if (pass == NULL)
    return FALSE;
  cz_bench_fill_words (options, cz_pass_get_words (pass), cz_pass_get_hashes (pass));
  *cz_pass_get_step (pass) = (CzStep){ .valid_blocks = options->blocks,
                                       .mask_strategy = CZ_STEP_MASK_TOKEN,
                                       .mask_threshold = cz_random_threshold (0.15),
                                       .mask_purpose = CZ_RANDOM_EVAL_MASK };
  g_autoptr (CzTape) tape = cz_tape_new (device, "evaluate", CZ_TAPE_PLAIN);
  cz_pass_record_masks (pass, tape);
  cz_pass_record_micro (pass, tape);
  if (!cz_tape_finish (tape, error))
    return FALSE;
  const CzBenchTask task = cz_bench_task_for (device, "evaluate", CZ_PRECISION_FP32);
  CzBenchTape evaluating = { tape, (double)options->blocks * options->block_size };
  return cz_bench_compare (options, &figure, &task, evaluating.amount, 0 /* memory */,
                           cz_bench_tape_run, &evaluating, NULL, error);
}
