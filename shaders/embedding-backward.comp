#version 450
#extension GL_GOOGLE_include_directive : require
// Word embeddings' gradient: the first token of an id adds up the chain of all, in order, so there
// are no atomics and the sum is the same every time. A row of the table is written by one subgroup.
// The padding token's row gets nothing (torch's padding_idx). Only ids low … high-1 (the table may
// be larger than a binding).
#include "subgroup.glsl"
#include "vector.glsl"

layout (set = 0, binding = 0) uniform samplerBuffer tokens; // ids as floats, by four
layout (set = 0, binding = 1) uniform usamplerBuffer links;
INPUT (2, dy);       // (tokens, n)
INPUT (3, old);      // (high - low, n) gradients so far
OUTPUT (4, gradient);
layout (push_constant) uniform Push { uint rows, per_group, first_row, n, low, high, pad_id; };

#define NONE 0x7fffffffu
#define LATER 0x80000000u

void
main ()
{
  FOR_EACH_ROW (i, rows)
    {
      uint id = uint (texelFetch (tokens, int (i >> 2))[i & 3u]);
      uint link = texelFetch (links, int (i)).x;
      if ((link & LATER) != 0u || id < low || id >= high || id == pad_id)
        continue;
      for (uint c0 = LANE; c0 < n; c0 += 4u * LANES)
        {
          uint c1 = min (c0 + LANES, n - 1u), c2 = min (c0 + 2u * LANES, n - 1u);
          uint c3 = min (c0 + 3u * LANES, n - 1u), at = (id - low) * n;
          VEC a0 = VEC (0.0), a1 = VEC (0.0), a2 = VEC (0.0), a3 = VEC (0.0);
          for (uint j = i; j != NONE; j = texelFetch (links, int (j)).x & NONE)
            {
              a0 += LOAD (dy, j * n + c0);
              a1 += LOAD (dy, j * n + c1);
              a2 += LOAD (dy, j * n + c2);
              a3 += LOAD (dy, j * n + c3);
            }
          gradient[at + c0] = LOAD (old, at + c0) + a0;
          if (c0 + LANES < n)
            gradient[at + c1] = LOAD (old, at + c1) + a1;
          if (c0 + 2u * LANES < n)
            gradient[at + c2] = LOAD (old, at + c2) + a2;
          if (c0 + 3u * LANES < n)
            gradient[at + c3] = LOAD (old, at + c3) + a3;
        }
    }
}
