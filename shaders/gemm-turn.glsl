// The multiplication of gemm-wide.comp for 8 lanes. To broadcast each element of A takes two instructions.
// So no row belongs to all lanes here: each half of a register holds the same four rows of one k, and
// exchanging neighbours, one instruction, turns them round. Lane l of a quad's sum d adds up the row
// (l % 4) ^ d of it. Every sum still adds up its k in order.
//
// QUADS (F): F (q, c) for each four rows of the tile: in NN and NT rows 4q … 4q + 3, one load of eight k;
// in TN the rows that are the components c of the loads of A, two k each. Spelled out since constant
// loops stay loops in lavapipe and are forty times slower.
#if ROWS == 4
#define QUADS(F) F (0, x)
#else
#define QUADS(F) F (0, x) F (1, y) F (2, z) F (3, w)
#endif

#define SUMS_OF(q, c)                                                                              \
  vec4 s##q##0 = vec4 (0), s##q##1 = vec4 (0), s##q##2 = vec4 (0), s##q##3 = vec4 (0);
#define SUMS QUADS (SUMS_OF)

#if FORM == 2
#define A_BEGIN                                                                                    \
  uint ja = matrix.x + min (m / 4 + (lane & 3), (push.m - 1) / 4), ia = ja + (lane >> 2) * lda;
#define A_TEXELS(t) vec4 p##t = LOAD_INPUT (A, ia + (k + 2 * t) * lda);
#define A_CHUNK  A_TEXELS (0) A_TEXELS (1) A_TEXELS (2) A_TEXELS (3)
#define A_SINGLE vec4 p = LOAD_INPUT (A, ja + k * lda);
#define ROW(q, d) (4 * ((lane & 3) ^ d) + q)
#else
#define A_ROW(q, c) const uint ia##q = matrix.x + (m + min (4 * q + (lane & 3), last_row)) * lda;
#define A_BEGIN QUADS (A_ROW)
#define A_TEXELS(q, c) vec4 p##q = LOAD_INPUT (A, ia##q + (lane >> 2) + k / 4);
#define A_CHUNK QUADS (A_TEXELS)
#define A_ELEMENT(q, c) float p##q = LOAD_INPUT (A, ia##q + k / 4)[k % 4];
#define A_SINGLE  QUADS (A_ELEMENT)
#define ROW(q, d) (4 * q + ((lane & 3) ^ d))
#endif

#define TURN_0(a) (a)
#define TURN_1(a) subgroupShuffle (a, lane ^ 1)
#define TURN_2(a) subgroupShuffle (a, lane ^ 2)
#define TURN_3(a) subgroupShuffle (a, lane ^ 3)

// Two sums (of four columns: eight registers of the sixteen there are) take all their k at once.
#define STEP(q, d, e, a, j)                                                                        \
  s##q##d += TURN_##d (a) * b##j;                                                                  \
  s##q##e += TURN_##e (a) * b##j;
#if FORM == 2
#define EIGHT(q, c, d, e)                                                                          \
  STEP (q, d, e, low0.c, 0)                                                                        \
  STEP (q, d, e, high0.c, 1)                                                                       \
  STEP (q, d, e, low1.c, 2)                                                                        \
  STEP (q, d, e, high1.c, 3)                                                                       \
  STEP (q, d, e, low2.c, 4)                                                                        \
  STEP (q, d, e, high2.c, 5)                                                                       \
  STEP (q, d, e, low3.c, 6)                                                                        \
  STEP (q, d, e, high3.c, 7)
#define SINGLE_OF(q, c) STEP (q, 0, 1, p.c, 0) STEP (q, 2, 3, p.c, 0)
#else
#define EIGHT(q, c, d, e)                                                                          \
  STEP (q, d, e, low##q.x, 0)                                                                      \
  STEP (q, d, e, low##q.y, 1)                                                                      \
  STEP (q, d, e, low##q.z, 2)                                                                      \
  STEP (q, d, e, low##q.w, 3)                                                                      \
  STEP (q, d, e, high##q.x, 4)                                                                     \
  STEP (q, d, e, high##q.y, 5)                                                                     \
  STEP (q, d, e, high##q.z, 6)                                                                     \
  STEP (q, d, e, high##q.w, 7)
#define SINGLE_OF(q, c) STEP (q, 0, 1, p##q, 0) STEP (q, 2, 3, p##q, 0)
#endif
// Four rows for all lanes, from the lower and the upper half. Not before B is loaded: they would all have
// to be put by, since the fetches use every register.
#define SPREAD(i)                                                                                  \
  vec4 low##i = subgroupShuffle (p##i, lane & 3), high##i = subgroupShuffle (p##i, lane | 4);
#if FORM == 2
#define CHUNK_OF(q, c) EIGHT (q, c, 0, 1) EIGHT (q, c, 2, 3)
#define CHUNK SPREAD (0) SPREAD (1) SPREAD (2) SPREAD (3) QUADS (CHUNK_OF)
#else
#define CHUNK_OF(q, c) SPREAD (q) EIGHT (q, c, 0, 1) EIGHT (q, c, 2, 3)
#define CHUNK QUADS (CHUNK_OF)
#endif
#define SINGLE QUADS (SINGLE_OF)

// A lane's neighbour has the next four (or the last) columns of the same row in its next sum.
#define PAIR(row, value, next)                                                                     \
  {                                                                                                \
    vec4 other = subgroupShuffle (next, lane ^ 1);                                                 \
    PUT_EIGHT (row, (odd ? other : value), (odd ? value : other))                                  \
  }
#define STORE_OF(q, c)                                                                             \
  {                                                                                                \
    RESULT (v0, s##q##0, ROW (q, 0))                                                               \
    RESULT (v1, s##q##1, ROW (q, 1))                                                               \
    RESULT (v2, s##q##2, ROW (q, 2))                                                               \
    RESULT (v3, s##q##3, ROW (q, 3))                                                               \
    if (RAGGED)                                                                                    \
      {                                                                                            \
        PUT (ROW (q, 0), v0) PUT (ROW (q, 1), v1) PUT (ROW (q, 2), v2) PUT (ROW (q, 3), v3)        \
      }                                                                                            \
    else                                                                                           \
      {                                                                                            \
        PAIR (ROW (q, 0), v0, v1)                                                                  \
        PAIR (ROW (q, 2), v2, v3)                                                                  \
      }                                                                                            \
  }
#define STORE QUADS (STORE_OF)
