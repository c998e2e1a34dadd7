#include "engine/model/layer-end.h"

#include "engine/model/activation.h"
#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"

enum
{
  OUT,
  FFN
};

static void
project (CzTape *tape,
         const CzLayerEnd *end,
         guint product,
         CzSpan x,
         guint in,
         CzSpan weight,
         CzSpan bias,
         guint out,
         CzSpan y)
{
  cz_linear_forward (tape, &(CzLinear){
                               .rows = end->rows,
                               .in = in,
                               .out = out,
                               .x = x,
                               .weight = weight,
                               .bias = bias,
                               .y = y,
                               .count = end->count,
                               .label = end->labels[product],
                           });
}

void
cz_layer_end_forward (CzTape *tape, const CzLayerEnd *end)
{
  const CzLayerTensors *w = end->weights;
  guint dim = end->dim, hidden = end->hidden_dim;

  project (tape, end, OUT, end->context, dim, w->out_weight, w->out_bias, dim, end->sum1);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = end->rows,
                                   .dim = dim,
                                   .block_size = end->block_size,
                                   .x = end->sum1,
                                   .residual = end->x,
                                   .gamma = w->norm1_gamma,
                                   .beta = w->norm1_beta,
                                   .sum = end->sum1,
                                   .stats = end->stats1,
                                   .y = end->y1,
                                   .count = end->count,
                               });
  project (tape, end, FFN, end->y1, dim, w->lin1_weight, w->lin1_bias, hidden, end->hidden);
  cz_activation_forward (tape, &(CzActivate){
                                   .activation = end->activation,
                                   .rows = end->rows,
                                   .columns = hidden,
                                   .x = end->hidden,
                                   .y = end->active,
                                   .count = end->count,
                               });
  project (tape, end, FFN, end->active, hidden, w->lin2_weight, w->lin2_bias, dim, end->sum2);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = end->rows,
                                   .dim = dim,
                                   .block_size = end->block_size,
                                   .x = end->sum2,
                                   .residual = end->y1,
                                   .gamma = w->norm2_gamma,
                                   .beta = w->norm2_beta,
                                   .sum = end->sum2,
                                   .stats = end->stats2,
                                   .y = end->y,
                                   .dropout = end->dropout,
                                   .count = end->count,
                                   .positions = end->positions,
                               });
}

// With `dweight` empty only dx is computed, with dx empty only the gradients of the weights.
static void
project_backward (CzTape *tape,
                  const CzLayerEndBackward *op,
                  guint product,
                  CzSpan x,
                  guint in,
                  CzSpan weight,
                  guint out,
                  CzSpan dy,
                  CzSpan dx,
                  gboolean accumulate,
                  CzSpan dweight,
                  CzSpan dbias)
{
  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = op->end->rows,
                                .in = in,
                                .out = out,
                                .x = x,
                                .weight = weight,
                                .dy = dy,
                                .dx = dx,
                                .accumulate_dx = accumulate,
                                .dweight = dweight,
                                .dbias = dbias,
                                .partials = op->partials,
                                .accumulate_partials = op->accumulate_partials,
                                .count = op->end->count,
                                .label = op->labels[product],
                            });
}

static void
feed_forward_backward (CzTape *tape, const CzLayerEndBackward *op, CzSpan dffn)
{
  const CzLayerEnd *end = op->end;
  const CzLayerTensors *w = end->weights, *g = op->gradients;
  guint dim = end->dim, hidden = end->hidden_dim;
  CzSpan none = { 0 };

  project_backward (tape, op, FFN, none, hidden, w->lin2_weight, dim, dffn, end->active, FALSE,
                    none, none);
  // What the activation gave is computed anew, where its input was.
  cz_activation_backward (tape, &(CzActivateBackward){
                                    .activation = end->activation,
                                    .rows = end->rows,
                                    .columns = hidden,
                                    .x = end->hidden,
                                    .y = end->hidden,
                                    .dy = end->active,
                                    .dx = end->active,
                                    .count = end->count,
                                });
  project_backward (tape, op, FFN, end->hidden, hidden, w->lin2_weight, dim, dffn, none, FALSE,
                    g->lin2_weight, g->lin2_bias);
  if (op->y1_lost)
    cz_layer_norm_again (tape, end->rows, dim, end->sum1, end->stats1, w->norm1_gamma,
                         w->norm1_beta, end->y1);
  project_backward (tape, op, FFN, end->y1, dim, w->lin1_weight, hidden, end->active, op->db, TRUE,
                    g->lin1_weight, g->lin1_bias);
}

void
cz_layer_end_backward (CzTape *tape, const CzLayerEndBackward *op)
{
  const CzLayerEnd *end = op->end;
  const CzLayerTensors *w = end->weights, *g = op->gradients;
  CzSpan dffn = end->dropout.p > 0 ? op->dffn : op->db;

  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = end->rows,
                                    .dim = end->dim,
                                    .block_size = end->block_size,
                                    .dy = op->da,
                                    .sum = end->sum2,
                                    .stats = end->stats2,
                                    .gamma = w->norm2_gamma,
                                    .dsum = op->db,
                                    .dx = dffn,
                                    .dropout = end->dropout,
                                    .dgamma = g->norm2_gamma,
                                    .dbeta = g->norm2_beta,
                                    .partials = op->partials,
                                    .accumulate_partials = op->accumulate_partials,
                                    .count = end->count,
                                    .positions = end->positions,
                                });
  feed_forward_backward (tape, op, dffn);
  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = end->rows,
                                    .dim = end->dim,
                                    .block_size = end->block_size,
                                    .dy = op->db,
                                    .sum = end->sum1,
                                    .stats = end->stats1,
                                    .gamma = w->norm1_gamma,
                                    .dsum = op->da,
                                    .dgamma = g->norm1_gamma,
                                    .dbeta = g->norm1_beta,
                                    .partials = op->partials,
                                    .accumulate_partials = op->accumulate_partials,
                                    .count = end->count,
                                });
  project_backward (tape, op, OUT, end->context, end->dim, w->out_weight, end->dim, op->da,
                    op->dcontext, FALSE, g->out_weight, g->out_bias);
}
