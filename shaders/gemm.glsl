// What all matrix kernels share: their push constants (struct Push in engine/gpu/gemm.c) and which matrix
// of the batch a workgroup works on. Elements are floats; a, b, c count from the start of the binding.
layout (push_constant) uniform Push
{
  uint m, n, k;
  uint lda, ldb, ldc;
  uint a, b, c, bias;        // first element
  uint stride_a[2];          // from one outer, one inner matrix of the batch to the next
  uint stride_b[2];
  uint stride_c[2];
  uint batch_inner;
  uint count;                // index of the dynamic count in its binding
  uint count_first;          // what this dispatch's first row is in the count's terms
  uint flags;
  float alpha;
  uint parts, part_k;        // of k, done one by one (1: all at once), and how much of it each takes
  uint part_stride;          // elements from one part's results to the next one's
  uint other;                // first element of what the epilogue works with
} push;

const uint HAS_BIAS = 1, HAS_COUNT = 2, ROWS_FIRST = 4;

layout (constant_id = 0) const bool ACCUMULATE = false; // C is added to

layout (set = 0, binding = 5) readonly buffer Count { uint counts[]; };

// How much of size (rows of C, or of A and B in TN) is valid.
uint
valid_of (uint size)
{
  if ((push.flags & HAS_COUNT) == 0)
    return size;
  uint count = counts[push.count];
  return count > push.count_first ? min (count - push.count_first, size) : 0;
}

// The workgroup's tile: x over columns, y over rows of C; neighbours run one after the other, so the
// host turns that round where rows should run first.
uvec2
tile_of ()
{
  return (push.flags & ROWS_FIRST) != 0 ? gl_WorkGroupID.yx : gl_WorkGroupID.xy;
}

// First elements of A, B and C of a matrix of the batch.
uvec3
matrix_of (uint index)
{
  uint i = index % push.batch_inner, o = index / push.batch_inner;
  return uvec3 (push.a + o * push.stride_a[0] + i * push.stride_a[1],
                push.b + o * push.stride_b[0] + i * push.stride_b[1],
                push.c + o * push.stride_c[0] + i * push.stride_c[1]);
}

// The same of the workgroup's matrix.
uvec3
matrix_of ()
{
  return matrix_of (gl_WorkGroupID.z);
}
