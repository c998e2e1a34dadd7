// Dropout: a number stays, scaled by 1 / (1 - p), unless its draw is below the threshold. One draw
// serves the four numbers 4e … 4e+3 of an element e; slot is the block's index in the whole batch.
// Needs the push constants drop_purpose, drop_threshold, drop_scale and STEP.
#include "philox.glsl"

vec4
dropout_by_four (uint block, uint element)
{
  uvec4 draw = philox (uvec4 (element, step_.first_block + block, step_.dropout_step, drop_purpose),
                       uvec2 (step_.dropout_seed_low, step_.dropout_seed_high));
  return mix (vec4 (drop_scale), vec4 (0.0), lessThan (draw, uvec4 (drop_threshold)));
}

// The factor of vector i of a row; `stride` is the row's length in fours, rounded up.
#ifdef SCALAR
#define DROPOUT_FACTOR(block, row, stride, i) \
  dropout_by_four (block, (row) * (stride) + ((i) >> 2))[(i) & 3u]
#else
#define DROPOUT_FACTOR(block, row, stride, i) dropout_by_four (block, (row) * (stride) + (i))
#endif
