#version 450
#extension GL_GOOGLE_include_directive : require
// Takes the rows at scored positions: y[r] = x[positions[r]]; -DSCATTER: y[positions[r]] = x[r].
#include "subgroup.glsl"
#include "vector.glsl"

layout (push_constant) uniform Push { uint rows, per_group, first_row, n; };
layout (set = 0, binding = 0) readonly buffer Counts { uint counts[]; }; // [0]: rows there are
layout (set = 0, binding = 1) uniform usamplerBuffer positions;
INPUT (2, x);
OUTPUT (3, y);

void
main ()
{
  FOR_EACH_ROW (row, min (rows, counts[0]))
    {
      uint at = texelFetch (positions, int (row)).x;
      for (uint i = LANE; i < n; i += LANES)
#ifdef SCATTER
        y[at * n + i] = LOAD (x, row * n + i);
#else
        y[row * n + i] = LOAD (x, at * n + i);
#endif
    }
}
