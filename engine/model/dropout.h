#pragma once

#include "engine/gpu/buffer.h"
#include "engine/text/philox.h"

// Where dropout is, for the draws: the purpose is CZ_RANDOM_DROPOUT + site.
#define CZ_DROPOUT_EMBEDDINGS       0
#define CZ_DROPOUT_ATTENTION(layer) (1 + 2 * (layer))
#define CZ_DROPOUT_FFN(layer)       (2 + 2 * (layer))

// Dropout with probability p; 0 is none, and then nothing else is looked at.
typedef struct
{
  double p;
  guint site;
  CzSpan step; // CzStep: seed, step, and the micro-batch's first block
} CzDropout;

static inline guint32
cz_dropout_threshold (const CzDropout *dropout)
{
  return cz_random_threshold (dropout->p);
}
