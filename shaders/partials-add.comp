#version 450
#extension GL_GOOGLE_include_directive : require
// Adds the chunks of column-sums.comp, in their order, to the gradients of all biases and
// LayerNorms. One thread four numbers.
#include "subgroup.glsl"

layout (set = 0, binding = 0) uniform samplerBuffer partials; // (chunks, fours)
layout (set = 0, binding = 1) uniform samplerBuffer old;      // (fours)
layout (set = 0, binding = 2) writeonly buffer Gradients { vec4 gradients[]; };
layout (push_constant) uniform Push { uint rows, per_group, first_row, chunks; };

void
main ()
{
  for (uint k = gl_LocalInvocationIndex; k < per_group; k += gl_WorkGroupSize.x)
    {
      uint i = gl_WorkGroupID.x * per_group + k;
      if (i >= rows)
        return;
      vec4 sum = texelFetch (partials, int (i));
      for (uint c = 1u; c < chunks; c++)
        sum += texelFetch (partials, int (c * rows + i));
      gradients[i] = texelFetch (old, int (i)) + sum;
    }
}
