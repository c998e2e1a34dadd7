#version 450
// Matrix products in wide registers, for devices whose subgroup is a vector register of a processor.
//
// A workgroup is one subgroup and computes ROWS × 64 elements of C: each lane all rows of 64 / LANES
// columns side by side, in registers (those that the processor lacks are its first-level cache). A is
// loaded as vec4 across the lanes and broadcast by subgroupShuffle with a constant lane; B is loaded as
// vec4 by the lane that needs it. Both come through RGBA32F texel buffers, the only loads that lavapipe
// does 128 bits at a time. Eight k a turn, so that writing the sums back under the loop's mask costs
// little. What is left of k goes one by one.
//
// Defines: FORM 0 = NN, 1 = NT, 2 = TN; LANES 8 or 16, the subgroup size; ROWS 4, 16 or 32 (TN: 32). Offsets, leading dimensions and strides are multiples of 4; rows of A, B, C
// can be read up to the next multiple of 4.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "gemm.glsl"
#include "gemm-rows.glsl"

layout (constant_id = 1) const bool RAGGED = false; // rows of C are no multiples of eight
layout (constant_id = 2) const bool TAIL = false;   // k may be no multiple of eight
layout (local_size_x = LANES) in;
layout (set = 0, binding = 0) uniform samplerBuffer A;
layout (set = 0, binding = 1) uniform samplerBuffer B;
layout (set = 0, binding = 2) writeonly buffer Eights { u64vec4 eights[]; }; // C, as are the next
layout (set = 0, binding = 6) writeonly buffer Fours { vec4 fours[]; };
layout (set = 0, binding = 7) writeonly buffer Ones { float ones[]; };
layout (set = 0, binding = 3) uniform samplerBuffer Old; // for ACCUMULATE
layout (set = 0, binding = 4) uniform samplerBuffer Bias;

#define LOAD(buffer, texel) texelFetch (buffer, int (texel))

// With 8 lanes a lane has eight columns: sums c and d, elements of B b and e.
#if LANES == 8
#define D(statement) statement
#else
#define D(statement)
#endif

#define DECLARE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                           \
  vec4 c##r0 = vec4 (0), c##r1 = vec4 (0), c##r2 = vec4 (0), c##r3 = vec4 (0);                     \
  D (vec4 d##r0 = vec4 (0); vec4 d##r1 = vec4 (0); vec4 d##r2 = vec4 (0); vec4 d##r3 = vec4 (0);)

#define ADD(r, value, j)                                                                           \
  {                                                                                                \
    float a = value;                                                                               \
    c##r += a * b##j;                                                                              \
    D (d##r += a * e##j;)                                                                          \
  }

#if LANES == 8
// Rows r0 and r1, columns `by` (b: the first four, e: the others), of the j-th k of the chunk.
#if FORM == 2
#define STEP(sum, by, j, load, component, x0, x1, r0, r1, s, l0, l1, t, u)                         \
  sum##r0 += subgroupShuffle (p##t.x0, u + j) * by##j;                                             \
  sum##r1 += subgroupShuffle (p##t.x1, u + j) * by##j;
#else
#define STEP(sum, by, j, load, component, x0, x1, r0, r1, s, l0, l1, t, u)                         \
  sum##r0 += subgroupShuffle (load##s.component, l0) * by##j;                                      \
  sum##r1 += subgroupShuffle (load##s.component, l1) * by##j;
#endif

#define PAIR(sum, by, x0, x1, r0, r1, s, l0, l1, t, u)                                             \
  STEP (sum, by, 0, p, x, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 1, p, y, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 2, p, z, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 3, p, w, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 4, q, x, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 5, q, y, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 6, q, z, x0, x1, r0, r1, s, l0, l1, t, u)                                         \
  STEP (sum, by, 7, q, w, x0, x1, r0, r1, s, l0, l1, t, u)

// Four rows of the chunk. All its k for two rows of four columns before the next two: eight sums, which
// the 16 registers of a processor with 256-bit vectors hold meanwhile.
#define CHUNK(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  PAIR (c, b, x, y, r0, r1, s, l0, l1, t, u)                                                       \
  PAIR (c, b, z, w, r2, r3, s, l2, l3, t, u)                                                       \
  D (PAIR (d, e, x, y, r0, r1, s, l0, l1, t, u))                                                   \
  D (PAIR (d, e, z, w, r2, r3, s, l2, l3, t, u))

#else
// Four rows of the j-th k of the chunk: 32 registers hold the sums of all of them.
#if FORM == 2
#define STEP(j, load, component, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                          \
  ADD (r0, subgroupShuffle (p##t.x, u + j), j)                                                     \
  ADD (r1, subgroupShuffle (p##t.y, u + j), j)                                                     \
  ADD (r2, subgroupShuffle (p##t.z, u + j), j)                                                     \
  ADD (r3, subgroupShuffle (p##t.w, u + j), j)
#else
#define STEP(j, load, component, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                          \
  ADD (r0, subgroupShuffle (load##s.component, l0), j)                                             \
  ADD (r1, subgroupShuffle (load##s.component, l1), j)                                             \
  ADD (r2, subgroupShuffle (load##s.component, l2), j)                                             \
  ADD (r3, subgroupShuffle (load##s.component, l3), j)
#endif

#define CHUNK(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  STEP (0, p, x, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (1, p, y, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (2, p, z, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (3, p, w, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (4, q, x, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (5, q, y, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (6, q, z, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  STEP (7, q, w, r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)
#endif

// Four rows of a single k; its A lies in load 0 as one load for each row, or texels along the lanes.
#if FORM == 2
#define SINGLE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                            \
  ADD (r0, subgroupShuffle (p.x, r0 / 4), 0)                                                       \
  ADD (r1, subgroupShuffle (p.y, r0 / 4), 0)                                                       \
  ADD (r2, subgroupShuffle (p.z, r0 / 4), 0)                                                       \
  ADD (r3, subgroupShuffle (p.w, r0 / 4), 0)
#else
#define SINGLE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                            \
  ADD (r0, subgroupShuffle (p##s, l0), 0)                                                          \
  ADD (r1, subgroupShuffle (p##s, l1), 0)                                                          \
  ADD (r2, subgroupShuffle (p##s, l2), 0)                                                          \
  ADD (r3, subgroupShuffle (p##s, l3), 0)
#endif

// What is stored for a row of a lane's columns from column on (0 or 4).
#define RESULT(r, sum, column)                                                                     \
  vec4 sum##_value = push.alpha * sum + bias_##column;                                             \
  if (ACCUMULATE)                                                                                  \
    sum##_value += LOAD (Old, c_texel + min (r, last_row) * ldc + old_##column);

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
#if LANES == 8
#define PUT_EIGHTS(r0, r1) EIGHT (r0, n, c##r0##_value, d##r0##_value) EIGHT (r1, n, c##r1##_value, d##r1##_value)
#else
#define PUT_EIGHTS(r0, r1)                                                                         \
  {                                                                                                \
    vec4 other = subgroupShuffle (odd ? c##r0##_value : c##r1##_value, lane ^ 1);                  \
    vec4 low = odd ? other : c##r0##_value, high = odd ? c##r1##_value : other;                    \
    EIGHT ((odd ? r1 : r0), even_n, low, high)                                                     \
  }
#endif

// Stores by fours, and what is left of a row by single elements.
#define PUT(r, sum, column)                                                                        \
  if (r < rows && column < columns)                                                                \
    {                                                                                              \
      uint texel = c_texel + r * ldc + (n + column) / 4;                                           \
      if (column + 4 <= columns)                                                                   \
        fours[texel] = sum##_value;                                                                \
      else                                                                                         \
        {                                                                                          \
          ones[4 * texel] = sum##_value.x;                                                         \
          if (column + 1 < columns)                                                                \
            ones[4 * texel + 1] = sum##_value.y;                                                   \
          if (column + 2 < columns)                                                                \
            ones[4 * texel + 2] = sum##_value.z;                                                   \
        }                                                                                          \
    }
#define STORE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  {                                                                                                \
    RESULT (r0, c##r0, 0) RESULT (r1, c##r1, 0) RESULT (r2, c##r2, 0) RESULT (r3, c##r3, 0)        \
    D (RESULT (r0, d##r0, 4) RESULT (r1, d##r1, 4) RESULT (r2, d##r2, 4) RESULT (r3, d##r3, 4))    \
    if (RAGGED)                                                                                    \
      {                                                                                            \
        PUT (r0, c##r0, 0) PUT (r1, c##r1, 0) PUT (r2, c##r2, 0) PUT (r3, c##r3, 0)                \
        D (PUT (r0, d##r0, 4) PUT (r1, d##r1, 4) PUT (r2, d##r2, 4) PUT (r3, d##r3, 4))            \
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
  const uint WIDTH = 64 / LANES;
  uint lane = gl_SubgroupInvocationID;
  uint n = tile_of ().x * 64 + lane * WIDTH, m = tile_of ().y * ROWS;
  uint valid_m = FORM == 2 ? push.m : valid_of (push.m);
  uint valid_k = FORM == 2 ? valid_of (push.k) : push.k;
  if (m >= valid_m)
    return;

  // All in texels from here: leading dimensions, first texels, and the last ones that hold anything.
  uvec3 matrix = matrix_of () / 4;
  uint lda = push.lda / 4, ldb = push.ldb / 4, ldc = push.ldc / 4;
  uint last_row = valid_m - 1 - m, last_texel = (push.n - 1) / 4;
  uint old_0 = min (n / 4, last_texel), old_4 = min (n / 4 + 1, last_texel);

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
  D (B_ROW (4) B_ROW (5) B_ROW (6) B_ROW (7))
#else
  uint ib = matrix.y + old_0;
  D (uint ie = matrix.y + old_4;)
#endif

  GROUPS (DECLARE)
  uint k = 0, whole = valid_k & ~7u;
  if (whole > 0)
    do // the test is at the end because a loop's last test costs lavapipe a whole turn
      {
#if FORM == 2
#define A_TEXELS(t) vec4 p##t = LOAD (A, matrix.x + (k + lane % 8) * lda + m##t);
        COLUMN_LOADS (A_TEXELS)
#else
#define A_TEXELS(s) vec4 p##s = LOAD (A, ia##s + k / 4), q##s = LOAD (A, ia##s + k / 4 + 1);
        LOADS (A_TEXELS)
#endif
#if FORM == 1
        // Rows of B are columns here: load them along k and turn the 4 × 4 blocks round.
#define B_TEXELS(j) vec4 f##j = LOAD (B, ib##j + k / 4), g##j = LOAD (B, ib##j + k / 4 + 1);
        B_TEXELS (0) B_TEXELS (1) B_TEXELS (2) B_TEXELS (3)
        D (B_TEXELS (4) B_TEXELS (5) B_TEXELS (6) B_TEXELS (7))
#define PARTS(v0, v1, v2, v3, part) vec4 (v0.part, v1.part, v2.part, v3.part)
#define B_TURN(j, v, part)                                                                         \
  vec4 b##j = PARTS (v##0, v##1, v##2, v##3, part);                                                \
  D (vec4 e##j = PARTS (v##4, v##5, v##6, v##7, part);)
        B_TURN (0, f, x) B_TURN (1, f, y) B_TURN (2, f, z) B_TURN (3, f, w)
        B_TURN (4, g, x) B_TURN (5, g, y) B_TURN (6, g, z) B_TURN (7, g, w)
#else
#define B_TEXELS(j)                                                                                \
  vec4 b##j = LOAD (B, ib + (k + j) * ldb);                                                        \
  D (vec4 e##j = LOAD (B, ie + (k + j) * ldb);)
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
      vec4 p = LOAD (A, ia + k * lda);
#else
#define A_SINGLE(s) float p##s = LOAD (A, ia##s + k / 4)[k % 4];
      LOADS (A_SINGLE)
#endif
#if FORM == 1
      vec4 b0 = vec4 (LOAD (B, ib0 + k / 4)[k % 4], LOAD (B, ib1 + k / 4)[k % 4],
                      LOAD (B, ib2 + k / 4)[k % 4], LOAD (B, ib3 + k / 4)[k % 4]);
      D (vec4 e0 = vec4 (LOAD (B, ib4 + k / 4)[k % 4], LOAD (B, ib5 + k / 4)[k % 4],
                         LOAD (B, ib6 + k / 4)[k % 4], LOAD (B, ib7 + k / 4)[k % 4]);)
#else
      vec4 b0 = LOAD (B, ib + k * ldb);
      D (vec4 e0 = LOAD (B, ie + k * ldb);)
#endif
      GROUPS (SINGLE)
    }

  bool has_bias = (push.flags & HAS_BIAS) != 0;
  vec4 bias_0 = has_bias ? LOAD (Bias, push.bias / 4 + old_0) : vec4 (0);
  D (vec4 bias_4 = has_bias ? LOAD (Bias, push.bias / 4 + old_4) : vec4 (0);)
  uint rows = valid_m - m, columns = push.n > n ? push.n - n : 0, c_texel = matrix.z + m * ldc;
  uint even_n = n & ~7u;
  bool odd = (lane & 1) != 0;
  GROUPS (STORE)
}
