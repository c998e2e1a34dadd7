#include "engine/model/pass.h"
#include "engine/text/masking.h"
#include "jobs/bench-runs.h"
#include "jobs/sample-step.h"

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

static CzSampleStep *
make_step (CzDevice *device, const CzBenchOptions *options, CzTapeFlags flags, GError **error)
{
  CzTrainOptions parameters;

  cz_train_options_init (&parameters);
  parameters.block_size = options->block_size;
  parameters.batch_size = options->blocks;
  parameters.micro_batch = options->blocks;
  return cz_sample_step_new (device, &options->config, &parameters, flags, error);
}

// Sums of one label, over all of its entries.
static void
add_timings (GHashTable *sums, GArray *timings, double sign)
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
      sum->seconds += sign * timing->seconds;
    }
}

static int
compare_timings (gconstpointer a, gconstpointer b)
{
  double x = ((const CzTiming *)a)->seconds, y = ((const CzTiming *)b)->seconds;
  return (x < y) - (x > y);
}

// Where the time of a step goes; what the first step takes, which makes kernels, is subtracted.
static gboolean
tell_kernels (CzDevice *device,
              const CzBenchOptions *options,
              CzBenchFigure *figure,
              GError **error)
{
  g_autoptr (CzSampleStep) step = make_step (device, options, CZ_TAPE_TIMESTAMPS, error);
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  double seconds, all = 0, kernels = 0;

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
  figure->unit = "%";
  figure->bench = "step.kernel";
  for (GList *l = sorted; l != NULL; l = l->next)
    {
      const CzTiming *sum = l->data;

      figure->detail = sum->label;
      figure->value = 100 * sum->seconds / all;
      kernels += figure->value;
      cz_bench_tell (options, figure);
    }
  figure->bench = "step.kernels";
  figure->detail = NULL;
  figure->value = kernels;
  // A device without timestamps tells nothing of its kernels.
  if (sorted != NULL)
    cz_bench_tell (options, figure);
  return TRUE;
}

gboolean
cz_bench_step (CzDevice *device, const CzBenchOptions *options, GError **error)
{
  CzBenchFigure figure = { .bench = "step",
                           .device = cz_device_get_info (device)->name,
                           .unit = "tokens/s",
                           .threads = cz_bench_get_threads (device) };
  Stepping stepping = { .tokens = (double)options->blocks * options->block_size };
  double speed;

  stepping.step = make_step (device, options, CZ_TAPE_PLAIN, error);
  if (stepping.step == NULL)
    return FALSE;
  gboolean done = cz_bench_repeat (options, &figure, run_step, &stepping, &speed, error);
  cz_sample_step_free (stepping.step);
  if (!done)
    return FALSE;
  figure.runs = options->runs;
  figure.bench = "step.gflops";
  figure.unit = "GFLOP/s";
  figure.value = cz_bench_count_flops (options) * speed / stepping.tokens / 1e9;
  cz_bench_tell (options, &figure);
  return tell_kernels (device, options, &figure, error);
}

// ---- Evaluating ----

typedef struct
{
  CzTape *tape;
  double tokens;
} Evaluating;

static gboolean
run_evaluation (double *ret_value, gpointer data, GError **error)
{
  Evaluating *evaluating = data;
  gint64 began = g_get_monotonic_time ();

  if (!cz_tape_run (evaluating->tape, error))
    return FALSE;
  *ret_value = evaluating->tokens / cz_bench_get_seconds (began);
  return TRUE;
}

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
  Evaluating evaluating = { tape, (double)options->blocks * options->block_size };
  return cz_bench_repeat (options, &figure, run_evaluation, &evaluating, NULL, error);
}
