#version 450
// Matrix products in wide registers, for devices whose subgroup is a vector register of a processor.
//
// A workgroup is one subgroup and computes ROWS × 4 LANES elements of C: each lane all rows of four
// columns side by side, in registers (those that the processor lacks are its first-level cache). A is
// loaded as vec4 across the lanes and broadcast by subgroupShuffle with a constant lane; B is loaded as
// vec4 by the lane that needs it. Both come through RGBA32F texel buffers, the only loads that lavapipe
// does 128 bits at a time. Eight k a turn, so that writing the sums back under the loop's mask costs
// little. What is left of k goes one by one.
//
// Defines: FORM 0 = NN, 1 = NT, 2 = TN; LANES 8 or 16, the subgroup size; ROWS 4, 16 or 32 (TN: 16 or
// 32). Offsets, leading dimensions and strides are multiples of 4; rows of A, B, C can be read up to the
// next multiple of 4.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "gemm.glsl"
#include "gemm-rows.glsl"

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

#define DECLARE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                           \
  vec4 c##r0 = vec4 (0), c##r1 = vec4 (0), c##r2 = vec4 (0), c##r3 = vec4 (0);

#define ADD(r, value, j, xy) c##r.xy += value * b##j.xy;

// Four rows and the columns xy of the j-th k of the chunk.
#if FORM == 2
#define STEP(xy, j, load, component, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                      \
  ADD (r0, subgroupShuffle (p##t.x, u + j), j, xy)                                                 \
  ADD (r1, subgroupShuffle (p##t.y, u + j), j, xy)                                                 \
  ADD (r2, subgroupShuffle (p##t.z, u + j), j, xy)                                                 \
  ADD (r3, subgroupShuffle (p##t.w, u + j), j, xy)
#else
#define STEP(xy, j, load, component, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                      \
  ADD (r0, subgroupShuffle (load##s.component, l0), j, xy)                                         \
  ADD (r1, subgroupShuffle (load##s.component, l1), j, xy)                                         \
  ADD (r2, subgroupShuffle (load##s.component, l2), j, xy)                                         \
  ADD (r3, subgroupShuffle (load##s.component, l3), j, xy)
#endif

#define COLUMNS(xy, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                       \
  STEP (xy, 0, p, x, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 1, p, y, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 2, p, z, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 3, p, w, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 4, q, x, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 5, q, y, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 6, q, z, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                      \
  STEP (xy, 7, q, w, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)

// Four rows of the chunk, with all sums in registers meanwhile: a processor with 512-bit vectors has 32,
// with 256-bit vectors 16, so there two columns come before the other two.
#if LANES == 16
#define CHUNK(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  COLUMNS (xyzw, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)
#else
#define CHUNK(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  COLUMNS (xy, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                            \
  COLUMNS (zw, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)
#endif

// Four rows of a single k; its A lies in load 0 as one load for each row, or texels along the lanes.
#if FORM == 2
#define SINGLE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                            \
  ADD (r0, subgroupShuffle (p.x, r0 / 4), 0, xyzw)                                                 \
  ADD (r1, subgroupShuffle (p.y, r0 / 4), 0, xyzw)                                                 \
  ADD (r2, subgroupShuffle (p.z, r0 / 4), 0, xyzw)                                                 \
  ADD (r3, subgroupShuffle (p.w, r0 / 4), 0, xyzw)
#else
#define SINGLE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                            \
  ADD (r0, subgroupShuffle (p##s, l0), 0, xyzw)                                                    \
  ADD (r1, subgroupShuffle (p##s, l1), 0, xyzw)                                                    \
  ADD (r2, subgroupShuffle (p##s, l2), 0, xyzw)                                                    \
  ADD (r3, subgroupShuffle (p##s, l3), 0, xyzw)
#endif

// What is stored for a row of a lane's columns.
#define RESULT(r)                                                                                  \
  vec4 value##r = push.alpha * c##r + bias;                                                        \
  if (ACCUMULATE)                                                                                  \
    value##r += LOAD (Old, c_texel + min (r, last_row) * ldc + n_texel);

// Stores by eights: lavapipe stores one lane after the other, and a longer store costs little more. Two
// rows of four columns in two lanes are exchanged to one row of eight in each.
uint64_t
pack (float low, float high)
{
  return packUint2x32 (uvec2 (floatBitsToUint (low), floatBitsToUint (high)));
}
#define EIGHT(r, at, low, high)                                                                    \
  if (r < rows && at < push.n)                                                                     \
    eights[((c_texel + (r) * ldc) * 4 + at) / 8]                                                   \
        = u64vec4 (pack (low.x, low.y), pack (low.z, low.w), pack (high.x, high.y),                \
                   pack (high.z, high.w));
#define PUT_EIGHTS(r0, r1)                                                                         \
  {                                                                                                \
    vec4 other = subgroupShuffle (odd ? value##r0 : value##r1, lane ^ 1);                  \
    vec4 low = odd ? other : value##r0, high = odd ? value##r1 : other;                    \
    EIGHT ((odd ? r1 : r0), even_n, low, high)                                                     \
  }

// Stores by fours, and what is left of a row by single elements.
#define PUT(r)                                                                                     \
  if (r < rows && columns > 0)                                                                     \
    {                                                                                              \
      uint texel = c_texel + r * ldc + n / 4;                                                      \
      if (columns >= 4)                                                                            \
        fours[texel] = value##r;                                                                   \
      else                                                                                         \
        {                                                                                          \
          ones[4 * texel] = value##r.x;                                                            \
          if (columns > 1)                                                                         \
            ones[4 * texel + 1] = value##r.y;                                                      \
          if (columns > 2)                                                                         \
            ones[4 * texel + 2] = value##r.z;                                                      \
        }                                                                                          \
    }
#define STORE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  {                                                                                                \
    RESULT (r0) RESULT (r1) RESULT (r2) RESULT (r3)                                                \
    if (RAGGED)                                                                                    \
      {                                                                                            \
        PUT (r0) PUT (r1) PUT (r2) PUT (r3)                                                        \
      }                                                                                            \
    else                                                                                           \
      {                                                                                            \
        PUT_EIGHTS (r0, r1)                                                                        \
        PUT_EIGHTS (r2, r3)                                                                        \
      }                                                                                            \
  }

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

#if FORM == 2
  uint ia = matrix.x + min (lane % (ROWS / 4) + m / 4, (push.m - 1) / 4); // for SINGLE
#if LANES == 16
#define A_LOAD(t) const uint m##t = min (m / 4 + lane / 8 * (ROWS / 8) + t, (push.m - 1) / 4);
#else
#define A_LOAD(t) const uint m##t = min (m / 4 + t, (push.m - 1) / 4);
#endif
  COLUMN_LOADS (A_LOAD)
#else
#define A_LOAD(s) const uint ia##s = matrix.x + (m + min (s * LANES + lane, last_row)) * lda;
  LOADS (A_LOAD)
#endif

#if FORM == 1
#define B_ROW(j) const uint ib##j = matrix.y + min (n + j, push.n - 1) * ldb;
  B_ROW (0) B_ROW (1) B_ROW (2) B_ROW (3)
#else
  uint ib = matrix.y + n_texel;
#endif

  GROUPS (DECLARE)
  uint k = 0, whole = valid_k & ~7u;
  if (whole > 0)
    do // the test is at the end because a loop's last test costs lavapipe a whole turn
      {
#if FORM == 2
#define A_TEXELS(t) vec4 p##t = LOAD_INPUT (A, matrix.x + (k + lane % 8) * lda + m##t);
        COLUMN_LOADS (A_TEXELS)
#else
#define A_TEXELS(s)                                                                                \
  vec4 p##s = LOAD_INPUT (A, ia##s + k / 4), q##s = LOAD_INPUT (A, ia##s + k / 4 + 1);
        LOADS (A_TEXELS)
#endif
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
        GROUPS (CHUNK)
        k += 8;
      }
    while (k < whole);

  for (; TAIL && k < valid_k; k++)
    {
#if FORM == 2
      vec4 p = LOAD_INPUT (A, ia + k * lda);
#else
#define A_SINGLE(s) float p##s = LOAD_INPUT (A, ia##s + k / 4)[k % 4];
      LOADS (A_SINGLE)
#endif
#if FORM == 1
      vec4 b0 = vec4 (LOAD_INPUT (B, ib0 + k / 4)[k % 4], LOAD_INPUT (B, ib1 + k / 4)[k % 4],
                      LOAD_INPUT (B, ib2 + k / 4)[k % 4], LOAD_INPUT (B, ib3 + k / 4)[k % 4]);
#else
      vec4 b0 = LOAD_INPUT (B, ib + k * ldb);
#endif
      GROUPS (SINGLE)
    }

  bool has_bias = (push.flags & HAS_BIAS) != 0;
  vec4 bias = has_bias ? LOAD (Bias, push.bias / 4 + n_texel) : vec4 (0);
  uint rows = valid_m - m, columns = push.n > n ? push.n - n : 0, c_texel = matrix.z + m * ldc;
  uint even_n = n & ~7u;
  bool odd = (lane & 1) != 0;
  GROUPS (STORE)
}
