#include "engine/model/attention-private.h"

#include <math.h>

#include "engine/gpu/gemm.h"
#include "engine/model/row-dispatch.h"

// What the products of one run of blocks have in common.
typedef struct
{
  CzTape *tape;
  guint first, blocks; // of the run
  guint size, padded, heads, head_size;
} Run;

// How many blocks can be done at once: their probabilities must fit a binding.
static guint
blocks_at_once (CzTape *tape, guint blocks, guint block_size, guint heads)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  gsize one = cz_attention_get_bytes (1, block_size, heads);

  return (guint)CLAMP (MIN (info->max_storage_range, info->max_texel_range) / one, 1, blocks);
}

// The run's part of a (blocks, size, heads × head_size) tensor, and of probabilities.
static CzSpan
hidden_part (const Run *run, CzSpan span)
{
  gsize block = (gsize)run->size * run->heads * run->head_size * sizeof (float);

  return cz_span_part (span, run->first * block, run->blocks * block);
}

static CzSpan
square_part (const Run *run, CzSpan span)
{
  gsize block = cz_attention_get_bytes (1, run->size, run->heads);

  return cz_span_part (span, run->first * block, run->blocks * block);
}

// scores (size, size) = alpha a bᵀ
static void
to_square (const Run *run, CzSpan a, CzSpan b, CzSpan c, double alpha, const char *label)
{
  guint dim = run->heads * run->head_size;

  cz_gemm (run->tape,
           &(CzGemm){
               .form = CZ_GEMM_NT,
               .m = run->size,
               .n = run->size,
               .k = run->head_size,
               .a = hidden_part (run, a),
               .b = hidden_part (run, b),
               .c = square_part (run, c),
               .lda = dim,
               .ldb = dim,
               .ldc = run->padded,
               .batch_outer = run->blocks,
               .batch_inner = run->heads,
               .stride_a = { run->size * dim, run->head_size },
               .stride_b = { run->size * dim, run->head_size },
               .stride_c = { run->heads * run->size * run->padded, run->size * run->padded },
               .alpha = (float)alpha,
               .label = label,
           });
}

// c (size, head_size) = alpha square b (NN), or alpha squareᵀ b (TN)
static void
from_square (const Run *run,
             CzGemmForm form,
             CzSpan square,
             CzSpan b,
             CzSpan c,
             double alpha,
             const char *label)
{
  guint dim = run->heads * run->head_size;

  cz_gemm (run->tape,
           &(CzGemm){
               .form = form,
               .m = run->size,
               .n = run->head_size,
               .k = run->size,
               .a = square_part (run, square),
               .b = hidden_part (run, b),
               .c = hidden_part (run, c),
               .lda = run->padded,
               .ldb = dim,
               .ldc = dim,
               .batch_outer = run->blocks,
               .batch_inner = run->heads,
               .stride_a = { run->heads * run->size * run->padded, run->size * run->padded },
               .stride_b = { run->size * dim, run->head_size },
               .stride_c = { run->size * dim, run->head_size },
               .alpha = (float)alpha,
               .label = label,
           });
}

static CzRowDispatch
softmax_dispatch (guint blocks, guint block_size, guint heads, const CzDropout *dropout)
{
  guint fours = cz_attention_pad (block_size) / 4;

  return (CzRowDispatch){
    .constants = { dropout->p > 0 },
    .rows = blocks * heads * block_size,
    .vectors = fours,
    .push = { [3] = fours,
              heads * block_size,
              CZ_RANDOM_DROPOUT + dropout->site,
              cz_dropout_threshold (dropout),
              cz_float_bits (1 / (1 - dropout->p)) },
    .n_push = 8,
  };
}

// p from q and k, and with dropout what is dropped of it, unless that is not wanted (empty).
static void
attend (Run *run,
        guint blocks,
        CzSpan q,
        CzSpan k,
        CzSpan attended,
        CzSpan p,
        CzSpan dropped,
        const CzDropout *dropout)
{
  guint at_once = blocks_at_once (run->tape, blocks, run->size, run->heads);
  CzRowDispatch softmax = softmax_dispatch (blocks, run->size, run->heads, dropout);
  CzSpan bindings[] = { dropout->step, p, attended, p, dropped.buffer != NULL ? dropped : p };

  for (run->first = 0; run->first < blocks; run->first += at_once)
    {
      run->blocks = MIN (at_once, blocks - run->first);
      to_square (run, q, k, p, 1 / sqrt (run->head_size), "attention gemm");
    }
  softmax.constants[0] = dropped.buffer != NULL;
  softmax.kernel = "softmax";
  softmax.label = "softmax";
  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    softmax.bindings[i] = bindings[i];
  softmax.row_bytes[1] = softmax.row_bytes[3] = softmax.row_bytes[4] = run->padded * sizeof (float);
  cz_row_dispatch (run->tape, &softmax);
}

void
cz_attention_products_forward (CzTape *tape, const CzAttention *op)
{
  guint at_once = blocks_at_once (tape, op->blocks, op->block_size, op->heads);
  Run run = { .tape = tape,
              .size = op->block_size,
              .padded = cz_attention_pad (op->block_size),
              .heads = op->heads,
              .head_size = op->head_size };
  gboolean drop = op->dropout.p > 0;

  attend (&run, op->blocks, op->q, op->k, op->attended, op->p, drop ? op->dropped : (CzSpan){ 0 },
          &op->dropout);
  for (run.first = 0; run.first < op->blocks; run.first += at_once)
    {
      run.blocks = MIN (at_once, op->blocks - run.first);
      from_square (&run, CZ_GEMM_NN, drop ? op->dropped : op->p, op->v, op->context, 1,
                   "attention gemm");
    }
}

void
cz_attention_products_backward (CzTape *tape, const CzAttentionBackward *op)
{
  guint at_once = blocks_at_once (tape, op->blocks, op->block_size, op->heads);
  double alpha = 1 / sqrt (op->head_size);
  Run run = { .tape = tape,
              .size = op->block_size,
              .padded = cz_attention_pad (op->block_size),
              .heads = op->heads,
              .head_size = op->head_size };
  CzRowDispatch softmax = softmax_dispatch (op->blocks, op->block_size, op->heads, &op->dropout);
  gboolean drop = op->dropout.p > 0;
  CzSpan bindings[] = { op->dropout.step, op->p,       op->dscores,
                        op->attended,     op->dscores, drop ? op->dropped : op->dscores };

  attend (&run, op->blocks, op->q, op->k, op->attended, op->p, (CzSpan){ 0 }, &op->dropout);
  for (run.first = 0; run.first < op->blocks; run.first += at_once)
    {
      run.blocks = MIN (at_once, op->blocks - run.first);
      to_square (&run, op->dcontext, op->v, op->dscores, 1, "attention gemm backward");
    }
  softmax.kernel = "softmax-backward";
  softmax.label = "softmax backward";
  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    softmax.bindings[i] = bindings[i];
  softmax.row_bytes[1] = softmax.row_bytes[2] = softmax.row_bytes[4] = softmax.row_bytes[5]
      = run.padded * sizeof (float);
  cz_row_dispatch (tape, &softmax);
  for (run.first = 0; run.first < op->blocks; run.first += at_once)
    {
      run.blocks = MIN (at_once, op->blocks - run.first);
      // Each is done with what the next may overwrite.
      from_square (&run, CZ_GEMM_TN, drop ? op->dropped : op->p, op->dcontext, op->dv, 1,
                   "attention gemm backward");
      from_square (&run, CZ_GEMM_NN, op->dscores, op->k, op->dq, alpha, "attention gemm backward");
      from_square (&run, CZ_GEMM_TN, op->dscores, op->q, op->dk, alpha, "attention gemm backward");
    }
}
