#include "jobs/sample-step.h"

#include "engine/model/distilbert.h"
#include "engine/text/blocks.h"
#include "engine/text/philox.h"
#include "engine/text/tokenizer.h"
#include "engine/train/train-step.h"

struct _CzSampleStep
{
  CzTrainOptions options;
  CzDistilbert *model;
  CzTrainStep *step;
  guint64 done;
};

static guint32
choose_mask_id (const CzModelConfig *config)
{
  // Any id but the padding's will do.
  return config->pad_token_id == 0 ? 1 : 0;
}

CzSampleStep *
cz_sample_step_new (CzDevice *device,
                    const CzModelConfig *config,
                    const CzTrainOptions *options,
                    CzTapeFlags flags,
                    GError **error)
{
  g_autoptr (CzSampleStep) step = g_new0 (CzSampleStep, 1);

  step->options = *options;
  if (!cz_train_options_check (options, config, error))
    return NULL;
  step->model = cz_distilbert_new (device, config, TRUE /* with_gradients */, error);
  if (step->model == NULL || !cz_distilbert_randomize (step->model, options->seed, error))
    return NULL;
  step->step = cz_train_step_new (step->model, options, choose_mask_id (config), flags, error);
  return step->step != NULL ? g_steal_pointer (&step) : NULL;
}

void
cz_sample_step_free (CzSampleStep *step)
{
  g_clear_pointer (&step->step, cz_train_step_free);
  g_clear_pointer (&step->model, cz_distilbert_unref);
  g_free (step);
}

static void
fill_batch (CzSampleStep *step)
{
  const CzModelConfig *config = cz_distilbert_get_config (step->model);
  guint32 *words = cz_train_step_get_words (step->step);
  guint32 *hashes = cz_train_step_get_hashes (step->step);
  guint size = step->options.block_size;

  for (guint block = 0; block < step->options.batch_size; block++)
    {
      for (guint i = 0; i < size; i++)
        {
          guint32 draw[4];
          cz_random (step->options.seed, CZ_RANDOM_SAMPLE, (guint32)step->done, block, i, draw);
          words[block * size + i]
              = CZ_TOKEN_WORD_START | (guint32)((guint64)draw[0] * config->vocab_size >> 32);
        }
      hashes[block] = cz_block_hash (words + (gsize)block * size, size);
    }
}

gboolean
cz_sample_step_run (CzSampleStep *step, double *ret_seconds, GError **error)
{
  CzTrainStepInput input = { .step = step->done,
                             .learning_rate = step->options.learning_rate,
                             .valid_blocks = step->options.batch_size };
  CzTrainStepResult result;

  fill_batch (step);
  gint64 began = g_get_monotonic_time ();
  if (!cz_train_step_run (step->step, &input, NULL, NULL, &result, error))
    return FALSE;
  step->done++;
  *ret_seconds = (double)MAX (g_get_monotonic_time () - began, 1) / G_USEC_PER_SEC;
  return TRUE;
}

double
cz_sample_step_get_flops (CzSampleStep *step)
{
  return cz_train_step_get_flops (step->step);
}

GArray *
cz_sample_step_get_timings (CzSampleStep *step)
{
  return cz_train_step_get_timings (step->step);
}
