// The multiplication of gemm-wide.comp for 16 lanes: A is loaded as vec4 across the lanes, and each of its
// elements broadcast by subgroupShuffle with a constant lane.
//
// The rows of a tile are spelled out four at a time: constant loops stay loops in lavapipe and are forty
// times slower. GROUPS (F) calls F (r0, r1, r2, r3, s, l0, l1, l2, l3, t, u) for each four rows of the tile:
// rows r0 … r3 lie in lanes l0 … l3 of the s-th load of A by rows (NN, NT); all four are the components
// of the t-th load of A by columns (TN), whose eight k are lanes u … u + 7.
#define GROUPS_OF_16(F)                                                                            \
  F (0, 1, 2, 3, 0, 0, 1, 2, 3, 0, 0)                                                              \
  F (4, 5, 6, 7, 0, 4, 5, 6, 7, 1, 0)                                                              \
  F (8, 9, 10, 11, 0, 8, 9, 10, 11, 2, 0)                                                          \
  F (12, 13, 14, 15, 0, 12, 13, 14, 15, 3, 0)
#define GROUPS_OF_32(F)                                                                            \
  GROUPS_OF_16 (F)                                                                                 \
  F (16, 17, 18, 19, 1, 0, 1, 2, 3, 0, 8)                                                          \
  F (20, 21, 22, 23, 1, 4, 5, 6, 7, 1, 8)                                                          \
  F (24, 25, 26, 27, 1, 8, 9, 10, 11, 2, 8)                                                        \
  F (28, 29, 30, 31, 1, 12, 13, 14, 15, 3, 8)

#if ROWS == 32
#define GROUPS(F) GROUPS_OF_32 (F)
#elif ROWS == 4
#define GROUPS(F) F (0, 1, 2, 3, 0, 0, 1, 2, 3, 0, 0)
#else
#define GROUPS(F) GROUPS_OF_16 (F)
#endif

// LOADS (F): F (s) for each load of A in NN and NT, 16 rows each. TN loads 16 texels at a time of the
// 8 × 8 that a chunk of eight k needs: COLUMN_LOADS (F).
#if ROWS == 32
#define LOADS(F) F (0) F (1)
#define COLUMN_LOADS(F) F (0) F (1) F (2) F (3)
#else
#define LOADS(F) F (0)
#endif

#define DECLARE(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                           \
  vec4 c##r0 = vec4 (0), c##r1 = vec4 (0), c##r2 = vec4 (0), c##r3 = vec4 (0);

#define ADD(r, value, j) c##r += value * b##j;

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

// Four rows of the chunk, with all their sums in registers meanwhile.
#define CHUNK_OF(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
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
#define SINGLE_OF(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                         \
  ADD (r0, subgroupShuffle (p.x, r0 / 4), 0)                                                       \
  ADD (r1, subgroupShuffle (p.y, r0 / 4), 0)                                                       \
  ADD (r2, subgroupShuffle (p.z, r0 / 4), 0)                                                       \
  ADD (r3, subgroupShuffle (p.w, r0 / 4), 0)
#else
#define SINGLE_OF(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                         \
  ADD (r0, subgroupShuffle (p##s, l0), 0)                                                          \
  ADD (r1, subgroupShuffle (p##s, l1), 0)                                                          \
  ADD (r2, subgroupShuffle (p##s, l2), 0)                                                          \
  ADD (r3, subgroupShuffle (p##s, l3), 0)
#endif

#define SUMS GROUPS (DECLARE)

// First texels of A.
#if FORM == 2
#define A_COLUMN(t)                                                                                \
  const uint m##t = min (m / 4 + lane / 8 * (ROWS / 8) + t, (push.m - 1) / 4);
#define A_BEGIN                                                                                    \
  uint ia = matrix.x + min (lane % (ROWS / 4) + m / 4, (push.m - 1) / 4);                          \
  COLUMN_LOADS (A_COLUMN)
#define A_TEXELS(t) vec4 p##t = LOAD_INPUT (A, matrix.x + (k + lane % 8) * lda + m##t);
#define A_CHUNK COLUMN_LOADS (A_TEXELS)
#define A_SINGLE vec4 p = LOAD_INPUT (A, ia + k * lda);
#else
#define A_ROW(s) const uint ia##s = matrix.x + (m + min (s * LANES + lane, last_row)) * lda;
#define A_BEGIN LOADS (A_ROW)
#define A_TEXELS(s)                                                                                \
  vec4 p##s = LOAD_INPUT (A, ia##s + k / 4), q##s = LOAD_INPUT (A, ia##s + k / 4 + 1);
#define A_CHUNK LOADS (A_TEXELS)
#define A_ELEMENT(s) float p##s = LOAD_INPUT (A, ia##s + k / 4)[k % 4];
#define A_SINGLE LOADS (A_ELEMENT)
#endif

#define CHUNK  GROUPS (CHUNK_OF)
#define SINGLE GROUPS (SINGLE_OF)

// Two rows of four columns in two lanes are exchanged to one row of eight in each.
#define PAIR(r0, r1)                                                                               \
  {                                                                                                \
    vec4 other = subgroupShuffle (odd ? value##r0 : value##r1, lane ^ 1);                          \
    PUT_EIGHT ((odd ? r1 : r0), (odd ? other : value##r0), (odd ? value##r1 : other))              \
  }
#define STORE_OF(r0, r1, r2, r3, s, l0, l1, l2, l3, t, u)                                          \
  {                                                                                                \
    RESULT (value##r0, c##r0, r0)                                                                  \
    RESULT (value##r1, c##r1, r1)                                                                  \
    RESULT (value##r2, c##r2, r2)                                                                  \
    RESULT (value##r3, c##r3, r3)                                                                  \
    if (RAGGED)                                                                                    \
      {                                                                                            \
        PUT (r0, value##r0) PUT (r1, value##r1) PUT (r2, value##r2) PUT (r3, value##r3)            \
      }                                                                                            \
    else                                                                                           \
      {                                                                                            \
        PAIR (r0, r1)                                                                              \
        PAIR (r2, r3)                                                                              \
      }                                                                                            \
  }
#define STORE GROUPS (STORE_OF)
