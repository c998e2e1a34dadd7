#version 450
#extension GL_GOOGLE_include_directive : require
// Attention forward, fused: a workgroup keeps TILE queries and goes through the keys, with each row's
// largest score and sum so far: where a larger score turns up, what was summed is scaled down to it (the
// online softmax of Milakov and Gimelshein 2018; FlashAttention, Dao et al. 2022).
// context = dropout (softmax (q kᵀ · scale)) v, and the first two statistics of each row.
#include "attention.glsl"

layout (set = 0, binding = 2) readonly buffer Q { vec4 q[]; };
layout (set = 0, binding = 3) readonly buffer K { vec4 k_[]; };
layout (set = 0, binding = 4) readonly buffer V { vec4 v[]; };
layout (set = 0, binding = 5) writeonly buffer Context { vec4 context[]; };
layout (set = 0, binding = 6) writeonly buffer Stats { vec4 stats[]; };

LOADER (load_q, q)
LOADER (load_k, k_)
LOADER (load_v, v)
SCORER (score, load_q, load_k)
WEIGHER (weigh, load_v)
REDUCER (find_top, max)
REDUCER (add_up, ADD)

void
main ()
{
  find_place ();
  uint query = gl_WorkGroupID.x * TILE;
  vec4 sums[8];
  float tops[8], totals[8]; // of exp: of this thread's keys alone
  [[unroll]] for (uint i = 0u; i < 8u; i++)
    {
      sums[i] = vec4 (0.0);
      tops[i] = LOWEST;
      totals[i] = 0.0;
    }

  for (uint from = 0u; from < size; from += TILE)
    {
      uint key = from + 4u * x;
      uint kept = draw_kept (query, key);
      vec4 p[8], attends = attended_by (key);
      score (p, query, from);
      float larger[8];
      [[unroll]] for (uint i = 0u; i < 8u; i++)
        {
          p[i] = scored (p[i], attends);
          larger[i] = max (max (p[i].x, p[i].y), max (p[i].z, p[i].w));
        }
      find_top (larger);
      [[unroll]] for (uint i = 0u; i < 8u; i++)
        {
          larger[i] = max (larger[i], tops[i]);
          float shrink = exp_float (tops[i] - larger[i]);
          tops[i] = larger[i];
          p[i] = probable (p[i], attends, tops[i]);
          totals[i] = totals[i] * shrink + dot (p[i], vec4 (1.0));
          sums[i] *= shrink;
          p[i] = round_input (p[i] * dropout_of (kept, i));
          [[unroll]] for (uint j = 0u; j < 4u; j++)
            tile_p[(4u * x + j) * PITCH + ROW (i)] = p[i][j];
        }
      weigh (sums, from);
    }

  add_up (totals);
  [[unroll]] for (uint i = 0u; i < 8u; i++)
    {
      sums[i] *= 1.0 / totals[i];
      if (x == 0u && query + ROW (i) < size)
        stats[stats_of (query + ROW (i))] = vec4 (tops[i], 1.0 / totals[i], 0.0, 0.0);
    }
  STORE (context, sums, query, 1.0)
}
