#version 450
#extension GL_GOOGLE_include_directive : require
// Links each token of a micro-batch to the next one with the same id (NONE: the last), and marks
// those that are not the first of theirs: the chains that the word embeddings' gradient is summed
// along. A thread looks through all tokens for its own id.
#include "subgroup.glsl"

layout (set = 0, binding = 0) uniform samplerBuffer tokens; // ids as floats, by four
layout (set = 0, binding = 1) writeonly buffer Links { uint links[]; };
layout (push_constant) uniform Push { uint rows, per_group, first_row, fours; };

#define NONE 0x7fffffffu
#define LATER 0x80000000u
#define MEET(component, number) \
  if (other.component == id) \
    { \
      uint at = 4u * j + number; \
      if (at < i) \
        later = LATER; \
      else if (at > i) \
        next = min (next, at); \
    }

void
main ()
{
  for (uint n = gl_LocalInvocationIndex; n < per_group; n += gl_WorkGroupSize.x)
    {
      uint i = gl_WorkGroupID.x * per_group + n;
      if (i >= rows)
        return;
      float id = texelFetch (tokens, int (i >> 2))[i & 3u];
      uint next = NONE, later = 0u;
      for (uint j = 0u; j < fours && next == NONE; j++)
        {
          vec4 other = texelFetch (tokens, int (j));
          MEET (x, 0u) MEET (y, 1u) MEET (z, 2u) MEET (w, 3u)
        }
      links[i] = next | later;
    }
}
