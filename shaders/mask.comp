#version 450
#extension GL_GOOGLE_include_directive : require
// Draws the masks of a whole batch, the same bits as engine/text/masking.c; or, with labels given,
// takes them over. One thread a token.
// words, ids, labels: (batch_blocks, block_size); hashes: (batch_blocks).
#include "subgroup.glsl"
#include "step.glsl"
#include "philox.glsl"

STEP (0);
layout (set = 0, binding = 1) uniform usamplerBuffer words;
layout (set = 0, binding = 2) uniform usamplerBuffer hashes;
layout (set = 0, binding = 3) uniform usamplerBuffer given;
layout (set = 0, binding = 4) writeonly buffer Ids { uint ids[]; };
layout (set = 0, binding = 5) writeonly buffer Labels { int labels[]; };
layout (push_constant) uniform Push
{
  uint rows, per_group, first_row, block_size, vocabulary, pad_id;
};

const uint REPLACE = 3435973836u; // floor (0.8 * 2^32)
const uint RANDOM = 3865470566u;  // floor (0.9 * 2^32)

uvec4
draw (uint block, uint element)
{
  return philox (uvec4 (element, texelFetch (hashes, int (block)).x, step_.mask_step,
                        step_.mask_purpose),
                 uvec2 (step_.mask_seed_low, step_.mask_seed_high));
}

void
main ()
{
  for (uint n = gl_LocalInvocationIndex; n < per_group; n += gl_WorkGroupSize.x)
    {
      uint i = gl_WorkGroupID.x * per_group + n;
      if (i >= rows)
        return;
      uint block = i / block_size, position = i - block * block_size;
      uint word = texelFetch (words, int (i)).x;
      uint id = min (word & TOKEN_ID, vocabulary - 1u);
      int label = -100;

      if (block >= step_.valid_blocks)
        {
          id = pad_id;
          word = TOKEN_PADDING;
        }
      else if (step_.mask_strategy == 2u)
        {
          label = int (texelFetch (given, int (i)).x);
          if (label < 0 || uint (label) >= vocabulary)
            label = -100;
        }
      else if ((word & TOKEN_SPECIAL) == 0u && step_.mask_strategy == 0u)
        {
          uvec4 r = draw (block, position);
          if (r.x < step_.mask_threshold)
            {
              uint high, low;
              label = int (id);
              umulExtended (r.z, vocabulary, high, low);
              id = r.y < REPLACE ? step_.mask_id : r.y < RANDOM ? high : id;
            }
        }
      else if ((word & TOKEN_SPECIAL) == 0u)
        {
          uint start = position, w = word;
          while ((w & TOKEN_WORD_START) == 0u && start > 0u)
            {
              start--;
              w = texelFetch (words, int (i - position + start)).x;
            }
          if (draw (block, start).x < step_.mask_threshold)
            {
              label = int (id);
              id = step_.mask_id;
            }
        }
      ids[i] = id | (word & TOKEN_PADDING);
      labels[i] = label;
    }
}
