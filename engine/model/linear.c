#include "engine/model/linear.h"

#include "engine/gpu/gemm.h"

void
cz_linear_forward (CzTape *tape, const CzLinear *op)
{
  cz_gemm (tape, &(CzGemm){
                     .form = CZ_GEMM_NT,
                     .m = op->rows,
                     .n = op->out,
                     .k = op->in,
                     .a = op->x,
                     .b = op->weight,
                     .c = op->y,
                     .bias = op->bias,
                     .dynamic = op->count,
                     .label = op->label,
                 });
}

void
cz_linear_backward (CzTape *tape, const CzLinearBackward *op)
{
  if (op->dx.buffer)
    cz_gemm (tape, &(CzGemm){
                       .form = CZ_GEMM_NN,
                       .m = op->rows,
                       .n = op->in,
                       .k = op->out,
                       .a = op->dy,
                       .b = op->weight,
                       .c = op->dx,
                       .accumulate = op->accumulate_dx,
                       .dynamic = op->count,
                       .label = op->label,
                   });
  if (!op->dweight.buffer)
    return;
  cz_gemm (tape, &(CzGemm){
                     .form = CZ_GEMM_TN,
                     .m = op->out,
                     .n = op->in,
                     .k = op->rows,
                     .a = op->dy,
                     .b = op->x,
                     .c = op->dweight,
                     .accumulate = TRUE,
                     .dynamic = op->count,
                     .label = op->label,
                 });
  cz_partials_sum (tape, op->partials, op->dbias, op->dy, op->rows, op->out, op->count,
                   op->accumulate_partials);
}
