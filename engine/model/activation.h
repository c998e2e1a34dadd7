#pragma once

#include "engine/format/model-config.h"
#include "engine/gpu/tape.h"

// GELU with the exact erf, or ReLU, over (rows, columns).
typedef struct
{
  CzActivation activation;
  guint rows, columns;
  CzSpan x, y;
  CzSpan count; // one word: rows past it are left alone; or empty
} CzActivate;

void cz_activation_forward (CzTape *tape, const CzActivate *op);

typedef struct
{
  CzActivation activation;
  guint rows, columns;
  CzSpan x; // what the forward pass had
  CzSpan y; // its result once more, may be x; or empty: not wanted
  CzSpan dy;
  CzSpan dx; // may be dy
  CzSpan count;
} CzActivateBackward;

void cz_activation_backward (CzTape *tape, const CzActivateBackward *op);
