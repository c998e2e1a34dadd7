// How kernels that add up in registers store C: four elements of a row at a time. Include it after
// gemm.glsl; SCALAR as there.
#include "gemm-epilogue.glsl"

#ifdef SCALAR
#define ELEMENT float
#else
#define ELEMENT vec4
#endif
layout (set = 0, binding = 2) buffer C { ELEMENT c[]; };
layout (set = 0, binding = 4) readonly buffer Bias { float bias[]; };
layout (set = 0, binding = 6) buffer Other { ELEMENT other[]; };

// PUTTER (put, to) makes put (place, inside, value), which stores the first `inside` of four elements.
#ifdef SCALAR
#define PUTTER(put, to)                                                                            \
  void put (uint place, uint inside, vec4 value)                                                   \
  {                                                                                                \
    [[unroll]] for (uint i = 0; i < 4; i++)                                                        \
      if (i < inside)                                                                              \
        to[place + i] = value[i];                                                                  \
  }
#define GETTER(get, from)                                                                          \
  vec4 get (uint place, uint inside)                                                               \
  {                                                                                                \
    vec4 value;                                                                                    \
    [[unroll]] for (uint i = 0; i < 4; i++)                                                        \
      value[i] = i < inside ? from[place + i] : 0;                                                 \
    return value;                                                                                  \
  }
#else
#define PUTTER(put, to)                                                                            \
  void put (uint place, uint inside, vec4 value)                                                   \
  {                                                                                                \
    if (inside == 4)                                                                               \
      to[place / 4] = value;                                                                       \
    else                                                                                           \
      for (uint i = 0; i < inside; i++)                                                            \
        to[place / 4][i] = value[i];                                                               \
  }
#define GETTER(get, from)                                                                          \
  vec4 get (uint place, uint inside) { return from[place / 4]; }
#endif
PUTTER (put_c, c)
PUTTER (put_other, other)
GETTER (get_c, c)
GETTER (get_other, other)

// Stores the first `inside` (1 to 4) of four elements of a row that begin at `place` of C, in `column`.
void
store (uint place, uint inside, uint column, vec4 value)
{
  value *= push.alpha;
  if ((push.flags & HAS_BIAS) != 0)
    [[unroll]] for (uint i = 0; i < 4; i++)
      value[i] += bias[push.bias + min (column + i, push.n - 1)];
  if (ACCUMULATE)
    value += get_c (place, inside);
  if (EPILOGUE != 0)
    {
      uint beside = place - push.c + push.other;
      vec4 second = READS_OTHER ? get_other (beside, inside) : vec4 (0);
      value = finish (value, second);
      if (WRITES_OTHER)
        put_other (beside, inside, second);
    }
  put_c (place, inside, value);
}
