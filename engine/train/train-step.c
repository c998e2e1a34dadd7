#include "engine/train/train-step.h"

#include "engine/text/masking.h"

struct _CzTrainStep
{
  CzDistilbert *model;
  CzPass *pass;
  CzOptimizer *optimizer;
  CzTrainOptions options;
  guint32 mask_id;
  CzTape *whole; // masks, micro-batch and update at once, where a batch is one micro-batch; or
  CzTape *masks; // one by one
  CzTape *micro;
  CzTape *update;
  CzTape *clear; // gradients to zero, for a step that is given up
};

CzPassOptions
cz_train_step_get_pass_options (const CzModelConfig *config,
                                const CzTrainOptions *options,
                                guint micro_batch)
{
  gboolean own = options->dropout >= 0;

  return (CzPassOptions){
    .kind = CZ_PASS_TRAIN,
    .block_size = options->block_size,
    .micro_blocks = micro_batch,
    .batch_blocks = options->batch_size,
    .dropout = own ? options->dropout : config->dropout,
    .attention_dropout = own ? options->dropout : config->attention_dropout,
    .frozen = cz_train_options_get_frozen (options),
    .rounding = cz_precision_get_rounding (options->precision),
  };
}

static CzOptimizer *
make_optimizer (CzDistilbert *model, const CzTrainOptions *options, GError **error)
{
  CzArenaRange trained[CZ_ARENA_MAX_RANGES];
  CzAdamRange ranges[CZ_ARENA_MAX_RANGES];
  guint n = cz_arena_get_trained (cz_distilbert_get_arena (model),
                                  cz_train_options_get_frozen (options), trained);
  const CzAdamOptions adam = { .beta1 = options->beta1,
                               .beta2 = options->beta2,
                               .epsilon = options->epsilon,
                               .weight_decay = options->weight_decay,
                               .clip_norm = options->clip_norm,
                               .scales_loss = options->precision == CZ_PRECISION_FP16 };

  for (guint i = 0; i < n; i++)
    ranges[i] = (CzAdamRange){ .begin = trained[i].offset / sizeof (float),
                               .count = trained[i].size / sizeof (float),
                               .decay = trained[i].decay };
  return cz_optimizer_new (cz_distilbert_get_device (model), cz_distilbert_get_parameters (model),
                           cz_distilbert_get_gradients (model), ranges, n, &adam, error);
}

static CzTape *
new_tape (CzTrainStep *step, const char *label, CzTapeFlags flags)
{
  return cz_tape_new (cz_distilbert_get_device (step->model), label, flags);
}

static gboolean
record_tapes (CzTrainStep *step, CzTapeFlags flags, GError **error)
{
  step->clear = new_tape (step, "clear", CZ_TAPE_PLAIN);
  cz_tape_fill (step->clear, cz_distilbert_get_gradients (step->model), 0, "clear gradients");
  if (!cz_tape_finish (step->clear, error))
    return FALSE;
  if (step->options.micro_batch >= step->options.batch_size)
    {
      step->whole = new_tape (step, "step", flags);
      cz_pass_record_masks (step->pass, step->whole);
      cz_pass_record_micro (step->pass, step->whole);
      cz_optimizer_record (step->optimizer, step->whole);
      return cz_tape_finish (step->whole, error);
    }
  step->masks = new_tape (step, "masks", flags);
  cz_pass_record_masks (step->pass, step->masks);
  step->micro = new_tape (step, "micro", flags);
  cz_pass_record_micro (step->pass, step->micro);
  step->update = new_tape (step, "update", flags);
  cz_optimizer_record (step->optimizer, step->update);
  return cz_tape_finish (step->masks, error) && cz_tape_finish (step->micro, error)
         && cz_tape_finish (step->update, error);
}

CzTrainStep *
cz_train_step_new (CzDistilbert *model,
                   const CzTrainOptions *options,
                   guint32 mask_id,
                   CzTapeFlags flags,
                   GError **error)
{
  g_autoptr (CzTrainStep) step = NULL;

  g_assert (options->micro_batch > 0);
  CzPassOptions pass = cz_train_step_get_pass_options (cz_distilbert_get_config (model), options,
                                                       options->micro_batch);
  step = g_new0 (CzTrainStep, 1);
  step->model = cz_distilbert_ref (model);
  step->options = *options;
  step->mask_id = mask_id;
  step->optimizer = make_optimizer (model, options, error);
  if (step->optimizer == NULL)
    return NULL;
  pass.loss_scale = cz_optimizer_get_scale (step->optimizer);
  step->pass = cz_pass_new (model, &pass, error);
  if (step->pass == NULL || !record_tapes (step, flags, error))
    return NULL;
  return g_steal_pointer (&step);
}

void
cz_train_step_free (CzTrainStep *step)
{
  g_clear_pointer (&step->whole, cz_tape_free);
  g_clear_pointer (&step->masks, cz_tape_free);
  g_clear_pointer (&step->micro, cz_tape_free);
  g_clear_pointer (&step->update, cz_tape_free);
  g_clear_pointer (&step->clear, cz_tape_free);
  g_clear_pointer (&step->optimizer, cz_optimizer_free);
  g_clear_pointer (&step->pass, cz_pass_free);
  cz_distilbert_unref (step->model);
  g_free (step);
}

guint32 *
cz_train_step_get_words (CzTrainStep *step)
{
  return cz_pass_get_words (step->pass);
}

guint32 *
cz_train_step_get_hashes (CzTrainStep *step)
{
  return cz_pass_get_hashes (step->pass);
}

static void
write_step (CzTrainStep *step, const CzTrainStepInput *input)
{
  const CzTrainOptions *options = &step->options;
  CzStep *mapped = cz_pass_get_step (step->pass);

  *mapped = (CzStep){
    .valid_blocks = input->valid_blocks,
    .mask_strategy = options->mask == CZ_MASKING_WORD ? CZ_STEP_MASK_WORD : CZ_STEP_MASK_TOKEN,
    .mask_threshold = cz_random_threshold (cz_train_options_get_mask_probability (options)),
    .mask_id = step->mask_id,
    .mask_purpose = CZ_RANDOM_MASK,
    .mask_seed = { (guint32)options->seed, (guint32)(options->seed >> 32) },
    .mask_step = input->epoch,
    .dropout_step = (guint32)input->step,
    .dropout_seed = { (guint32)options->seed, (guint32)(options->seed >> 32) },
  };
  cz_optimizer_set_step (step->optimizer, cz_train_step_count_updates (step, input->step) + 1,
                         input->learning_rate);
}

guint64
cz_train_step_count_updates (CzTrainStep *step, guint64 steps)
{
  return steps - MIN (cz_optimizer_get_loss_scale (step->optimizer).skipped_steps, steps);
}

gboolean
cz_train_step_run (CzTrainStep *step,
                   const CzTrainStepInput *input,
                   CzTrainStepProceed proceed,
                   gpointer data,
                   CzTrainStepResult *ret_result,
                   GError **error)
{
  const CzPassResult *result = cz_pass_get_result (step->pass);
  CzTrainStepResult done = { 0 };
  double loss_sum = 0;

  write_step (step, input);
  if (step->whole != NULL)
    {
      if (!cz_tape_run (step->whole, error))
        return FALSE;
      loss_sum = result->loss_sum;
    }
  else
    {
      if (!cz_tape_run (step->masks, error))
        return FALSE;
      for (guint block = 0; block < input->valid_blocks; block += step->options.micro_batch)
        {
          if (block > 0 && proceed != NULL && !proceed (data))
            {
              if (!cz_tape_run (step->clear, error))
                return FALSE;
              done.given_up = TRUE;
              *ret_result = done;
              return TRUE;
            }
          cz_pass_get_step (step->pass)->first_block = block;
          if (!cz_tape_run (step->micro, error))
            return FALSE;
          loss_sum += result->loss_sum;
        }
      if (!cz_tape_run (step->update, error))
        return FALSE;
    }
  done.scored = result->batch_scored;
  done.loss = done.scored > 0 ? loss_sum / done.scored : 0;
  done.gradient_norm = cz_optimizer_get_gradient_norm (step->optimizer);
  if (cz_optimizer_scales_loss (step->optimizer))
    {
      CzLossScale loss_scale = cz_optimizer_get_loss_scale (step->optimizer);
      done.loss_scale = loss_scale.scale;
      done.skipped = loss_scale.skipped != 0;
    }
  *ret_result = done;
  return TRUE;
}

CzPass *
cz_train_step_get_pass (CzTrainStep *step)
{
  return step->pass;
}

CzOptimizer *
cz_train_step_get_optimizer (CzTrainStep *step)
{
  return step->optimizer;
}

GArray *
cz_train_step_get_timings (CzTrainStep *step)
{
  CzTape *tapes[] = { step->whole, step->masks, step->micro, step->update };
  GArray *all = g_array_new (FALSE, FALSE, sizeof (CzTiming));

  for (guint i = 0; i < G_N_ELEMENTS (tapes); i++)
    if (tapes[i] != NULL)
      {
        g_autoptr (GArray) timings = cz_tape_get_timings (tapes[i]);
        g_array_append_vals (all, timings->data, timings->len);
      }
  return all;
}

double
cz_train_step_get_flops (CzTrainStep *step)
{
  guint batch = step->options.batch_size, micro = step->options.micro_batch;

  if (step->whole != NULL)
    return cz_tape_get_flops (step->whole);
  return cz_tape_get_flops (step->masks) + cz_tape_get_flops (step->update)
         + cz_tape_get_flops (step->micro) * ((double)batch / micro);
}
