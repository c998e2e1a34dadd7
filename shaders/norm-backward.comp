#version 450
#extension GL_GOOGLE_include_directive : require
// LayerNorm backward for what it was applied to, one subgroup a row: with g = dy gamma and
// h = (sum - mean) / deviation, dsum = (g - mean (g) - h mean (g h)) / deviation; dx = dsum through
// the dropout of the forward pass. dsum may overwrite dy.
#include "subgroup.glsl"
#include "vector.glsl"
#include "step.glsl"

layout (constant_id = 1) const bool DROPOUT = false;
layout (constant_id = 2) const uint CHOSEN = 0; // as in norm.comp

layout (push_constant) uniform Push
{
  uint rows, per_group, first_row, n, stride, block_size;
  uint drop_purpose, drop_threshold;
  float drop_scale, inverse_size;
};
STEP (0);
INPUT (1, dy);    // (rows, n)
INPUT (2, total); // (rows, n), norm.comp's
INPUT (3, gamma); // (n)
layout (set = 0, binding = 4) uniform samplerBuffer stats; // (rows): mean, 1/deviation, 0, 0
OUTPUT (5, dsum);
OUTPUT (6, dx); // only with DROPOUT
layout (set = 0, binding = 7) readonly buffer Counts { uint counts[]; };
layout (set = 0, binding = 8) uniform usamplerBuffer positions;
#include "dropout.glsl"

void
main ()
{
  uint limit = rows;
  if (CHOSEN != 0)
    limit = min (limit, counts[0]);
  FOR_EACH_ROW (row, limit)
    {
      vec4 s = texelFetch (stats, int (row));
      float sum_g = 0.0, sum_gh = 0.0;
      for (uint i = LANE; i < n; i += LANES)
        {
          VEC g = LOAD (dy, row * n + i) * LOAD (gamma, i);
          VEC h = (LOAD (total, row * n + i) - s.x) * s.y;
          sum_g += SUM (g);
          sum_gh += SUM (g * h);
        }
      sum_g = subgroupAdd (sum_g) * inverse_size;
      sum_gh = subgroupAdd (sum_gh) * inverse_size;
      uint place = CHOSEN == 2 ? texelFetch (positions, int (row)).x : first_row + row;
      uint block = place / block_size, position = place - block * block_size;
      for (uint i = LANE; i < n; i += LANES)
        {
          VEC g = LOAD (dy, row * n + i) * LOAD (gamma, i);
          VEC h = (LOAD (total, row * n + i) - s.x) * s.y;
          VEC d = (g - sum_g - h * sum_gh) * s.y;
          dsum[row * n + i] = d;
          if (DROPOUT)
            dx[row * n + i] = d * DROPOUT_FACTOR (block, position, stride, i);
        }
    }
}
