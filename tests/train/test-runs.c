// The recorded PyTorch runs on model A, step by step: rates, losses, gradient norms, parameters.
#include <json-glib/json-glib.h>
#include <math.h>

#include "engine/format/json-text.h"
#include "engine/model/pass.h"
#include "engine/text/masking.h"
#include "engine/train/optimizer.h"
#include "engine/train/schedule.h"
#include "small-run.h"

// One recorded batch, ready to be replayed.
typedef struct
{
  char *name;
  CzPass *pass;
  CzTape *tape;
} Batch;

static void
free_batch (gpointer data)
{
  Batch *batch = data;

  cz_tape_free (batch->tape);
  cz_pass_free (batch->pass);
  g_free (batch->name);
  g_free (batch);
}

static CzSafetensors *
open_reference (const char *name)
{
  g_autofree char *path = cz_reference_get_path (name);
  g_autoptr (GError) error = NULL;
  CzSafetensors *file = cz_safetensors_open (path, &error);

  g_assert_no_error (error);
  return file;
}

static gint64 *
read_integers (CzSafetensors *file, const char *name, guint64 *ret_dims)
{
  const CzTensor *tensor = cz_safetensors_lookup (file, name);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (tensor);
  gint64 *numbers = g_new (gint64, tensor->n_elements);
  g_assert_true (cz_tensor_read_integers (tensor, 0, tensor->n_elements, numbers, &error));
  ret_dims[0] = tensor->dims[0];
  ret_dims[1] = tensor->dims[1];
  return numbers;
}

static Batch *
make_batch (CzDistilbert *model, const char *name)
{
  g_autofree char *file_name = g_strdup_printf ("A_%s.safetensors", name);
  g_autoptr (CzSafetensors) file = open_reference (file_name);
  Batch *batch = g_new0 (Batch, 1);
  guint64 dims[2];
  g_autofree gint64 *ids = read_integers (file, "input_ids", dims);
  g_autofree gint64 *seen = read_integers (file, "attention_mask", dims);
  g_autofree gint64 *labels = read_integers (file, "labels", dims);
  CzPassOptions options
      = { .kind = CZ_PASS_TRAIN, .block_size = (guint)dims[1], .micro_blocks = (guint)dims[0] };
  g_autoptr (GError) error = NULL;

  batch->name = g_strdup (name);
  batch->pass = cz_pass_new (model, &options, &error);
  g_assert_no_error (error);
  batch->tape = cz_tape_new (cz_distilbert_get_device (model), name, CZ_TAPE_PLAIN);
  cz_pass_record_masks (batch->pass, batch->tape);
  cz_pass_record_micro (batch->pass, batch->tape);
  g_assert_true (cz_tape_finish (batch->tape, &error));
  *cz_pass_get_step (batch->pass)
      = (CzStep){ .valid_blocks = (guint32)dims[0], .mask_strategy = CZ_STEP_MASK_GIVEN };
  for (guint64 i = 0; i < dims[0] * dims[1]; i++)
    {
      cz_pass_get_words (batch->pass)[i]
          = (guint32)ids[i] | (seen[i] != 0 ? 0 : CZ_TOKEN_PADDING | CZ_TOKEN_SPECIAL);
      cz_pass_get_labels (batch->pass)[i] = (gint32)labels[i];
    }
  return batch;
}

static Batch *
get_batch (GPtrArray *batches, CzDistilbert *model, const char *name)
{
  for (guint i = 0; i < batches->len; i++)
    if (g_str_equal (((Batch *)batches->pdata[i])->name, name))
      return batches->pdata[i];
  g_ptr_array_add (batches, make_batch (model, name));
  return batches->pdata[batches->len - 1];
}

static void
compare_parameters (CzDistilbert *model, const char *run_name, JsonObject *run, guint step)
{
  g_autofree char *name = g_strdup_printf ("A_%s_step%u.safetensors", run_name, step);
  g_autofree char *number = g_strdup_printf ("%u", step);
  JsonObject *noises = json_object_get_object_member (run, "maxdiff_fp32_vs_f64");
  CzParameterTable *table = cz_arena_get_table (cz_distilbert_get_arena (model));
  g_autoptr (GError) error = NULL;

  if (!json_object_has_member (noises, number))
    return;
  g_autoptr (CzSafetensors) file = open_reference (name);
  for (guint i = 0; i < cz_parameter_table_get_size (table); i++)
    {
      const CzParameter *parameter = cz_parameter_table_get (table, i);
      double noise = json_object_get_double_member (json_object_get_object_member (noises, number),
                                                    parameter->name);
      gboolean is_key_bias = g_str_has_suffix (parameter->name, "k_lin.bias");
      double tolerance = is_key_bias ? INFINITY : MAX (1e-5, 10 * noise);
      g_autofree float *got = g_new (float, parameter->n_elements);
      g_autofree float *wanted = g_new (float, parameter->n_elements);
      double worst = 0;

      g_assert_true (cz_tensor_read_floats (cz_safetensors_lookup (file, parameter->name), 0,
                                            parameter->n_elements, wanted, &error));
      g_assert_true (cz_distilbert_read (model, i, 0, parameter->n_elements, got, &error));
      for (guint64 j = 0; j < parameter->n_elements; j++)
        worst = MAX (worst, fabs ((double)got[j] - wanted[j]));
      if (!(worst <= tolerance))
        g_error ("%s after step %u: %s is off by %g, allowed is %g", run_name, step,
                 parameter->name, worst, tolerance);
    }
}

static void
replay (CzDevice *device, CzModelFolder *folder, const char *name, JsonObject *run)
{
  CzAdamOptions options = { .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0.01 };
  CzArenaRange trained[CZ_ARENA_MAX_RANGES];
  CzAdamRange ranges[CZ_ARENA_MAX_RANGES];
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func (free_batch);
  JsonArray *log = json_object_get_array_member (run, "log");
  g_autoptr (GError) error = NULL;
  CzSchedule schedule
      = cz_schedule_new (CZ_SCHEDULE_LINEAR, json_object_get_double_member (run, "lr"),
                         (double)json_object_get_int_member (run, "warmup"),
                         (guint64)json_object_get_int_member (run, "total"));

  if (!json_object_get_null_member (run, "clip"))
    options.clip_norm = json_object_get_double_member (run, "clip");
  g_autoptr (CzDistilbert) model
      = cz_distilbert_new (device, cz_model_folder_get_config (folder), TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (cz_distilbert_load (model, folder, &error));
  guint n = cz_arena_get_trained (cz_distilbert_get_arena (model), 0, trained);
  for (guint i = 0; i < n; i++)
    ranges[i] = (CzAdamRange){ trained[i].offset / 4, trained[i].size / 4, trained[i].decay };
  g_autoptr (CzOptimizer) optimizer
      = cz_optimizer_new (device, cz_distilbert_get_parameters (model),
                          cz_distilbert_get_gradients (model), ranges, n, &options, &error);
  g_assert_no_error (error);
  g_autoptr (CzTape) update = cz_tape_new (device, "update", CZ_TAPE_PLAIN);
  cz_optimizer_record (optimizer, update);
  g_assert_true (cz_tape_finish (update, &error));

  for (guint i = 0; i < json_array_get_length (log); i++)
    {
      JsonObject *line = json_array_get_object_element (log, i);
      Batch *batch = get_batch (batches, model, json_object_get_string_member (line, "batch"));
      double rate = cz_schedule_get_rate (&schedule, i);
      double norm = json_object_get_double_member (line, "grad_norm");

      g_assert_cmpfloat_with_epsilon (rate, json_object_get_double_member (line, "lr"), 1e-15);
      g_assert_true (cz_tape_run (batch->tape, &error));
      cz_optimizer_set_step (optimizer, i + 1, rate);
      g_assert_true (cz_tape_run (update, &error));
      g_assert_no_error (error);
      const CzPassResult *result = cz_pass_get_result (batch->pass);
      double loss = (double)result->loss_sum / result->batch_scored;
      g_test_message ("%s step %u: loss %.7f, recorded %.7f; norm %.6f, recorded %.6f", name, i + 1,
                      loss, json_object_get_double_member (line, "loss"),
                      cz_optimizer_get_gradient_norm (optimizer), norm);
      g_assert_cmpfloat_with_epsilon (loss, json_object_get_double_member (line, "loss"),
                                      i == 0 ? 1e-5 : 1e-4);
      g_assert_cmpfloat_with_epsilon (cz_optimizer_get_gradient_norm (optimizer), norm,
                                      (i == 0 ? 1e-5 : 1e-3) * norm);
      compare_parameters (model, name, run, i + 1);
    }
}

static void
test_runs (void)
{
  g_autofree char *report_path = cz_reference_get_path ("A_report.json");
  g_autofree char *model_path = report_path != NULL ? cz_reference_get_path ("model_A") : NULL;
  g_autoptr (GError) error = NULL;
  guint replayed = 0;

  if (model_path == NULL)
    return;
  g_autoptr (CzDevice) device = cz_device_open (NULL, &error);
  if (device == NULL)
    {
      if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
        g_error ("%s", error->message);
      g_test_skip (error->message);
      return;
    }
  g_autoptr (JsonObject) report = cz_json_load_object (report_path, &error);
  g_assert_no_error (error);
  g_autoptr (CzModelFolder) folder = cz_model_folder_open (model_path, &error);
  g_assert_no_error (error);
  JsonObject *runs = json_object_get_object_member (report, "runs");
  g_autoptr (GList) names = json_object_get_members (runs);
  for (GList *name = names; name != NULL; name = name->next)
    {
      JsonObject *run = json_object_get_object_member (runs, name->data);
      // transformers' own AdamW decays after the update; ours is PyTorch's.
      if (!g_str_equal (json_object_get_string_member (run, "optimizer"), "torch.optim.AdamW"))
        continue;
      replay (device, folder, name->data, run);
      replayed++;
    }
  g_assert_cmpuint (replayed, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runs/recorded", test_runs);
  return g_test_run ();
}
