#pragma once

#include "engine/model/dropout.h"
#include "engine/model/partials.h"
#include "engine/model/tensors.h"

// What a layer does behind its attention: output matrix, LayerNorm, feed-forward, LayerNorm. Each
// row is computed by itself, so the rows may be some of a micro-batch's only.
typedef struct
{
  guint rows, dim, hidden_dim, block_size;
  CzActivation activation;
  CzSpan count;     // one word on the device: rows past it are left alone; or empty: all rows
  CzSpan positions; // (rows) which of the micro-batch's tokens they are; or empty: these in order
  const CzLayerTensors *weights;
  CzDropout dropout;
  CzSpan context;        // (rows, dim) what attention gives
  CzSpan x;              // (rows, dim) what went into the layer
  CzSpan sum1, stats1;   // (rows, dim), (rows, 4) out
  CzSpan y1;             // (rows, dim) out
  CzSpan hidden;         // (rows, hidden_dim) out, before the activation
  CzSpan active;         // (rows, hidden_dim) out
  CzSpan sum2, stats2;   // out
  CzSpan y;              // (rows, dim) out; may be x unless positions are given
  const char *labels[2]; // of the output matrix's product, of the feed-forward's; static
} CzLayerEnd;

void cz_layer_end_forward (CzTape *tape, const CzLayerEnd *end);

typedef struct
{
  // As in the forward pass. `hidden` becomes what the activation gave, `active` its gradient;
  // context, y1 (unless y1_lost), sums and stats are read.
  const CzLayerEnd *end;
  gboolean y1_lost; // y1 is computed anew, to the bit, in end->y1
  CzSpan da;        // (rows, dim): dy on entry; on return the gradient of x, as far as it is added
  CzSpan db;        // (rows, dim) scratch
  CzSpan dffn;      // (rows, dim) scratch with dropout; may be end->y1 where that is lost
  CzSpan dcontext;  // (rows, dim) out; may be end->y1
  const CzLayerTensors *gradients;
  const CzPartials *partials;
  gboolean accumulate_partials; // see partials.h
  const char *labels[2];
} CzLayerEndBackward;

void cz_layer_end_backward (CzTape *tape, const CzLayerEndBackward *op);
