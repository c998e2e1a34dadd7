#version 450
#extension GL_GOOGLE_include_directive : require
// Attention's gradient of the queries, fused: a workgroup keeps TILE queries and goes through the keys. The
// probabilities are computed anew from q, k and the statistics of forward:
// dscores = p (dropout (dcontext vᵀ) - sum (dcontext ∘ context)), 0 where the key was masked;
// dq = dscores k · scale. The sums are left in the statistics for attention-key-backward.comp.
#include "attention.glsl"

layout (set = 0, binding = 2) readonly buffer Q { vec4 q[]; };
layout (set = 0, binding = 3) readonly buffer K { vec4 k_[]; };
layout (set = 0, binding = 4) readonly buffer V { vec4 v[]; };
layout (set = 0, binding = 5) readonly buffer Context { vec4 context[]; };
layout (set = 0, binding = 6) buffer Stats { vec4 stats[]; };
layout (set = 0, binding = 7) readonly buffer ContextGradient { vec4 dcontext[]; };
layout (set = 0, binding = 8) writeonly buffer QGradient { vec4 dq[]; };

LOADER (load_q, q)
LOADER (load_k, k_)
LOADER (load_v, v)
LOADER (load_dcontext, dcontext)
SCORER (score, load_q, load_k)
SCORER (score_gradient, load_dcontext, load_v)
WEIGHER (weigh, load_k)
REDUCER (add_up, ADD)

void
main ()
{
  find_place ();
  uint query = gl_WorkGroupID.x * TILE;
  vec4 sums[8];
  float tops[8], scales[8], gradients[8];
  [[unroll]] for (uint i = 0u; i < 8u; i++)
    {
      uint row = query + ROW (i);
      bool there = row < size;
      vec4 known = there ? stats[stats_of (row)] : vec4 (0.0);
      tops[i] = known.x;
      scales[i] = known.y;
      gradients[i] = there && 4u * x < head_size
                         ? dot (load_dcontext (row, 4u * x), context[(first + row * stride + 4u * x) / 4u])
                         : 0.0;
      sums[i] = vec4 (0.0);
    }
  add_up (gradients);
  [[unroll]] for (uint i = 0u; i < 8u; i++)
    if (x == 0u && query + ROW (i) < size)
      stats[stats_of (query + ROW (i))] = vec4 (tops[i], scales[i], gradients[i], 0.0);

  for (uint from = 0u; from < size; from += TILE)
    {
      uint key = from + 4u * x;
      uint kept = draw_kept (query, key);
      vec4 p[8], dp[8], attends = attended_by (key);
      score (p, query, from);
      score_gradient (dp, query, from);
      [[unroll]] for (uint i = 0u; i < 8u; i++)
        {
          p[i] = probable (scored (p[i], attends), attends, tops[i]) * scales[i];
          dp[i] = p[i] * (dp[i] * dropout_of (kept, i) - gradients[i]);
          dp[i] = round_input (mix (vec4 (0.0), dp[i], greaterThan (attends, vec4 (0.0))));
          [[unroll]] for (uint j = 0u; j < 4u; j++)
            tile_p[(4u * x + j) * PITCH + ROW (i)] = dp[i][j];
        }
      weigh (sums, from);
    }
  STORE (dq, sums, query, scale)
}
