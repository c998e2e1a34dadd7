#version 450
#extension GL_GOOGLE_include_directive : require
// AdamW as torch.optim.AdamW computes it, over a run of an arena. A subgroup goes over `per_group`
// vectors of four: many, since on lavapipe the scalars read beforehand cost as much as a vector. Each
// array is read as texels and written as vec4, 28 bytes a parameter. SCALED: a step whose gradients were
// no numbers leaves everything as it is (gradient-clip.comp).
#include "subgroup.glsl"

layout (constant_id = 1) const bool SCALED = false;

layout (push_constant) uniform Push
{
  uint n, per_group; // vectors
  float beta1, rest1, beta2, rest2, epsilon; // rest: 1 - beta, rounded once
  uint decays;
};
layout (set = 0, binding = 0) uniform samplerBuffer weights;
layout (set = 0, binding = 1) uniform samplerBuffer gradients;
layout (set = 0, binding = 2) uniform samplerBuffer first;
layout (set = 0, binding = 3) uniform samplerBuffer second;
layout (set = 0, binding = 4) writeonly buffer NewWeights { vec4 new_weights[]; };
layout (set = 0, binding = 5) writeonly buffer NewFirst { vec4 new_first[]; };
layout (set = 0, binding = 6) writeonly buffer NewSecond { vec4 new_second[]; };
layout (set = 0, binding = 7) readonly buffer Clip { float norm, scale; };
layout (set = 0, binding = 8) readonly buffer Step
{
  float step_size; // rate / (1 - beta1^step)
  float root;      // sqrt (1 - beta2^step)
  float shrink;    // 1 - rate × weight decay
};
layout (set = 0, binding = 9) readonly buffer LossScale // CzLossScale
{
  float loss_scale;
  uint good_steps, skipped_steps, skipped;
};

void
main ()
{
  if (SCALED && skipped != 0u)
    return;
  float size = step_size, divisor = root, kept = decays != 0u ? shrink : 1.0, clip = scale;
  uint end = min ((gl_WorkGroupID.x + 1u) * per_group, n);
  for (uint i = gl_WorkGroupID.x * per_group + gl_LocalInvocationIndex; i < end;
       i += gl_WorkGroupSize.x)
    {
      int at = int (i);
      vec4 g = texelFetch (gradients, at) * clip;
      vec4 m = texelFetch (first, at) * beta1 + g * rest1;
      vec4 v = texelFetch (second, at) * beta2 + g * g * rest2;
      vec4 w = texelFetch (weights, at) * kept - size * (m / (sqrt (v) / divisor + epsilon));
      new_weights[i] = w;
      new_first[i] = m;
      new_second[i] = v;
    }
}
