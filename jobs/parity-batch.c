#include <math.h>
#include <string.h>

#include "jobs/parity-private.h"

#define LOGITS_TOLERANCE   1e-4
#define GRADIENT_TOLERANCE 1e-4 // of the tensor's largest

static gboolean
compare_loss (
    CzParity *parity, const char *name, const CzParityBatch *batch, CzPass *pass, GError **error)
{
  const CzTensor *tensor = cz_safetensors_lookup (batch->tensors, "loss");
  JsonObject *recorded
      = cz_parity_member (cz_parity_member (parity->reference->report, "batches"), name);
  double recorded_loss;
  float loss;

  if (!tensor)
    return TRUE;
  if (!cz_tensor_read_floats (tensor, 0, 1, &loss, error))
    return FALSE;
  recorded_loss = cz_parity_number (recorded, loss, "loss", NULL);
  cz_parity_tell (parity, batch->file, "loss", fabs (cz_parity_get_loss (pass) - loss),
                  cz_parity_loss_tolerance (
                      recorded_loss, cz_parity_number (recorded, recorded_loss, "loss_f64", NULL)));
  return TRUE;
}

static gboolean
compare_gradients (CzParity *parity,
                   const char *name,
                   const CzParityBatch *batch,
                   CzDistilbert *model,
                   GError **error)
{
  JsonObject *recorded = cz_parity_member (
      cz_parity_member (cz_parity_member (parity->reference->report, "batches"), name), "grads");

  for (guint i = 0; i < cz_safetensors_get_n_tensors (batch->tensors); i++)
    {
      const CzTensor *tensor = cz_safetensors_get_tensor (batch->tensors, i);
      const char *parameter = tensor->name + strlen ("grad.");
      g_autofree float *expected = NULL, *got = NULL;
      double largest = 0, noise;
      int index;

      if (!g_str_has_prefix (tensor->name, "grad."))
        continue;
      index = cz_parity_find_parameter (model, parameter);
      if (index < 0)
        {
          cz_parity_tell (parity, batch->file, tensor->name, INFINITY, 0);
          continue;
        }
      expected = cz_parity_read_floats (tensor, error);
      got = g_new (float, tensor->n_elements);
      if (!expected
          || !cz_distilbert_read_gradient (model, (guint)index, 0, tensor->n_elements, got, error))
        return FALSE;
      for (guint64 j = 0; j < tensor->n_elements; j++)
        largest = MAX (largest, fabs (expected[j]));
      noise = CZ_PARITY_NOISE_FACTOR
              * cz_parity_number (recorded, 0, parameter, "max_abs_err_fp32_vs_f64", NULL);
      cz_parity_tell (
          parity, batch->file, tensor->name,
          cz_parity_difference (expected, got, tensor->n_elements),
          cz_parity_is_key_bias (parameter) ? noise : MAX (GRADIENT_TOLERANCE * largest, noise));
    }
  return TRUE;
}

// `logits`: of every position (blocks, block_size, vocabulary); `logits_masked`: of those with
// labels.
static gboolean
compare_logits (CzParity *parity,
                const char *name,
                const CzParityBatch *batch,
                CzDistilbert *model,
                const char *tensor_name,
                GError **error)
{
  const CzTensor *tensor = cz_safetensors_lookup (batch->tensors, tensor_name);
  gboolean all = g_str_equal (tensor_name, "logits");
  double noise = CZ_PARITY_NOISE_FACTOR
                 * cz_parity_number (parity->reference->report, 0, "batches", name,
                                     "logits_maxdiff_fp32_vs_f64", NULL);
  g_autoptr (CzPass) pass = NULL;
  g_autoptr (CzTape) tape = NULL;
  g_autofree float *expected = NULL, *got = NULL;
  guint rows;

  if (!tensor)
    return TRUE;
  pass = cz_parity_new_pass (model, batch, CZ_PASS_PREDICT, all, error);
  tape = pass ? cz_parity_record (parity, pass, error) : NULL;
  expected = tape ? cz_parity_read_floats (tensor, error) : NULL;
  if (!expected || !cz_tape_run (tape, error))
    return FALSE;
  rows = cz_pass_get_result (pass)->micro_scored;
  if ((guint64)rows * parity->config.vocab_size != tensor->n_elements)
    {
      cz_parity_tell (parity, batch->file, tensor_name, INFINITY, LOGITS_TOLERANCE);
      return TRUE;
    }
  got = g_new (float, tensor->n_elements);
  if (!cz_pass_read_logits (pass, 0, rows, got, error))
    return FALSE;
  cz_parity_tell (parity, batch->file, tensor_name,
                  cz_parity_difference (expected, got, tensor->n_elements),
                  MAX (LOGITS_TOLERANCE, noise));
  return TRUE;
}

gboolean
cz_parity_replay_batch (CzParity *parity, const char *name, GError **error)
{
  g_autoptr (CzParityBatch) batch = cz_parity_reference_load_batch (parity->reference, name, error);
  g_autoptr (CzDistilbert) model = NULL;
  g_autoptr (CzPass) pass = NULL;
  g_autoptr (CzTape) tape = NULL;

  if (!batch || !cz_parity_check_fit (parity, batch, error)
      || !(model = cz_parity_load_model (parity, error)))
    return FALSE;
  pass = cz_parity_new_pass (model, batch, CZ_PASS_TRAIN, FALSE, error);
  tape = pass ? cz_parity_record (parity, pass, error) : NULL;
  return tape && cz_tape_run (tape, error) && compare_loss (parity, name, batch, pass, error)
         && compare_gradients (parity, name, batch, model, error)
         && compare_logits (parity, name, batch, model, "logits", error)
         && compare_logits (parity, name, batch, model, "logits_masked", error);
}
