#include "jobs/run-plan.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/train/memory-plan.h"
#include "engine/train/schedule.h"
#include "engine/train/train-error.h"
#include "jobs/run-examples.h"
#include "jobs/run-parameters.h"
#include "jobs/speed.h"

// The preset `quick` fits into this.
#define QUICK_SECONDS (5 * 60)
// What to fit it to where the device is not known: a small model on a processor.
#define CAUTIOUS_TOKENS_PER_SECOND 1000

void
cz_run_plan_clear (CzRunPlan *plan)
{
  g_clear_pointer (&plan->notes, g_strfreev);
  g_clear_pointer (&plan->sentences, g_strfreev);
}

gboolean
cz_run_plan_make_options (const CzRunRequestForm *form, CzTrainOptions *ret_options, GError **error)
{
  CzPreset preset = CZ_PRESET_THOROUGH;
  CzTrainOptions options;

  if (form->preset != NULL && !cz_preset_parse (form->preset, &preset, error))
    return FALSE;
  cz_train_options_init_preset (&options, preset);
  if (!cz_run_parameters_set_all (&options, form->sets, error))
    return FALSE;
  *ret_options = options;
  return TRUE;
}

gboolean
cz_run_plan_wants_device (const CzRunRequestForm *form)
{
  return g_strcmp0 (form->preset, cz_preset_get_name (CZ_PRESET_QUICK)) == 0;
}

static gboolean
plan_memory (const CzModelConfig *config,
             const CzTrainOptions *options,
             guint n_test,
             CzDevice *device,
             CzRunPlan *plan,
             GError **error)
{
  CzMemoryPlan memory;

  if (!cz_memory_plan_make (device, config, options, n_test,
                            cz_device_get_available_memory (device), &memory, error))
    return FALSE;
  plan->micro_batch = memory.micro_batch;
  plan->memory_bytes = memory.total;
  plan->device_memory_bytes = memory.available;
  return TRUE;
}

static double
get_speed (CzLibrary *library,
           const CzModelConfig *config,
           CzDevice *device,
           const CzRunPlan *plan,
           gboolean anew)
{
  CzTrainOptions options = plan->options;

  options.micro_batch = plan->micro_batch;
  return cz_speed_get (library, device, config, &options, anew);
}

static gboolean
is_set (const CzRunRequestForm *form, const char *key)
{
  gsize length = strlen (key);

  for (guint i = 0; form->sets != NULL && form->sets[i] != NULL; i++)
    if (strncmp (form->sets[i], key, length) == 0 && form->sets[i][length] == '=')
      return TRUE;
  return FALSE;
}

// Sizes the preset `quick`, then lets the person's own parameters have the last word.
static gboolean
fit_quick (CzLibrary *library,
           CzRunMaterial *material,
           const CzRunRequestForm *form,
           CzDevice *device,
           CzRunPlan *plan,
           GError **error)
{
  CzTrainOptions all = plan->options;
  const CzModelConfig *config = cz_model_folder_get_config (material->folder);
  double speed = CAUTIOUS_TOKENS_PER_SECOND;

  all.train_blocks = all.test_blocks = 0;
  g_autoptr (CzBlocks) blocks = cz_run_material_cut (material, &all, error);
  if (blocks == NULL)
    return FALSE;
  if (device != NULL)
    {
      if (!plan_memory (config, &plan->options, 1, device, plan, error))
        return FALSE;
      double measured = get_speed (library, config, device, plan, form->measure);
      speed = isfinite (measured) ? measured : speed;
    }
  guint n_train = cz_blocks_get_count (blocks, CZ_PART_TRAIN);
  cz_train_options_fit (&plan->options, speed, form->seconds > 0 ? form->seconds : QUICK_SECONDS,
                        n_train, cz_blocks_get_count (blocks, CZ_PART_TEST));
  if (!cz_run_parameters_set_all (&plan->options, form->sets, error))
    return FALSE;
  // Five evaluations, also where the run is longer or shorter by the person's own parameters.
  if (plan->options.train_blocks > 0)
    n_train = MIN (n_train, plan->options.train_blocks);
  if (!is_set (form, "eval_every"))
    plan->options.eval_every
        = (guint)MAX (1, (cz_train_options_get_steps (&plan->options, n_train) + 4) / 5);
  return TRUE;
}

static double
reckon_seconds (const CzRunPlan *plan, double tokens_per_second)
{
  const CzTrainOptions *options = &plan->options;
  guint64 every = options->eval_every > 0
                      ? options->eval_every
                      : cz_train_options_get_steps_per_epoch (options, plan->n_train);
  // One beforehand, one at the end, the others between.
  double evaluations = 1 + ceil ((double)plan->steps / (double)MAX (every, 1));
  double evaluated = evaluations * plan->n_test * options->block_size;

  return ((double)plan->tokens + evaluated * CZ_SPEED_EVALUATION_SHARE) / tokens_per_second;
}

// What the numbers of blocks come to, on this device where there is one.
static gboolean
reckon (CzLibrary *library,
        const CzModelConfig *config,
        const CzRunRequestForm *form,
        CzDevice *device,
        CzRunPlan *plan,
        GError **error)
{
  plan->steps = cz_train_options_get_steps (&plan->options, plan->n_train);
  plan->tokens = (guint64)plan->n_train * plan->options.block_size * plan->options.epochs;
  plan->disk_bytes = cz_memory_plan_get_disk_bytes (config, &plan->options);
  plan->kept_bytes = cz_memory_plan_get_kept_bytes (config, &plan->options);
  if (device == NULL)
    return TRUE;
  if (!plan_memory (config, &plan->options, plan->n_test, device, plan, error))
    return FALSE;
  plan->tokens_per_second = get_speed (library, config, device, plan, form->measure);
  plan->seconds = reckon_seconds (plan, plan->tokens_per_second);
  return TRUE;
}

// The notes that are there already are taken over.
static void
add_notes (GStrvBuilder *notes, CzRunPlan *plan)
{
  CzSchedule schedule = cz_schedule_new (plan->options.schedule, plan->options.learning_rate,
                                         plan->options.warmup, plan->steps);

  plan->highest_rate = cz_schedule_get_highest (&schedule);
  if (schedule.warmup_steps >= plan->steps)
    {
      g_autofree char *note = g_strdup_printf (
          _ ("The warm-up of %" PRIu64 " steps is longer than the run of %" PRIu64
             ": the learning rate peaks at %.2g, not at %.2g."),
          schedule.warmup_steps, plan->steps, plan->highest_rate, plan->options.learning_rate);
      g_strv_builder_add (notes, note);
    }
  plan->notes = g_strv_builder_end (notes);
}

gboolean
cz_run_plan_make (CzLibrary *library,
                  CzRunMaterial *material,
                  const CzRunRequestForm *form,
                  CzDevice *device,
                  CzRunPlan *ret_plan,
                  GError **error)
{
  g_auto (CzRunPlan) plan = { .tokens_per_second = NAN, .seconds = NAN };
  const CzModelConfig *config = cz_model_folder_get_config (material->folder);
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();

  if (!cz_run_plan_make_options (form, &plan.options, error)
      || !cz_train_options_check (&plan.options, config, error))
    return FALSE;
  if (cz_run_plan_wants_device (form) && !fit_quick (library, material, form, device, &plan, error))
    return FALSE;

  g_autoptr (CzBlocks) blocks = cz_run_material_cut (material, &plan.options, error);
  if (blocks == NULL)
    return FALSE;
  plan.n_train = cz_blocks_get_count (blocks, CZ_PART_TRAIN);
  plan.n_test = cz_blocks_get_count (blocks, CZ_PART_TEST);
  if (!reckon (library, config, form, device, &plan, error))
    return FALSE;
  plan.push_repo = form->push_repo;
  plan.push_private = form->push_private;
  plan.sentences
      = cz_run_examples_choose (library, cz_model_folder_get_tokenizer (material->folder),
                                form->sentences, form->sentence_set, error);
  if (plan.sentences == NULL)
    return FALSE;
  g_strv_builder_addv (notes, (const char **)cz_model_folder_get_notes (material->folder));
  g_strv_builder_addv (notes, (const char **)cz_blocks_get_notes (blocks));
  add_notes (notes, &plan);
  *ret_plan = plan;
  plan.notes = plan.sentences = NULL;
  return TRUE;
}

gboolean
cz_run_plan_make_for_shape (CzLibrary *library,
                            const CzModelConfig *config,
                            const CzRunRequestForm *form,
                            CzDevice *device,
                            CzRunPlan *ret_plan,
                            GError **error)
{
  g_auto (CzRunPlan) plan = { .tokens_per_second = NAN, .seconds = NAN };
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();

  if (!cz_run_plan_make_options (form, &plan.options, error)
      || !cz_train_options_check (&plan.options, config, error))
    return FALSE;
  plan.n_train = plan.options.train_blocks;
  plan.n_test = plan.options.test_blocks;
  if (cz_run_plan_wants_device (form) || plan.n_train == 0 || plan.n_test == 0)
    {
      g_set_error_literal (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                           _ ("Without --corpus a plan has to know how many blocks there are: take "
                              "--preset course, or set train_blocks and test_blocks."));
      return FALSE;
    }
  if (!reckon (library, config, form, device, &plan, error))
    return FALSE;
  add_notes (notes, &plan);
  *ret_plan = plan;
  plan.notes = NULL;
  return TRUE;
}

double
cz_run_plan_expect_seconds (CzLibrary *library, CzRunMaterial *material, const CzRunPlan *plan)
{
  double speed
      = cz_speed_recall (library, cz_model_folder_get_config (material->folder), &plan->options);

  return speed > 0 ? reckon_seconds (plan, speed) : NAN;
}
