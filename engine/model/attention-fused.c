#include <math.h>

#include "engine/model/attention-private.h"
#include "engine/model/row-dispatch.h"

// Of shaders/attention.glsl: rows of a tile, and the largest head; threads and bytes of shared
// memory of a workgroup.
#define TILE    64
#define THREADS 128
#define SHARED  (4 * (2 * 16 + TILE) * (TILE + 4))

// Of one dispatch: far below what a tape submits at once.
#define MOST_FLOPS 20e9

// shaders/attention.glsl, struct Push.
typedef struct
{
  guint32 size, fours, heads, head_size;
  guint32 skipped_blocks;
  guint32 drop_purpose, drop_threshold;
  float drop_scale;
  float scale;
} Push;

// One of the kernels over all blocks.
typedef struct
{
  const char *kernel, *label;
  const CzAttention *op;
  guint products; // of (size × size × head_size) that it does for each head
  guint moved;    // how many tensors like q it reads and writes
  CzSpan bindings[CZ_MAX_BINDINGS];
} Fused;

gboolean
cz_attention_fused_fits (const CzDeviceInfo *info, guint head_size)
{
  return head_size % 4 == 0 && head_size <= TILE && info->max_shared_memory >= SHARED
         && info->max_invocations >= THREADS && info->max_group_size[0] >= THREADS;
}

// Blocks are done in several dispatches where a device or its watchdog might not bear one; that
// changes no bit of the result.
static void
record (CzTape *tape, const Fused *fused)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  const CzAttention *op = fused->op;
  const guint32 constants[] = { op->dropout.p > 0, cz_tape_get_rounding (tape) };
  CzKernel *kernel = cz_tape_get_kernel (tape, fused->kernel, constants, G_N_ELEMENTS (constants));
  double squares = (double)op->heads * op->block_size * op->block_size;
  double flops = 2.0 * fused->products * squares * op->head_size;
  guint at_once = (guint)CLAMP (MOST_FLOPS / flops, 1, op->blocks);
  Push push = {
    .size = op->block_size,
    .fours = cz_attention_pad (op->block_size) / 4,
    .heads = op->heads,
    .head_size = op->head_size,
    .drop_purpose = CZ_RANDOM_DROPOUT + op->dropout.site,
    .drop_threshold = cz_dropout_threshold (&op->dropout),
    .drop_scale = (float)(1 / (1 - op->dropout.p)),
    .scale = (float)(1 / sqrt (op->head_size)),
  };
  CzDispatch dispatch = { .kernel = kernel,
                          .push = &push,
                          .push_size = sizeof push,
                          .groups = { (op->block_size + TILE - 1) / TILE },
                          .label = fused->label };

  at_once = MAX (MIN (at_once, info->max_groups[1] / op->heads), 1);
  if (op->at_once > 0)
    at_once = MIN (at_once, op->at_once);
  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    dispatch.bindings[i] = fused->bindings[i];
  for (; push.skipped_blocks < op->blocks; push.skipped_blocks += at_once)
    {
      guint blocks = MIN (at_once, op->blocks - push.skipped_blocks);

      dispatch.groups[1] = blocks * op->heads;
      dispatch.flops = blocks * flops;
      dispatch.bytes = (double)blocks * op->heads * op->block_size
                       * (fused->moved * op->head_size + 4) * sizeof (float);
      cz_tape_dispatch (tape, &dispatch);
    }
}

// What the kernels read of the step where there is dropout; without, anything will do.
static CzSpan
get_step (CzTape *tape, const CzDropout *dropout)
{
  return dropout->step.buffer != NULL ? dropout->step
                                      : cz_device_get_zeros (cz_tape_get_device (tape));
}

void
cz_attention_fused_forward (CzTape *tape, const CzAttention *op)
{
  record (tape, &(Fused){
                    .kernel = "attention-forward",
                    .label = "attention",
                    .op = op,
                    .products = 2,
                    .moved = 4,
                    .bindings = { get_step (tape, &op->dropout), op->attended, op->q, op->k, op->v,
                                  op->context, op->stats },
                });
}

void
cz_attention_fused_backward (CzTape *tape, const CzAttentionBackward *op)
{
  const CzAttention *forward = op->forward;
  Fused fused
      = { .label = "attention backward",
          .op = forward,
          .moved = 6,
          .bindings = { get_step (tape, &forward->dropout), forward->attended, forward->q,
                        forward->k, forward->v, forward->context, forward->stats, op->dcontext } };

  fused.kernel = "attention-query-backward";
  fused.products = 3;
  fused.bindings[8] = op->dq;
  record (tape, &fused);
  fused.kernel = "attention-key-backward";
  fused.products = 4;
  fused.bindings[5] = (CzSpan){ 0 };
  fused.bindings[8] = op->dk;
  fused.bindings[9] = op->dv;
  record (tape, &fused);
}
