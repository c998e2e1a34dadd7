#include "engine/model/activation.h"
#include "engine/model/cross-entropy.h"
#include "engine/model/layer-end.h"
#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"
#include "engine/model/pass-private.h"
#include "engine/model/selection.h"

// One slice of scored positions. Its word arrays begin at multiples of 256 bytes.
typedef struct
{
  guint index;
  CzSpan count;
  CzSpan positions, labels, losses;
} Slice;

static Slice
slice_at (CzActivations *a, guint index)
{
  gsize at = (gsize)index * a->slice_rows * sizeof (guint32);
  gsize size = MIN (a->positions.size - at, a->slice_rows * sizeof (guint32));

  return (Slice){
    .index = index,
    .count = cz_span_part (a->counts, CZ_SELECTION_SLICE_AT (index), sizeof (guint32)),
    .positions = cz_span_part (a->positions, at, size),
    .labels = cz_span_part (a->scored_labels, at, size),
    .losses = cz_span_part (a->losses, at, size),
  };
}

// The last layer's end: other positions are never asked what they are.
static CzLayerEnd
top_end (CzPass *pass, const Slice *slice)
{
  CzActivations *a = pass->activations;
  guint top = pass->config.n_layers - 1;

  return (CzLayerEnd){
    .rows = a->slice_rows,
    .dim = pass->config.dim,
    .hidden_dim = pass->config.hidden_dim,
    .block_size = pass->options.block_size,
    .activation = pass->config.activation,
    .count = slice->count,
    .positions = slice->positions,
    .weights = &pass->parameters->layers[top],
    .dropout = cz_pass_get_dropout (pass, pass->options.dropout, CZ_DROPOUT_FFN (top)),
    .context = a->top_context,
    .x = a->top_x,
    .sum1 = a->top_sum1,
    .stats1 = a->top_stats1,
    .y1 = a->top_y1,
    .hidden = a->top_hidden,
    .active = a->top_active,
    .sum2 = a->top_sum2,
    .stats2 = a->top_stats2,
    .y = a->head_x,
    .labels = { "top out gemm", "top ffn gemm" },
  };
}

static void
slice_forward (CzPass *pass, CzTape *tape, const Slice *slice)
{
  CzActivations *a = pass->activations;
  const CzTensors *w = pass->parameters;
  guint dim = pass->config.dim;
  CzLayerEnd end = top_end (pass, slice);

  cz_rows_gather (tape, a->layers[pass->config.n_layers - 1].context, slice->positions,
                  slice->count, a->slice_rows, dim, a->top_context);
  cz_rows_gather (tape, a->x, slice->positions, slice->count, a->slice_rows, dim, a->top_x);
  cz_layer_end_forward (tape, &end);
  cz_linear_forward (tape, &(CzLinear){
                               .rows = a->slice_rows,
                               .in = dim,
                               .out = dim,
                               .x = a->head_x,
                               .weight = w->transform_weight,
                               .bias = w->transform_bias,
                               .y = a->head_t,
                               .activation = pass->config.activation,
                               .active = a->head_sum,
                               .count = slice->count,
                               .label = "head gemm",
                           });
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = a->slice_rows,
                                   .dim = dim,
                                   .block_size = pass->options.block_size,
                                   .x = a->head_sum,
                                   .gamma = w->head_gamma,
                                   .beta = w->head_beta,
                                   .sum = a->head_sum,
                                   .stats = a->head_stats,
                                   .y = a->head_z,
                                   .count = slice->count,
                               });
  cz_linear_forward (tape, &(CzLinear){
                               .rows = a->slice_rows,
                               .in = dim,
                               .out = (guint)(w->output_bias.size / sizeof (float)),
                               .x = a->head_z,
                               .weight = w->word,
                               .bias = w->output_bias,
                               .y = a->logits,
                               .count = slice->count,
                               .label = "logits gemm",
                           });
}

static void
slice_output_backward (CzPass *pass, CzTape *tape, const Slice *slice)
{
  CzActivations *a = pass->activations;
  gboolean tied_trained = pass->options.frozen == 0;
  guint padded = (guint)(pass->parameters->output_bias.size / sizeof (float));

  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = a->slice_rows,
                                .in = pass->config.dim,
                                .out = padded,
                                .x = a->head_z,
                                .weight = pass->parameters->word,
                                .dy = a->logits,
                                .dx = a->head_dz,
                                .dweight = tied_trained ? pass->gradients->word : (CzSpan){ 0 },
                                .dbias = pass->gradients->output_bias,
                                .partials = &pass->partials,
                                .accumulate_partials = slice->index > 0,
                                .count = slice->count,
                                .label = "logits gemm backward",
                            });
  if (!tied_trained)
    cz_partials_sum (tape, &pass->partials, pass->gradients->output_bias, a->logits, a->slice_rows,
                     padded, slice->count, slice->index > 0);
}

// From head_z, the gradient of head_x, to da and dc. Whatever else the head had is done with.
static void
slice_top_backward (CzPass *pass, CzTape *tape, const Slice *slice)
{
  CzActivations *a = pass->activations;
  guint dim = pass->config.dim;
  CzLayerEnd end = top_end (pass, slice);

  cz_layer_end_backward (tape, &(CzLayerEndBackward){
                                   .end = &end,
                                   .da = a->head_z,
                                   .db = a->head_dz,
                                   .dffn = a->head_t,
                                   .dcontext = a->head_x,
                                   .gradients = &pass->gradients->layers[pass->config.n_layers - 1],
                                   .partials = &pass->partials,
                                   .accumulate_partials = slice->index > 0,
                                   .labels = { "top out gemm backward", "top ffn gemm backward" },
                               });
  cz_rows_scatter (tape, a->head_z, slice->positions, slice->count, a->slice_rows, dim, a->da);
  cz_rows_scatter (tape, a->head_x, slice->positions, slice->count, a->slice_rows, dim, a->dc);
}

// Whether anything below the head is: else nothing reads da and dc.
static gboolean
is_encoder_trained (CzPass *pass)
{
  return pass->options.kind == CZ_PASS_TRAIN && pass->options.frozen <= pass->config.n_layers;
}

static void
slice_backward (CzPass *pass, CzTape *tape, const Slice *slice)
{
  CzActivations *a = pass->activations;
  guint dim = pass->config.dim;
  gboolean encoder_trained = is_encoder_trained (pass);

  slice_output_backward (pass, tape, slice);
  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = a->slice_rows,
                                    .dim = dim,
                                    .block_size = pass->options.block_size,
                                    .dy = a->head_dz,
                                    .sum = a->head_sum,
                                    .stats = a->head_stats,
                                    .gamma = pass->parameters->head_gamma,
                                    .dsum = a->head_dz,
                                    .dgamma = pass->gradients->head_gamma,
                                    .dbeta = pass->gradients->head_beta,
                                    .partials = &pass->partials,
                                    .accumulate_partials = slice->index > 0,
                                    .count = slice->count,
                                });
  cz_activation_backward (tape, &(CzActivateBackward){
                                    .activation = pass->config.activation,
                                    .rows = a->slice_rows,
                                    .columns = dim,
                                    .x = a->head_t,
                                    .dy = a->head_dz,
                                    .dx = a->head_dz,
                                    .count = slice->count,
                                });
  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = a->slice_rows,
                                .in = dim,
                                .out = dim,
                                .x = a->head_x,
                                .weight = pass->parameters->transform_weight,
                                .dy = a->head_dz,
                                .dx = encoder_trained ? a->head_z : (CzSpan){ 0 },
                                .dweight = pass->gradients->transform_weight,
                                .dbias = pass->gradients->transform_bias,
                                .partials = &pass->partials,
                                .accumulate_partials = slice->index > 0,
                                .count = slice->count,
                                .label = "head gemm backward",
                            });
  if (encoder_trained)
    slice_top_backward (pass, tape, slice);
}

void
cz_head_record (CzPass *pass, CzTape *tape)
{
  CzActivations *a = pass->activations;
  gboolean train = pass->options.kind == CZ_PASS_TRAIN;

  if (is_encoder_trained (pass))
    {
      cz_tape_fill (tape, a->da, 0, "gather rows");
      cz_tape_fill (tape, a->dc, 0, "gather rows");
    }
  for (guint i = 0; i < a->slices; i++)
    {
      Slice slice = slice_at (a, i);

      slice_forward (pass, tape, &slice);
      if (pass->options.kind == CZ_PASS_PREDICT)
        continue;
      cz_cross_entropy (tape, &(CzCrossEntropy){
                                  .rows = a->slice_rows,
                                  .vocabulary = pass->config.vocab_size,
                                  .padded_vocabulary
                                  = (guint)(pass->parameters->output_bias.size / sizeof (float)),
                                  .total = cz_span_part (a->counts, 0, sizeof (guint32)),
                                  .count = slice.count,
                                  .labels = slice.labels,
                                  .logits = a->logits,
                                  .losses = slice.losses,
                                  .gradient = train,
                                  .loss_scale = pass->options.loss_scale,
                              });
      if (train)
        slice_backward (pass, tape, &slice);
    }
  cz_cross_entropy_result (tape, a->counts, a->losses,
                           pass->options.kind == CZ_PASS_PREDICT ? 0 : a->capacity, a->result);
}
