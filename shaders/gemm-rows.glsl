// The rows of a wide tile, spelled out four at a time: constant loops stay loops in lavapipe and are
// forty times slower.
//
// GROUPS (F) calls F (r0, r1, r2, r3, s, l0, l1, l2, l3, t, u) for each four rows of the tile:
// rows r0 … r3 lie in lanes l0 … l3 of the s-th load of A by rows (NN, NT); all four are the components
// of the t-th load of A by columns (TN), whose eight k are lanes u … u + 7.
#if LANES == 16
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
#else
#define GROUPS_OF_16(F)                                                                            \
  F (0, 1, 2, 3, 0, 0, 1, 2, 3, 0, 0)                                                              \
  F (4, 5, 6, 7, 0, 4, 5, 6, 7, 1, 0)                                                              \
  F (8, 9, 10, 11, 1, 0, 1, 2, 3, 2, 0)                                                            \
  F (12, 13, 14, 15, 1, 4, 5, 6, 7, 3, 0)
#endif

#if ROWS == 32
#define GROUPS(F) GROUPS_OF_32 (F)
#elif ROWS == 4
#define GROUPS(F) F (0, 1, 2, 3, 0, 0, 1, 2, 3, 0, 0)
#else
#define GROUPS(F) GROUPS_OF_16 (F)
#endif

// LOADS (F): F (s) for each load of A in NN and NT, LANES rows each. TN loads LANES texels at a time of
// the 8 × ROWS/4 that a chunk of eight k needs: COLUMN_LOADS (F).
#if ROWS / LANES == 2
#define LOADS(F) F (0) F (1)
#define COLUMN_LOADS(F) F (0) F (1) F (2) F (3)
#else
#define LOADS(F) F (0)
#endif
