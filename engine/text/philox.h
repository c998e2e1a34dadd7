#pragma once

#include <glib.h>

// Randomness as a function: Philox 4x32-10 (Salmon et al. 2011), the same bits here and in the
// shaders. There is no state; whoever draws names what the draw is for.

// What a draw is for. Dropout sites count up from CZ_RANDOM_DROPOUT.
typedef enum
{
  CZ_RANDOM_MASK = 1,
  CZ_RANDOM_EVAL_MASK = 2,
  CZ_RANDOM_SHUFFLE = 3,
  CZ_RANDOM_SPLIT = 4,
  CZ_RANDOM_INIT = 5,
  CZ_RANDOM_SAMPLE = 6,
  CZ_RANDOM_BOOTSTRAP = 7,
  CZ_RANDOM_DROPOUT = 0x100,
} CzRandomPurpose;

void cz_philox (const guint32 counter[4], const guint32 key[2], guint32 ret[4]);

// Philox of counter {element, slot, step, purpose} under key {low, high half of seed}.
void cz_random (
    guint64 seed, guint32 purpose, guint32 step, guint32 slot, guint32 element, guint32 ret[4]);

// The draw threshold of a probability: a 32-bit draw below it comes with probability `p`.
// min (floor (p * 2^32), 2^32 - 1); 0 for p <= 0 and for NaN.
guint32 cz_random_threshold (double p);

// Puts a permutation of 0 … n-1 into `ret` (n elements): Fisher-Yates from the end, the draw of
// element i is cz_random (seed, purpose, step, 0, i)[0] * (i + 1) >> 32.
void cz_random_permutation (guint64 seed, guint32 purpose, guint32 step, guint32 n, guint32 *ret);
