#version 450
#extension GL_GOOGLE_include_directive : require
// y = gelu (x), x (1 + erf (x / sqrt 2)) / 2, or relu (x).
// -DBACKWARD: dx = dy times its derivative, and (KEEP) y besides, which may overwrite x.
#include "subgroup.glsl"
#include "vector.glsl"
#include "float.glsl"

layout (constant_id = 1) const bool RELU = false;
layout (constant_id = 2) const bool COUNTED = false;
layout (constant_id = 3) const bool KEEP = false;

layout (push_constant) uniform Push { uint rows, per_group, first_row, n; };
INPUT (0, x);  // (rows, n)
OUTPUT (1, y);
layout (set = 0, binding = 2) readonly buffer Counts { uint counts[]; };
#ifdef BACKWARD
INPUT (3, dy);
OUTPUT (4, dx); // may overwrite dy
#endif

void
main ()
{
  uint limit = rows;
  if (COUNTED)
    limit = min (limit, counts[0]);
  FOR_EACH_ROW (row, limit)
    for (uint i = row * n + LANE; i < (row + 1u) * n; i += LANES)
      {
        VEC v = LOAD (x, i);
        if (RELU)
          {
#ifdef BACKWARD
            VEC slope = VEC (1.0) - step (v, VEC (0.0));
            dx[i] = LOAD (dy, i) * slope;
            if (KEEP)
              y[i] = max (v, VEC (0.0));
#else
            y[i] = max (v, VEC (0.0));
#endif
          }
        else
          {
            VEC below = 0.5 + 0.5 * erf_float (v * 0.707106781186547524);
#ifdef BACKWARD
            VEC density = exp_float (-0.5 * v * v) * 0.398942280401432678;
            dx[i] = LOAD (dy, i) * (below + v * density);
            if (KEEP)
              y[i] = v * below;
#else
            y[i] = v * below;
#endif
          }
      }
}
