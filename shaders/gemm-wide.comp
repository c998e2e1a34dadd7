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
// Defines: FORM 0 = NN, 1 = NT, 2 = TN; LANES 8 or 16, the subgroup size; ROWS 16 or 32 (TN: 32 with
// 16 lanes, any with 8). Offsets, leading dimensions and strides are multiples of 4; rows of A, B, C
// can be read up to the next multiple of 4.
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "gemm.glsl"
#include "gemm-rows.glsl"

layout (local_size_x = LANES) in;
layout (set = 0, binding = 0) uniform samplerBuffer A;
layout (set = 0, binding = 1) uniform samplerBuffer B;
layout (set = 0, binding = 2) writeonly buffer C4 { vec4 texels[]; };
layout (set = 0, binding = 3) uniform samplerBuffer Old; // C, for ACCUMULATE
layout (set = 0, binding = 4) uniform samplerBuffer Bias;
layout (set = 0, binding = 6) writeonly buffer C1 { float elements[]; }; // C once more, for RAGGED

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

// Four rows of the j-th k of the chunk.
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

#define PUT(r, sum, bias, column)                                                                  \
  {                                                                                                \
    vec4 value = push.alpha * sum + bias;                                                          \
    if (ACCUMULATE)                                                                                \
      value += LOAD (Old, old_c + min (r, last_row) * ldc + old_##column);                         \
    if (r < rows && column < columns)                                                              \
      {                                                                                            \
        uint texel = old_c + r * ldc + (n + column) / 4;                                           \
        if (!RAGGED || column + 4 <= columns)                                                      \
          texels[texel] = value;                                                                       \
        else                                                                                       \
          {                                                                                        \
            elements[4 * texel] = value.x;                                                               \
            if (column + 1 < columns)                                                              \
              elements[4 * texel + 1] = value.y;                                                         \
            if (column + 2 < columns)                                                              \
              elements[4 * texel + 2] = value.z;                                                         \
          }                                                                                        \
      }                                                                                            \
  }
#define STORE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                             \
  PUT (r0, c##r0, bias_0, 0) PUT (r1, c##r1, bias_0, 0) PUT (r2, c##r2, bias_0, 0)                 \
  PUT (r3, c##r3, bias_0, 0)                                                                       \
  D (PUT (r0, d##r0, bias_4, 4) PUT (r1, d##r1, bias_4, 4) PUT (r2, d##r2, bias_4, 4)              \
     PUT (r3, d##r3, bias_4, 4))

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
#define A_LOAD(t) const uint m##t = min (m / 4 + lane / 8 * 4 + t, (push.m - 1) / 4);
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

  for (; k < valid_k; k++)
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
  uint rows = valid_m - m, columns = push.n > n ? push.n - n : 0, old_c = matrix.z + m * ldc;
  GROUPS (STORE)
}
