#include "engine/model/selection.h"

#include "engine/model/attention.h"
#include "engine/model/row-dispatch.h"

void
cz_selection_masks (CzTape *tape, const CzSelectionMasks *op)
{
  guint32 n = op->batch_blocks * op->block_size;

  cz_row_dispatch (
      tape, &(CzRowDispatch){
                .kernel = "mask",
                .rows = n,
                .vectors = 1,
                .bindings = { op->step, op->words, op->hashes, op->given, op->ids, op->labels },
                .push = { [3] = op->block_size, op->vocabulary, op->pad_id },
                .n_push = 6,
                .label = "masks",
            });
  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_row_kernel (tape, "count", FALSE, NULL),
                              .bindings = { op->labels, op->counts },
                              .push = &n,
                              .push_size = sizeof n,
                              .groups = { 1 },
                              .label = "masks",
                          });
}

void
cz_selection_micro (CzTape *tape, const CzSelectionMicro *op)
{
  guint32 push[] = { op->block_size,   cz_attention_pad (op->block_size),
                     op->micro_blocks, op->batch_blocks,
                     op->pad_id,       op->slices,
                     op->slice_rows,   op->capacity };

  cz_tape_dispatch (tape,
                    &(CzDispatch){
                        .kernel = cz_row_kernel (tape, "scored", FALSE, NULL),
                        .bindings = { op->step, op->ids, op->labels, op->counts, op->positions,
                                      op->scored_labels, op->tokens, op->attended },
                        .push = push,
                        .push_size = sizeof push,
                        .groups = { 1 },
                        .label = "masks",
                    });
}
