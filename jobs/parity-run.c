#include <math.h>

#include "engine/train/optimizer.h"
#include "jobs/parity-private.h"

#define PARAMETER_TOLERANCE 1e-5

// What a run goes through again and again.
typedef struct
{
  char *name;
  CzPass *pass;
  CzTape *tape;
} RunBatch;

static void
run_batch_free (RunBatch *batch)
{
  g_clear_pointer (&batch->tape, cz_tape_free);
  g_clear_pointer (&batch->pass, cz_pass_free);
  g_free (batch->name);
  g_free (batch);
}

// The batch of that name, recorded when it is first asked for.
static RunBatch *
get_run_batch (CzParity *parity,
               GPtrArray *batches,
               CzDistilbert *model,
               CzOptimizer *optimizer,
               const char *name,
               GError **error)
{
  g_autoptr (CzParityBatch) recorded = NULL;
  RunBatch *batch;

  for (guint i = 0; i < batches->len; i++)
    {
      batch = g_ptr_array_index (batches, i);
      if (g_str_equal (batch->name, name))
        return batch;
    }
  recorded = cz_parity_reference_load_batch (parity->reference, name, error);
  if (!recorded || !cz_parity_check_fit (parity, recorded, error))
    return NULL;
  batch = g_new0 (RunBatch, 1);
  batch->name = g_strdup (name);
  g_ptr_array_add (batches, batch);
  batch->pass = cz_parity_new_pass (parity, model, recorded, CZ_PASS_TRAIN, FALSE,
                                    cz_optimizer_get_scale (optimizer), error);
  batch->tape = batch->pass ? cz_parity_record (parity, batch->pass, error) : NULL;
  return batch->tape ? batch : NULL;
}

static CzOptimizer *
new_optimizer (CzParity *parity, CzDistilbert *model, JsonObject *run, GError **error)
{
  JsonArray *betas = cz_parity_array (run, "betas");
  gboolean two = betas && json_array_get_length (betas) == 2;
  CzAdamOptions options = {
    .beta1 = two ? json_array_get_double_element (betas, 0) : 0.9,
    .beta2 = two ? json_array_get_double_element (betas, 1) : 0.999,
    .epsilon = cz_parity_number (run, 1e-8, "eps", NULL),
    .weight_decay = cz_parity_number (run, 0, "weight_decay", NULL),
    .clip_norm = cz_parity_number (run, 0, "clip", NULL),
    .scales_loss = parity->precision == CZ_PRECISION_FP16,
  };
  CzArenaRange ranges[CZ_ARENA_MAX_RANGES];
  CzAdamRange adam[CZ_ARENA_MAX_RANGES];
  guint n = cz_arena_get_trained (cz_distilbert_get_arena (model), 0 /* frozen */, ranges);

  for (guint i = 0; i < n; i++)
    adam[i] = (CzAdamRange){ ranges[i].offset / sizeof (float), ranges[i].size / sizeof (float),
                             ranges[i].decay };
  return cz_optimizer_new (parity->device, cz_distilbert_get_parameters (model),
                           cz_distilbert_get_gradients (model), adam, n, &options, error);
}

static gboolean
compare_parameters (CzParity *parity,
                    CzDistilbert *model,
                    JsonObject *run,
                    const char *file,
                    CzSafetensors *expected,
                    const char *step,
                    GError **error)
{
  for (guint i = 0; i < cz_safetensors_get_n_tensors (expected); i++)
    {
      const CzTensor *tensor = cz_safetensors_get_tensor (expected, i);
      int index = cz_parity_find_parameter (model, tensor->name);
      g_autofree float *floats = NULL, *got = NULL;
      double noise = CZ_PARITY_NOISE_FACTOR
                     * cz_parity_number (run, 0, "maxdiff_fp32_vs_f64", step, tensor->name, NULL);

      if (cz_parity_is_key_bias (tensor->name))
        continue;
      if (index < 0)
        {
          cz_parity_tell (parity, file, tensor->name, INFINITY, PARAMETER_TOLERANCE);
          continue;
        }
      floats = cz_parity_read_floats (tensor, error);
      got = g_new (float, tensor->n_elements);
      if (!floats || !cz_distilbert_read (model, (guint)index, 0, tensor->n_elements, got, error))
        return FALSE;
      cz_parity_tell (parity, file, tensor->name,
                      cz_parity_difference (floats, got, tensor->n_elements),
                      MAX (PARAMETER_TOLERANCE, noise));
    }
  return TRUE;
}

// One step of a run's log. The learning rate is as recorded, so the schedule has no say here.
static gboolean
replay_step (CzParity *parity,
             const char *name,
             JsonObject *run,
             guint index,
             CzDistilbert *model,
             GPtrArray *batches,
             CzOptimizer *optimizer,
             CzTape *update,
             GError **error)
{
  JsonObject *log = cz_parity_element (cz_parity_array (run, "log"), index);
  JsonArray *exact = cz_parity_array (run, "loss_f64");
  gint64 number = (gint64)cz_parity_number (log, index + 1, "step", NULL);
  g_autofree char *step = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autofree char *what = g_strdup_printf ("loss of step %s", step), *file = NULL;
  g_autofree char *run_file = g_strdup_printf ("%s_%s", parity->reference->letter, name);
  double loss = cz_parity_number (log, NAN, "loss", NULL);
  g_autoptr (CzSafetensors) expected = NULL;
  g_autoptr (GError) problem = NULL;
  const char *batch_name = cz_parity_string (log, "batch");
  RunBatch *batch
      = get_run_batch (parity, batches, model, optimizer, batch_name ? batch_name : "", error);

  if (!batch)
    return FALSE;
  cz_optimizer_set_step (optimizer, index + 1, cz_parity_number (log, 0, "lr", NULL));
  do // until no gradient overflows
    if (!cz_tape_run (batch->tape, error) || !cz_tape_run (update, error))
      return FALSE;
  while (cz_optimizer_get_loss_scale (optimizer).skipped
         && cz_optimizer_get_loss_scale (optimizer).scale >= 1);
  cz_parity_tell (parity, run_file, what, fabs (cz_parity_get_loss (batch->pass) - loss),
                  cz_parity_loss_tolerance (parity, loss,
                                            exact && index < json_array_get_length (exact)
                                                ? json_array_get_double_element (exact, index)
                                                : loss));
  if (cz_parity_is_half (parity))
    return TRUE;
  expected = cz_parity_reference_load_step (parity->reference, name, number, &file, &problem);
  if (problem)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return !expected || compare_parameters (parity, model, run, file, expected, step, error);
}

// How many steps of the log lead to recorded parameters; 0: there are none.
static guint
count_steps (CzParity *parity, const char *name, JsonObject *run)
{
  JsonArray *log = cz_parity_array (run, "log");
  guint last = 0, n = log ? json_array_get_length (log) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *file
          = g_strdup_printf ("%s_%s_step%u.safetensors", parity->reference->letter, name, i + 1);
      g_autofree char *path = g_build_filename (parity->reference->folder, file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        last = i + 1;
    }
  return last;
}

gboolean
cz_parity_replay_run (CzParity *parity, const char *name, JsonObject *run, GError **error)
{
  guint steps = count_steps (parity, name, run);
  g_autoptr (CzDistilbert) model = NULL;
  g_autoptr (CzOptimizer) optimizer = NULL;
  g_autoptr (CzTape) update = NULL;
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify)run_batch_free);

  if (steps == 0)
    return TRUE;
  if (!(model = cz_parity_load_model (parity, error))
      || !(optimizer = new_optimizer (parity, model, run, error)))
    return FALSE;
  update = cz_tape_new (parity->device, "update", CZ_TAPE_PLAIN);
  cz_optimizer_record (optimizer, update);
  if (!cz_tape_finish (update, error))
    return FALSE;
  for (guint i = 0; i < steps; i++)
    if (!replay_step (parity, name, run, i, model, batches, optimizer, update, error))
      return FALSE;
  return TRUE;
}
