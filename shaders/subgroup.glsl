// Every kernel of the model works in subgroups: a workgroup is one subgroup (specialization
// constant 0 is the device's subgroup size) and handles a run of rows; where a driver gives smaller
// subgroups the several subgroups of the workgroup take turns. Loops guard their tails.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
layout (local_size_x_id = 0) in;

#define LANE gl_SubgroupInvocationID
#define LANES gl_SubgroupSize

// The rows of this workgroup; `rows`, `per_group` as every kernel's push constants begin.
#define FOR_EACH_ROW(row, limit) \
  for (uint row = gl_WorkGroupID.x * per_group + gl_SubgroupID, \
            row##_end = min ((gl_WorkGroupID.x + 1u) * per_group, limit); \
       row < row##_end; row += gl_NumSubgroups)
