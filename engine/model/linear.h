#pragma once

#include "engine/format/model-config.h"
#include "engine/model/partials.h"

// y = x Wᵀ + b, as torch.nn.Linear. Matrices lie close: a row of x is `in` floats, of y `out`.
// `count`: one word on the device, rows past it are neither read nor written; or empty: all rows.
// What may come behind the product is done by its kernel where that can (cz_gemm_can_fuse ()), and
// otherwise by one of its own: the results are the same.

typedef struct
{
  guint rows, in, out;
  CzSpan x;      // (rows, in)
  CzSpan weight; // (out, in)
  CzSpan bias;   // (out)
  CzSpan y;      // (rows, out)
  // (rows, out), gets activation (y), while y stays for the backward pass; or empty: none.
  CzActivation activation;
  CzSpan active;
  CzSpan count;
  const char *label; // static
} CzLinear;

void cz_linear_forward (CzTape *tape, const CzLinear *op);

// y = x Wᵀ + b + residual (rows, out), without an activation. Gives FALSE where the product's
// kernel cannot add it: y is without it then, and whoever reads y next (a LayerNorm) adds it as it
// reads.
gboolean cz_linear_forward_onto (CzTape *tape, const CzLinear *op, CzSpan residual);

typedef struct
{
  guint rows, in, out;
  CzSpan x, weight, dy;
  CzSpan dx;              // (rows, in), or empty: not wanted
  gboolean accumulate_dx; // add to what dx holds
  // (rows, in), or empty. If given, x is what an activation made of it: dx is the gradient of this
  // input, which is then overwritten with x, computed anew (x may be the same span, and is read
  // after that). Not with accumulate_dx.
  CzActivation activation;
  CzSpan input;
  CzSpan dweight; // (out, in), added to; or empty: not wanted, nor is dbias
  CzSpan dbias;   // (out), within the partials' gradients
  const CzPartials *partials;
  gboolean accumulate_partials;
  CzSpan count;
  const char *label;
} CzLinearBackward;

void cz_linear_backward (CzTape *tape, const CzLinearBackward *op);
