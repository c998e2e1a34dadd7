#version 450
// Adds up the parts of k that gemm-block.comp or gemm-matrix.comp did one by one, in their order: C (m, n) =
// alpha · their sum + bias (n), or that added to C, and the epilogue. A thread an element; workgroups:
// columns, rows, matrices of the batch.
//
// parts (parts, batches, m, n rounded up to 4).
#extension GL_GOOGLE_include_directive : require
#include "gemm.glsl"
#include "gemm-epilogue.glsl"

layout (local_size_x = 64) in;
layout (set = 0, binding = 0) readonly buffer Parts { float parts[]; };
layout (set = 0, binding = 2) buffer C { float c[]; };
layout (set = 0, binding = 4) readonly buffer Bias { float bias[]; };
layout (set = 0, binding = 6) buffer Other { float other[]; };

void
main ()
{
  uint row = gl_WorkGroupID.y, column = gl_GlobalInvocationID.x;
  if (row >= valid_of (push.m) || column >= push.n)
    return;
  uint from = (gl_WorkGroupID.z * push.m + row) * ((push.n + 3) / 4 * 4) + column;
  float sum = 0;
  for (uint part = 0; part < push.parts; part++)
    sum += parts[from + part * push.part_stride];
  float value = push.alpha * sum;
  if ((push.flags & HAS_BIAS) != 0)
    value += bias[push.bias + column];
  uint place = matrix_of ().z + row * push.ldc + column;
  if (ACCUMULATE)
    value += c[place];
  if (EPILOGUE != 0)
    {
      uint beside = place - push.c + push.other;
      vec4 second = vec4 (READS_OTHER ? other[beside] : 0);
      value = finish (vec4 (value), second).x;
      if (WRITES_OTHER)
        other[beside] = second.x;
    }
  c[place] = value;
}
