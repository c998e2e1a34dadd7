#pragma once

#include "engine/model/partials.h"

// y = x Wᵀ + b, as torch.nn.Linear. Matrices lie close: a row of x is `in` floats, of y `out`.
// `count`: one word on the device, rows past it are neither read nor written; or empty: all rows.

typedef struct
{
  guint rows, in, out;
  CzSpan x;      // (rows, in)
  CzSpan weight; // (out, in)
  CzSpan bias;   // (out)
  CzSpan y;      // (rows, out)
  CzSpan count;
  const char *label; // static
} CzLinear;

void cz_linear_forward (CzTape *tape, const CzLinear *op);

typedef struct
{
  guint rows, in, out;
  CzSpan x, weight, dy;
  CzSpan dx;              // (rows, in), or empty: not wanted
  gboolean accumulate_dx; // add to what dx holds
  CzSpan dweight;         // (out, in), added to; or empty: not wanted, nor is dbias
  CzSpan dbias;           // (out), within the partials' gradients
  const CzPartials *partials;
  gboolean accumulate_partials;
  CzSpan count;
  const char *label;
} CzLinearBackward;

void cz_linear_backward (CzTape *tape, const CzLinearBackward *op);
