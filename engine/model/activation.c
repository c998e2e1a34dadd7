#include "engine/model/activation.h"

#include "engine/model/row-dispatch.h"

void
cz_activation_forward (CzTape *tape, const CzActivate *op)
{
  gsize row = op->columns * sizeof (float);
  gboolean scalar = op->columns % 4 != 0;
  guint n = scalar ? op->columns : op->columns / 4;

  cz_row_dispatch (
      tape, &(CzRowDispatch){
                .kernel = "activate",
                .scalar = scalar,
                .constants = { op->activation == CZ_ACTIVATION_RELU, op->count.buffer != NULL },
                .rows = op->rows,
                .vectors = n,
                .bindings = { op->x, op->y, op->count },
                .row_bytes = { row, row },
                .push = { [3] = n },
                .n_push = 4,
                .label = "activation",
            });
}

void
cz_activation_backward (CzTape *tape, const CzActivateBackward *op)
{
  gsize row = op->columns * sizeof (float);
  gboolean scalar = op->columns % 4 != 0;
  guint n = scalar ? op->columns : op->columns / 4;
  gboolean keep = op->y.buffer != NULL;

  cz_row_dispatch (
      tape,
      &(CzRowDispatch){
          .kernel = "activate-backward",
          .scalar = scalar,
          .constants = { op->activation == CZ_ACTIVATION_RELU, op->count.buffer != NULL, keep },
          .rows = op->rows,
          .vectors = n,
          .bindings = { op->x, keep ? op->y : op->dx, op->count, op->dy, op->dx },
          .row_bytes = { row, row, 0, row, row },
          .push = { [3] = n },
          .n_push = 4,
          .label = "activation backward",
      });
}
