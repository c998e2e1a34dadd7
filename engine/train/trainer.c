// What happens at a step's end always has the same order: metrics, evaluation, best, epoch,
// checkpoint, request. A position says which of these were done, so that a resumed run does the
// rest and nothing twice.
#include "engine/train/trainer.h"

#include <inttypes.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/text/philox.h"
#include "engine/train/evaluator.h"
#include "engine/train/schedule.h"
#include "engine/train/train-error.h"
#include "engine/train/train-step.h"

struct _CzTrainer
{
  CzTrainOptions options;
  CzModelConfig config;
  CzTokenizer *tokenizer;
  CzBlocks *blocks;
  CzDistilbert *model;
  CzTrainStep *train_step;
  CzEvaluator *evaluator; // NULL: there are no test blocks
  CzSchedule schedule;
  CzMemoryPlan plan;
  CzPosition position;
  GPtrArray *notes; // NULL-terminated
  char *identity;
  char *device_identity;
  guint64 steps, steps_per_epoch;
  guint n_train;
  guint32 *order; // (n_train), of `ordered_epoch`
  guint ordered_epoch;
  const CzTrainerCallbacks *callbacks; // while running
  gint64 resumed_at;                   // monotonic, position.seconds counts from there
  double seconds_before;
  gint64 checkpointed_at; // monotonic
};

static void
add_note (CzTrainer *trainer, char *note)
{
  g_ptr_array_insert (trainer->notes, (gint)trainer->notes->len - 1, note);
}

static void
add_notes (CzTrainer *trainer, CzModelFolder *folder)
{
  const CzTrainOptions *options = &trainer->options;

  for (const char *const *note = cz_model_folder_get_notes (folder); *note != NULL; note++)
    add_note (trainer, g_strdup (*note));
  for (const char *const *note = cz_blocks_get_notes (trainer->blocks); *note != NULL; note++)
    add_note (trainer, g_strdup (*note));
  if (trainer->schedule.warmup_steps >= trainer->steps)
    add_note (trainer, g_strdup_printf (
                           _ ("The warm-up of %" PRIu64 " steps is longer than the run "
                              "of %" PRIu64 ": the learning rate peaks at %.2g, not "
                              "at %.2g."),
                           trainer->schedule.warmup_steps, trainer->steps,
                           cz_schedule_get_highest (&trainer->schedule), options->learning_rate));
  if (trainer->evaluator == NULL)
    add_note (trainer, g_strdup (_ ("There are no test blocks, so perplexity is not measured.")));
}

// A hash over all that must be the same for a checkpoint to be this run's. The micro-batch need not
// be: masks and dropout are drawn by a block's place in the batch, so it changes roundings alone.
static char *
compute_identity (CzTrainer *trainer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *config = cz_model_config_to_text (&trainer->config);
  guint32 *words = cz_train_step_get_words (trainer->train_step);

  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_autofree char *value = cz_train_options_get (&trainer->options, *key);
      if (strcmp (*key, "micro_batch") != 0)
        g_string_append_printf (text, "%s=%s\n", *key, value);
    }
  for (guint i = 0; i < trainer->n_train; i++)
    {
      guint length = cz_blocks_copy (trainer->blocks, CZ_PART_TRAIN, i, words);
      g_string_append_printf (text, "%08x", cz_block_hash (words, length));
    }
  g_string_append_printf (
      text, "\n%s%s\n%u %s\n", config, cz_tokenizer_get_hash (trainer->tokenizer), trainer->n_train,
      trainer->evaluator != NULL ? cz_evaluator_get_fingerprint (trainer->evaluator) : "");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize)text->len);
}

static gboolean
make_evaluator (CzTrainer *trainer, GError **error)
{
  const CzEvaluatorOptions options = { .mask = trainer->options.eval_mask,
                                       .probability = trainer->options.eval_mask_probability,
                                       .seed = trainer->options.eval_seed,
                                       .micro_blocks = trainer->options.micro_batch,
                                       .lender = cz_train_step_get_pass (trainer->train_step) };

  if (cz_blocks_get_count (trainer->blocks, CZ_PART_TEST) == 0)
    return TRUE;
  trainer->evaluator = cz_evaluator_new (trainer->model, trainer->tokenizer, trainer->blocks,
                                         CZ_PART_TEST, &options, error);
  return trainer->evaluator != NULL;
}

static void
reset_position (CzTrainer *trainer)
{
  trainer->position = (CzPosition){
    .evaluated_step = -1, .before = NAN, .last = NAN, .best_step = -1, .best = NAN
  };
}

CzTrainer *
cz_trainer_new (CzDevice *device,
                CzModelFolder *folder,
                CzBlocks *blocks,
                CzTrainOptions *options,
                GError **error)
{
  const CzDeviceInfo *info = cz_device_get_info (device);
  g_autoptr (CzTrainer) trainer = g_new0 (CzTrainer, 1);

  trainer->options = *options;
  trainer->config = *cz_model_folder_get_config (folder);
  trainer->tokenizer = cz_tokenizer_ref (cz_model_folder_get_tokenizer (folder));
  trainer->blocks = cz_blocks_ref (blocks);
  trainer->notes = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (trainer->notes, NULL);
  trainer->n_train = cz_blocks_get_count (blocks, CZ_PART_TRAIN);
  if (trainer->n_train == 0)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DATA,
                   _ ("There is no block to train on; choose a corpus with more text, or a smaller "
                      "block_size."));
      return NULL;
    }
  if (!cz_train_options_check (options, &trainer->config, error)
      || !cz_memory_plan_make (device, &trainer->config, options,
                               cz_blocks_get_count (blocks, CZ_PART_TEST),
                               cz_device_get_available_memory (device), &trainer->plan, error))
    return NULL;
  trainer->options.micro_batch = options->micro_batch = trainer->plan.micro_batch;
  trainer->steps_per_epoch = cz_train_options_get_steps_per_epoch (options, trainer->n_train);
  trainer->steps = cz_train_options_get_steps (options, trainer->n_train);
  if (trainer->steps > G_MAXINT32)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("The run would take %" PRIu64 " steps; set fewer epochs."), trainer->steps);
      return NULL;
    }
  trainer->schedule = cz_schedule_new (options->schedule, options->learning_rate, options->warmup,
                                       trainer->steps);
  trainer->model = cz_distilbert_new (device, &trainer->config, TRUE /* with_gradients */, error);
  if (trainer->model == NULL || !cz_distilbert_load (trainer->model, folder, error))
    return NULL;
  trainer->train_step
      = cz_train_step_new (trainer->model, &trainer->options,
                           cz_tokenizer_get_mask_id (trainer->tokenizer), CZ_TAPE_PLAIN, error);
  if (trainer->train_step == NULL || !make_evaluator (trainer, error))
    return NULL;
  trainer->order = g_new (guint32, trainer->n_train);
  trainer->ordered_epoch = G_MAXUINT;
  trainer->identity = compute_identity (trainer);
  trainer->device_identity
      = g_strdup_printf ("%s, %s, %u", info->name, info->driver, info->subgroup_size);
  reset_position (trainer);
  add_notes (trainer, folder);
  return g_steal_pointer (&trainer);
}

void
cz_trainer_free (CzTrainer *trainer)
{
  g_clear_pointer (&trainer->evaluator, cz_evaluator_free);
  g_clear_pointer (&trainer->train_step, cz_train_step_free);
  g_clear_pointer (&trainer->model, cz_distilbert_unref);
  cz_blocks_unref (trainer->blocks);
  cz_tokenizer_unref (trainer->tokenizer);
  g_ptr_array_unref (trainer->notes);
  g_free (trainer->order);
  g_free (trainer->identity);
  g_free (trainer->device_identity);
  g_free (trainer);
}

static CzCheckpointIdentity
get_identity (CzTrainer *trainer)
{
  return (CzCheckpointIdentity){ trainer->identity, trainer->device_identity };
}

gboolean
cz_trainer_resume (CzTrainer *trainer, const char *path, GError **error)
{
  CzCheckpointIdentity identity = get_identity (trainer);
  CzPosition position;
  char *note = NULL;

  if (!cz_checkpoint_load (path, &identity, trainer->model,
                           cz_train_step_get_optimizer (trainer->train_step), &position, &note,
                           error))
    return FALSE;
  if (position.step > trainer->steps || position.evaluated_step > (gint64)position.step)
    {
      g_free (note);
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_CHECKPOINT,
                   _ ("The checkpoint “%s” lies behind the run's end; start the run anew."), path);
      return FALSE;
    }
  trainer->position = position;
  if (note != NULL)
    add_note (trainer, note);
  return TRUE;
}

static double
update_seconds (CzTrainer *trainer)
{
  gint64 elapsed = g_get_monotonic_time () - trainer->resumed_at;

  trainer->position.seconds = trainer->seconds_before + (double)elapsed / G_USEC_PER_SEC;
  return trainer->position.seconds;
}

static void
tell (CzTrainer *trainer, const char *name, double value)
{
  const CzTrainerCallbacks *callbacks = trainer->callbacks;
  double epoch = (double)trainer->position.step / (double)trainer->steps_per_epoch;

  if (callbacks->metric != NULL)
    callbacks->metric (trainer->position.step, epoch, update_seconds (trainer), name, value,
                       callbacks->data);
}

static CzTrainRequest
ask (CzTrainer *trainer)
{
  const CzTrainerCallbacks *callbacks = trainer->callbacks;

  return callbacks->request != NULL ? callbacks->request (callbacks->data) : CZ_TRAIN_CONTINUE;
}

static gboolean
announce (CzTrainer *trainer, CzTrainEvent event, GError **error)
{
  const CzTrainerCallbacks *callbacks = trainer->callbacks;

  update_seconds (trainer);
  return callbacks->event == NULL || callbacks->event (trainer, event, callbacks->data, error);
}

static gboolean
checkpoint (CzTrainer *trainer, GError **error)
{
  if (!announce (trainer, CZ_TRAIN_EVENT_CHECKPOINT, error))
    return FALSE;
  trainer->checkpointed_at = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
proceed_with_step (gpointer data)
{
  return ask (data) == CZ_TRAIN_CONTINUE;
}

static gboolean
proceed_with_evaluation (guint done, guint total, gpointer data)
{
  CzTrainer *trainer = data;
  const CzTrainerCallbacks *callbacks = trainer->callbacks;

  if (callbacks->evaluating != NULL)
    callbacks->evaluating (done, total, callbacks->data);
  return ask (trainer) == CZ_TRAIN_CONTINUE;
}

static gboolean
is_evaluation_due (CzTrainer *trainer)
{
  guint64 step = trainer->position.step;
  guint64 every
      = trainer->options.eval_every > 0 ? trainer->options.eval_every : trainer->steps_per_epoch;

  return trainer->evaluator != NULL && trainer->position.evaluated_step < (gint64)step
         && (step == trainer->steps || step % every == 0);
}

// Evaluates; ret_given_up where a request came in between.
static gboolean
evaluate (CzTrainer *trainer, gboolean *ret_given_up, GError **error)
{
  CzPosition *position = &trainer->position;
  g_autoptr (GError) reason = NULL;
  CzEvaluation evaluation;

  if (!cz_evaluator_run (trainer->evaluator, proceed_with_evaluation, trainer, &evaluation,
                         &reason))
    {
      *ret_given_up = g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      if (*ret_given_up)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  position->evaluated_step = (gint64)position->step;
  position->last = evaluation.cross_entropy;
  tell (trainer, "eval_loss", evaluation.cross_entropy);
  gboolean best = position->step > 0
                  && (position->best_step < 0 || evaluation.cross_entropy < position->best);
  if (position->step == 0)
    position->before = evaluation.cross_entropy;
  else if (!best)
    position->worse++;
  else
    {
      position->best_step = (gint64)position->step;
      position->best = evaluation.cross_entropy;
      position->worse = 0;
    }
  return announce (trainer, CZ_TRAIN_EVENT_EVALUATED, error)
         && (!best || announce (trainer, CZ_TRAIN_EVENT_BEST, error));
}

static gboolean
is_checkpoint_due (CzTrainer *trainer)
{
  const CzTrainOptions *options = &trainer->options;
  gint64 passed = g_get_monotonic_time () - trainer->checkpointed_at;

  if (options->checkpoint_steps > 0)
    return trainer->position.step > 0 && trainer->position.step % options->checkpoint_steps == 0;
  return passed >= (gint64)options->checkpoint_seconds * G_USEC_PER_SEC;
}

// The batch of the next step, into the step's buffers. Returns its blocks.
static guint
fill_batch (CzTrainer *trainer, guint epoch, guint64 batch)
{
  const CzTrainOptions *options = &trainer->options;
  guint32 *words = cz_train_step_get_words (trainer->train_step);
  guint32 *hashes = cz_train_step_get_hashes (trainer->train_step);
  guint first = (guint)(batch * options->batch_size);
  guint n = MIN (options->batch_size, trainer->n_train - first);

  if (trainer->ordered_epoch != epoch)
    {
      cz_random_permutation (options->seed, CZ_RANDOM_SHUFFLE, epoch, trainer->n_train,
                             trainer->order);
      trainer->ordered_epoch = epoch;
    }
  for (guint i = 0; i < n; i++)
    {
      guint32 *block = words + (gsize)i * options->block_size;
      guint length
          = cz_blocks_copy (trainer->blocks, CZ_PART_TRAIN, trainer->order[first + i], block);
      hashes[i] = cz_block_hash (block, length);
    }
  return n;
}

static gboolean
do_step (CzTrainer *trainer, gboolean *ret_given_up, GError **error)
{
  CzPosition *position = &trainer->position;
  guint epoch = (guint)(position->step / trainer->steps_per_epoch);
  gint64 began = g_get_monotonic_time ();
  guint64 updates = cz_train_step_count_updates (trainer->train_step, position->step);
  CzTrainStepInput input = {
    .step = position->step,
    .epoch = epoch,
    .learning_rate = cz_schedule_get_rate (&trainer->schedule, updates),
    .valid_blocks = fill_batch (trainer, epoch, position->step % trainer->steps_per_epoch),
  };
  CzTrainStepResult result;

  if (!cz_train_step_run (trainer->train_step, &input, proceed_with_step, trainer, &result, error))
    return FALSE;
  *ret_given_up = result.given_up;
  if (result.given_up)
    return TRUE;
  position->step++;
  if (result.skipped && result.loss_scale < 1)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DIVERGED,
                   _ ("The gradients no longer fit half precision at step %" PRIu64
                      ", however the loss is scaled; start again with precision=bf16 or fp32, or "
                      "with a lower learning_rate."),
                   position->step);
      return FALSE;
    }
  if (!result.skipped && (!isfinite (result.loss) || !isfinite (result.gradient_norm)))
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DIVERGED,
                   _ ("The training loss is no longer a number at step %" PRIu64
                      "; start again with a lower learning_rate or with clip_norm=1."),
                   position->step);
      return FALSE;
    }
  double seconds = (double)MAX (g_get_monotonic_time () - began, 1) / G_USEC_PER_SEC;
  if (isfinite (result.loss))
    tell (trainer, "train_loss", result.loss);
  tell (trainer, "learning_rate", input.learning_rate);
  if (!result.skipped)
    tell (trainer, "gradient_norm", result.gradient_norm);
  if (result.loss_scale > 0)
    tell (trainer, "loss_scale", result.loss_scale);
  tell (trainer, "tokens_per_second",
        (double)input.valid_blocks * trainer->options.block_size / seconds);
  return TRUE;
}

static gboolean
has_stopped_early (CzTrainer *trainer)
{
  return trainer->options.early_stopping > 0
         && trainer->position.worse >= trainer->options.early_stopping;
}

// Whatever is due at the end of the step that the position stands at.
static gboolean
end_step (CzTrainer *trainer, gboolean *ret_given_up, GError **error)
{
  CzPosition *position = &trainer->position;

  if (is_evaluation_due (trainer) && (!evaluate (trainer, ret_given_up, error) || *ret_given_up))
    return *ret_given_up;
  if (position->step > 0 && position->step % trainer->steps_per_epoch == 0
      && position->epoch_step < (gint64)position->step)
    {
      position->epoch_step = (gint64)position->step;
      if (!announce (trainer, CZ_TRAIN_EVENT_EPOCH, error))
        return FALSE;
    }
  return TRUE;
}

// Steps until the end or a request; ret_outcome tells which.
static gboolean
run_steps (CzTrainer *trainer, CzTrainOutcome *ret_outcome, GError **error)
{
  CzPosition *position = &trainer->position;

  for (;;)
    {
      gboolean given_up = FALSE;
      if (!end_step (trainer, &given_up, error))
        return FALSE;
      if (!given_up && (position->step == trainer->steps || has_stopped_early (trainer)))
        {
          *ret_outcome
              = position->step == trainer->steps ? CZ_TRAIN_FINISHED : CZ_TRAIN_FINISHED_EARLY;
          return TRUE;
        }
      CzTrainRequest request = ask (trainer);
      if (request == CZ_TRAIN_CONTINUE && !given_up && is_checkpoint_due (trainer)
          && !checkpoint (trainer, error))
        return FALSE;
      if (request == CZ_TRAIN_CONTINUE && !given_up && !do_step (trainer, &given_up, error))
        return FALSE;
      if (given_up)
        request = ask (trainer);
      if (request != CZ_TRAIN_CONTINUE)
        {
          *ret_outcome = request == CZ_TRAIN_PAUSE ? CZ_TRAIN_PAUSED : CZ_TRAIN_STOPPED;
          return checkpoint (trainer, error);
        }
    }
}

gboolean
cz_trainer_run (CzTrainer *trainer,
                const CzTrainerCallbacks *callbacks,
                CzTrainOutcome *ret_outcome,
                GError **error)
{
  gboolean done;

  trainer->callbacks = callbacks;
  trainer->resumed_at = trainer->checkpointed_at = g_get_monotonic_time ();
  trainer->seconds_before = trainer->position.seconds;
  done = run_steps (trainer, ret_outcome, error);
  update_seconds (trainer);
  trainer->callbacks = NULL;
  return done;
}

gboolean
cz_trainer_save_model (
    CzTrainer *trainer, const char *path, const CzFolderFile *files, guint n_files, GError **error)
{
  return cz_model_folder_save (path, &trainer->config, trainer->tokenizer, CZ_DTYPE_F32,
                               cz_distilbert_reader, trainer->model, files, n_files, error);
}

gboolean
cz_trainer_save_checkpoint (CzTrainer *trainer, const char *path, GError **error)
{
  CzCheckpointIdentity identity = get_identity (trainer);

  return cz_checkpoint_save (path, &trainer->position, &identity, trainer->model,
                             cz_train_step_get_optimizer (trainer->train_step), error);
}

const CzTrainOptions *
cz_trainer_get_options (CzTrainer *trainer)
{
  return &trainer->options;
}

const CzMemoryPlan *
cz_trainer_get_plan (CzTrainer *trainer)
{
  return &trainer->plan;
}

guint64
cz_trainer_get_steps (CzTrainer *trainer)
{
  return trainer->steps;
}

const CzPosition *
cz_trainer_get_position (CzTrainer *trainer)
{
  return &trainer->position;
}

const char *
cz_trainer_get_fingerprint (CzTrainer *trainer)
{
  return trainer->evaluator != NULL ? cz_evaluator_get_fingerprint (trainer->evaluator) : "";
}

guint
cz_trainer_get_evaluation (CzTrainer *trainer,
                           const double **ret_losses,
                           const guint32 **ret_scored)
{
  *ret_losses = NULL;
  *ret_scored = NULL;
  return trainer->evaluator != NULL
             ? cz_evaluator_get_blocks (trainer->evaluator, ret_losses, ret_scored)
             : 0;
}

CzDistilbert *
cz_trainer_get_model (CzTrainer *trainer)
{
  return trainer->model;
}

CzTokenizer *
cz_trainer_get_tokenizer (CzTrainer *trainer)
{
  return trainer->tokenizer;
}

CzPass *
cz_trainer_get_pass (CzTrainer *trainer)
{
  return cz_train_step_get_pass (trainer->train_step);
}

const char *const *
cz_trainer_get_notes (CzTrainer *trainer)
{
  return (const char *const *)trainer->notes->pdata;
}
