#pragma once

#include "engine/model/dropout.h"
#include "engine/model/partials.h"

// LayerNorm with what comes before it: sum = residual + dropout (x), y = norm (sum) gamma + beta;
// eps 1e-12, biased variance. Tensors are (rows, dim); stats are (rows, 4) floats.

typedef struct
{
  guint rows, dim;
  guint block_size; // rows are (blocks, block_size), which dropout wants to know
  CzSpan x;
  CzSpan residual;    // or empty
  CzSpan gamma, beta; // (dim)
  CzSpan sum;         // may be x
  CzSpan stats;
  CzSpan y; // neither x nor residual
  CzDropout dropout;
  CzSpan count;     // one word: rows past it are left alone; or empty
  CzSpan positions; // with count: (rows) which of the blocks' rows they are; or empty: in order
} CzLayerNorm;

void cz_layer_norm_forward (CzTape *tape, const CzLayerNorm *op);
// y anew from the sum and stats that the forward pass left: the same bits.
void cz_layer_norm_again (CzTape *tape,
                          guint rows,
                          guint dim,
                          CzSpan sum,
                          CzSpan stats,
                          CzSpan gamma,
                          CzSpan beta,
                          CzSpan y);

typedef struct
{
  guint rows, dim, block_size;
  CzSpan dy;
  CzSpan sum, stats, gamma;
  CzSpan dsum; // of the sum, hence of the residual
  CzSpan dx;   // of x: another span with dropout; without it may be empty, for dsum is it
  CzDropout dropout;
  CzSpan dgamma, dbeta; // within the partials' gradients, or empty: not wanted
  const CzPartials *partials;
  gboolean accumulate_partials;
  CzSpan count, positions; // as in the forward pass
} CzLayerNormBackward;

// dsum may be dy.
void cz_layer_norm_backward (CzTape *tape, const CzLayerNormBackward *op);
