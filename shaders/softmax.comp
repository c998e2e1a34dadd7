#version 450
#extension GL_GOOGLE_include_directive : require
// Attention's softmax, one subgroup a row of scores: keys that are not attended score the lowest
// float, then p = softmax, and (DROPOUT) dropped = p through dropout. p may overwrite the scores.
// Rows are (blocks, heads, queries), each padded to `fours` vectors; past the block p is 0.
#include "subgroup.glsl"
#include "step.glsl"
#include "float.glsl"

layout (constant_id = 1) const bool DROPOUT = false;

layout (push_constant) uniform Push
{
  uint rows, per_group, first_row, fours, block_rows;
  uint drop_purpose, drop_threshold;
  float drop_scale;
};
STEP (0);
layout (set = 0, binding = 1) uniform samplerBuffer scores;   // (rows, fours)
layout (set = 0, binding = 2) uniform samplerBuffer attended; // (blocks, fours): 1, 0; -1: no key
layout (set = 0, binding = 3) writeonly buffer P { vec4 p[]; };
layout (set = 0, binding = 4) writeonly buffer Dropped { vec4 dropped[]; };
#include "dropout.glsl"

const float LOWEST = -3.40282346638528859812e+38;

vec4
masked (uint row, uint key, uint i)
{
  vec4 attends = texelFetch (attended, int (key + i));
  return mix (vec4 (LOWEST), texelFetch (scores, int (row * fours + i)),
              greaterThan (attends, vec4 (0.0)));
}

// 1 where there is a key, attended or not.
vec4
exists (uint key, uint i)
{
  return step (vec4 (0.0), texelFetch (attended, int (key + i)));
}

void
main ()
{
  FOR_EACH_ROW (row, rows)
    {
      uint block = (first_row + row) / block_rows, key = block * fours;
      vec4 most = vec4 (LOWEST);
      for (uint i = LANE; i < fours; i += LANES)
        most = max (most, masked (row, key, i));
      float top = subgroupMax (max (max (most.x, most.y), max (most.z, most.w)));
      vec4 sums = vec4 (0.0);
      for (uint i = LANE; i < fours; i += LANES)
        sums += exp_float (masked (row, key, i) - top) * exists (key, i);
      float scale = 1.0 / subgroupAdd (dot (sums, vec4 (1.0)));
      for (uint i = LANE; i < fours; i += LANES)
        {
          vec4 v = exp_float (masked (row, key, i) - top) * exists (key, i) * scale;
          if (DROPOUT)
            dropped[row * fours + i]
                = v * dropout_by_four (block, (first_row + row - block * block_rows) * fours + i);
          p[row * fours + i] = v;
        }
    }
}
