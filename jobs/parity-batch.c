#include <math.h>
#include <string.h>

#include "engine/train/optimizer.h"
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
  cz_parity_tell (
      parity, batch->file, "loss", fabs (cz_parity_get_loss (pass) - loss),
      cz_parity_loss_tolerance (parity, recorded_loss,
                                cz_parity_number (recorded, recorded_loss, "loss_f64", NULL)));
  return TRUE;
}

// `scale`: what ours are multiplied by.
static gboolean
compare_gradients (CzParity *parity,
                   const char *name,
                   const CzParityBatch *batch,
                   CzDistilbert *model,
                   float scale,
                   GError **error)
{
  double allowed
      = cz_parity_is_half (parity) ? cz_parity_half_tolerance (parity) : GRADIENT_TOLERANCE;
  JsonObject *recorded = cz_parity_member (
      cz_parity_member (cz_parity_member (parity->reference->report, "batches"), name), "grads");

  for (guint i = 0; i < cz_safetensors_get_n_tensors (batch->tensors); i++)
    {
      const CzTensor *tensor = cz_safetensors_get_tensor (batch->tensors, i);
      const char *parameter = tensor->name + strlen ("grad.");
      g_autofree float *expected = NULL, *got = NULL;
      double largest = 0, noise;
      int index;

      if (!g_str_has_prefix (tensor->name, "grad.")
          || (cz_parity_is_half (parity) && cz_parity_is_key_bias (parameter)))
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
        {
          largest = MAX (largest, fabs (expected[j]));
          got[j] /= scale;
        }
      noise = CZ_PARITY_NOISE_FACTOR
              * cz_parity_number (recorded, 0, parameter, "max_abs_err_fp32_vs_f64", NULL);
      cz_parity_tell (parity, batch->file, tensor->name,
                      cz_parity_difference (expected, got, tensor->n_elements),
                      cz_parity_is_key_bias (parameter) ? noise : MAX (allowed * largest, noise));
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
  double largest = 0;
  guint rows;

  if (!tensor)
    return TRUE;
  pass = cz_parity_new_pass (parity, model, batch, CZ_PASS_PREDICT, all, (CzSpan){ 0 }, error);
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
  for (guint64 i = 0; i < tensor->n_elements; i++)
    largest = MAX (largest, fabs (expected[i]));
  cz_parity_tell (parity, batch->file, tensor_name,
                  cz_parity_difference (expected, got, tensor->n_elements),
                  cz_parity_is_half (parity) ? cz_parity_half_tolerance (parity) * largest
                                             : MAX (LOGITS_TOLERANCE, noise));
  return TRUE;
}

// Whether no gradient is infinite or NaN.
static gboolean
check_finite (CzDistilbert *model, gboolean *ret_finite, GError **error)
{
  CzSpan span = cz_distilbert_get_gradients (model);
  gsize n = span.size / sizeof (float);
  g_autofree float *gradients = g_new (float, n);

  if (!cz_buffer_read (span.buffer, span.offset, gradients, span.size, error))
    return FALSE;
  *ret_finite = TRUE;
  for (gsize i = 0; i < n; i++)
    *ret_finite = *ret_finite && isfinite (gradients[i]);
  return TRUE;
}

// Forward and backward; in fp16 with the largest scale under which no gradient overflows, as
// training finds it, step by step.
static gboolean
run_scaled (CzDistilbert *model, CzTape *tape, float *scale, GError **error)
{
  g_autoptr (CzTape) clear = cz_tape_new (cz_tape_get_device (tape), "clear", CZ_TAPE_PLAIN);
  gboolean finite = FALSE;

  cz_tape_fill (clear, cz_distilbert_get_gradients (model), 0, "clear gradients");
  if (!cz_tape_finish (clear, error))
    return FALSE;
  for (;;)
    {
      if (!cz_tape_run (clear, error) || !cz_tape_run (tape, error)
          || !check_finite (model, &finite, error))
        return FALSE;
      if (finite || *scale <= 1)
        return TRUE;
      *scale /= 2;
    }
}

gboolean
cz_parity_replay_batch (CzParity *parity, const char *name, GError **error)
{
  g_autoptr (CzParityBatch) batch = cz_parity_reference_load_batch (parity->reference, name, error);
  g_autoptr (CzDistilbert) model = NULL;
  g_autoptr (CzBuffer) scale_buffer = NULL;
  g_autoptr (CzPass) pass = NULL;
  g_autoptr (CzTape) tape = NULL;
  gboolean scaled = parity->precision == CZ_PRECISION_FP16;
  float *scale;

  if (!batch || !cz_parity_check_fit (parity, batch, error)
      || !(model = cz_parity_load_model (parity, error))
      || !(scale_buffer
           = cz_buffer_new (parity->device, sizeof *scale, CZ_MEMORY_HOST, "loss scale", error)))
    return FALSE;
  scale = cz_buffer_map (scale_buffer);
  *scale = scaled ? CZ_LOSS_SCALE_START : 1;
  pass = cz_parity_new_pass (parity, model, batch, CZ_PASS_TRAIN, FALSE,
                             scaled ? cz_span_all (scale_buffer) : (CzSpan){ 0 }, error);
  tape = pass ? cz_parity_record (parity, pass, error) : NULL;
  return tape && run_scaled (model, tape, scale, error)
         && compare_loss (parity, name, batch, pass, error)
         && compare_gradients (parity, name, batch, model, *scale, error)
         && compare_logits (parity, name, batch, model, "logits", error)
         && compare_logits (parity, name, batch, model, "logits_masked", error);
}
