#include "engine/model/attention-private.h"

#include <math.h>

#include "engine/gpu/gemm.h"
#include "engine/model/row-dispatch.h"

// A run of blocks whose scores there is room for; and what its commands have in common.
typedef struct
{
  CzTape *tape;
  guint all, first, blocks; // of the micro-batch; of the run
  guint size, padded, heads, head_size;
  const CzDropout *dropout;
} Run;

static Run
describe (CzTape *tape, const CzAttention *op)
{
  return (Run){ .tape = tape,
                .all = op->blocks,
                .size = op->block_size,
                .padded = cz_attention_pad (op->block_size),
                .heads = op->heads,
                .head_size = op->head_size,
                .dropout = &op->dropout };
}

static gsize
square_bytes (const Run *run)
{
  return cz_attention_get_bytes (1, run->size, run->heads);
}

// Begins the first run, or the next; p is where the scores go. FALSE: that was the last.
static gboolean
next_run (Run *run, CzSpan p)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (run->tape));
  gsize room = MIN (MIN (info->max_storage_range, info->max_texel_range), p.size);

  run->first += run->blocks;
  run->blocks = (guint)MIN (MAX (room / square_bytes (run), 1), run->all - run->first);
  return run->blocks > 0;
}

// The run's part of a (blocks, size, heads × head_size) tensor, and of probabilities, which hold
// either all blocks or those of a run.
static CzSpan
hidden_part (const Run *run, CzSpan span)
{
  gsize block = (gsize)run->size * run->heads * run->head_size * sizeof (float);

  return cz_span_part (span, run->first * block, run->blocks * block);
}

static CzSpan
square_part (const Run *run, CzSpan span)
{
  gsize block = square_bytes (run);
  gboolean all = span.size >= run->all * block;

  return cz_span_part (span, all ? run->first * block : 0, run->blocks * block);
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

// A kernel over the run's rows; DROPOUT is its first constant. The bindings are spans of scores but
// for the step and, at `attended`, the marks.
static void
dispatch_rows (const Run *run,
               const char *kernel,
               const char *label,
               gboolean drop,
               const CzSpan *bindings,
               guint n_bindings,
               guint attended)
{
  guint fours = run->padded / 4;
  CzRowDispatch dispatch = {
    .kernel = kernel,
    .label = label,
    .constants = { drop },
    .rows = run->blocks * run->heads * run->size,
    .first_row = run->first * run->heads * run->size,
    .vectors = fours,
    .push = { [3] = fours,
              run->heads * run->size,
              CZ_RANDOM_DROPOUT + run->dropout->site,
              cz_dropout_threshold (run->dropout),
              cz_float_bits (1 / (1 - run->dropout->p)) },
    .n_push = 8,
  };

  for (guint i = 0; i < n_bindings; i++)
    {
      gboolean scores = i > 0 && i != attended;

      dispatch.bindings[i] = scores ? square_part (run, bindings[i]) : bindings[i];
      dispatch.row_bytes[i] = scores ? run->padded * sizeof (float) : 0;
    }
  cz_row_dispatch (run->tape, &dispatch);
}

// p from q and k, and with dropout what is dropped of it, unless that is not wanted (empty).
static void
attend (const Run *run, CzSpan q, CzSpan k, CzSpan attended, CzSpan p, CzSpan dropped)
{
  gboolean drop = dropped.buffer != NULL;
  CzSpan bindings[] = { run->dropout->step, p, attended, p, drop ? dropped : p };

  to_square (run, q, k, p, 1 / sqrt (run->head_size), "attention gemm");
  dispatch_rows (run, "softmax", "softmax", drop, bindings, G_N_ELEMENTS (bindings), 2);
}

void
cz_attention_products_forward (CzTape *tape, const CzAttention *op)
{
  gboolean drop = op->dropout.p > 0;
  Run run = describe (tape, op);

  while (next_run (&run, op->p))
    {
      attend (&run, op->q, op->k, op->attended, op->p, drop ? op->dropped : (CzSpan){ 0 });
      from_square (&run, CZ_GEMM_NN, drop ? op->dropped : op->p, op->v, op->context, 1,
                   "attention gemm");
    }
}

void
cz_attention_products_backward (CzTape *tape, const CzAttentionBackward *op)
{
  const CzAttention *forward = op->forward;
  double alpha = 1 / sqrt (forward->head_size);
  gboolean drop = forward->dropout.p > 0;
  CzSpan q = forward->q, k = forward->k, v = forward->v, p = forward->p;
  CzSpan bindings[] = { forward->dropout.step, p,           op->dscores,
                        forward->attended,     op->dscores, drop ? forward->dropped : op->dscores };
  Run run = describe (tape, forward);

  while (next_run (&run, p))
    {
      attend (&run, q, k, forward->attended, p, (CzSpan){ 0 });
      to_square (&run, op->dcontext, v, op->dscores, 1, "attention gemm backward");
      dispatch_rows (&run, "softmax-backward", "softmax backward", drop, bindings,
                     G_N_ELEMENTS (bindings), 3);
      // Each is done with what the next may overwrite.
      from_square (&run, CZ_GEMM_TN, drop ? forward->dropped : p, op->dcontext, op->dv, 1,
                   "attention gemm backward");
      from_square (&run, CZ_GEMM_NN, op->dscores, k, op->dq, alpha, "attention gemm backward");
      from_square (&run, CZ_GEMM_TN, op->dscores, q, op->dk, alpha, "attention gemm backward");
    }
}
