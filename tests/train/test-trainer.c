// Whole runs of a small model: it learns, and however often it is interrupted, it ends the same.
#include <math.h>
#include <string.h>

#include "engine/gpu/fault.h"
#include "engine/text/masking.h"
#include "engine/train/evaluator.h"
#include "engine/train/train-error.h"
#include "small-run.h"

// What a run told, and when it is to be interrupted.
typedef struct
{
  CzSmallRun *run;
  GHashTable *metrics; // "STEP NAME" → the value's bits as text
  gint64 questions;    // until the request is made; -1: never
  CzTrainRequest request;
  gint64 checkpoints; // until saving one fails, as if the process were killed; -1: never
  guint n_best, n_epochs, n_evaluated;
  guint64 first_step; // of the metrics of this process
} Observer;

static void
on_metric (
    guint64 step, double epoch, double seconds, const char *name, double value, gpointer data)
{
  Observer *observer = data;
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT " %s", step, name);
  char *text = g_strdup_printf ("%a at %a", value, epoch);

  if (g_str_equal (name, "tokens_per_second"))
    {
      g_assert_cmpfloat (value, >, 0);
      g_free (text);
      return;
    }
  const char *before = g_hash_table_lookup (observer->metrics, key);
  if (before != NULL)
    g_assert_cmpstr (before, ==, text);
  g_hash_table_insert (observer->metrics, g_steal_pointer (&key), text);
}

static CzTrainRequest
on_request (gpointer data)
{
  Observer *observer = data;

  if (observer->questions < 0)
    return CZ_TRAIN_CONTINUE;
  if (observer->questions > 0)
    {
      observer->questions--;
      return CZ_TRAIN_CONTINUE;
    }
  return observer->request;
}

// The total is what the blocks give in their order, to the bit.
static void
assert_adds_up (guint n, const double *losses, const guint32 *scored, double cross_entropy)
{
  double sum = 0;
  guint64 tokens = 0;

  for (guint i = 0; i < n; i++)
    {
      g_assert_true (scored[i] > 0 ? losses[i] > 0 : losses[i] == 0);
      sum += losses[i];
      tokens += scored[i];
    }
  sum /= (double)tokens;
  g_assert_cmpmem (&sum, sizeof sum, &cross_entropy, sizeof cross_entropy);
}

static gboolean
on_event (CzTrainer *trainer, CzTrainEvent event, gpointer data, GError **error)
{
  Observer *observer = data;
  const CzPosition *position = cz_trainer_get_position (trainer);
  g_autofree char *path = cz_small_run_get_path (observer->run, "checkpoint");
  const double *losses;
  const guint32 *scored;
  guint n;

  switch (event)
    {
    case CZ_TRAIN_EVENT_EVALUATED:
      observer->n_evaluated++;
      g_assert_cmpint (position->evaluated_step, ==, position->step);
      n = cz_trainer_get_evaluation (trainer, &losses, &scored);
      assert_adds_up (n, losses, scored, position->last);
      return TRUE;
    case CZ_TRAIN_EVENT_BEST:
      observer->n_best++;
      return TRUE;
    case CZ_TRAIN_EVENT_EPOCH:
      observer->n_epochs++;
      return TRUE;
    case CZ_TRAIN_EVENT_CHECKPOINT:
      if (observer->checkpoints == 0)
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "killed");
          return FALSE;
        }
      observer->checkpoints -= observer->checkpoints > 0;
      return cz_trainer_save_checkpoint (trainer, path, error);
    }
  g_assert_not_reached ();
}

static Observer
observe (CzSmallRun *run)
{
  return (Observer){ .run = run,
                     .metrics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                     .questions = -1,
                     .request = CZ_TRAIN_PAUSE,
                     .checkpoints = -1 };
}

// Runs or goes on; TRUE where it came to its end. The model is then saved as `name`.
static gboolean
run_once (CzSmallRun *run, Observer *observer, gboolean resume, const char *name)
{
  const CzTrainerCallbacks callbacks
      = { .metric = on_metric, .request = on_request, .event = on_event, .data = observer };
  g_autofree char *checkpoint = cz_small_run_get_path (run, "checkpoint");
  g_autofree char *model = cz_small_run_get_path (run, name);
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (run);
  g_autoptr (GError) error = NULL;
  CzTrainOutcome outcome;

  if (resume)
    {
      g_assert_true (cz_trainer_resume (trainer, checkpoint, &error));
      g_assert_no_error (error);
    }
  if (!cz_trainer_run (trainer, &callbacks, &outcome, &error))
    {
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
      return FALSE;
    }
  if (outcome == CZ_TRAIN_PAUSED)
    return FALSE;
  g_assert_true (outcome == CZ_TRAIN_FINISHED);
  g_assert_true (cz_trainer_save_model (trainer, model, NULL, 0, &error));
  g_assert_no_error (error);
  return TRUE;
}

static void
test_learns (void)
{
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.train_blocks = 0;
  run.options.epochs = 6;
  Observer observer = observe (&run);
  const CzTrainerCallbacks callbacks
      = { .metric = on_metric, .request = on_request, .event = on_event, .data = &observer };
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_autoptr (GError) error = NULL;
  CzTrainOutcome outcome;

  g_assert_true (cz_trainer_run (trainer, &callbacks, &outcome, &error));
  g_assert_no_error (error);
  const CzPosition *position = cz_trainer_get_position (trainer);
  guint64 steps = cz_trainer_get_steps (trainer);
  g_test_message ("cross-entropy %.4f before, %.4f after %" G_GUINT64_FORMAT " steps",
                  position->before, position->last, steps);
  g_assert_true (outcome == CZ_TRAIN_FINISHED);
  g_assert_cmpuint (position->step, ==, steps);
  g_assert_cmpfloat (position->before, >, 3.9); // ln 61 = 4.11
  g_assert_cmpfloat (position->last, <, 0.9 * position->before);
  g_assert_cmpfloat (position->best, <=, position->last);
  g_assert_cmpuint (observer.n_epochs, ==, 6);
  g_assert_cmpuint (observer.n_evaluated, ==, 7);
  g_assert_cmpuint (observer.n_best, >=, 1);
  g_assert_cmpuint (g_hash_table_size (observer.metrics), ==, 3 * steps + 7);
  g_assert_cmpuint (strlen (cz_trainer_get_fingerprint (trainer)), ==, 64);
  g_hash_table_unref (observer.metrics);
  cz_small_run_tear_down (&run);
}

static void
assert_same_metrics (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer key, value;

  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      gpointer other = g_hash_table_lookup (b, key);
      if (other == NULL || !g_str_equal (value, other))
        g_error ("metric %s: %s, and %s", (char *)key, (char *)value, (char *)other);
    }
}

// Paused after any number of questions (at a step's end, within a step, within an evaluation) and
// killed between checkpoints, a run ends with the same weights to the last bit and the same
// metrics.
static void
test_resume (void)
{
  static const gint64 pauses[] = { 0, 1, 3, 5, 6, 7, 11, 13 };
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.micro_batch = 3;
  run.options.epochs = 2;
  run.options.eval_every = 3;
  run.options.mask = CZ_MASKING_WORD;
  Observer whole = observe (&run);
  g_assert_true (run_once (&run, &whole, FALSE, "whole"));
  g_autofree char *wanted = cz_small_run_get_weights_hash (&run, "whole");

  Observer paused = observe (&run);
  guint interruptions = 0;
  for (gboolean resume = FALSE;; resume = TRUE)
    {
      paused.questions = pauses[interruptions % G_N_ELEMENTS (pauses)];
      if (interruptions > 3 && paused.questions == 0)
        paused.questions = 2;
      if (run_once (&run, &paused, resume, "paused"))
        break;
      interruptions++;
      g_assert_cmpuint (interruptions, <, 100);
    }
  g_autofree char *got = cz_small_run_get_weights_hash (&run, "paused");
  g_test_message ("%u interruptions", interruptions);
  g_assert_cmpuint (interruptions, >, 5);
  g_assert_cmpstr (got, ==, wanted);
  assert_same_metrics (paused.metrics, whole.metrics);
  g_hash_table_unref (whole.metrics);
  g_hash_table_unref (paused.metrics);
  cz_small_run_tear_down (&run);
}

static void
test_killed (void)
{
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.checkpoint_seconds = 0;
  run.options.checkpoint_steps = 3;
  Observer whole = observe (&run);
  g_assert_true (run_once (&run, &whole, FALSE, "whole"));
  g_autofree char *wanted = cz_small_run_get_weights_hash (&run, "whole");

  Observer killed = observe (&run);
  killed.checkpoints = 2;
  g_assert_false (run_once (&run, &killed, FALSE, "killed"));
  killed.checkpoints = -1;
  g_assert_true (run_once (&run, &killed, TRUE, "killed"));
  g_autofree char *got = cz_small_run_get_weights_hash (&run, "killed");
  g_assert_cmpstr (got, ==, wanted);
  assert_same_metrics (killed.metrics, whole.metrics);
  g_hash_table_unref (whole.metrics);
  g_hash_table_unref (killed.metrics);
  cz_small_run_tear_down (&run);
}

static double
get_metric (GHashTable *metrics, const char *key)
{
  return g_ascii_strtod (g_hash_table_lookup (metrics, key), NULL);
}

// Whatever the micro-batch, the first step is the same to rounding (dropout and masks included),
// and so is the last, short batch.
static void
test_micro_batches (void)
{
  static const guint sizes[] = { 8, 1, 2, 4, 5 };
  double loss = 0, norm = 0, last = 0;
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  run.options.epochs = 1;
  run.options.learning_rate = 1e-4;
  run.options.warmup = 0;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Observer observer = observe (&run);
      run.options.micro_batch = sizes[i];
      g_assert_true (run_once (&run, &observer, FALSE, "model"));
      if (i == 0)
        {
          loss = get_metric (observer.metrics, "1 train_loss");
          norm = get_metric (observer.metrics, "1 gradient_norm");
          last = get_metric (observer.metrics, "4 train_loss");
        }
      g_assert_cmpfloat_with_epsilon (get_metric (observer.metrics, "1 train_loss"), loss, 2e-6);
      g_assert_cmpfloat_with_epsilon (get_metric (observer.metrics, "1 gradient_norm"), norm,
                                      1e-5 * norm);
      g_assert_cmpfloat_with_epsilon (get_metric (observer.metrics, "4 train_loss"), last, 1e-4);
      g_hash_table_unref (observer.metrics);
    }
  cz_small_run_tear_down (&run);
}

// Repeated, an evaluation gives the same bits; also in micro-batches of another size.
static void
test_evaluation (void)
{
  static const guint sizes[] = { 10, 10, 1, 3, 4 };
  CzEvaluation first = { 0 };
  CzSmallRun run;
  g_autoptr (GError) error = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree double *first_losses = NULL;

  if (!cz_small_run_set_up (&run))
    return;
  g_autoptr (CzBlocks) blocks = cz_small_run_get_blocks (&run);
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (run.device, cz_model_folder_get_config (run.model), FALSE, &error);
  g_assert_true (cz_distilbert_load (model, run.model, &error));
  for (guint i = 0; i < G_N_ELEMENTS (sizes) + 1; i++)
    {
      gboolean other_seed = i == G_N_ELEMENTS (sizes);
      const CzEvaluatorOptions options = { .mask = CZ_MASKING_TOKEN,
                                           .probability = 0.15,
                                           .seed = other_seed,
                                           .micro_blocks = other_seed ? 0 : sizes[i] };
      g_autoptr (CzEvaluator) evaluator = cz_evaluator_new (
          model, cz_model_folder_get_tokenizer (run.model), blocks, CZ_PART_TEST, &options, &error);
      g_assert_no_error (error);
      for (guint repeat = 0; repeat < 2; repeat++)
        {
          CzEvaluation evaluation;
          g_assert_true (cz_evaluator_run (evaluator, NULL, NULL, &evaluation, &error));
          g_assert_no_error (error);
          const double *losses;
          const guint32 *scored;
          guint n = cz_evaluator_get_blocks (evaluator, &losses, &scored);
          assert_adds_up (n, losses, scored, evaluation.cross_entropy);
          if (fingerprint == NULL)
            {
              first = evaluation;
              first_losses = g_memdup2 (losses, n * sizeof *losses);
              fingerprint = g_strdup (cz_evaluator_get_fingerprint (evaluator));
            }
          if (other_seed)
            {
              g_assert_cmpstr (cz_evaluator_get_fingerprint (evaluator), !=, fingerprint);
              g_assert_cmpfloat (evaluation.cross_entropy, !=, first.cross_entropy);
              continue;
            }
          g_assert_cmpstr (cz_evaluator_get_fingerprint (evaluator), ==, fingerprint);
          g_assert_cmpuint (evaluation.scored, ==, first.scored);
          g_assert_cmpmem (losses, n * sizeof *losses, first_losses, n * sizeof *first_losses);
          g_assert_cmpmem (&evaluation.cross_entropy, sizeof (double), &first.cross_entropy,
                           sizeof (double));
        }
    }
  cz_small_run_tear_down (&run);
}

static void
test_early_stopping (void)
{
  const CzTrainerCallbacks nothing = { NULL };
  CzSmallRun run;
  g_autoptr (GError) error = NULL;
  CzTrainOutcome outcome;

  if (!cz_small_run_set_up (&run))
    return;
  // So high a rate only makes it worse.
  run.options.learning_rate = 0.5;
  run.options.warmup = 0;
  run.options.epochs = 50;
  run.options.early_stopping = 2;
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_assert_true (cz_trainer_run (trainer, &nothing, &outcome, &error));
  g_assert_no_error (error);
  const CzPosition *position = cz_trainer_get_position (trainer);
  g_assert_true (outcome == CZ_TRAIN_FINISHED_EARLY);
  g_assert_cmpuint (position->step, <, cz_trainer_get_steps (trainer));
  g_assert_cmpint (position->evaluated_step, ==, position->best_step + 2 * 4);
  cz_small_run_tear_down (&run);
}

// Frozen parameters stay as they were to the last bit, the others move.
static void
test_freeze (void)
{
  CzSmallRun run;
  g_autoptr (GError) error = NULL;

  if (!cz_small_run_set_up (&run))
    return;
  g_assert_true (cz_train_options_set (&run.options, "freeze", "layers:1", &error));
  run.options.epochs = 1;
  Observer observer = observe (&run);
  g_assert_true (run_once (&run, &observer, FALSE, "frozen"));
  g_autofree char *path = cz_small_run_get_path (&run, "frozen");
  g_autoptr (CzModelFolder) after = cz_model_folder_open (path, &error);
  g_assert_no_error (error);
  CzParameterTable *table = cz_model_folder_get_table (after);
  for (guint i = 0; i < cz_parameter_table_get_size (table); i++)
    {
      const CzTensor *a = cz_model_folder_get_tensor (run.model, i);
      const CzTensor *b = cz_model_folder_get_tensor (after, i);
      gboolean frozen = cz_parameter_table_get (table, i)->layer < 1;
      g_assert_cmpint (memcmp (a->data, b->data, a->n_bytes) == 0, ==, frozen);
    }
  g_hash_table_unref (observer.metrics);
  cz_small_run_tear_down (&run);
}

static void
test_refused (void)
{
  CzSmallRun run;
  g_autoptr (GError) error = NULL;
  CzMemoryPlan plan;

  if (!cz_small_run_set_up (&run))
    return;
  const CzModelConfig *config = cz_model_folder_get_config (run.model);
  run.options.micro_batch = 0;
  g_assert_true (
      cz_memory_plan_make (run.device, config, &run.options, 10, 1u << 30, &plan, &error));
  g_assert_cmpuint (plan.micro_batch, ==, 8);
  // Evaluation brings little of its own: it works where training does.
  g_assert_cmpuint (plan.evaluation, >, 0);
  g_assert_cmpuint (plan.evaluation, <, plan.activations / 10);
  guint64 needed = plan.total;
  g_assert_true (cz_memory_plan_make (run.device, config, &run.options, 10, needed, &plan, &error));
  g_assert_cmpuint (plan.micro_batch, <, 8);
  g_assert_cmpuint (plan.total, <, needed);
  g_assert_false (
      cz_memory_plan_make (run.device, config, &run.options, 10, needed / 50, &plan, &error));
  g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_MEMORY);
  cz_small_run_tear_down (&run);
}

// Every allocation, kernel and submission that fails is an error, and nothing worse.
static void
test_device_faults (void)
{
  const CzTrainerCallbacks nothing = { NULL };
  CzSmallRun run;

  if (!cz_small_run_set_up (&run))
    return;
  g_autoptr (CzBlocks) blocks = cz_small_run_get_blocks (&run);
  run.options.epochs = 1;
  for (guint n = 1;; n++)
    {
      g_autoptr (GError) error = NULL;
      cz_gpu_fault_arm (CZ_GPU_FAULT_ALLOCATION, n);
      g_autoptr (CzTrainer) trainer
          = cz_trainer_new (run.device, run.model, blocks, &run.options, &error);
      cz_gpu_fault_arm (CZ_GPU_FAULT_ALLOCATION, 0);
      if (trainer != NULL)
        break;
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_OUT_OF_MEMORY);
      g_assert_cmpuint (n, <, 100);
    }
  // A lost device stays lost: each time a new one.
  for (guint n = 1; n <= 3; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CzDevice) device = cz_device_open (NULL, &error);
      g_autoptr (CzTrainer) trainer
          = cz_trainer_new (device, run.model, blocks, &run.options, &error);
      CzTrainOutcome outcome;
      g_assert_no_error (error);
      cz_gpu_fault_arm (CZ_GPU_FAULT_SUBMIT, 3 * n);
      g_assert_false (cz_trainer_run (trainer, &nothing, &outcome, &error));
      cz_gpu_fault_arm (CZ_GPU_FAULT_SUBMIT, 0);
      g_assert_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_DEVICE_LOST);
    }
  cz_small_run_tear_down (&run);
}

static gboolean
give_nan (
    guint parameter, guint64 first, guint64 n, float *ret_floats, gpointer data, GError **error)
{
  for (guint64 i = 0; i < n; i++)
    ret_floats[i] = NAN;
  return TRUE;
}

static void
test_diverged (void)
{
  const CzTrainerCallbacks nothing = { NULL };
  CzSmallRun run;
  g_autoptr (GError) error = NULL;
  CzTrainOutcome outcome;

  if (!cz_small_run_set_up (&run))
    return;
  g_autofree char *path = cz_small_run_get_path (&run, "spoilt");
  g_assert_true (cz_model_folder_save (path, cz_model_folder_get_config (run.model),
                                       cz_model_folder_get_tokenizer (run.model), CZ_DTYPE_F32,
                                       give_nan, NULL, NULL, 0, &error));
  cz_model_folder_free (run.model);
  run.model = cz_model_folder_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (CzTrainer) trainer = cz_small_run_make_trainer (&run);
  g_assert_false (cz_trainer_run (trainer, &nothing, &outcome, &error));
  g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DIVERGED);
  cz_small_run_tear_down (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/learns", test_learns);
  g_test_add_func ("/trainer/resume", test_resume);
  g_test_add_func ("/trainer/killed", test_killed);
  g_test_add_func ("/trainer/micro-batches", test_micro_batches);
  g_test_add_func ("/trainer/evaluation", test_evaluation);
  g_test_add_func ("/trainer/early-stopping", test_early_stopping);
  g_test_add_func ("/trainer/freeze", test_freeze);
  g_test_add_func ("/trainer/refused", test_refused);
  g_test_add_func ("/trainer/device-faults", test_device_faults);
  g_test_add_func ("/trainer/diverged", test_diverged);
  return g_test_run ();
}
