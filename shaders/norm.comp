#version 450
#extension GL_GOOGLE_include_directive : require
// LayerNorm with what comes before it, one subgroup a row: sum = residual + dropout (x), then
// y = (sum - mean) / sqrt (variance + 1e-12) * gamma + beta, variance biased. The statistics are
// gathered in one pass by Welford's way, so a large mean costs no digits; sum may overwrite x.
// -DEMBED: sum = word embedding + position embedding, and the dropout is on y. Only tokens whose id
// is low … high-1 (the table may be larger than a binding).
#include "subgroup.glsl"
#include "vector.glsl"
#include "step.glsl"

layout (constant_id = 1) const uint RESIDUAL = 1u; // 0: none is added; 2: none, and x is the sum's place
layout (constant_id = 2) const bool DROPOUT = false;
// 1: rows past counts[0] are left alone; 2: and row r is row positions[r] of the blocks.
layout (constant_id = 3) const uint CHOSEN = 0;

layout (push_constant) uniform Push
{
  uint rows, per_group, first_row, n, stride, block_size;
  uint drop_purpose, drop_threshold;
  float drop_scale, inverse_size;
#ifdef EMBED
  uint low, high;
#endif
};
STEP (0);
INPUT (1, x);        // (rows, n); EMBED: the word table from row `low` on
INPUT (2, residual); // (rows, n); EMBED: the position table
INPUT (3, gamma);    // (n)
INPUT (4, beta);     // (n)
OUTPUT (5, total);   // (rows, n)
OUTPUT (6, y);       // (rows, n)
layout (set = 0, binding = 7) writeonly buffer Stats { vec4 stats[]; }; // mean, 1/deviation, 0, 0
layout (set = 0, binding = 8) readonly buffer Counts { uint counts[]; };
#ifdef EMBED
layout (set = 0, binding = 9) uniform samplerBuffer tokens; // ids as floats, by four
#else
layout (set = 0, binding = 10) uniform usamplerBuffer positions;
#endif
#include "dropout.glsl"

VEC
before_norm (uint row, uint i, uint block, uint position, uint word)
{
#ifdef EMBED
  return LOAD (x, word * n + i) + LOAD (residual, position * n + i);
#else
  VEC v = LOAD (x, row * n + i);
  if (DROPOUT)
    v *= DROPOUT_FACTOR (block, position, stride, i);
  if (RESIDUAL == 1u)
    v += LOAD (residual, row * n + i);
  return v;
#endif
}

void
main ()
{
  uint limit = rows;
  if (CHOSEN != 0)
    limit = min (limit, counts[0]);
  FOR_EACH_ROW (row, limit)
    {
      uint place = first_row + row, word = 0u;
#ifndef EMBED
      if (CHOSEN == 2)
        place = texelFetch (positions, int (row)).x;
#endif
      uint block = place / block_size, position = place - block * block_size;
#ifdef EMBED
      word = uint (texelFetch (tokens, int (place >> 2))[place & 3u]);
      if (word < low || word >= high)
        continue;
      word -= low;
#endif
      VEC mean = VEC (0.0), squares = VEC (0.0);
      float seen = 0.0;
      for (uint i = LANE; i < n; i += LANES)
        {
          VEC v = before_norm (row, i, block, position, word);
          VEC delta = v - mean;
          seen += 1.0;
          mean += delta * (1.0 / seen);
          squares += delta * (v - mean);
        }
      float center = subgroupAdd (seen * SUM (mean)) * inverse_size;
      VEC off = mean - center;
      float variance = subgroupAdd (SUM (squares) + seen * SUM (off * off)) * inverse_size;
      float scale = 1.0 / sqrt (variance + 1e-12);
      for (uint i = LANE; i < n; i += LANES)
        {
          VEC v = before_norm (row, i, block, position, word);
          VEC out_ = (v - center) * scale * LOAD (gamma, i) + LOAD (beta, i);
#ifdef EMBED
          if (DROPOUT)
            out_ *= DROPOUT_FACTOR (block, position, stride, i);
#endif
          if (RESIDUAL != 2u)
            total[row * n + i] = v;
          y[row * n + i] = out_;
        }
      if (subgroupElect ())
        stats[row] = vec4 (center, scale, 0.0, 0.0);
    }
}
