// Rows are read and written by vectors: four floats at a time (RGBA32F texels in, vec4 out: the
// fast way on lavapipe), or one by one (-DSCALAR) where a row's length is no multiple of four.
#ifdef SCALAR
#define VEC float
#define WIDTH 1u
#define INPUT(number, name) \
  layout (set = 0, binding = number) readonly buffer name##Buffer { float name##_data[]; }
#define LOAD(name, i) name##_data[i]
#define OUTPUT(number, name) \
  layout (set = 0, binding = number) writeonly buffer name##Buffer { float name[]; }
#define SUM(v) (v)
#else
#define VEC vec4
#define WIDTH 4u
#define INPUT(number, name) layout (set = 0, binding = number) uniform samplerBuffer name
#define LOAD(name, i) texelFetch (name, int (i))
#define OUTPUT(number, name) \
  layout (set = 0, binding = number) writeonly buffer name##Buffer { vec4 name[]; }
#define SUM(v) dot (v, vec4 (1.0))
#endif
