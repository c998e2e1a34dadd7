#include "engine/model/cross-entropy.h"

#include "engine/model/row-dispatch.h"

static void
move_rows (CzTape *tape,
           const char *kernel,
           CzSpan x,
           CzSpan positions,
           CzSpan count,
           guint rows,
           guint dim,
           CzSpan y)
{
  gboolean scalar = dim % 4 != 0;
  guint n = scalar ? dim : dim / 4;

  cz_row_dispatch (tape, &(CzRowDispatch){
                             .kernel = kernel,
                             .scalar = scalar,
                             .rows = rows,
                             .vectors = n,
                             .bindings = { count, positions, x, y },
                             .push = { [3] = n },
                             .n_push = 4,
                             .label = "gather rows",
                         });
}

void
cz_rows_gather (
    CzTape *tape, CzSpan x, CzSpan positions, CzSpan count, guint rows, guint dim, CzSpan y)
{
  move_rows (tape, "gather", x, positions, count, rows, dim, y);
}

void
cz_rows_scatter (
    CzTape *tape, CzSpan x, CzSpan positions, CzSpan count, guint rows, guint dim, CzSpan y)
{
  move_rows (tape, "scatter", x, positions, count, rows, dim, y);
}

void
cz_cross_entropy (CzTape *tape, const CzCrossEntropy *op)
{
  guint fours = op->padded_vocabulary / 4;

  cz_row_dispatch (tape, &(CzRowDispatch){
                             .kernel = "cross-entropy",
                             .constants = { op->gradient, op->loss_scale.buffer != NULL },
                             .rows = op->rows,
                             .vectors = fours,
                             .bindings = { op->total, op->count, op->labels, op->logits, op->logits,
                                           op->losses, op->loss_scale },
                             .push = { [3] = fours, op->vocabulary },
                             .n_push = 5,
                             .label = "cross-entropy",
                         });
}

void
cz_cross_entropy_result (CzTape *tape, CzSpan counts, CzSpan losses, guint capacity, CzSpan result)
{
  guint32 push = capacity;

  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_row_kernel (tape, "loss-sum", FALSE, NULL),
                              .bindings = { counts, losses, result },
                              .push = &push,
                              .push_size = sizeof push,
                              .groups = { 1 },
                              .label = "cross-entropy",
                          });
}
