// What the fused attention kernels share. A workgroup of 128 threads works on one head of one block: it
// keeps TILE rows and goes through the others TILE at a time, so that of the scores no more than TILE ×
// TILE ever exist. Which rows are which, and what becomes of the scores, the kernels say.
//
// A tile of scores is TILE queries × TILE keys. A thread has 8 queries and 4 neighbouring keys of it in
// registers: x along the keys, y along the queries, ROW (i) its i-th query. What the scores are then
// multiplied by gives TILE rows × TILE columns of the head, and a thread's part has the same shape; columns
// past the head's size come out as 0. Both products take their inputs from slices in shared memory; the
// next slice is on its way from memory while this one is multiplied. No size here is a constant to be
// specialized, see gemm-block.comp.
//
// q, k, v and the like are (blocks, size, heads, head_size), head_size a multiple of 4 and at most TILE.
// Statistics are four floats a (block, head, query): the largest score; 1 / the sum of exp (score -
// largest); the sum of context ∘ its gradient, left by the backward kernel of queries for that of keys;
// nothing.
#extension GL_EXT_control_flow_attributes : require
#include "step.glsl"
#include "float.glsl"

layout (constant_id = 0) const bool DROPOUT = false;
layout (constant_id = 1) const uint ROUNDING = 0; // of what is multiplied
#include "round.glsl"
layout (local_size_x = 128) in;

const uint THREADS = 128u, ACROSS = 16u;
const uint TILE = 64u, SLICE = 16u;
const uint PITCH = 68u; // four more than the tile: fours stay fours, and rows start in different banks

layout (push_constant) uniform Push
{
  uint size, fours, heads, head_size; // fours: a row of scores in fours, rounded up
  uint skipped_blocks;                // of the micro-batch, by this dispatch
  uint drop_purpose, drop_threshold;
  float drop_scale;
  float scale; // of the scores: 1 / sqrt (head_size)
};
STEP (0);
#include "dropout.glsl"
layout (set = 0, binding = 1) readonly buffer Attended { vec4 attended[]; }; // (blocks, fours): 1, 0; -1: no key

shared float slice_a[SLICE * PITCH], slice_b[SLICE * PITCH]; // (k, rows), (k, columns)
shared float tile_p[TILE * PITCH];                           // (k, rows): scores that are multiplied next

uint x, y;          // the thread's place
uint block, head;   // the workgroup's
uint stride, first; // elements from one row of q, k … to the next; the head's first one

#define ROW(i) ((i) / 4u * 32u + y * 4u + (i) % 4u)

void
find_place ()
{
  x = gl_LocalInvocationIndex % ACROSS;
  y = gl_LocalInvocationIndex / ACROSS;
  block = skipped_blocks + gl_WorkGroupID.y / heads;
  head = gl_WorkGroupID.y % heads;
  stride = heads * head_size;
  first = block * size * stride + head * head_size;
}

uint
stats_of (uint query)
{
  return (block * heads + head) * size + query;
}

// Of a thread's four keys. What is not attended scores the lowest float, as in softmax.comp.
vec4
attended_by (uint key)
{
  return key / 4u < fours ? attended[block * fours + key / 4u] : vec4 (-1.0);
}

const float LOWEST = -3.40282346638528859812e+38;

vec4
scored (vec4 product, vec4 attends)
{
  return mix (vec4 (LOWEST), product * scale, greaterThan (attends, vec4 (0.0)));
}

vec4
probable (vec4 score, vec4 attends, float top)
{
  return exp_float (score - top) * step (vec4 (0.0), attends);
}

// What dropout keeps of a thread's scores from `query` on, bit 4 i + j of its i-th query and j-th key. So
// it is drawn once where it is needed twice, and its code is there once.
uint
draw_kept (uint query, uint key)
{
  uint kept = 0u;
  for (uint i = 0u; DROPOUT && i < 8u; i++)
    {
      uint element = (head * size + query + ROW (i)) * fours + key / 4u;
      uvec4 keeps = uvec4 (greaterThan (dropout_by_four (block, element), vec4 (0.0)));
      kept |= (keeps.x | keeps.y << 1 | keeps.z << 2 | keeps.w << 3) << 4u * i;
    }
  return kept;
}

// The factors of the i-th query's four.
vec4
dropout_of (uint kept, uint i)
{
  return DROPOUT ? vec4 (uvec4 (kept) >> (uvec4 (0u, 1u, 2u, 3u) + 4u * i) & 1u) * drop_scale : vec4 (1.0);
}

// LOADER (load, from) makes vec4 load (row, column): four numbers of the head, 0 outside of it.
#define LOADER(load, from)                                                                         \
  vec4 load (uint row, uint column)                                                                \
  {                                                                                                \
    return row < size && column < head_size                                                        \
               ? round_input (from[(first + row * stride + column) / 4u])                          \
               : vec4 (0.0);                                                                       \
  }

// sums += the rows of `rows` from k = at on · slice_b.
#define MULTIPLY(sums, rows, at)                                                                   \
  for (uint k = 0u; k < SLICE; k++)                                                                \
    {                                                                                              \
      vec4 columns;                                                                                \
      [[unroll]] for (uint j = 0u; j < 4u; j++)                                                    \
        columns[j] = slice_b[k * PITCH + 4u * x + j];                                              \
      [[unroll]] for (uint i = 0u; i < 8u; i++)                                                    \
        sums[i] = fma (vec4 (rows[((at) + k) * PITCH + ROW (i)]), columns, sums[i]);               \
    }

// SCORER (score, load_a, load_b) makes score (sums, row_a, row_b): sums = TILE rows of a from row_a on ·
// as many of b from row_b on, over the head. The slices are free before and after.
#define SCORER(score, load_a, load_b)                                                              \
  void score (out vec4 sums[8], uint row_a, uint row_b)                                            \
  {                                                                                                \
    [[unroll]] for (uint i = 0u; i < 8u; i++)                                                      \
      sums[i] = vec4 (0.0);                                                                        \
    for (uint next = 0u; next < head_size + SLICE; next += SLICE)                                  \
      {                                                                                            \
        vec4 a[2], b[2];                                                                           \
        [[unroll]] for (uint i = 0u; i < 2u; i++)                                                  \
          {                                                                                        \
            uint n = gl_LocalInvocationIndex + i * THREADS, column = next + n % 4u * 4u;           \
            a[i] = load_a (row_a + n / 4u, column);                                                \
            b[i] = load_b (row_b + n / 4u, column);                                                \
          }                                                                                        \
        if (next > 0u)                                                                             \
          MULTIPLY (sums, slice_a, 0u)                                                             \
        barrier ();                                                                                \
        [[unroll]] for (uint i = 0u; i < 2u; i++)                                                  \
          [[unroll]] for (uint j = 0u; j < 4u; j++)                                                \
            {                                                                                      \
              uint n = gl_LocalInvocationIndex + i * THREADS;                                      \
              slice_a[(n % 4u * 4u + j) * PITCH + n / 4u] = a[i][j];                               \
              slice_b[(n % 4u * 4u + j) * PITCH + n / 4u] = b[i][j];                               \
            }                                                                                      \
        barrier ();                                                                                \
      }                                                                                            \
  }

// WEIGHER (weigh, load) makes weigh (sums, row): sums += tile_p, whose writes need no barrier before, ·
// TILE rows from `row` on. tile_p and the slices are free after.
#define WEIGHER(weigh, load)                                                                       \
  void weigh (inout vec4 sums[8], uint row)                                                        \
  {                                                                                                \
    for (uint next = 0u; next < TILE + SLICE; next += SLICE)                                       \
      {                                                                                            \
        vec4 b[2];                                                                                 \
        [[unroll]] for (uint i = 0u; i < 2u; i++)                                                  \
          {                                                                                        \
            uint n = gl_LocalInvocationIndex + i * THREADS;                                        \
            b[i] = next < TILE ? load (row + next + n / 16u, n % 16u * 4u) : vec4 (0.0);           \
          }                                                                                        \
        if (next > 0u)                                                                             \
          MULTIPLY (sums, tile_p, next - SLICE)                                                    \
        barrier ();                                                                                \
        [[unroll]] for (uint i = 0u; i < 2u; i++)                                                  \
          [[unroll]] for (uint j = 0u; j < 4u; j++)                                                \
            {                                                                                      \
              uint n = gl_LocalInvocationIndex + i * THREADS;                                      \
              slice_b[n / 16u * PITCH + n % 16u * 4u + j] = b[i][j];                               \
            }                                                                                      \
        barrier ();                                                                                \
      }                                                                                            \
  }

// REDUCER (reduce, combine) makes reduce (values): what the threads across have of a row, combined, always
// in the same order. Takes the slices; they may be written to again behind a barrier.
#define REDUCER(reduce, combine)                                                                   \
  void reduce (inout float values[8])                                                              \
  {                                                                                                \
    uint row = gl_LocalInvocationIndex % TILE, begin = gl_LocalInvocationIndex / TILE * 8u;        \
    [[unroll]] for (uint i = 0u; i < 8u; i++)                                                      \
      slice_a[x * TILE + ROW (i)] = values[i];                                                     \
    barrier ();                                                                                    \
    float value = slice_a[begin * TILE + row];                                                     \
    for (uint j = 1u; j < 8u; j++)                                                                 \
      value = combine (value, slice_a[(begin + j) * TILE + row]);                                  \
    slice_b[gl_LocalInvocationIndex] = value;                                                      \
    barrier ();                                                                                    \
    [[unroll]] for (uint i = 0u; i < 8u; i++)                                                      \
      values[i] = combine (slice_b[ROW (i)], slice_b[TILE + ROW (i)]);                             \
  }
#define ADD(a, b) ((a) + (b))

// Stores a thread's part of TILE rows from `row` on.
#define STORE(to, sums, row, factor)                                                               \
  [[unroll]] for (uint i = 0u; i < 8u; i++)                                                        \
    if (row + ROW (i) < size && 4u * x < head_size)                                                \
      to[(first + (row + ROW (i)) * stride + 4u * x) / 4u] = sums[i] * factor;
