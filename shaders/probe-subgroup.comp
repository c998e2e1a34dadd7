#version 450
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
// Tells, for each thread, its subgroup's size, the sum of its subgroup's thread indices, and thread 1's
// index shuffled to it: for the test that subgroups are what the device reports.
layout (local_size_x = 64) in;
layout (set = 0, binding = 0) writeonly buffer Out { uint b[]; }; // (64, 3)

void
main ()
{
  uint i = gl_LocalInvocationID.x;
  b[i * 3] = gl_SubgroupSize;
  b[i * 3 + 1] = subgroupAdd (i);
  b[i * 3 + 2] = subgroupShuffle (i, 1);
}
