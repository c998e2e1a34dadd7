#include "engine/train/memory-plan.h"

#include <glib/gi18n-lib.h>

#include "engine/format/parameter-table.h"
#include "engine/model/pass.h"
#include "engine/train/train-error.h"
#include "engine/train/train-step.h"

// Of the available memory what a run may plan with; the rest is the system's.
#define USABLE_SHARE 0.8

static void
fill_plan (CzDevice *device,
           const CzModelConfig *config,
           const CzTrainOptions *options,
           guint micro_batch,
           guint n_test,
           CzMemoryPlan *plan)
{
  CzPassOptions train = cz_train_step_get_pass_options (config, options, micro_batch);
  CzPassOptions evaluate = { .kind = CZ_PASS_EVALUATE,
                             .block_size = options->block_size,
                             .micro_blocks = MIN (micro_batch, MAX (n_test, 1)) };
  g_autoptr (CzArena) arena = cz_arena_new (config);

  plan->micro_batch = micro_batch;
  plan->weights = cz_distilbert_plan (config, FALSE /* with_gradients */);
  plan->gradients = cz_distilbert_plan (config, TRUE /* with_gradients */) - plan->weights;
  plan->optimizer = cz_optimizer_plan_bytes (cz_arena_get_size (arena) / sizeof (float));
  plan->activations = cz_pass_plan (device, config, &train, NULL /* lender */);
  plan->evaluation = n_test > 0 ? cz_pass_plan (device, config, &evaluate, &train) : 0;
  plan->total
      = plan->weights + plan->gradients + plan->optimizer + plan->activations + plan->evaluation;
}

gboolean
cz_memory_plan_make (CzDevice *device,
                     const CzModelConfig *config,
                     const CzTrainOptions *options,
                     guint n_test,
                     guint64 available,
                     CzMemoryPlan *ret_plan,
                     GError **error)
{
  guint64 usable = (guint64)((double)available * USABLE_SHARE);
  guint micro_batch = options->micro_batch > 0 ? options->micro_batch : options->batch_size;
  CzMemoryPlan plan = { .available = available };

  fill_plan (device, config, options, micro_batch, n_test, &plan);
  while (plan.total > usable && options->micro_batch == 0 && micro_batch > 1)
    {
      micro_batch = (micro_batch + 1) / 2;
      fill_plan (device, config, options, micro_batch, n_test, &plan);
    }
  if (plan.total > usable)
    {
      g_autofree char *needed = g_format_size_full (plan.total, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *there = g_format_size_full (usable, G_FORMAT_SIZE_IEC_UNITS);
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_MEMORY,
                   micro_batch > 1
                       ? _ ("The run needs %s of memory and may use %s; set micro_batch=auto, a "
                            "smaller block_size, or close other programs.")
                       : _ ("The run needs %s of memory and may use %s; set a smaller block_size, "
                            "choose a smaller model, or close other programs."),
                   needed, there);
      return FALSE;
    }
  *ret_plan = plan;
  return TRUE;
}

static guint64
count_weight_bytes (const CzModelConfig *config)
{
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (config);

  return cz_parameter_table_get_n_elements (table) * sizeof (float) + (1 << 20);
}

guint64
cz_memory_plan_get_kept_bytes (const CzModelConfig *config, const CzTrainOptions *options)
{
  // Best, last, the epochs'.
  return count_weight_bytes (config) * (2 + MIN (options->keep_epochs, options->epochs));
}

guint64
cz_memory_plan_get_disk_bytes (const CzModelConfig *config, const CzTrainOptions *options)
{
  // Besides a model that is being written, an old checkpoint and a new one.
  return cz_memory_plan_get_kept_bytes (config, options)
         + count_weight_bytes (config) * (1 + 2 * 3);
}
