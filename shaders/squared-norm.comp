#version 450
#extension GL_GOOGLE_include_directive : require
// The sum of squares of a run of gradients: a subgroup adds up `per_group` vectors of four, lane by
// lane, and leaves one partial sum. gradient-clip.comp adds those in their order.
#include "subgroup.glsl"

layout (push_constant) uniform Push { uint n, per_group, first_partial; }; // vectors; partials
layout (set = 0, binding = 0) uniform samplerBuffer gradients;            // (n)
layout (set = 0, binding = 1) writeonly buffer Partials { float partials[]; };

void
main ()
{
  if (gl_SubgroupID != 0u)
    return;
  uint end = min ((gl_WorkGroupID.x + 1u) * per_group, n);
  vec4 sum = vec4 (0.0);
  for (uint i = gl_WorkGroupID.x * per_group + LANE; i < end; i += LANES)
    {
      vec4 g = texelFetch (gradients, int (i));
      sum += g * g;
    }
  float all = subgroupAdd (dot (sum, vec4 (1.0)));
  if (subgroupElect ())
    partials[first_partial + gl_WorkGroupID.x] = all;
}
