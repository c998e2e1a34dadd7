#pragma once

#include "engine/model/dropout.h"
#include "engine/gpu/tape.h"

// Multi-head attention between the projections: p = softmax (q kᵀ / sqrt (head size)), context =
// dropout (p) v. q, k, v and context are (blocks, block_size, heads × head_size); a head's columns
// lie together.
// attended: (blocks, padded block) floats as cz_selection_micro () leaves them: keys that are not
// attended score the lowest float, as in transformers.
//
// It is done in one of two ways, chosen by what is given:
// - fused (stats): probabilities never lie in memory; backward computes them anew from q, k and
//   stats, four floats a row, (blocks, heads, block_size, 4), which forward leaves.
// - by products (p): probabilities are (blocks, heads, block_size, padded block), rows padded to a
//   multiple of four whose surplus is 0; they are what attention maps are drawn from. Where p has
//   not the room for all blocks it is scratch like `dropped` and `dscores`, and they are done in
//   runs of as many as it holds.
// Dropout draws the same either way; numbers agree within rounding.

// The way for a device: fused where it is a GPU whose workgroups hold the kernels' tiles and the
// head size is a multiple of 4 up to 64. The environment's CZ_ATTENTION=products, or =fused where
// the kernels can run, has the last word.
gboolean cz_attention_is_fused (CzDevice *device, guint head_size);

typedef struct
{
  guint blocks, block_size, heads, head_size;
  CzSpan q, k, v;
  CzSpan attended;
  CzSpan stats;   // fused: out, else empty
  guint at_once;  // fused: blocks of one dispatch at most; 0: as many as a watchdog bears
  CzSpan p;       // products: out
  CzSpan dropped; // products: as p, scratch; without dropout it may be empty
  CzSpan context;
  CzDropout dropout;
} CzAttention;

void cz_attention_forward (CzTape *tape, const CzAttention *op);

typedef struct
{
  // As in the forward pass. Fused: context and stats are what it left, and stats is written to; by
  // products p is scratch, computed anew.
  const CzAttention *forward;
  CzSpan dscores; // products: as p, scratch
  CzSpan dcontext;
  CzSpan dq, dk, dv; // overwritten; dk and dv may be k and v, and by products dq may be dcontext
} CzAttentionBackward;

void cz_attention_backward (CzTape *tape, const CzAttentionBackward *op);

// The padded length of a block of that size, and the bytes: of p, of p as scratch (some MiB unless
// one block takes more), of stats.
guint cz_attention_pad (guint block_size);
gsize cz_attention_get_bytes (guint blocks, guint block_size, guint heads);
gsize cz_attention_get_scratch_bytes (guint blocks, guint block_size, guint heads);
gsize cz_attention_get_stats_bytes (guint blocks, guint block_size, guint heads);
