#version 450
#extension GL_GOOGLE_include_directive : require
// Adds up the losses of a micro-batch in a fixed order and writes its result (CzPassResult). One
// subgroup; each lane compensates what rounding takes away (Kahan).
#include "subgroup.glsl"

layout (set = 0, binding = 0) readonly buffer Counts { uint counts[]; }; // batch, micro-batch
layout (set = 0, binding = 1) uniform samplerBuffer losses;              // by four
layout (set = 0, binding = 2) writeonly buffer Result
{
  uint batch_scored, micro_scored;
  float loss_sum;
  uint reserved;
};
layout (push_constant) uniform Push { uint capacity; }; // 0: there are no losses

void
main ()
{
  if (gl_SubgroupID != 0u)
    return;
  uint n = min (counts[1], capacity);
  precise float sum = 0.0, lost = 0.0;
  for (uint i = LANE; i < n; i += LANES)
    {
      precise float next = texelFetch (losses, int (i >> 2))[i & 3u] - lost;
      precise float grown = sum + next;
      lost = (grown - sum) - next;
      sum = grown;
    }
  float all = subgroupAdd (sum);
  if (subgroupElect ())
    {
      batch_scored = counts[0];
      micro_scored = counts[1];
      loss_sum = all;
      reserved = 0u;
    }
}
