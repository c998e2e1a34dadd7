#version 450
#extension GL_GOOGLE_include_directive : require
// Attention's gradients of keys and values, fused: a workgroup keeps TILE keys and goes through the queries,
// after attention-query-backward.comp, whose formulas these are:
// dv = dropout (p)ᵀ dcontext, dk = dscoresᵀ q · scale. They may overwrite v and k: no other workgroup reads
// these rows.
#include "attention.glsl"

layout (set = 0, binding = 2) readonly buffer Q { vec4 q[]; };
layout (set = 0, binding = 3) readonly buffer K { vec4 k_[]; };
layout (set = 0, binding = 4) readonly buffer V { vec4 v[]; };
layout (set = 0, binding = 6) readonly buffer Stats { vec4 stats[]; };
layout (set = 0, binding = 7) readonly buffer ContextGradient { vec4 dcontext[]; };
layout (set = 0, binding = 8) writeonly buffer KGradient { vec4 dk[]; };
layout (set = 0, binding = 9) writeonly buffer VGradient { vec4 dv[]; };

LOADER (load_q, q)
LOADER (load_k, k_)
LOADER (load_v, v)
LOADER (load_dcontext, dcontext)
SCORER (score, load_q, load_k)
SCORER (score_gradient, load_dcontext, load_v)
WEIGHER (weigh_dcontext, load_dcontext)
WEIGHER (weigh_q, load_q)

void
main ()
{
  find_place ();
  uint from = gl_WorkGroupID.x * TILE, key = from + 4u * x;
  vec4 dk_sums[8], dv_sums[8], attends = attended_by (key);
  [[unroll]] for (uint i = 0u; i < 8u; i++)
    dk_sums[i] = dv_sums[i] = vec4 (0.0);

  for (uint query = 0u; query < size; query += TILE)
    {
      uint kept = draw_kept (query, key);
      vec4 p[8], dp[8];
      score (p, query, from);
      [[unroll]] for (uint i = 0u; i < 8u; i++)
        {
          uint row = query + ROW (i);
          vec4 known = row < size ? stats[stats_of (row)] : vec4 (0.0);
          p[i] = probable (scored (p[i], attends), attends, known.x) * known.y;
          vec4 dropped = round_input (p[i] * dropout_of (kept, i));
          [[unroll]] for (uint j = 0u; j < 4u; j++)
            tile_p[ROW (i) * PITCH + 4u * x + j] = dropped[j];
        }
      weigh_dcontext (dv_sums, query);
      score_gradient (dp, query, from);
      [[unroll]] for (uint i = 0u; i < 8u; i++)
        {
          uint row = query + ROW (i);
          float gradient = row < size ? stats[stats_of (row)].z : 0.0;
          dp[i] = p[i] * (dp[i] * dropout_of (kept, i) - gradient);
          dp[i] = round_input (mix (vec4 (0.0), dp[i], greaterThan (attends, vec4 (0.0))));
          [[unroll]] for (uint j = 0u; j < 4u; j++)
            tile_p[ROW (i) * PITCH + 4u * x + j] = dp[i][j];
        }
      weigh_q (dk_sums, query);
    }
  STORE (dk, dk_sums, from, scale)
  STORE (dv, dv_sums, from, 1.0)
}
