#version 450
#extension GL_GOOGLE_include_directive : require
// Softmax, cross-entropy and its gradient over a slice of scored rows, one subgroup a row:
// loss = log sum exp (logits) - logits[label] in nats, and (GRADIENT) the logits become
// (softmax - [label]) / count, count being the whole batch's scored positions; SCALED: times the loss's
// scale, with which all gradients then come.
// Rows are padded to `fours` vectors; what is past the vocabulary counts for nothing, gradient 0.
#include "subgroup.glsl"
#include "float.glsl"

layout (constant_id = 1) const bool GRADIENT = true;
layout (constant_id = 2) const bool SCALED = false;

layout (push_constant) uniform Push { uint rows, per_group, first_row, fours, vocabulary; };
layout (set = 0, binding = 0) readonly buffer Total { uint total; }; // the batch's scored positions
layout (set = 0, binding = 1) readonly buffer Counts { uint counts[]; }; // this slice's rows
layout (set = 0, binding = 2) uniform usamplerBuffer labels; // (rows)
layout (set = 0, binding = 3) uniform samplerBuffer logits;  // (rows, fours)
layout (set = 0, binding = 4) writeonly buffer Gradient { vec4 gradient[]; };
layout (set = 0, binding = 5) writeonly buffer Losses { float losses[]; };
layout (set = 0, binding = 6) readonly buffer LossScale { float loss_scale; };

const float LOWEST = -3.40282346638528859812e+38;

vec4
logit (uint row, uint i)
{
  vec4 v = texelFetch (logits, int (row * fours + i));
  if (4u * i + 3u >= vocabulary)
    v = mix (vec4 (LOWEST), v, lessThan (4u * i + uvec4 (0u, 1u, 2u, 3u), uvec4 (vocabulary)));
  return v;
}

void
main ()
{
  float scale = 1.0 / float (max (total, 1u));
  if (SCALED)
    scale *= loss_scale;
  FOR_EACH_ROW (row, min (rows, counts[0]))
    {
      uint label = texelFetch (labels, int (row)).x;
      float own = texelFetch (logits, int (row * fours + (label >> 2)))[label & 3u];
      vec4 most = vec4 (LOWEST);
      for (uint i = LANE; i < fours; i += LANES)
        most = max (most, logit (row, i));
      float top = subgroupMax (max (max (most.x, most.y), max (most.z, most.w)));
      vec4 sums = vec4 (0.0);
      for (uint i = LANE; i < fours; i += LANES)
        sums += exp_float (logit (row, i) - top);
      float sum = subgroupAdd (dot (sums, vec4 (1.0)));
      if (subgroupElect ())
        losses[row] = log_float (sum) + (top - own);
      if (!GRADIENT)
        continue;
      float share = scale / sum;
      for (uint i = LANE; i < fours; i += LANES)
        {
          vec4 g = exp_float (logit (row, i) - top) * share;
          if (label >> 2 == i)
            g -= scale * vec4 (equal (uvec4 (label & 3u), uvec4 (0u, 1u, 2u, 3u)));
          gradient[row * fours + i] = g;
        }
    }
}
