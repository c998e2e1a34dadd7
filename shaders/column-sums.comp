#version 450
#extension GL_GOOGLE_include_directive : require
// Sums of columns over chunks of rows, for biases and (-DNORM) LayerNorm's gamma and beta: a lane
// has a column vector and walks its chunk's rows. partials-add.comp adds the chunks in their order.
#include "subgroup.glsl"
#include "vector.glsl"

layout (constant_id = 1) const bool COUNTED = false;    // rows past counts[0] don't exist
layout (constant_id = 2) const bool ACCUMULATE = false; // add to what the partials hold

layout (push_constant) uniform Push { uint rows, per_chunk, n, stride, at, at_beta; };
INPUT (0, dy);                                   // (rows, n)
layout (set = 0, binding = 1) readonly buffer Counts { uint counts[]; };
INPUT (2, old);                                  // the partials so far: (chunks, stride)
OUTPUT (3, partials);
#ifdef NORM
INPUT (4, total);                                // (rows, n), norm.comp's
layout (set = 0, binding = 5) uniform samplerBuffer stats; // (rows)
#endif

void
main ()
{
  uint c = gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  if (c >= n)
    return;
  uint chunk = gl_WorkGroupID.y, limit = rows, row = chunk * per_chunk;
  if (COUNTED)
    limit = min (limit, counts[0]);
  uint end = min (row + per_chunk, limit);
  VEC sum = VEC (0.0);
#ifdef NORM
  VEC sum_h = VEC (0.0);
#endif
  for (; row < end; row++)
    {
      VEC g = LOAD (dy, row * n + c);
      sum += g;
#ifdef NORM
      vec4 s = texelFetch (stats, int (row));
      sum_h += g * ((LOAD (total, row * n + c) - s.x) * s.y);
#endif
    }
  uint to = chunk * stride + c;
#ifdef NORM
  if (ACCUMULATE)
    {
      sum += LOAD (old, to + at_beta);
      sum_h += LOAD (old, to + at);
    }
  partials[to + at] = sum_h;
  partials[to + at_beta] = sum;
#else
  if (ACCUMULATE)
    sum += LOAD (old, to + at);
  partials[to + at] = sum;
#endif
}
