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
  guint blocks, at_once, size, heads, head_size;
  guint products; // of (size × size × head_size) that it does for each head
  guint moved;    // how many tensors like q it reads and writes
  CzSpan bindings[CZ_MAX_BINDINGS];
  const CzDropout *dropout;
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
  const guint32 constants[] = { fused->dropout->p > 0, cz_tape_get_rounding (tape) };
  CzKernel *kernel = cz_tape_get_kernel (tape, fused->kernel, constants, G_N_ELEMENTS (constants));
  double squares = (double)fused->heads * fused->size * fused->size;
  double flops = 2.0 * fused->products * squares * fused->head_size;
  guint at_once = (guint)CLAMP (MOST_FLOPS / flops, 1, fused->blocks);
  Push push = {
    .size = fused->size,
    .fours = cz_attention_pad (fused->size) / 4,
    .heads = fused->heads,
    .head_size = fused->head_size,
    .drop_purpose = CZ_RANDOM_DROPOUT + fused->dropout->site,
    .drop_threshold = cz_dropout_threshold (fused->dropout),
    .drop_scale = (float)(1 / (1 - fused->dropout->p)),
    .scale = (float)(1 / sqrt (fused->head_size)),
  };
  CzDispatch dispatch = { .kernel = kernel,
                          .push = &push,
                          .push_size = sizeof push,
                          .groups = { (fused->size + TILE - 1) / TILE },
                          .label = fused->label };

  at_once = MAX (MIN (at_once, info->max_groups[1] / fused->heads), 1);
  if (fused->at_once > 0)
    at_once = MIN (at_once, fused->at_once);
  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    dispatch.bindings[i] = fused->bindings[i];
  for (; push.skipped_blocks < fused->blocks; push.skipped_blocks += at_once)
    {
      guint blocks = MIN (at_once, fused->blocks - push.skipped_blocks);

      dispatch.groups[1] = blocks * fused->heads;
      dispatch.flops = blocks * flops;
      dispatch.bytes = (double)blocks * fused->heads * fused->size
                       * (fused->moved * fused->head_size + 4) * sizeof (float);
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
                    .blocks = op->blocks,
                    .at_once = op->at_once,
                    .size = op->block_size,
                    .heads = op->heads,
                    .head_size = op->head_size,
                    .products = 2,
                    .moved = 4,
                    .bindings = { get_step (tape, &op->dropout), op->attended, op->q, op->k, op->v,
                                  op->context, op->stats },
                    .dropout = &op->dropout,
                });
}

void
cz_attention_fused_backward (CzTape *tape, const CzAttentionBackward *op)
{
  CzSpan step = get_step (tape, &op->dropout);
  Fused fused = { .label = "attention backward",
                  .blocks = op->blocks,
                  .at_once = op->at_once,
                  .size = op->block_size,
                  .heads = op->heads,
                  .head_size = op->head_size,
                  .moved = 6,
                  .bindings = { step, op->attended, op->q, op->k, op->v, op->context, op->stats,
                                op->dcontext },
                  .dropout = &op->dropout };

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
