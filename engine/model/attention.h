#pragma once

#include "engine/model/dropout.h"
#include "engine/gpu/tape.h"

// Multi-head attention between the projections: p = softmax (q kᵀ / sqrt (head size)), context =
// dropout (p) v. q, k, v and context are (blocks, block_size, heads × head_size); a head's columns
// lie together. Probabilities are (blocks, heads, block_size, padded block), rows padded to a
// multiple of four whose surplus is 0.
// attended: (blocks, padded block) floats as cz_selection_micro () leaves them: keys that are not
// attended score the lowest float, as in transformers.

typedef struct
{
  guint blocks, block_size, heads, head_size;
  CzSpan q, k, v;
  CzSpan attended;
  CzSpan p;
  CzSpan dropped; // as p, scratch; without dropout it may be empty
  CzSpan context;
  CzDropout dropout;
} CzAttention;

void cz_attention_forward (CzTape *tape, const CzAttention *op);

typedef struct
{
  guint blocks, block_size, heads, head_size;
  CzSpan q, k, v, attended;
  CzSpan p;       // as forward's, scratch: computed anew
  CzSpan dropped; // as p, scratch; without dropout it may be empty
  CzSpan dscores; // as p, scratch
  CzSpan dcontext;
  CzSpan dq, dk, dv; // overwritten; may be dcontext, k and v, in that order
  CzDropout dropout;
} CzAttentionBackward;

void cz_attention_backward (CzTape *tape, const CzAttentionBackward *op);

// The padded length of a block of that size, and the bytes of p.
guint cz_attention_pad (guint block_size);
gsize cz_attention_get_bytes (guint blocks, guint block_size, guint heads);
