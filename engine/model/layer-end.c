#include "engine/model/layer-end.h"

#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"

enum
{
  OUT,
  FFN
};

static CzLinear
projection (const CzLayerEnd *end,
            guint product,
            CzSpan x,
            guint in,
            CzSpan weight,
            CzSpan bias,
            guint out,
            CzSpan y)
{
  return (CzLinear){
    .rows = end->rows,
    .in = in,
    .out = out,
    .x = x,
    .weight = weight,
    .bias = bias,
    .y = y,
    .activation = end->activation,
    .count = end->count,
    .label = end->labels[product],
  };
}

// What goes into a LayerNorm, by a projection onto the residual. The dropout, which is the norm's,
// comes before the residual. Gives what is left for the norm to add.
static CzSpan
project_onto (CzTape *tape, const CzLinear *op, const CzDropout *dropout, CzSpan residual)
{
  CzSpan none = { 0 };

  if (dropout->p == 0)
    return cz_linear_forward_onto (tape, op, residual) ? none : residual;
  cz_linear_forward (tape, op);
  return residual;
}

void
cz_layer_end_forward (CzTape *tape, const CzLayerEnd *end)
{
  const CzLayerTensors *w = end->weights;
  guint dim = end->dim, hidden = end->hidden_dim;
  CzDropout none = { 0 };
  CzLinear out
      = projection (end, OUT, end->context, dim, w->out_weight, w->out_bias, dim, end->sum1);
  CzLinear lin1
      = projection (end, FFN, end->y1, dim, w->lin1_weight, w->lin1_bias, hidden, end->hidden);
  CzLinear lin2
      = projection (end, FFN, end->active, hidden, w->lin2_weight, w->lin2_bias, dim, end->sum2);

  CzSpan residual = project_onto (tape, &out, &none, end->x);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = end->rows,
                                   .dim = dim,
                                   .block_size = end->block_size,
                                   .x = end->sum1,
                                   .residual = residual,
                                   .gamma = w->norm1_gamma,
                                   .beta = w->norm1_beta,
                                   .sum = end->sum1,
                                   .stats = end->stats1,
                                   .y = end->y1,
                                   .count = end->count,
                               });
  lin1.active = end->active;
  cz_linear_forward (tape, &lin1);
  residual = project_onto (tape, &lin2, &end->dropout, end->y1);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = end->rows,
                                   .dim = dim,
                                   .block_size = end->block_size,
                                   .x = end->sum2,
                                   .residual = residual,
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

static CzLinearBackward
projection_backward (const CzLayerEndBackward *op,
                     guint product,
                     CzSpan x,
                     guint in,
                     CzSpan weight,
                     guint out,
                     CzSpan dy,
                     CzSpan dx)
{
  return (CzLinearBackward){
    .rows = op->end->rows,
    .in = in,
    .out = out,
    .x = x,
    .weight = weight,
    .dy = dy,
    .dx = dx,
    .activation = op->end->activation,
    .partials = op->partials,
    .accumulate_partials = op->accumulate_partials,
    .count = op->end->count,
    .label = op->labels[product],
  };
}

static void
feed_forward_backward (CzTape *tape, const CzLayerEndBackward *op, CzSpan dffn)
{
  const CzLayerEnd *end = op->end;
  const CzLayerTensors *w = end->weights, *g = op->gradients;
  guint dim = end->dim, hidden = end->hidden_dim;
  CzLinearBackward lin2
      = projection_backward (op, FFN, end->hidden, hidden, w->lin2_weight, dim, dffn, end->active);
  CzLinearBackward lin1
      = projection_backward (op, FFN, end->y1, dim, w->lin1_weight, hidden, end->active, op->db);

  // What the activation gave is computed anew, where its input was.
  lin2.input = end->hidden;
  lin2.dweight = g->lin2_weight;
  lin2.dbias = g->lin2_bias;
  cz_linear_backward (tape, &lin2);
  if (op->y1_lost)
    cz_layer_norm_again (tape, end->rows, dim, end->sum1, end->stats1, w->norm1_gamma,
                         w->norm1_beta, end->y1);
  lin1.accumulate_dx = TRUE;
  lin1.dweight = g->lin1_weight;
  lin1.dbias = g->lin1_bias;
  cz_linear_backward (tape, &lin1);
}

void
cz_layer_end_backward (CzTape *tape, const CzLayerEndBackward *op)
{
  const CzLayerEnd *end = op->end;
  const CzLayerTensors *w = end->weights, *g = op->gradients;
  CzSpan dffn = end->dropout.p > 0 ? op->dffn : op->db;
  CzLinearBackward out = projection_backward (op, OUT, end->context, end->dim, w->out_weight,
                                              end->dim, op->da, op->dcontext);

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
  out.dweight = g->out_weight;
  out.dbias = g->out_bias;
  cz_linear_backward (tape, &out);
}
