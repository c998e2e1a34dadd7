#include "engine/model/linear.h"

#include "engine/gpu/gemm.h"
#include "engine/model/activation.h"

// The product with an epilogue on `other`, or, where its kernel has none, without.
static gboolean
multiply (CzTape *tape, CzGemm *gemm, CzGemmEpilogue epilogue, CzSpan other)
{
  gboolean fuses = other.buffer != NULL && cz_gemm_can_fuse (tape, gemm);

  if (fuses)
    {
      gemm->epilogue = epilogue;
      gemm->other = other;
    }
  cz_gemm (tape, gemm);
  return fuses;
}

static CzGemm
describe_forward (const CzLinear *op)
{
  return (CzGemm){
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
  };
}

void
cz_linear_forward (CzTape *tape, const CzLinear *op)
{
  CzGemm gemm = describe_forward (op);
  gboolean relu = op->activation == CZ_ACTIVATION_RELU;

  if (!multiply (tape, &gemm, relu ? CZ_GEMM_RELU : CZ_GEMM_GELU, op->active)
      && op->active.buffer != NULL)
    cz_activation_forward (tape, &(CzActivate){
                                     .activation = op->activation,
                                     .rows = op->rows,
                                     .columns = op->out,
                                     .x = op->y,
                                     .y = op->active,
                                     .count = op->count,
                                 });
}

gboolean
cz_linear_forward_onto (CzTape *tape, const CzLinear *op, CzSpan residual)
{
  CzGemm gemm = describe_forward (op);

  return multiply (tape, &gemm, CZ_GEMM_RESIDUAL, residual);
}

static void
input_backward (CzTape *tape, const CzLinearBackward *op)
{
  gboolean relu = op->activation == CZ_ACTIVATION_RELU;
  CzGemm gemm = {
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
  };

  if (!multiply (tape, &gemm, relu ? CZ_GEMM_RELU_BACKWARD : CZ_GEMM_GELU_BACKWARD, op->input)
      && op->input.buffer != NULL)
    cz_activation_backward (tape, &(CzActivateBackward){
                                      .activation = op->activation,
                                      .rows = op->rows,
                                      .columns = op->in,
                                      .x = op->input,
                                      .y = op->input,
                                      .dy = op->dx,
                                      .dx = op->dx,
                                      .count = op->count,
                                  });
}

void
cz_linear_backward (CzTape *tape, const CzLinearBackward *op)
{
  if (op->dx.buffer)
    input_backward (tape, op);
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
