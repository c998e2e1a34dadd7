#version 450
// Matrix products by tiles in shared memory and blocks of them in registers, for GPUs; any shape and
// alignment.
//
// A workgroup computes TILE_M × TILE_N elements of C, a thread ROWS × COLUMNS of them, by fours that lie
// THREADS_Y fours apart down and THREADS_X across, so that neighbouring threads read and store
// neighbouring fours. A and B come in slices of TILE_K, zero outside the matrices; the next slice is on
// its way from memory while this one is multiplied. With push.parts > 1 each part of k is done by
// workgroups of its own and C holds one matrix (or batch) a part, which gemm-parts.comp adds up.
//
// Defines: TILE_M, TILE_N, TILE_K, ROWS, COLUMNS, all multiples of 4, such that the fours of each slice
// are as many for every thread. SCALAR: offsets, leading dimensions and strides may be any; otherwise
// they are multiples of 4, and rows of A, B and C can be bound up to the next multiple of 4. Not
// constants to be specialized: lavapipe 22.3 then takes other workgroup sizes than it runs.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "gemm.glsl"

layout (constant_id = 1) const uint FORM = 0;     // 0 = NN, 1 = NT, 2 = TN
layout (constant_id = 2) const uint ROUNDING = 0; // of A and B
#include "round.glsl"

const uint THREADS_X = TILE_N / COLUMNS, THREADS_Y = TILE_M / ROWS, THREADS = THREADS_X * THREADS_Y;
layout (local_size_x = (TILE_N / COLUMNS) * (TILE_M / ROWS)) in;

#include "gemm-store.glsl"
layout (set = 0, binding = 0) readonly buffer A { ELEMENT a[]; };
layout (set = 0, binding = 1) readonly buffer B { ELEMENT b[]; };

// Four more than the tile: fours stay fours, and rows start in different banks.
const uint PITCH_A = TILE_M + 4, PITCH_B = TILE_N + 4;
shared float tile_a[TILE_K * PITCH_A]; // (k, m)
shared float tile_b[TILE_K * PITCH_B]; // (k, n)

// LOADER (load, from) makes vec4 load (place, inside): four elements from place on, of which the first
// `inside` lie in the matrix; for the others, which may hold NaN, 0.
#ifdef SCALAR
#define LOADER(load, from)                                                                         \
  vec4 load (uint place, uint inside)                                                              \
  {                                                                                                \
    vec4 four;                                                                                     \
    [[unroll]] for (uint i = 0; i < 4; i++)                                                        \
      four[i] = i < inside ? from[place + i] : 0;                                                  \
    return four;                                                                                   \
  }
#else
#define LOADER(load, from)                                                                         \
  vec4 load (uint place, uint inside)                                                              \
  {                                                                                                \
    vec4 four = inside > 0 ? from[place / 4] : vec4 (0);                                           \
    return mix (vec4 (0), four, lessThan (uvec4 (0, 1, 2, 3), uvec4 (inside)));                    \
  }
#endif
LOADER (load_a, a)
LOADER (load_b, b)

// Where the i-th four of a slice lies in the tile, (x along m or n, y along k): its elements run along
// the tile (ALONG) or along k, as they do in memory, and so do neighbouring threads.
#define ALONG_A (FORM == 2)
#define ALONG_B (FORM != 1)
uvec2
place_of (bool along, uint i, uint size)
{
  return along ? uvec2 (i % (size / 4) * 4, i / (size / 4))
               : uvec2 (i / (TILE_K / 4), i % (TILE_K / 4) * 4);
}

// How many elements of a four that starts at `at` lie below the matrix's edges, `limit`.
uint
inside_of (bool along, uvec2 at, uvec2 limit)
{
  uvec2 left = limit - min (at, limit);
  return along ? (left.y > 0 ? min (left.x, 4) : 0) : (left.x > 0 ? min (left.y, 4) : 0);
}

#define PUT(tile, pitch, along, at, four)                                                          \
  {                                                                                                \
    uint first = (at).y * pitch + (at).x;                                                          \
    [[unroll]] for (uint j = 0; j < 4; j++)                                                        \
      tile[first + j * (along ? 1 : pitch)] = four[j];                                             \
  }

const uint FOURS_A = TILE_M * TILE_K / 4 / THREADS, FOURS_B = TILE_N * TILE_K / 4 / THREADS;
const uint WIDTH = COLUMNS / 4;
vec4 next_a[FOURS_A], next_b[FOURS_B]; // this thread's fours of the slice to come

// Starts loading the slice at k; first elements of the matrices, and the edges of A and B.
void
fetch (uint k, uvec3 matrix, uvec2 tile, uvec2 edge_a, uvec2 edge_b)
{
  [[unroll]] for (uint i = 0; i < FOURS_A; i++)
    {
      uvec2 at = place_of (ALONG_A, gl_LocalInvocationIndex + i * THREADS, TILE_M) + uvec2 (tile.y, k);
      uint place = matrix.x + (ALONG_A ? at.y * push.lda + at.x : at.x * push.lda + at.y);
      next_a[i] = round_input (load_a (place, inside_of (ALONG_A, at, edge_a)));
    }
  [[unroll]] for (uint i = 0; i < FOURS_B; i++)
    {
      uvec2 at = place_of (ALONG_B, gl_LocalInvocationIndex + i * THREADS, TILE_N) + uvec2 (tile.x, k);
      uint place = matrix.y + (ALONG_B ? at.y * push.ldb + at.x : at.x * push.ldb + at.y);
      next_b[i] = round_input (load_b (place, inside_of (ALONG_B, at, edge_b)));
    }
}

void
main ()
{
  uvec2 tile = tile_of () * uvec2 (TILE_N, TILE_M);
  uint valid_m = FORM == 2 ? push.m : valid_of (push.m);
  uint valid_k = FORM == 2 ? valid_of (push.k) : push.k;
  if (tile.y >= valid_m)
    return;
  uint part = gl_WorkGroupID.z % push.parts;
  uvec3 matrix = matrix_of (gl_WorkGroupID.z / push.parts) + uvec3 (0, 0, part * push.part_stride);
  uint k = part * push.part_k, end = min (valid_k, k + push.part_k);
  uvec2 edge_a = uvec2 (valid_m, end), edge_b = uvec2 (push.n, end);
  uint x = gl_LocalInvocationIndex % THREADS_X, y = gl_LocalInvocationIndex / THREADS_X;

  vec4 sums[ROWS * WIDTH];
  [[unroll]] for (uint i = 0; i < ROWS * WIDTH; i++)
    sums[i] = vec4 (0);

  // A turn multiplies a slice while the next is loaded; the first has nothing to multiply yet, the last
  // nothing to load.
  for (uint next = k; next < end + TILE_K; next += TILE_K)
    {
      if (next < end)
        fetch (next, matrix, tile, edge_a, edge_b);
      for (uint slice = 0; slice < (next > k ? TILE_K : 0); slice++)
        {
          vec4 column[WIDTH];
          [[unroll]] for (uint j = 0; j < WIDTH; j++)
            [[unroll]] for (uint i = 0; i < 4; i++)
              column[j][i] = tile_b[slice * PITCH_B + (j * THREADS_X + x) * 4 + i];
          [[unroll]] for (uint i = 0; i < ROWS; i++)
            {
              float row = tile_a[slice * PITCH_A + (i / 4 * THREADS_Y + y) * 4 + i % 4];
              [[unroll]] for (uint j = 0; j < WIDTH; j++)
                sums[i * WIDTH + j] = fma (vec4 (row), column[j], sums[i * WIDTH + j]);
            }
        }
      barrier (); // nobody reads this slice any more
      if (next < end)
        {
          [[unroll]] for (uint i = 0; i < FOURS_A; i++)
            PUT (tile_a, PITCH_A, ALONG_A,
                 place_of (ALONG_A, gl_LocalInvocationIndex + i * THREADS, TILE_M), next_a[i])
          [[unroll]] for (uint i = 0; i < FOURS_B; i++)
            PUT (tile_b, PITCH_B, ALONG_B,
                 place_of (ALONG_B, gl_LocalInvocationIndex + i * THREADS, TILE_N), next_b[i])
        }
      barrier ();
    }

  [[unroll]] for (uint i = 0; i < ROWS; i++)
    [[unroll]] for (uint j = 0; j < WIDTH; j++)
      {
        uint row = tile.y + (i / 4 * THREADS_Y + y) * 4 + i % 4, column = tile.x + (j * THREADS_X + x) * 4;
        if (row < valid_m && column < push.n)
          store (matrix.z + row * push.ldc + column, min (push.n - column, 4), column, sums[i * WIDTH + j]);
      }
}
