// Matrix products on the device, recorded on a tape. All matrices are fp32, row-major.
//
//   CZ_GEMM_NN   C (m, n) = alpha · A (m, k) · B (k, n)    + bias (n)
//   CZ_GEMM_NT   C (m, n) = alpha · A (m, k) · B (n, k)ᵀ   + bias (n)      activations × weights
//   CZ_GEMM_TN   C (m, n) = alpha · A (k, m)ᵀ · B (k, n)   + bias (n)      gradients of weights
//
// With accumulate the product (and bias) is added to C instead. Any m, n, k ≥ 1 and any leading
// dimensions that hold a row are right; nothing outside the matrices is read into a result or
// written, so padding columns may hold anything and stay as they are. What lies between the rows of
// A and B (and past the valid rows) may hold NaN.
//
// The fast kernels need: spans of A, B and C at offsets that are multiples of 16 bytes; ld and
// strides multiples of 4 elements. NN wants n, NT wants k, TN wants m and n to be a multiple of 4
// or their rows padded to one (ld ≥ the size rounded up, which multiples of 4 in ld give by
// themselves). Everything else is right too, but slow. Sums are in a fixed order: the same device,
// shapes and alignment give the same bits.
//
// Where the tape says so (cz_tape_set_rounding ()) the elements of A and B are rounded to half
// precision as they are loaded: that is all of mixed precision.
#pragma once

#include "engine/gpu/tape.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_GEMM_NN,
  CZ_GEMM_NT,
  CZ_GEMM_TN,
} CzGemmForm;

// What is done to the elements of C before they are stored, with those of a second matrix, `other`,
// which is laid out as C is (ldc, strides). `value` is what C would get without it.
typedef enum
{
  CZ_GEMM_PLAIN,
  CZ_GEMM_RESIDUAL,      // C = value + other
  CZ_GEMM_GELU,          // C = value, other = gelu (value), with the exact erf
  CZ_GEMM_RELU,          // C = value, other = max (value, 0)
  CZ_GEMM_GELU_BACKWARD, // C = value · gelu' (other), other = gelu (other)
  CZ_GEMM_RELU_BACKWARD, // the same of max (other, 0)
} CzGemmEpilogue;

typedef struct
{
  CzGemmForm form;
  guint m, n, k;       // elements; a 0 anywhere is an error in the tape
  CzSpan a, b, c;      // each holds its whole batch
  guint lda, ldb, ldc; // elements between rows as stored; 0: rows lie close

  // The product is done for each (outer, inner) of batch_outer × batch_inner (0 counts as 1);
  // matrix (o, i) begins o · stride[0] + i · stride[1] elements into its span. C's may not overlap.
  guint batch_outer, batch_inner;
  guint stride_a[2], stride_b[2], stride_c[2];

  gboolean accumulate;
  float alpha; // 0 counts as 1

  CzSpan bias; // n floats, or empty
  // Only where cz_gemm_can_fuse () says so. `other` overlaps none of the other spans.
  CzGemmEpilogue epilogue;
  CzSpan other;
  // One guint32 read on the device when the tape runs, or empty: the valid rows of M (NN, NT) or of
  // K (TN), at most m or k of which count. Rows of C past it are left as they are. In TN a count of
  // 0 gives C = bias or 0 (with accumulate: C stays).
  CzSpan dynamic;

  const char *label; // for timings; static or interned; NULL: "gemm"
} CzGemm;

// Whether the tape's device does this product by kernels that do epilogues (it may be asked without
// one). Where not, the caller does what the epilogue would by a kernel of its own.
gboolean cz_gemm_can_fuse (CzTape *tape, const CzGemm *gemm);

// Records the product; errors (sizes, spans too small, no kernel) stick in the tape.
void cz_gemm (CzTape *tape, const CzGemm *gemm);

// Floating-point operations of it, multiplications and additions: 2 · m · n · k · batches.
double cz_gemm_count_flops (const CzGemm *gemm);

G_END_DECLS
