#version 450
#extension GL_GOOGLE_include_directive : require
// Counts the labels of a whole batch that are scored. One subgroup.
#include "subgroup.glsl"

layout (set = 0, binding = 0) uniform usamplerBuffer labels; // (batch_blocks, block_size)
layout (set = 0, binding = 1) writeonly buffer Counts { uint counts[]; };
layout (push_constant) uniform Push { uint n; };

void
main ()
{
  if (gl_SubgroupID != 0u)
    return;
  uint count = 0u;
  for (uint i = LANE; i < n; i += LANES)
    count += int (texelFetch (labels, int (i)).x) >= 0 ? 1u : 0u;
  count = subgroupAdd (count);
  if (subgroupElect ())
    counts[0] = count;
}
