#version 450
#extension GL_GOOGLE_include_directive : require
// Position embeddings' gradient: position t adds up the blocks in order.
#include "subgroup.glsl"
#include "vector.glsl"

INPUT (0, dy);  // (blocks, block_size, n)
INPUT (1, old); // (block_size, n) gradients so far
OUTPUT (2, gradient);
layout (push_constant) uniform Push { uint rows, per_group, first_row, n, blocks; };

void
main ()
{
  FOR_EACH_ROW (t, rows)
    for (uint c = LANE; c < n; c += LANES)
      {
        VEC sum = LOAD (old, t * n + c);
        for (uint b = 0u; b < blocks; b++)
          sum += LOAD (dy, (b * rows + t) * n + c);
        gradient[t * n + c] = sum;
      }
}
