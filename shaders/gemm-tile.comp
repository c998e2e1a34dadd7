#version 450
// Matrix products by tiles in shared memory, for any device, shape and alignment: for processors whose
// driver has no wide registers to offer, and which would take minutes to compile gemm-block.comp.
//
// A workgroup computes TILE_M × TILE_N elements of C, a thread every THREADS_Y-th row and THREADS_X-th
// column of them, so that neighbouring threads store neighbouring elements and read shared memory
// without conflicts. A and B come in slices of TILE_K, zero outside the matrices. 64 × 64 × 16 with 128
// threads suits what every Vulkan device has: 128 threads and 16 KiB.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "gemm.glsl"

layout (constant_id = 1) const uint FORM = 0; // 0 = NN, 1 = NT, 2 = TN
layout (constant_id = 2) const uint ROUNDING = 0; // of A and B
layout (constant_id = 3) const uint TILE_M = 64;
layout (constant_id = 4) const uint TILE_N = 64;
layout (constant_id = 5) const uint TILE_K = 16;
// Not constants to be specialized: lavapipe 22.3 then takes other sizes than it runs.
const uint THREADS_X = 16, THREADS_Y = 8;
layout (local_size_x = 16, local_size_y = 8) in;
#include "round.glsl"

layout (set = 0, binding = 0) readonly buffer A { float a[]; };
layout (set = 0, binding = 1) readonly buffer B { float b[]; };
layout (set = 0, binding = 2) buffer C { float c[]; };
layout (set = 0, binding = 4) readonly buffer Bias { float bias[]; };

const uint THREADS = THREADS_X * THREADS_Y;
const uint ROWS = TILE_M / THREADS_Y, COLUMNS = TILE_N / THREADS_X;
// One more than the tile: rows that start in different banks.
const uint PITCH_A = TILE_M + 1, PITCH_B = TILE_N + 1;
shared float tile_a[TILE_K * PITCH_A]; // (k, m)
shared float tile_b[TILE_K * PITCH_B]; // (k, n)

void
main ()
{
  uint n = tile_of ().x * TILE_N, m = tile_of ().y * TILE_M;
  uint valid_m = FORM == 2 ? push.m : valid_of (push.m);
  uint valid_k = FORM == 2 ? valid_of (push.k) : push.k;
  if (m >= valid_m)
    return;
  uvec3 matrix = matrix_of ();
  uint x = gl_LocalInvocationID.x, y = gl_LocalInvocationID.y;

  float sums[ROWS * COLUMNS];
  [[unroll]] for (uint i = 0; i < ROWS * COLUMNS; i++)
    sums[i] = 0;

  for (uint k = 0; k < valid_k; k += TILE_K)
    {
      // Threads run along the direction in which the matrix lies in memory.
      for (uint i = gl_LocalInvocationIndex; i < TILE_M * TILE_K; i += THREADS)
        {
          uint row = FORM == 2 ? i % TILE_M : i / TILE_K, slice = FORM == 2 ? i / TILE_M : i % TILE_K;
          bool inside = m + row < valid_m && k + slice < valid_k;
          uint place = FORM == 2 ? (k + slice) * push.lda + m + row : (m + row) * push.lda + k + slice;
          tile_a[slice * PITCH_A + row] = inside ? round_input (a[matrix.x + place]) : 0;
        }
      for (uint i = gl_LocalInvocationIndex; i < TILE_N * TILE_K; i += THREADS)
        {
          uint column = FORM == 1 ? i / TILE_K : i % TILE_N, slice = FORM == 1 ? i % TILE_K : i / TILE_N;
          bool inside = n + column < push.n && k + slice < valid_k;
          uint place = FORM == 1 ? (n + column) * push.ldb + k + slice
                                 : (k + slice) * push.ldb + n + column;
          tile_b[slice * PITCH_B + column] = inside ? round_input (b[matrix.y + place]) : 0;
        }
      barrier ();
      for (uint slice = 0; slice < TILE_K; slice++)
        {
          float row[ROWS], column[COLUMNS];
          [[unroll]] for (uint i = 0; i < ROWS; i++)
            row[i] = tile_a[slice * PITCH_A + i * THREADS_Y + y];
          [[unroll]] for (uint j = 0; j < COLUMNS; j++)
            column[j] = tile_b[slice * PITCH_B + j * THREADS_X + x];
          [[unroll]] for (uint i = 0; i < ROWS; i++)
            [[unroll]] for (uint j = 0; j < COLUMNS; j++)
              sums[i * COLUMNS + j] = fma (row[i], column[j], sums[i * COLUMNS + j]);
        }
      barrier ();
    }

  [[unroll]] for (uint i = 0; i < ROWS; i++)
    [[unroll]] for (uint j = 0; j < COLUMNS; j++)
      {
        uint row = m + i * THREADS_Y + y, column = n + j * THREADS_X + x;
        if (row < valid_m && column < push.n)
          {
            uint place = matrix.z + row * push.ldc + column;
            float value = push.alpha * sums[i * COLUMNS + j];
            if ((push.flags & HAS_BIAS) != 0)
              value += bias[push.bias + column];
            if (ACCUMULATE)
              value += c[place];
            c[place] = value;
          }
      }
}
