#include "engine/model/row-dispatch.h"

#include <string.h>

#define CUT_STEP          64   // rows: any row of floats then begins at a multiple of 256 bytes
#define VECTORS_PER_GROUP 1024 // enough work for a workgroup to be worth its start
#define MOST_GROUPS       65535
#define MOST_CONSTANTS    4

guint32
cz_float_bits (double number)
{
  float f = (float)number;
  guint32 bits;

  memcpy (&bits, &f, sizeof bits);
  return bits;
}

void
cz_row_dispatch_set_rows (CzRowDispatch *dispatch,
                          guint dim,
                          guint block_size,
                          const CzDropout *dropout)
{
  dispatch->scalar = dim % 4 != 0;
  dispatch->vectors = dispatch->scalar ? dim : dim / 4;
  dispatch->push[3] = dispatch->vectors;
  dispatch->push[4] = (dim + 3) / 4;
  dispatch->push[5] = block_size;
  dispatch->push[6] = CZ_RANDOM_DROPOUT + dropout->site;
  dispatch->push[7] = cz_dropout_threshold (dropout);
  dispatch->push[8] = cz_float_bits (1 / (1 - dropout->p));
  dispatch->push[9] = cz_float_bits (1.0 / dim);
  dispatch->n_push = 10;
}

CzKernel *
cz_row_kernel (CzTape *tape, const char *name, gboolean scalar, const guint32 *constants)
{
  const CzDeviceInfo *info = cz_device_get_info (cz_tape_get_device (tape));
  g_autofree char *full = scalar ? g_strconcat (name, "-scalar", NULL) : g_strdup (name);
  guint32 all[MOST_CONSTANTS] = { info->subgroup_size };

  if (constants)
    memcpy (all + 1, constants, sizeof all - sizeof all[0]);
  return cz_tape_get_kernel (tape, full, all, MOST_CONSTANTS);
}

void
cz_row_dispatch (CzTape *tape, const CzRowDispatch *dispatch)
{
  CzDevice *device = cz_tape_get_device (tape);
  const CzDeviceInfo *info = cz_device_get_info (device);
  CzKernel *kernel = cz_row_kernel (tape, dispatch->kernel, dispatch->scalar, dispatch->constants);
  gsize cut = dispatch->rows;

  if (!kernel)
    return;
  for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
    {
      gsize limit = cz_kernel_get_binding (kernel, i) == CZ_BINDING_TEXEL_VEC4
                        ? info->max_texel_range
                        : info->max_storage_range;

      if (dispatch->row_bytes[i] * cut > limit)
        cut = MAX (limit / dispatch->row_bytes[i] / CUT_STEP, 1) * CUT_STEP;
    }
  for (gsize first = 0; first < dispatch->rows; first += cut)
    {
      guint rows = (guint)MIN (cut, dispatch->rows - first);
      guint per_group = CLAMP (VECTORS_PER_GROUP / MAX (dispatch->vectors, 1), 1, 64);
      CzDispatch command = {
        .kernel = kernel,
        .push_size = dispatch->n_push * sizeof (guint32),
        .label = dispatch->label,
      };
      guint32 push[G_N_ELEMENTS (dispatch->push)];

      per_group = MAX (per_group, (rows + MOST_GROUPS - 1) / MOST_GROUPS);
      memcpy (push, dispatch->push, sizeof push);
      push[0] = rows;
      push[1] = per_group;
      push[2] = dispatch->first_row + (guint32)first;
      command.push = push;
      command.groups[0] = (rows + per_group - 1) / per_group;
      for (guint i = 0; i < CZ_MAX_BINDINGS; i++)
        {
          gsize row_bytes = dispatch->row_bytes[i];

          if (cz_kernel_get_binding (kernel, i) == CZ_BINDING_NONE)
            continue;
          if (!dispatch->bindings[i].buffer)
            command.bindings[i] = cz_device_get_zeros (device);
          else if (row_bytes > 0)
            command.bindings[i]
                = cz_span_part (dispatch->bindings[i], first * row_bytes, rows * row_bytes);
          else
            command.bindings[i] = dispatch->bindings[i];
          command.bytes += (double)(row_bytes * rows);
        }
      cz_tape_dispatch (tape, &command);
    }
}
