#version 450
// Matrix products on cooperative matrices (VK_KHR_cooperative_matrix): the inputs half precision, the sums
// fp32. For devices that have them; the host tells their shape, and how many threads a subgroup has.
//
// A workgroup computes TILE_M × TILE_N elements of C, each of its DOWN × ACROSS subgroups one part of them,
// by matrices of M × N. A and B come in slices of TILE_K: fp32 from memory, rounded to half precision on
// the way into shared memory, zero outside the matrices, and as they lie in memory: whether their rows run
// along k or across it is told to whoever loads a matrix from there. The next slice is on its way from
// memory while this one is multiplied. C goes through shared memory as well, matrix by matrix, so that its
// edges, bias and epilogue are those of the other kernels (gemm-store.glsl). With push.parts > 1 each part
// of k is done by workgroups of its own, as in gemm-block.comp.
//
// Offsets, leading dimensions and strides are multiples of 4, and rows of A, B and C can be bound up to the
// next multiple of 4. TILE_M and TILE_N are multiples of 8 and such that the eights of each slice are as
// many for every thread; M, N and K are 8, 16 or 32.
//
// Defines: BF16: bf16 instead of fp16. RTE: the device is told to round to nearest even, which one
// instruction then does; otherwise it is done by whole numbers.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_shader_subgroup_basic : require
#ifdef BF16
#extension GL_EXT_bfloat16 : require
#define HALF bfloat16_t
#else
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define HALF float16_t
#endif
#ifdef RTE
#extension GL_EXT_spirv_intrinsics : require
// RoundingModeRTE of 16 bits.
spirv_execution_mode (extensions = ["SPV_KHR_float_controls"], capabilities = [4467], 4462, 16);
#endif
#pragma use_vulkan_memory_model
#define COLUMN_MAJOR gl_CooperativeMatrixLayoutColumnMajor
#define ROW_MAJOR    gl_CooperativeMatrixLayoutRowMajor
#include "gemm.glsl"

layout (constant_id = 1) const uint FORM = 0; // 0 = NN, 1 = NT, 2 = TN
#ifdef BF16
const uint ROUNDING = 2;
#else
const uint ROUNDING = 1;
#endif
#include "round.glsl"

layout (constant_id = 4) const uint TILE_M = 64;
layout (constant_id = 5) const uint TILE_N = 64;
layout (constant_id = 6) const uint M = 16;
layout (constant_id = 7) const uint N = 16;
layout (constant_id = 8) const uint K = 16;
layout (constant_id = 9) const uint DOWN = 2;
layout (constant_id = 10) const uint ACROSS = 2;
layout (constant_id = 11) const uint THREADS = 128;
layout (local_size_x_id = 11, local_size_y = 1, local_size_z = 1) in;
const uint TILE_K = 32;

#include "gemm-store.glsl"
layout (set = 0, binding = 0) readonly buffer A { vec4 a[]; };
layout (set = 0, binding = 1) readonly buffer B { vec4 b[]; };

// Whether the elements of a row of A or B, as stored, run along m or n (or else along k).
#define ALONG_A (FORM == 2)
#define ALONG_B (FORM != 1)

// Shared memory is counted in eights of half precision, 16 bytes. A row has one more than it needs, so that
// eight of them one below the other lie in different banks.
const uint PITCH_A = (ALONG_A ? TILE_M : TILE_K) / 8 + 1, PITCH_B = (ALONG_B ? TILE_N : TILE_K) / 8 + 1;
const uint SIZE_A = (ALONG_A ? TILE_K : TILE_M) * PITCH_A, SIZE_B = (ALONG_B ? TILE_K : TILE_N) * PITCH_B;
// In the end each subgroup has a place there for one matrix of C, in fours of fp32.
const uint PITCH_C = N / 4 + 1, SIZE_C = M * PITCH_C;
const uint SIZE = SIZE_A + SIZE_B > DOWN * ACROSS * SIZE_C ? SIZE_A + SIZE_B : DOWN * ACROSS * SIZE_C;
shared uvec4 slices[SIZE];

// LOADER (load, from) makes vec4 load (place, inside): four elements from place on, of which the first
// `inside` lie in the matrix; for the others, which may hold NaN, 0.
#define LOADER(load, from)                                                                         \
  vec4 load (uint place, uint inside)                                                              \
  {                                                                                                \
    vec4 four = inside > 0 ? from[place / 4] : vec4 (0);                                           \
    return mix (vec4 (0), four, lessThan (uvec4 (0, 1, 2, 3), uvec4 (inside)));                    \
  }
LOADER (load_a, a)
LOADER (load_b, b)

// Two fours, rounded and packed, the first element lowest.
#if defined(RTE)
uvec4
pack (vec4 low, vec4 high)
{
  f16vec4 one = f16vec4 (low), two = f16vec4 (high);
  return uvec4 (packFloat2x16 (one.xy), packFloat2x16 (one.zw), packFloat2x16 (two.xy),
                packFloat2x16 (two.zw));
}
#else
// The 16 bits of each of four numbers that round.glsl has rounded.
uvec4
halves_of (vec4 x)
{
  uvec4 bits = floatBitsToUint (round_input (x)), sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  bvec4 no_number = greaterThan (magnitude, uvec4 (0x7f800000u));
#ifdef BF16
  return mix (magnitude >> 16, uvec4 (0x7fc0u), no_number) | sign;
#else
  // 2^-14 is the smallest normal number, and 2^-24 the unit below it; from 2^16 on all is infinite.
  uvec4 below = uvec4 (uintBitsToFloat (min (magnitude, uvec4 (0x38800000u))) * 16777216.0);
  uvec4 half_ = mix (below, (magnitude - 0x38000000u) >> 13,
                     greaterThanEqual (magnitude, uvec4 (0x38800000u)));
  half_ = mix (half_, uvec4 (0x7c00u), greaterThanEqual (magnitude, uvec4 (0x47800000u)));
  return mix (half_, uvec4 (0x7e00u), no_number) | sign;
#endif
}

uvec4
pack (vec4 low, vec4 high)
{
  uvec4 one = halves_of (low), two = halves_of (high);
  return uvec4 (one.xz | one.yw << 16, two.xz | two.yw << 16);
}
#endif

// Where the i-th eight of a slice lies in the tile, (x along m or n, y along k): its elements run as they
// do in memory, and so do neighbouring threads.
uvec2
place_of (bool along, uint i, uint size)
{
  return along ? uvec2 (i % (size / 8) * 8, i / (size / 8))
               : uvec2 (i / (TILE_K / 8), i % (TILE_K / 8) * 8);
}

// How many elements of an eight that starts at `at` lie below the matrix's edges, `limit`.
uint
inside_of (bool along, uvec2 at, uvec2 limit)
{
  uvec2 left = limit - min (at, limit);
  return along ? (left.y > 0 ? min (left.x, 8) : 0) : (left.x > 0 ? min (left.y, 8) : 0);
}

const uint EIGHTS_A = TILE_M * TILE_K / 8 / THREADS, EIGHTS_B = TILE_N * TILE_K / 8 / THREADS;
vec4 next_a[2 * EIGHTS_A], next_b[2 * EIGHTS_B]; // this thread's part of the slice to come

// Starts loading the slice at k; first elements of the matrices, and the edges of A and B.
void
fetch (uint k, uvec3 matrix, uvec2 tile, uvec2 edge_a, uvec2 edge_b)
{
  [[unroll]] for (uint i = 0; i < EIGHTS_A; i++)
    {
      uvec2 at = place_of (ALONG_A, gl_LocalInvocationIndex + i * THREADS, TILE_M) + uvec2 (tile.y, k);
      uint place = matrix.x + (ALONG_A ? at.y * push.lda + at.x : at.x * push.lda + at.y);
      uint inside = inside_of (ALONG_A, at, edge_a);
      next_a[2 * i] = load_a (place, min (inside, 4));
      next_a[2 * i + 1] = load_a (place + 4, max (inside, 4) - 4);
    }
  [[unroll]] for (uint i = 0; i < EIGHTS_B; i++)
    {
      uvec2 at = place_of (ALONG_B, gl_LocalInvocationIndex + i * THREADS, TILE_N) + uvec2 (tile.x, k);
      uint place = matrix.y + (ALONG_B ? at.y * push.ldb + at.x : at.x * push.ldb + at.y);
      uint inside = inside_of (ALONG_B, at, edge_b);
      next_b[2 * i] = load_b (place, min (inside, 4));
      next_b[2 * i + 1] = load_b (place + 4, max (inside, 4) - 4);
    }
}

// Puts it into shared memory.
void
keep ()
{
  [[unroll]] for (uint i = 0; i < EIGHTS_A; i++)
    {
      uvec2 at = place_of (ALONG_A, gl_LocalInvocationIndex + i * THREADS, TILE_M);
      slices[ALONG_A ? at.y * PITCH_A + at.x / 8 : at.x * PITCH_A + at.y / 8]
          = pack (next_a[2 * i], next_a[2 * i + 1]);
    }
  [[unroll]] for (uint i = 0; i < EIGHTS_B; i++)
    {
      uvec2 at = place_of (ALONG_B, gl_LocalInvocationIndex + i * THREADS, TILE_N);
      slices[SIZE_A + (ALONG_B ? at.y * PITCH_B + at.x / 8 : at.x * PITCH_B + at.y / 8)]
          = pack (next_b[2 * i], next_b[2 * i + 1]);
    }
}

// Of a subgroup.
const uint ROWS = TILE_M / DOWN / M, COLUMNS = TILE_N / ACROSS / N;

void
subgroup_barrier ()
{
  controlBarrier (gl_ScopeSubgroup, gl_ScopeSubgroup, gl_StorageSemanticsShared, gl_SemanticsAcquireRelease);
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
  uvec2 first = uvec2 (gl_SubgroupID % ACROSS * (TILE_N / ACROSS), gl_SubgroupID / ACROSS * (TILE_M / DOWN));

  coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> sums[ROWS * COLUMNS];
  [[unroll]] for (uint i = 0; i < ROWS * COLUMNS; i++)
    sums[i] = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (0.0);

  if (k < end)
    fetch (k, matrix, tile, edge_a, edge_b);
  for (uint next = k; next < end; next += TILE_K)
    {
      keep ();
      barrier ();
      if (next + TILE_K < end)
        fetch (next + TILE_K, matrix, tile, edge_a, edge_b);
      [[unroll]] for (uint slice = 0; slice < TILE_K; slice += K)
        {
          coopmat<HALF, gl_ScopeSubgroup, M, K, gl_MatrixUseA> down[ROWS];
          [[unroll]] for (uint i = 0; i < ROWS; i++)
            {
              uint at = first.y + i * M;
              if (ALONG_A)
                coopMatLoad (down[i], slices, slice * PITCH_A + at / 8, PITCH_A, COLUMN_MAJOR);
              else
                coopMatLoad (down[i], slices, at * PITCH_A + slice / 8, PITCH_A, ROW_MAJOR);
            }
          [[unroll]] for (uint j = 0; j < COLUMNS; j++)
            {
              coopmat<HALF, gl_ScopeSubgroup, K, N, gl_MatrixUseB> across;
              uint at = first.x + j * N;
              if (ALONG_B)
                coopMatLoad (across, slices, SIZE_A + slice * PITCH_B + at / 8, PITCH_B, ROW_MAJOR);
              else
                coopMatLoad (across, slices, SIZE_A + at * PITCH_B + slice / 8, PITCH_B, COLUMN_MAJOR);
              [[unroll]] for (uint i = 0; i < ROWS; i++)
                sums[i * COLUMNS + j] = coopMatMulAdd (down[i], across, sums[i * COLUMNS + j]);
            }
        }
      barrier (); // nobody reads this slice any more
    }

  uint stage = gl_SubgroupID * SIZE_C;
  [[unroll]] for (uint i = 0; i < ROWS; i++)
    [[unroll]] for (uint j = 0; j < COLUMNS; j++)
      {
        coopMatStore (sums[i * COLUMNS + j], slices, stage, PITCH_C, ROW_MAJOR);
        subgroup_barrier ();
        for (uint four = gl_SubgroupInvocationID; four < M * N / 4; four += gl_SubgroupSize)
          {
            uint y = four / (N / 4), x = four % (N / 4);
            uint row = tile.y + first.y + i * M + y, column = tile.x + first.x + j * N + x * 4;
            if (row < valid_m && column < push.n)
              store (matrix.z + row * push.ldc + column, min (push.n - column, 4), column,
                     uintBitsToFloat (slices[stage + y * PITCH_C + x]));
          }
        subgroup_barrier ();
      }
}
