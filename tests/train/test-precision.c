// Half precision: the loss goes the way of single precision's; fp16 scales the loss, skips a step
// whose gradients overflow, and begins again where it stood.
#include <math.h>
#include <string.h>

#include "engine/train/train-error.h"
#include "engine/train/train-step.h"
#include "small-run.h"

#define CURVE_STEPS 50
#define LARGE_SCALE 0x1p30 // overflows fp16, and halved often enough does not

// What a run told: "STEP NAME" → the value's bits as text.
typedef struct
{
  CzSmallRun *run;
  GHashTable *metrics;
  gint64 checkpoints; // until saving one fails, as if the process were killed; -1: never
} Observer;

static void
on_metric (
    guint64 step, double epoch, double seconds, const char *name, double value, gpointer data)
{
  Observer *observer = data;

  if (!g_str_equal (name, "tokens_per_second"))
    g_hash_table_insert (observer->metrics,
                         g_strdup_printf ("%" G_GUINT64_FORMAT " %s", step, name),
                         g_strdup_printf ("%a", value));
}

static gboolean
on_event (CzTrainer *trainer, CzTrainEvent event, gpointer data, GError **error)
{
  Observer *observer = data;
  g_autofree char *path = cz_small_run_get_path (observer->run, "checkpoint");

  if (event != CZ_TRAIN_EVENT_CHECKPOINT)
    return TRUE;
  if (observer->checkpoints == 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "killed");
      return FALSE;
    }
  observer->checkpoints -= observer->checkpoints > 0;
  return cz_trainer_save_checkpoint (trainer, path, error);
}

static Observer
observe (CzSmallRun *run)
{
  return (Observer){ .run = run,
                     .metrics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                     .checkpoints = -1 };
}

static double
get_metric (const Observer *observer, guint64 step, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", step, name);
  const char *value = g_hash_table_lookup (observer->metrics, key);

  return value != NULL ? g_ascii_strtod (value, NULL) : NAN;
}

// Runs from `checkpoint` (NULL: from the start); TRUE where it came to its end, the model then
// being saved as `name`.
static gboolean
run_once (CzSmallRun *run, Observer *observer, const char *checkpoint, const char *name)
{
  const CzTrainerCallbacks callbacks = { .metric = on_metric, .event = on_event, .data = observer };
  g_autofree char *model = cz_small_run_get_path (run, name);
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (run);
  g_autoptr (GError) error = NULL;
  CzTrainOutcome outcome;

  if (checkpoint != NULL)
    {
      g_autofree char *path = cz_small_run_get_path (run, checkpoint);
      g_assert_true (cz_trainer_resume (trainer, path, &error));
      g_assert_no_error (error);
    }
  if (!cz_trainer_run (trainer, &callbacks, &outcome, &error))
    {
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
      return FALSE;
    }
  g_assert_true (outcome == CZ_TRAIN_FINISHED);
  g_assert_true (cz_trainer_save_model (trainer, model, NULL, 0, &error));
  g_assert_no_error (error);
  return TRUE;
}

// ---- The curve

static void
test_curve (void)
{
  static const CzPrecision precisions[]
      = { CZ_PRECISION_FP32, CZ_PRECISION_FP16, CZ_PRECISION_BF16 };
  static const char *const names[] = { "fp32", "fp16", "bf16" };
  Observer observers[3];
  g_autofree char *hashes[3] = { NULL };
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.train_blocks = 80;
  run.options.epochs = 5;
  run.options.learning_rate = 2e-3;
  for (guint i = 0; i < 3; i++)
    {
      double farthest = 0;

      run.options.precision = precisions[i];
      observers[i] = observe (&run);
      g_assert_true (run_once (&run, &observers[i], NULL, names[i]));
      hashes[i] = cz_small_run_get_weights_hash (&run, names[i]);
      for (guint step = 1; step <= CURVE_STEPS; step++)
        {
          double wanted = get_metric (&observers[0], step, "train_loss");
          double off = fabs (get_metric (&observers[i], step, "train_loss") - wanted) / wanted;
          g_assert_cmpfloat (off, <=, 0.01);
          farthest = MAX (farthest, off);
        }
      g_test_message ("%s: loss %.4f, then %.4f; at most %.3g %% from fp32", names[i],
                      get_metric (&observers[i], 1, "train_loss"),
                      get_metric (&observers[i], CURVE_STEPS, "train_loss"), 100 * farthest);
      // Evaluation is in single precision, so what comes before training is the same.
      g_assert_cmpfloat (get_metric (&observers[i], 0, "eval_loss"), ==,
                         get_metric (&observers[0], 0, "eval_loss"));
      g_assert_cmpint (isnan (get_metric (&observers[i], 1, "loss_scale")), ==,
                       precisions[i] != CZ_PRECISION_FP16);
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (hashes[i], !=, hashes[j]);
    }
  g_assert_cmpfloat (get_metric (&observers[0], CURVE_STEPS, "train_loss"), <,
                     0.95 * get_metric (&observers[0], 1, "train_loss"));
  g_assert_cmpfloat (get_metric (&observers[1], CURVE_STEPS, "loss_scale"), ==,
                     CZ_LOSS_SCALE_START);

  // auto is fp32, for now.
  Observer automatic = observe (&run);
  run.options.precision = CZ_PRECISION_AUTO;
  g_assert_true (run_once (&run, &automatic, NULL, "auto"));
  g_autofree char *hash = cz_small_run_get_weights_hash (&run, "auto");
  g_assert_cmpstr (hash, ==, hashes[0]);
  for (guint i = 0; i < 3; i++)
    g_hash_table_unref (observers[i].metrics);
  g_hash_table_unref (automatic.metrics);
  cz_small_run_tear_down (&run);
}

// ---- A step that overflows

// All weights and moments; `ret_n` floats, freed by the caller.
static float *
read_state (CzDistilbert *model, CzTrainStep *step, gsize *ret_n)
{
  CzOptimizer *optimizer = cz_train_step_get_optimizer (step);
  const CzSpan spans[] = { cz_distilbert_get_parameters (model), cz_optimizer_get_first (optimizer),
                           cz_optimizer_get_second (optimizer) };
  gsize n = spans[0].size / sizeof (float);
  float *state = g_new (float, 3 * n);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    g_assert_true (cz_buffer_read (spans[i].buffer, spans[i].offset, state + i * n,
                                   n * sizeof (float), &error));
  *ret_n = 3 * n;
  return state;
}

// Steps on the first batch until one is not skipped. Each that is changes nothing but the scale.
static void
check_overflow (CzSmallRun *run, guint micro_batch)
{
  CzTokenizer *tokenizer = cz_model_folder_get_tokenizer (run->model);
  g_autoptr (CzBlocks) blocks = cz_small_run_get_blocks (run);
  g_autoptr (GError) error = NULL;
  CzTrainStepResult result = { .skipped = TRUE };
  double scale = LARGE_SCALE;
  guint64 n = 0;
  gsize size;

  run->options.precision = CZ_PRECISION_FP16;
  run->options.micro_batch = micro_batch;
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (run->device, cz_model_folder_get_config (run->model), TRUE, &error);
  g_assert_true (cz_distilbert_load (model, run->model, &error));
  g_autoptr (CzTrainStep) step = cz_train_step_new (
      model, &run->options, cz_tokenizer_get_mask_id (tokenizer), CZ_TAPE_PLAIN, &error);
  g_assert_no_error (error);
  CzOptimizer *optimizer = cz_train_step_get_optimizer (step);
  cz_optimizer_set_loss_scale (optimizer, &(CzLossScale){ .scale = (float)scale, .good_steps = 9 });
  for (guint i = 0; i < run->options.batch_size; i++)
    {
      guint32 *words = cz_train_step_get_words (step) + i * run->options.block_size;
      guint length = cz_blocks_copy (blocks, CZ_PART_TRAIN, i, words);
      cz_train_step_get_hashes (step)[i] = cz_block_hash (words, length);
    }
  g_autofree float *before = read_state (model, step, &size);
  while (result.skipped)
    {
      const CzTrainStepInput input
          = { .step = n, .learning_rate = 1e-3, .valid_blocks = run->options.batch_size };
      g_assert_true (cz_train_step_run (step, &input, NULL, NULL, &result, &error));
      g_assert_no_error (error);
      n++;
      g_autofree float *after = read_state (model, step, &size);
      CzLossScale now = cz_optimizer_get_loss_scale (optimizer);
      g_assert_true (isfinite (result.loss));
      g_assert_cmpfloat (result.loss_scale, ==, now.scale);
      if (!result.skipped)
        {
          g_assert_cmpint (memcmp (after, before, size * sizeof (float)), !=, 0);
          for (gsize i = 0; i < size; i++)
            g_assert_true (isfinite (after[i]));
          g_assert_true (isfinite (result.gradient_norm));
          g_assert_cmpfloat (now.scale, ==, scale);
          g_assert_cmpuint (now.good_steps, ==, 1);
          break;
        }
      scale /= 2;
      g_assert_cmpint (memcmp (after, before, size * sizeof (float)), ==, 0);
      g_assert_false (isfinite (result.gradient_norm));
      g_assert_cmpfloat (now.scale, ==, scale);
      g_assert_cmpuint (now.good_steps, ==, 0);
      g_assert_cmpuint (now.skipped_steps, ==, n);
      g_assert_cmpuint (n, <, 30);
    }
  g_test_message ("%" G_GUINT64_FORMAT " steps skipped, scale %g, gradient norm %g", n - 1, scale,
                  result.gradient_norm);
  g_assert_cmpuint (n, >, 3);
  // The schedule and the bias corrections count only the step that was taken.
  g_assert_cmpuint (cz_train_step_count_updates (step, n), ==, 1);
}

static void
test_overflow (void)
{
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  check_overflow (&run, 8);
  check_overflow (&run, 3);
  cz_small_run_tear_down (&run);
}

// ---- Checkpoints

// Saves a checkpoint of the run's beginning whose position.json is changed.
static void
save_changed (CzSmallRun *run, const char *name, const char *from, const char *to)
{
  g_autofree char *path = cz_small_run_get_path (run, name), *text = NULL;
  g_autofree char *file = g_build_filename (path, "position.json", NULL);
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (run);
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_trainer_save_checkpoint (trainer, path, &error));
  g_assert_true (g_file_get_contents (file, &text, NULL, &error));
  g_assert_no_error (error);
  g_auto (GStrv) parts = g_strsplit (text, from, -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_autofree char *changed = g_strjoinv (to, parts);
  g_assert_true (g_file_set_contents (file, changed, -1, &error));
}

static void
assert_same_metrics (const Observer *a, const Observer *b)
{
  GHashTableIter iter;
  gpointer key, value;

  g_assert_cmpuint (g_hash_table_size (a->metrics), ==, g_hash_table_size (b->metrics));
  g_hash_table_iter_init (&iter, a->metrics);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_cmpstr (value, ==, g_hash_table_lookup (b->metrics, key));
}

// A run that skips its first steps, killed between checkpoints, ends as one that was not.
static void
test_killed (void)
{
  CzSmallRun run;
  guint64 skipped = 0;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.precision = CZ_PRECISION_FP16;
  run.options.epochs = 8;
  run.options.checkpoint_seconds = 0;
  run.options.checkpoint_steps = 5;
  save_changed (&run, "large", "65536.0", "1073741824.0");
  Observer whole = observe (&run);
  g_assert_true (run_once (&run, &whole, "large", "whole"));
  g_autofree char *wanted = cz_small_run_get_weights_hash (&run, "whole");
  while (isnan (get_metric (&whole, skipped + 1, "gradient_norm")))
    skipped++;
  g_test_message ("%" G_GUINT64_FORMAT " steps skipped", skipped);
  // The first checkpoint lies among them; the learning rate waits until they are over.
  g_assert_cmpuint (skipped, >, 5);
  g_assert_cmpfloat (get_metric (&whole, 3, "loss_scale"), ==, LARGE_SCALE / 8);
  g_assert_cmpfloat (get_metric (&whole, skipped + 1, "learning_rate"), ==,
                     get_metric (&whole, 1, "learning_rate"));
  g_assert_cmpfloat (get_metric (&whole, skipped + 2, "learning_rate"), >,
                     get_metric (&whole, 1, "learning_rate"));

  for (gint64 checkpoints = 1; checkpoints <= 4; checkpoints++)
    {
      Observer killed = observe (&run);
      killed.checkpoints = checkpoints;
      g_assert_false (run_once (&run, &killed, "large", "killed"));
      killed.checkpoints = -1;
      g_assert_true (run_once (&run, &killed, "checkpoint", "killed"));
      g_autofree char *got = cz_small_run_get_weights_hash (&run, "killed");
      g_assert_cmpstr (got, ==, wanted);
      assert_same_metrics (&killed, &whole);
      g_hash_table_unref (killed.metrics);
    }
  g_hash_table_unref (whole.metrics);
  cz_small_run_tear_down (&run);
}

// A loss scale that can't be is refused; a checkpoint without one, as they were before, is not.
static void
test_checkpoint (void)
{
  static const struct
  {
    const char *from, *to;
    gboolean refused;
  } cases[] = {
    { "\"loss_scale\": 65536.0", "\"loss_scale\": 0.0", TRUE },
    { "\"loss_scale\": 65536.0", "\"loss_scale\": -4.0", TRUE },
    { "\"loss_scale\": 65536.0", "\"loss_scale\": 1e39", TRUE },
    { "\"loss_scale\": 65536.0", "\"loss_scale\": null", TRUE },
    { "\"loss_scale\": 65536.0", "\"loss_scale\": \"1\"", TRUE },
    { "\"good_steps\": 0", "\"good_steps\": -1", TRUE },
    { "\"good_steps\": 0", "\"goods\": 0", TRUE },
    { "\"skipped_steps\": 0", "\"skipped_steps\": null", TRUE },
    { "\"loss_scale\": 65536.0", "\"loss_scale\": 1024", FALSE },
    { "\"loss_scale\"", "\"something\"", FALSE },
  };
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.precision = CZ_PRECISION_FP16;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cz_small_run_get_path (&run, "changed");
      g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
      g_autoptr (GError) error = NULL;

      save_changed (&run, "changed", cases[i].from, cases[i].to);
      if (cz_trainer_resume (trainer, path, &error))
        g_assert_false (cases[i].refused);
      else
        {
          g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_CHECKPOINT);
          g_assert_true (cases[i].refused);
        }
    }
  cz_small_run_tear_down (&run);
}

// ---- The end of scaling

// The small model's own numbers, but for one matrix in front of a LayerNorm, which brings what is
// too large for fp16 back to what it was.
static gboolean
give_large (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  CzModelFolder *folder = data;
  CzParameterTable *table = cz_model_folder_get_table (folder);
  const char *name = cz_parameter_table_get (table, parameter)->name;

  if (!cz_tensor_read_floats (cz_model_folder_get_tensor (folder, parameter), first, n, ret_floats,
                              error))
    return FALSE;
  for (guint64 i = 0; g_str_equal (name, "vocab_transform.weight") && i < n; i++)
    ret_floats[i] *= 1e8f;
  return TRUE;
}

// Weights beyond fp16 overflow whatever the scale: the run ends with a sentence, not never.
static void
test_diverged (void)
{
  CzSmallRun run;
  g_autoptr (GError) error = NULL;
  CzTrainOutcome outcome;

  if (!cz_small_run_set_up (&run))
    return;
  g_autofree char *path = cz_small_run_get_path (&run, "large");
  g_assert_true (cz_model_folder_save (path, cz_model_folder_get_config (run.model),
                                       cz_model_folder_get_tokenizer (run.model), CZ_DTYPE_F32,
                                       give_large, run.model, NULL, 0, &error));
  cz_model_folder_free (run.model);
  run.model = cz_model_folder_open (path, &error);
  g_assert_no_error (error);
  run.options.precision = CZ_PRECISION_FP16;
  run.options.epochs = 20;
  Observer observer = observe (&run);
  const CzTrainerCallbacks callbacks
      = { .metric = on_metric, .event = on_event, .data = &observer };
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_assert_false (cz_trainer_run (trainer, &callbacks, &outcome, &error));
  g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DIVERGED);
  g_test_message ("%s", error->message);
  g_assert_cmpuint (cz_trainer_get_position (trainer)->step, ==, 17);
  g_assert_cmpfloat (get_metric (&observer, 16, "loss_scale"), ==, 1);
  g_assert_true (isnan (get_metric (&observer, 16, "train_loss"))); // not told
  g_hash_table_unref (observer.metrics);
  cz_small_run_tear_down (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/precision/curve", test_curve);
  g_test_add_func ("/precision/overflow", test_overflow);
  g_test_add_func ("/precision/killed", test_killed);
  g_test_add_func ("/precision/checkpoint", test_checkpoint);
  g_test_add_func ("/precision/diverged", test_diverged);
  return g_test_run ();
}
