#pragma once

#include "engine/gpu/buffer.h"
#include "engine/gpu/tape.h"

// What the op tests stand on: a device, arrays that live on it and on the host in double precision,
// and a check of gradients by differences.
typedef struct
{
  CzDevice *device;
  GPtrArray *buffers;
  GRand *random;
} Stage;

// Opens the best device; skips the test and gives FALSE where there is none.
gboolean stage_open (Stage *stage);
// From the next stage on all products are done by blocks, as on GPUs, with the epilogues of those:
// by a measured table that says so. Gives the table's path, for stage_forget_blocks (), or NULL,
// having skipped the test, where there is no device, or one that takes minutes to compile a block.
char *stage_use_blocks (void);
void stage_forget_blocks (char *path);
// Frees all; fails the test if the validation layer said anything.
void stage_close (Stage *stage);

// Whether the device is one to try fused attention with; then, until stage_close (), that is how it
// is done. SwiftShader would run the kernels, but takes minutes to compile them.
gboolean stage_fuse_attention (Stage *stage, guint head_size);

// `n` random floats around 0, and the same as doubles; freed by the caller.
double *stage_random (Stage *stage, gsize n, double scale);
// A span of `n` floats with those values (NULL: zeros).
CzSpan stage_upload (Stage *stage, const double *values, gsize n);
CzSpan stage_upload_words (Stage *stage, const guint32 *words, gsize n);
float *stage_download (CzSpan span, gsize n); // freed by the caller
// Finishes and runs a tape, and frees it.
void stage_run (CzTape *tape);

// Checks that `gradient` is that of loss () with respect to `values` (n), by central differences in
// double precision; at most `samples` of them, spread evenly. `name` goes into the message.
typedef double (*StageLoss) (gpointer data);
void stage_check_gradient (const char *name,
                           CzSpan gradient,
                           double *values,
                           gsize n,
                           guint samples,
                           StageLoss loss,
                           gpointer data);
// Checks `n` floats against doubles, relative to the largest of them.
void stage_check_values (
    const char *name, CzSpan span, const double *expected, gsize n, double tolerance);
