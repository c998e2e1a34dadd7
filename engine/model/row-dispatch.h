#pragma once

#include "engine/model/dropout.h"
#include "engine/gpu/tape.h"

// A kernel over rows, as all of shaders/ that include subgroup.glsl: a workgroup of one subgroup
// handles a run of rows. Cuts the rows into several dispatches where a binding would exceed what
// the device can bind, which changes no bit of the result.
typedef struct
{
  const char *kernel;   // its name
  gboolean scalar;      // take the "-scalar" sibling (rows of no multiple of four floats)
  guint32 constants[3]; // specialization constants 1, 2, 3 (0 is the subgroup size)
  guint rows;           // 0 records nothing
  guint first_row;      // what the kernel takes the first one for; the bindings begin with it
  guint vectors;        // work of one row, in vectors
  CzSpan bindings[CZ_MAX_BINDINGS]; // those left empty that the kernel declares are bound to zeros
  gsize
      row_bytes[CZ_MAX_BINDINGS]; // bytes of a row in bindings that are cut with the rows; 0: whole
  guint32 push[24];  // words; the first three are set here: rows, rows a workgroup, first row
  guint n_push;      // words in all
  const char *label; // static
} CzRowDispatch;

void cz_row_dispatch (CzTape *tape, const CzRowDispatch *dispatch);

// For kernels over rows of `dim` floats, those of blocks of `block_size` tokens, with dropout or a
// norm: sets scalar, vectors and the push constants n, stride, block_size, drop_purpose,
// drop_threshold, drop_scale and inverse_size, ten in all with the first three.
void cz_row_dispatch_set_rows (CzRowDispatch *dispatch,
                               guint dim,
                               guint block_size,
                               const CzDropout *dropout);

// The kernel for whole dispatches: `name`, its scalar sibling if `scalar`, constant 0 the subgroup
// size, then `constants` (3).
CzKernel *cz_row_kernel (CzTape *tape, const char *name, gboolean scalar, const guint32 *constants);

// The bits of a float, for push constants.
guint32 cz_float_bits (double number);
