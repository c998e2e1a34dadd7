#version 450
#extension GL_GOOGLE_include_directive : require
// The gradients' norm from its partial sums, and what they are multiplied by to be no longer than
// `max_norm` (torch.nn.utils.clip_grad_norm_). One subgroup; each lane compensates what rounding
// takes away (Kahan).
//
// SCALED: the gradients come multiplied by the loss's scale, which is divided out here and then goes
// its way as in torch.amp.GradScaler: halved where a gradient is no number (that step is skipped),
// doubled after GROWTH_INTERVAL good steps in a row. A gradient that is infinite or NaN makes the sum so.
#include "subgroup.glsl"

layout (constant_id = 1) const bool SCALED = false;

layout (push_constant) uniform Push { uint n; float max_norm; }; // partials; 0: never clip
layout (set = 0, binding = 0) readonly buffer Partials { float partials[]; };
layout (set = 0, binding = 1) writeonly buffer Clip { float norm, scale; };
layout (set = 0, binding = 2) buffer LossScale // CzLossScale
{
  float loss_scale;
  uint good_steps, skipped_steps, skipped;
};

const uint GROWTH_INTERVAL = 2000;
const float LARGEST_SCALE = 1.70141183460469231732e38; // 2^127

void
change_loss_scale (bool skips)
{
  skipped = skips ? 1u : 0u;
  if (skips)
    {
      loss_scale *= 0.5;
      good_steps = 0u;
      skipped_steps++;
    }
  else if (++good_steps == GROWTH_INTERVAL)
    {
      loss_scale = min (2.0 * loss_scale, LARGEST_SCALE);
      good_steps = 0u;
    }
}

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
  float square = subgroupAdd (sum), length = sqrt (square);
  if (subgroupElect ())
    {
      if (SCALED)
        length /= loss_scale;
      norm = length;
      float shortening = max_norm > 0.0 ? min (max_norm / (length + 1e-6), 1.0) : 1.0;
      scale = SCALED ? shortening / loss_scale : shortening;
      if (SCALED)
        change_loss_scale ((floatBitsToUint (square) & 0x7f800000u) == 0x7f800000u);
    }
}
