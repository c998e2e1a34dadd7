#include "engine/model/pass-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/gpu/gemm-table.h"
#include "engine/model/attention.h"
#include "engine/model/selection.h"
#include "engine/text/tokenizer.h"

// To be counted up whenever a pass adds up in another order or otherwise gives other bits. Runs of
// the first one recorded none; the second has the last layer's end at scored positions alone.
#define PASS_NAME "pass-2"

#define MOST_TOKENS (1u << 24) // of a micro-batch or a batch: indices stay far below 2^32

// Fills in what options leave open. The rest is the caller's mistake, told in `error`.
static gboolean
complete (const CzModelConfig *config,
          const CzPassOptions *options,
          CzPassOptions *ret_options,
          GError **error)
{
  CzPassOptions full = *options;
  const char *wrong = NULL;

  if (full.batch_blocks == 0)
    full.batch_blocks = full.micro_blocks;
  if (full.kind != CZ_PASS_TRAIN)
    {
      full.dropout = full.attention_dropout = full.frozen = 0;
      full.loss_scale = (CzSpan){ 0 };
    }
  if (full.kind != CZ_PASS_PREDICT)
    full.keep_attention = FALSE;

  if (full.block_size == 0 || full.block_size > config->max_position_embeddings)
    wrong = _ ("the block size must lie between 1 and the model's number of positions");
  else if (full.micro_blocks == 0
           || (guint64)MAX (full.micro_blocks, full.batch_blocks) * full.block_size > MOST_TOKENS)
    wrong = _ ("a batch must have between 1 and 16,777,216 tokens");
  else if (!(full.dropout >= 0 && full.dropout < 1 && full.attention_dropout >= 0
             && full.attention_dropout < 1))
    wrong = _ ("dropout must be at least 0 and less than 1");
  else if (full.frozen > config->n_layers + 1)
    wrong = _ ("more layers are to be frozen than the model has");
  if (wrong)
    {
      g_set_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID,
                   _ ("Cannot run the model: %s (block size %u, %u blocks, model with %u positions "
                      "and %u layers)."),
                   wrong, full.block_size, full.micro_blocks, config->max_position_embeddings,
                   config->n_layers);
      return FALSE;
    }
  if (full.max_scored == 0 || full.max_scored > full.micro_blocks * full.block_size)
    full.max_scored = full.micro_blocks * full.block_size;
  *ret_options = full;
  return TRUE;
}

// What one binding takes of the kernels' inputs and outputs alike.
static gsize
get_range (CzDevice *device)
{
  const CzDeviceInfo *info = cz_device_get_info (device);

  return MIN (info->max_storage_range, info->max_texel_range);
}

// Rows can be cut to fit bindings; what is gathered from, and one block's scores, cannot.
static gboolean
check_bindings (CzDevice *device,
                const CzModelConfig *config,
                const CzPassOptions *options,
                GError **error)
{
  gsize tokens = (gsize)options->micro_blocks * options->block_size;
  gsize dim = tokens * config->dim * sizeof (float);
  gsize hidden = config->hidden_dim % 4 ? tokens * config->hidden_dim * sizeof (float) : 0;
  gsize block = cz_activations_fuse_attention (device, config, options)
                    ? 0
                    : cz_attention_get_bytes (1, options->block_size, config->n_heads);

  if (MAX (MAX (dim, hidden), block) <= get_range (device))
    return TRUE;
  g_set_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID,
               _ ("%u blocks of %u tokens at a time are too many for %s, which binds at most %zu "
                  "bytes; choose a smaller micro-batch or block size."),
               options->micro_blocks, options->block_size, cz_device_get_info (device)->name,
               get_range (device));
  return FALSE;
}

// Nor can a slice of the logits, nor the sums that lead to the vectors' gradients. Only devices
// that bind no more than Vulkan promises (a MiB of texels) are too small for them.
static gboolean
check_slice (CzDevice *device,
             const CzActivations *activations,
             CzPassKind kind,
             guint vocabulary,
             GError **error)
{
  gsize logits = kind == CZ_PASS_PREDICT ? 0 : activations->logits.size;

  if (MAX (logits, activations->partials.size) <= get_range (device))
    return TRUE;
  g_set_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID,
               _ ("A vocabulary of %u words is too large for %s, which binds at most %zu bytes; "
                  "choose a smaller micro-batch or another device."),
               vocabulary, cz_device_get_info (device)->name, get_range (device));
  return FALSE;
}

static CzPass *
make_pass (CzDistilbert *model, const CzPassOptions *options, CzPass *lender, GError **error)
{
  g_autoptr (CzPass) pass = g_new0 (CzPass, 1);
  CzArena *arena = cz_distilbert_get_arena (model);
  CzDevice *device = cz_distilbert_get_device (model);
  CzSpan gradients = cz_distilbert_get_gradients (model);

  pass->model = cz_distilbert_ref (model);
  pass->config = *cz_distilbert_get_config (model);
  if (!complete (&pass->config, options, &pass->options, error)
      || !check_bindings (device, &pass->config, &pass->options, error))
    return NULL;
  g_assert (options->kind != CZ_PASS_TRAIN || gradients.buffer);
  pass->parameters
      = cz_tensors_new (arena, pass->config.n_layers, cz_distilbert_get_parameters (model));
  pass->activations = cz_activations_new (device, &pass->config, &pass->options,
                                          lender != NULL ? lender->activations : NULL, error);
  if (!pass->activations
      || !check_slice (device, pass->activations, options->kind, pass->config.vocab_size, error))
    return NULL;
  if (options->kind == CZ_PASS_TRAIN)
    {
      pass->gradients = cz_tensors_new (arena, pass->config.n_layers, gradients);
      pass->partials = (CzPartials){ pass->activations->partials, pass->gradients->undecayed };
    }
  return g_steal_pointer (&pass);
}

CzPass *
cz_pass_new (CzDistilbert *model, const CzPassOptions *options, GError **error)
{
  return make_pass (model, options, NULL /* lender */, error);
}

CzPass *
cz_pass_new_beside (CzPass *lender, const CzPassOptions *options, GError **error)
{
  return make_pass (lender->model, options, lender, error);
}

void
cz_pass_free (CzPass *pass)
{
  g_clear_pointer (&pass->activations, cz_activations_free);
  g_clear_pointer (&pass->parameters, cz_tensors_free);
  g_clear_pointer (&pass->gradients, cz_tensors_free);
  cz_distilbert_unref (pass->model);
  g_free (pass);
}

guint64
cz_pass_plan (CzDevice *device,
              const CzModelConfig *config,
              const CzPassOptions *options,
              const CzPassOptions *lender)
{
  CzPassOptions full, lent;

  if (!complete (config, options, &full, NULL)
      || (lender != NULL && !complete (config, lender, &lent, NULL)))
    return 0;
  return cz_activations_plan (device, config, &full, lender != NULL ? &lent : NULL);
}

char *
cz_pass_get_arithmetic (CzDevice *device, const CzModelConfig *config, CzRounding rounding)
{
  gboolean fused = cz_attention_is_fused (device, config->dim / config->n_heads);

  return g_strconcat (PASS_NAME ", ", cz_gemm_table_get_name (device, rounding),
                      fused ? ", attention-1 fused" : "", NULL);
}

const CzPassOptions *
cz_pass_get_options (CzPass *pass)
{
  return &pass->options;
}

// The mapped bytes of a span.
static gpointer
mapped (CzSpan span)
{
  return (guint8 *)cz_buffer_map (span.buffer) + span.offset;
}

CzStep *
cz_pass_get_step (CzPass *pass)
{
  return mapped (pass->activations->step);
}

guint32 *
cz_pass_get_words (CzPass *pass)
{
  return mapped (pass->activations->words);
}

guint32 *
cz_pass_get_hashes (CzPass *pass)
{
  return mapped (pass->activations->hashes);
}

gint32 *
cz_pass_get_labels (CzPass *pass)
{
  return mapped (pass->activations->given);
}

const CzPassResult *
cz_pass_get_result (CzPass *pass)
{
  return mapped (pass->activations->answer_mapped);
}

const guint32 *
cz_pass_get_positions (CzPass *pass)
{
  guint8 *answer = mapped (pass->activations->answer_mapped);

  return (const guint32 *)(answer + pass->activations->positions_at);
}

const float *
cz_pass_get_losses (CzPass *pass)
{
  guint8 *answer = mapped (pass->activations->answer_mapped);

  return (const float *)(answer + pass->activations->losses_at);
}

void
cz_pass_record_masks (CzPass *pass, CzTape *tape)
{
  CzActivations *a = pass->activations;

  cz_selection_masks (tape, &(CzSelectionMasks){
                                .batch_blocks = pass->options.batch_blocks,
                                .block_size = pass->options.block_size,
                                .vocabulary = pass->config.vocab_size,
                                .pad_id = pass->config.pad_token_id,
                                .step = a->step,
                                .words = a->words,
                                .hashes = a->hashes,
                                .given = a->given,
                                .ids = a->ids,
                                .labels = a->labels,
                                .counts = a->counts,
                            });
  // batch_scored, for those who read it before the micro-batch writes the rest of the result.
  cz_tape_copy (tape, cz_span_part (a->counts, 0, sizeof (guint32)),
                cz_span_part (a->answer_mapped, G_STRUCT_OFFSET (CzPassResult, batch_scored),
                              sizeof (guint32)),
                "masks");
}

void
cz_pass_record_micro (CzPass *pass, CzTape *tape)
{
  CzActivations *a = pass->activations;

  cz_selection_micro (tape, &(CzSelectionMicro){
                                .batch_blocks = pass->options.batch_blocks,
                                .micro_blocks = pass->options.micro_blocks,
                                .block_size = pass->options.block_size,
                                .pad_id = pass->config.pad_token_id,
                                .slices = a->slices,
                                .slice_rows = a->slice_rows,
                                .capacity = a->capacity,
                                .step = a->step,
                                .ids = a->ids,
                                .labels = a->labels,
                                .counts = a->counts,
                                .positions = a->positions,
                                .scored_labels = a->scored_labels,
                                .tokens = a->token_ids,
                                .attended = a->attended,
                            });
  cz_tape_set_rounding (tape, pass->options.rounding);
  cz_encoder_forward (pass, tape);
  cz_head_record (pass, tape);
  if (pass->options.kind == CZ_PASS_TRAIN)
    {
      cz_encoder_backward (pass, tape);
      cz_partials_add (tape, &pass->partials);
    }
  cz_tape_set_rounding (tape, CZ_ROUNDING_NONE);
  cz_tape_copy (tape, a->answer, a->answer_mapped, "result");
}

gboolean
cz_pass_read_masks (CzPass *pass, guint32 *ret_ids, gint32 *ret_labels, GError **error)
{
  CzActivations *a = pass->activations;

  return (!ret_ids || cz_buffer_read (a->ids.buffer, a->ids.offset, ret_ids, a->ids.size, error))
         && (!ret_labels
             || cz_buffer_read (a->labels.buffer, a->labels.offset, ret_labels, a->labels.size,
                                error));
}

gboolean
cz_pass_read_logits (CzPass *pass, guint first, guint n, float *ret_logits, GError **error)
{
  CzActivations *a = pass->activations;
  gsize vocabulary = pass->config.vocab_size;
  gsize padded = pass->parameters->output_bias.size / sizeof (float);

  g_assert (pass->options.kind == CZ_PASS_PREDICT && first + n <= a->capacity);
  for (guint i = 0; i < n; i++)
    if (!cz_buffer_read (a->logits.buffer, a->logits.offset + (first + i) * padded * sizeof (float),
                         ret_logits + i * vocabulary, vocabulary * sizeof (float), error))
      return FALSE;
  return TRUE;
}

gboolean
cz_pass_read_attention (
    CzPass *pass, guint layer, guint block, float *ret_probabilities, GError **error)
{
  guint size = pass->options.block_size, rows = pass->config.n_heads * size;
  guint padded = cz_attention_pad (size);
  g_autofree float *p = g_new (float, (gsize)rows *padded);
  CzSpan span;

  g_assert (pass->options.keep_attention && layer < pass->config.n_layers
            && block < pass->options.micro_blocks);
  span = pass->activations->layers[layer].p;
  if (!cz_buffer_read (span.buffer, span.offset + (gsize)block * rows * padded * sizeof (float), p,
                       (gsize)rows * padded * sizeof (float), error))
    return FALSE;
  for (guint i = 0; i < rows; i++)
    memcpy (ret_probabilities + (gsize)i * size, p + (gsize)i * padded, size * sizeof (float));
  return TRUE;
}
