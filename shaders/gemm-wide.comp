#version 450
// Matrix products in wide registers, for devices whose subgroup is a vector register of a processor.
//
// A workgroup is one subgroup and computes ROWS × 4 LANES elements of C: each lane all rows of four
// columns side by side, in registers (those that the processor lacks are its first-level cache). A is
// loaded as vec4 across the lanes and given to all of them by subgroupShuffle, how depends on their number
// (gemm-broadcast.glsl, gemm-turn.glsl); B is loaded as vec4 by the lane that needs it. Both come through
// RGBA32F texel buffers, the only loads that lavapipe does 128 bits at a time. Eight k a turn, so that
// writing the sums back under the loop's mask costs little. What is left of k goes one by one.
//
// Defines: FORM 0 = NN, 1 = NT, 2 = TN; LANES 8 or 16, the subgroup size; ROWS 4, 16 or (16 lanes) 32, in
// TN the largest. Offsets, leading dimensions and strides are multiples of 4; rows of A, B, C can be read
// up to the next multiple of 4.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "gemm.glsl"

layout (constant_id = 1) const bool RAGGED = false; // rows of C are no multiples of eight
layout (constant_id = 2) const bool TAIL = false;   // k may be no multiple of eight
layout (constant_id = 3) const uint ROUNDING = 0;   // of A and B
#include "round.glsl"
layout (local_size_x = LANES) in;
layout (set = 0, binding = 0) uniform samplerBuffer A;
layout (set = 0, binding = 1) uniform samplerBuffer B;
layout (set = 0, binding = 2) writeonly buffer Eights { u64vec4 eights[]; }; // C, as are the next
layout (set = 0, binding = 6) writeonly buffer Fours { vec4 fours[]; };
layout (set = 0, binding = 7) writeonly buffer Ones { float ones[]; };
layout (set = 0, binding = 3) uniform samplerBuffer Old; // for ACCUMULATE
layout (set = 0, binding = 4) uniform samplerBuffer Bias;

#define LOAD(buffer, texel) texelFetch (buffer, int (texel))
#define LOAD_INPUT(buffer, texel) round_input (LOAD (buffer, texel))

// What is stored for a row of a lane's columns.
#define RESULT(value, sum, row)                                                                    \
  vec4 value = push.alpha * sum + bias;                                                            \
  if (ACCUMULATE)                                                                                  \
    value += LOAD (Old, c_texel + min (row, last_row) * ldc + n_texel);

// Stores by eights: lavapipe stores one lane after the other, and a longer store costs little more.
uint64_t
pack (float low, float high)
{
  return packUint2x32 (uvec2 (floatBitsToUint (low), floatBitsToUint (high)));
}
#define PUT_EIGHT(row, low, high)                                                                  \
  if (row < rows && even_n < push.n)                                                               \
    {                                                                                              \
      vec4 first = low, second = high;                                                             \
      eights[((c_texel + row * ldc) * 4 + even_n) / 8]                                             \
          = u64vec4 (pack (first.x, first.y), pack (first.z, first.w),                             \
                     pack (second.x, second.y), pack (second.z, second.w));                        \
    }

// Stores by fours, and what is left of a row by single elements.
#define PUT(row, value)                                                                            \
  if (row < rows && columns > 0)                                                                   \
    {                                                                                              \
      uint texel = c_texel + row * ldc + n / 4;                                                    \
      if (columns >= 4)                                                                            \
        fours[texel] = value;                                                                      \
      else                                                                                         \
        {                                                                                          \
          ones[4 * texel] = value.x;                                                               \
          if (columns > 1)                                                                         \
            ones[4 * texel + 1] = value.y;                                                         \
          if (columns > 2)                                                                         \
            ones[4 * texel + 2] = value.z;                                                         \
        }                                                                                          \
    }

#if LANES == 16
#include "gemm-broadcast.glsl"
#else
#include "gemm-turn.glsl"
#endif

void
main ()
{
  uint lane = gl_SubgroupInvocationID;
  uint n = (tile_of ().x * LANES + lane) * 4, m = tile_of ().y * ROWS;
  uint valid_m = FORM == 2 ? push.m : valid_of (push.m);
  uint valid_k = FORM == 2 ? valid_of (push.k) : push.k;
  if (m >= valid_m)
    return;

  // All in texels from here: leading dimensions, first texels, and the last ones that hold anything.
  uvec3 matrix = matrix_of () / 4;
  uint lda = push.lda / 4, ldb = push.ldb / 4, ldc = push.ldc / 4;
  uint last_row = valid_m - 1 - m, n_texel = min (n / 4, (push.n - 1) / 4);

  A_BEGIN
#if FORM == 1
#define B_ROW(j) const uint ib##j = matrix.y + min (n + j, push.n - 1) * ldb;
  B_ROW (0) B_ROW (1) B_ROW (2) B_ROW (3)
#else
  uint ib = matrix.y + n_texel;
#endif

  SUMS
  uint k = 0, whole = valid_k & ~7u;
  if (whole > 0)
    do // the test is at the end because a loop's last test costs lavapipe a whole turn
      {
        A_CHUNK
#if FORM == 1
        // Rows of B are columns here: load them along k and turn the 4 × 4 blocks round.
#define B_TEXELS(j)                                                                                \
  vec4 f##j = LOAD_INPUT (B, ib##j + k / 4), g##j = LOAD_INPUT (B, ib##j + k / 4 + 1);
        B_TEXELS (0) B_TEXELS (1) B_TEXELS (2) B_TEXELS (3)
#define PARTS(v0, v1, v2, v3, part) vec4 (v0.part, v1.part, v2.part, v3.part)
#define B_TURN(j, v, part) vec4 b##j = PARTS (v##0, v##1, v##2, v##3, part);
        B_TURN (0, f, x) B_TURN (1, f, y) B_TURN (2, f, z) B_TURN (3, f, w)
        B_TURN (4, g, x) B_TURN (5, g, y) B_TURN (6, g, z) B_TURN (7, g, w)
#else
#define B_TEXELS(j) vec4 b##j = LOAD_INPUT (B, ib + (k + j) * ldb);
        B_TEXELS (0) B_TEXELS (1) B_TEXELS (2) B_TEXELS (3)
        B_TEXELS (4) B_TEXELS (5) B_TEXELS (6) B_TEXELS (7)
#endif
        CHUNK
        k += 8;
      }
    while (k < whole);

  for (; TAIL && k < valid_k; k++)
    {
      A_SINGLE
#if FORM == 1
      vec4 b0 = vec4 (LOAD_INPUT (B, ib0 + k / 4)[k % 4], LOAD_INPUT (B, ib1 + k / 4)[k % 4],
                      LOAD_INPUT (B, ib2 + k / 4)[k % 4], LOAD_INPUT (B, ib3 + k / 4)[k % 4]);
#else
      vec4 b0 = LOAD_INPUT (B, ib + k * ldb);
#endif
      SINGLE
    }

  bool has_bias = (push.flags & HAS_BIAS) != 0;
  vec4 bias = has_bias ? LOAD (Bias, push.bias / 4 + n_texel) : vec4 (0);
  uint rows = valid_m - m, columns = push.n > n ? push.n - n : 0, c_texel = matrix.z + m * ldc;
  uint even_n = n & ~7u;
  bool odd = (lane & 1) != 0;
  STORE
}
