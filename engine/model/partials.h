#pragma once

#include "engine/gpu/tape.h"

// Gradients of vectors (biases, LayerNorms) are sums over rows. Each op sums columns over
// CZ_PARTIALS_CHUNKS chunks of rows into an array (chunks, all vectors); one dispatch at the end of
// a micro-batch adds the chunks, in order, to all the gradients. No atomics: the same bits every
// time.
#define CZ_PARTIALS_CHUNKS 16

typedef struct
{
  CzSpan span;      // CZ_PARTIALS_CHUNKS × gradients.size bytes
  CzSpan gradients; // of all vectors, contiguous
} CzPartials;

// Column sums of dy (rows, columns) for the gradient `of` (a span within partials->gradients).
// `count`: one word on the device, rows past it don't exist; or empty. `accumulate`: the chunks are
// added to what an earlier call for the same gradient left in this micro-batch.
void cz_partials_sum (CzTape *tape,
                      const CzPartials *partials,
                      CzSpan of,
                      CzSpan dy,
                      guint rows,
                      guint columns,
                      CzSpan count,
                      gboolean accumulate);

// The same for LayerNorm: gamma's and beta's gradients from dy, the sums it normalized and its
// stats.
void cz_partials_sum_norm (CzTape *tape,
                           const CzPartials *partials,
                           CzSpan gamma,
                           CzSpan beta,
                           CzSpan dy,
                           CzSpan sum,
                           CzSpan stats,
                           guint rows,
                           guint columns,
                           CzSpan count,
                           gboolean accumulate);

// Adds all partials to the gradients.
void cz_partials_add (CzTape *tape, const CzPartials *partials);
