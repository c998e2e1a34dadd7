#version 450
#extension GL_GOOGLE_include_directive : require
// The dropout of the embeddings' output, applied to its gradient; y may overwrite x.
#include "subgroup.glsl"
#include "vector.glsl"
#include "step.glsl"

layout (push_constant) uniform Push
{
  uint rows, per_group, first_row, n, stride, block_size;
  uint drop_purpose, drop_threshold;
  float drop_scale;
};
STEP (0);
INPUT (1, x); // (rows, n)
OUTPUT (2, y);
#include "dropout.glsl"

void
main ()
{
  FOR_EACH_ROW (row, rows)
    {
      uint block = (first_row + row) / block_size, position = first_row + row - block * block_size;
      for (uint i = LANE; i < n; i += LANES)
        y[row * n + i] = LOAD (x, row * n + i) * DROPOUT_FACTOR (block, position, stride, i);
    }
}
