// What a product does to elements of C before it stores them (CzGemmEpilogue in engine/gpu/gemm.h), with
// those of a second matrix, `other`, which is laid out as C is: it is read, written, or both. Only for
// kernels that add up in registers; what calls it has all of an element's sum.
#include "float.glsl"

layout (constant_id = 3) const uint EPILOGUE = 0;

const uint RESIDUAL = 1, GELU = 2, RELU = 3, GELU_BACKWARD = 4, RELU_BACKWARD = 5;
#define READS_OTHER (EPILOGUE == RESIDUAL || EPILOGUE == GELU_BACKWARD || EPILOGUE == RELU_BACKWARD)
#define WRITES_OTHER (EPILOGUE >= GELU)

// What C gets; other: what was read of it, then what it gets. The same arithmetic as activate.comp's.
vec4
finish (vec4 value, inout vec4 other)
{
  if (EPILOGUE == RESIDUAL)
    return value + other;
  if (EPILOGUE == RELU)
    other = max (value, vec4 (0));
  if (EPILOGUE == GELU)
    other = value * (0.5 + 0.5 * erf_float (value * 0.707106781186547524));
  if (EPILOGUE == RELU_BACKWARD)
    {
      value *= vec4 (1) - step (other, vec4 (0));
      other = max (other, vec4 (0));
    }
  if (EPILOGUE == GELU_BACKWARD)
    {
      vec4 below = 0.5 + 0.5 * erf_float (other * 0.707106781186547524);
      vec4 density = exp_float (-0.5 * other * other) * 0.398942280401432678;
      value *= below + other * density;
      other *= below;
    }
  return value;
}
