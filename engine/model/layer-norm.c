#include "engine/model/layer-norm.h"

#include "engine/model/row-dispatch.h"

#define STATS_BYTES (4 * sizeof (float))

// Which rows: the constant CHOSEN of the kernels.
enum
{
  ALL,
  COUNTED,
  LISTED
};

static guint32
chosen (CzSpan count, CzSpan positions)
{
  return positions.buffer != NULL ? LISTED : count.buffer != NULL ? COUNTED : ALL;
}

void
cz_layer_norm_forward (CzTape *tape, const CzLayerNorm *op)
{
  gsize row = op->dim * sizeof (float);
  // Of norm.comp's RESIDUAL: where nothing is added to x in its own place, it is the sum already.
  gboolean same = op->residual.buffer == NULL && op->dropout.p == 0
                  && op->x.buffer == op->sum.buffer && op->x.offset == op->sum.offset;
  guint32 residual = op->residual.buffer != NULL ? 1 : same ? 2 : 0;
  CzRowDispatch dispatch = {
    .kernel = "norm",
    .constants = { residual, op->dropout.p > 0, chosen (op->count, op->positions) },
    .rows = op->rows,
    .bindings = { op->dropout.step, op->x, op->residual, op->gamma, op->beta, op->sum, op->y,
                  op->stats, op->count, [10] = op->positions },
    .row_bytes = { [1] = row,
                   [2] = op->residual.buffer ? row : 0,
                   [5] = row,
                   [6] = row,
                   [7] = STATS_BYTES,
                   [10] = sizeof (guint32) },
    .label = "layer norm",
  };

  cz_row_dispatch_set_rows (&dispatch, op->dim, op->block_size, &op->dropout);
  cz_row_dispatch (tape, &dispatch);
}

void
cz_layer_norm_again (CzTape *tape,
                     guint rows,
                     guint dim,
                     CzSpan sum,
                     CzSpan stats,
                     CzSpan gamma,
                     CzSpan beta,
                     CzSpan y)
{
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = rows,
                                   .dim = dim,
                                   .block_size = 1,
                                   .x = sum,
                                   .gamma = gamma,
                                   .beta = beta,
                                   .sum = sum,
                                   .stats = stats,
                                   .y = y,
                               });
}

void
cz_layer_norm_backward (CzTape *tape, const CzLayerNormBackward *op)
{
  gsize row = op->dim * sizeof (float);
  CzRowDispatch dispatch = {
    .kernel = "norm-backward",
    .constants = { op->dropout.p > 0, chosen (op->count, op->positions) },
    .rows = op->rows,
    .bindings = { op->dropout.step, op->dy, op->sum, op->gamma, op->stats, op->dsum,
                  op->dx.buffer ? op->dx : op->dsum, op->count, op->positions },
    .row_bytes
    = { [1] = row, [2] = row, [4] = STATS_BYTES, [5] = row, [6] = row, [8] = sizeof (guint32) },
    .label = "layer norm backward",
  };

  if (op->dgamma.buffer)
    cz_partials_sum_norm (tape, op->partials, op->dgamma, op->dbeta, op->dy, op->sum, op->stats,
                          op->rows, op->dim, op->count, op->accumulate_partials);
  cz_row_dispatch_set_rows (&dispatch, op->dim, op->block_size, &op->dropout);
  cz_row_dispatch (tape, &dispatch);
}
