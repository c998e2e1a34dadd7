#version 450
#extension GL_GOOGLE_include_directive : require
// Cuts a micro-batch out of the batch and lists its scored positions in order. One subgroup.
// counts: [1] scored positions of the micro-batch, [128 + 64 s] how many of them slice s has (so
// that each can be bound by itself).
// tokens (micro tokens, up to the next multiple of four): ids as floats, -1 in the tail.
// attended (micro_blocks, padded block): 1 where a key counts, 0 where not, -1 past the block.
#include "subgroup.glsl"
#include "step.glsl"

STEP (0);
layout (set = 0, binding = 1) uniform usamplerBuffer ids;    // (batch_blocks, block_size)
layout (set = 0, binding = 2) uniform usamplerBuffer labels; // the same
layout (set = 0, binding = 3) buffer Counts { uint counts[]; };
layout (set = 0, binding = 4) writeonly buffer Positions { uint positions[]; };
layout (set = 0, binding = 5) writeonly buffer ScoredLabels { uint scored_labels[]; };
layout (set = 0, binding = 6) writeonly buffer Tokens { float tokens[]; };
layout (set = 0, binding = 7) writeonly buffer Attended { float attended[]; };
layout (push_constant) uniform Push
{
  uint block_size, padded_block, micro_blocks, batch_blocks, pad_id, slices, slice_rows, capacity;
};

void
main ()
{
  if (gl_SubgroupID != 0u)
    return;
  uint n = micro_blocks * block_size;
  uint first = step_.first_block * block_size, limit = batch_blocks * block_size;
  uint found = 0u;
  for (uint base = 0u; base < ((n + 3u) & ~3u); base += LANES)
    {
      uint i = base + LANE;
      bool here = i < n && first + i < limit;
      uint word = TOKEN_PADDING | pad_id;
      int label = -100;
      if (here)
        {
          word = texelFetch (ids, int (first + i)).x;
          label = int (texelFetch (labels, int (first + i)).x);
        }
      uint scored = label >= 0 ? 1u : 0u;
      uint at = found + subgroupExclusiveAdd (scored);
      found += subgroupAdd (scored);
      if (scored != 0u && at < capacity)
        {
          positions[at] = i;
          scored_labels[at] = uint (label);
        }
      if (i < n)
        {
          uint block = i / block_size;
          tokens[i] = float (word & TOKEN_ID);
          attended[block * padded_block + i - block * block_size]
              = (word & TOKEN_PADDING) != 0u ? 0.0 : 1.0;
        }
      else if (i < ((n + 3u) & ~3u))
        tokens[i] = -1.0;
    }
  uint extra = padded_block - block_size;
  for (uint i = LANE; i < extra * micro_blocks; i += LANES)
    attended[(i / extra) * padded_block + block_size + i % extra] = -1.0;
  uint listed = min (found, capacity);
  for (uint s = LANE; s < slices; s += LANES)
    counts[128u + 64u * s]
        = s * slice_rows < listed ? min (listed - s * slice_rows, slice_rows) : 0u;
  if (subgroupElect ())
    counts[1] = found;
}
