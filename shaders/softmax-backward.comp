#version 450
#extension GL_GOOGLE_include_directive : require
// Attention's softmax backward, one subgroup a row: dp = ddropped through dropout,
// dscores = p (dp - sum (dp p)), 0 where the key was masked; and (DROPOUT) the dropped
// probabilities once more, which the values' gradient needs. dscores may overwrite ddropped.
#include "subgroup.glsl"
#include "step.glsl"

layout (constant_id = 1) const bool DROPOUT = false;

layout (push_constant) uniform Push
{
  uint rows, per_group, first_row, fours, block_rows;
  uint drop_purpose, drop_threshold;
  float drop_scale;
};
STEP (0);
layout (set = 0, binding = 1) uniform samplerBuffer p;        // (rows, fours)
layout (set = 0, binding = 2) uniform samplerBuffer ddropped; // (rows, fours)
layout (set = 0, binding = 3) uniform samplerBuffer attended; // (blocks, fours)
layout (set = 0, binding = 4) writeonly buffer Scores { vec4 dscores[]; };
layout (set = 0, binding = 5) writeonly buffer Dropped { vec4 dropped[]; };
#include "dropout.glsl"

void
main ()
{
  FOR_EACH_ROW (row, rows)
    {
      uint block = (first_row + row) / block_rows;
      uint element = (first_row + row - block * block_rows) * fours, at = row * fours;
      vec4 sums = vec4 (0.0);
      for (uint i = LANE; i < fours; i += LANES)
        {
          vec4 dp = texelFetch (ddropped, int (at + i));
          if (DROPOUT)
            dp *= dropout_by_four (block, element + i);
          // Past the block ddropped holds whatever its place held before.
          sums += mix (vec4 (0.0), dp * texelFetch (p, int (at + i)),
                       greaterThan (texelFetch (attended, int (block * fours + i)), vec4 (0.0)));
        }
      float sum = subgroupAdd (dot (sums, vec4 (1.0)));
      for (uint i = LANE; i < fours; i += LANES)
        {
          vec4 dp = texelFetch (ddropped, int (at + i)), v = texelFetch (p, int (at + i));
          if (DROPOUT)
            {
              vec4 factor = dropout_by_four (block, element + i);
              dp *= factor;
              dropped[at + i] = v * factor;
            }
          dscores[at + i] = mix (vec4 (0.0), v * (dp - sum),
                                 greaterThan (texelFetch (attended, int (block * fours + i)),
                                              vec4 (0.0)));
        }
    }
}
