#version 450
#extension GL_GOOGLE_include_directive : require
// The gradients' norm from its partial sums, and what they are multiplied by to be no longer than
// `max_norm` (torch.nn.utils.clip_grad_norm_). One subgroup; each lane compensates what rounding
// takes away (Kahan).
#include "subgroup.glsl"

layout (push_constant) uniform Push { uint n; float max_norm; }; // partials; 0: never clip
layout (set = 0, binding = 0) readonly buffer Partials { float partials[]; };
layout (set = 0, binding = 1) writeonly buffer Clip { float norm, scale; };

void
main ()
{
  if (gl_SubgroupID != 0u)
    return;
  precise float sum = 0.0, lost = 0.0;
  for (uint i = LANE; i < n; i += LANES)
    {
      precise float next = partials[i] - lost;
      precise float grown = sum + next;
      lost = (grown - sum) - next;
      sum = grown;
    }
  float length = sqrt (subgroupAdd (sum));
  if (subgroupElect ())
    {
      norm = length;
      scale = max_norm > 0.0 ? min (max_norm / (length + 1e-6), 1.0) : 1.0;
    }
}
