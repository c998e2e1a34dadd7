#include "engine/model/partials.h"

#include "engine/model/row-dispatch.h"

typedef struct
{
  guint32 rows, per_chunk, columns, stride, at, at_beta;
} Push;

static guint32
place (const CzPartials *partials, CzSpan of, guint width)
{
  g_assert (of.buffer == partials->gradients.buffer && of.offset >= partials->gradients.offset);
  return (guint32)((of.offset - partials->gradients.offset) / sizeof (float) / width);
}

static void
sum (CzTape *tape,
     const CzPartials *partials,
     const char *kernel,
     CzSpan gamma,
     CzSpan beta,
     CzSpan dy,
     CzSpan total,
     CzSpan stats,
     guint rows,
     guint columns,
     CzSpan count,
     gboolean accumulate)
{
  gboolean scalar = columns % 4 != 0;
  guint width = scalar ? 1 : 4;
  guint32 constants[3] = { count.buffer != NULL, accumulate };
  CzSpan zeros = cz_device_get_zeros (cz_tape_get_device (tape));
  guint lanes = cz_device_get_info (cz_tape_get_device (tape))->subgroup_size;
  Push push = {
    .rows = rows,
    .per_chunk = (rows + CZ_PARTIALS_CHUNKS - 1) / CZ_PARTIALS_CHUNKS,
    .columns = columns / width,
    .stride = (guint32)(partials->gradients.size / sizeof (float) / width),
    .at = place (partials, gamma, width),
    .at_beta = beta.buffer ? place (partials, beta, width) : 0,
  };

  cz_tape_dispatch (tape, &(CzDispatch){
                              .kernel = cz_row_kernel (tape, kernel, scalar, constants),
                              .bindings = { dy, count.buffer ? count : zeros, partials->span,
                                            partials->span, total, stats },
                              .push = &push,
                              .push_size = sizeof push,
                              .groups = { (push.columns + lanes - 1) / lanes, CZ_PARTIALS_CHUNKS },
                              .label = "column sums",
                              .bytes = (double)rows * columns * sizeof (float),
                          });
}

void
cz_partials_sum (CzTape *tape,
                 const CzPartials *partials,
                 CzSpan of,
                 CzSpan dy,
                 guint rows,
                 guint columns,
                 CzSpan count,
                 gboolean accumulate)
{
  sum (tape, partials, "column-sums", of, (CzSpan){ 0 }, dy, (CzSpan){ 0 }, (CzSpan){ 0 }, rows,
       columns, count, accumulate);
}

void
cz_partials_sum_norm (CzTape *tape,
                      const CzPartials *partials,
                      CzSpan gamma,
                      CzSpan beta,
                      CzSpan dy,
                      CzSpan total,
                      CzSpan stats,
                      guint rows,
                      guint columns,
                      CzSpan count,
                      gboolean accumulate)
{
  sum (tape, partials, "norm-column-sums", gamma, beta, dy, total, stats, rows, columns, count,
       accumulate);
}

void
cz_partials_add (CzTape *tape, const CzPartials *partials)
{
  guint fours = (guint)(partials->gradients.size / sizeof (float) / 4);

  cz_row_dispatch (tape,
                   &(CzRowDispatch){
                       .kernel = "partials-add",
                       .rows = fours,
                       .vectors = 1,
                       .bindings = { partials->span, partials->gradients, partials->gradients },
                       .push = { [3] = CZ_PARTIALS_CHUNKS },
                       .n_push = 4,
                       .label = "column sums",
                   });
}
