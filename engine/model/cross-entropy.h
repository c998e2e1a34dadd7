#pragma once

#include "engine/gpu/tape.h"

// Rows at scored positions, and softmax with cross-entropy over them. All of a slice: `rows` at
// most, `count` (one word on the device) of which exist.

// y (rows, dim) = x[positions]; or scatter: y[positions] = x (rows, dim).
void cz_rows_gather (
    CzTape *tape, CzSpan x, CzSpan positions, CzSpan count, guint rows, guint dim, CzSpan y);
void cz_rows_scatter (
    CzTape *tape, CzSpan x, CzSpan positions, CzSpan count, guint rows, guint dim, CzSpan y);

typedef struct
{
  guint rows, vocabulary, padded_vocabulary; // the latter a multiple of four
  CzSpan total;                              // one word: the gradient is divided by it (0: by 1)
  CzSpan count;
  CzSpan labels; // (rows)
  CzSpan
      logits; // (rows, padded_vocabulary); with gradient they become their gradient, 0 in padding
  CzSpan losses;     // (rows) out, nats
  CzSpan loss_scale; // one float that the gradient is multiplied by, or empty: 1
  gboolean gradient;
} CzCrossEntropy;

void cz_cross_entropy (CzTape *tape, const CzCrossEntropy *op);

// Writes a CzPassResult: counts [0] and [1], and the sum of the first min (counts[1], capacity)
// losses in a fixed order.
void cz_cross_entropy_result (
    CzTape *tape, CzSpan counts, CzSpan losses, guint capacity, CzSpan result);
