#version 450
// Doubles each of its n floats: the smallest kernel, for the tests of memory, tapes and timestamps.
// One thread an element.
layout (local_size_x = 64) in;
layout (push_constant) uniform Push { uint n; } push;
layout (set = 0, binding = 0) readonly buffer In { float a[]; };
layout (set = 0, binding = 1) writeonly buffer Out { float b[]; };

void
main ()
{
  uint i = gl_GlobalInvocationID.x;
  if (i < push.n)
    b[i] = 2.0 * a[i];
}
