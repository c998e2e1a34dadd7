#version 450
// b[i] = scale · a[i] + u[i] for n elements, all read as texels: for the tests of texel buffers and of
// specialization constants, which give the local size and the scale. One thread an element.
layout (local_size_x_id = 0) in;
layout (constant_id = 1) const float scale = 1;
layout (push_constant) uniform Push { uint n; } push;
layout (set = 0, binding = 0) uniform samplerBuffer a;  // (n rounded up to 4)
layout (set = 0, binding = 1) uniform usamplerBuffer u; // (n)
layout (set = 0, binding = 3) buffer Out { float b[]; };

void
main ()
{
  uint i = gl_GlobalInvocationID.x;
  if (i < push.n)
    b[i] = scale * texelFetch (a, int (i / 4))[i % 4] + float (texelFetch (u, int (i)).x);
}
