#pragma once

#include "engine/gpu/buffer.h"
#include "engine/gpu/device.h"
#include "engine/gpu/tape.h"

// AdamW with decoupled weight decay as torch.optim.AdamW computes it, after clipping by the global
// gradient norm as torch.nn.utils.clip_grad_norm_ does, over arenas of floats. The sums run in a
// fixed order, so equal gradients give equal bits.

typedef struct
{
  double beta1;        // 0.9
  double beta2;        // 0.999
  double epsilon;      // 1e-8
  double weight_decay; // 0.01
  double clip_norm;    // 0: off
  gboolean scales_loss;
} CzAdamOptions;

// Dynamic loss scaling, with the numbers of torch.amp.GradScaler: the gradients come multiplied by
// `scale`; a step in which one of them is infinite or NaN changes no weight and no moment and
// halves the scale; 2,000 other steps in a row double it. All of it happens on the device.
#define CZ_LOSS_SCALE_START 65536.0f

typedef struct
{
  float scale;
  guint32 good_steps;    // in a row, since the scale last changed
  guint32 skipped_steps; // since the first step
  guint32 skipped;       // whether the last step was
} CzLossScale;

// A range of the arenas, in floats; begin × 4 bytes is aligned as texel bindings are (256 always
// does), count a multiple of 4. What lies in no range is frozen: not updated, not in the norm.
typedef struct
{
  gsize begin;
  gsize count;
  gboolean decay;
} CzAdamRange;

typedef struct _CzOptimizer CzOptimizer;

// `weights` and `gradients` are of equal size (a multiple of 16 bytes); the moments are allocated
// here, zero. Errors: CZ_GPU_ERROR.
CzOptimizer *cz_optimizer_new (CzDevice *device,
                               CzSpan weights,
                               CzSpan gradients,
                               const CzAdamRange *ranges,
                               guint n_ranges,
                               const CzAdamOptions *options,
                               GError **error);
void cz_optimizer_free (CzOptimizer *optimizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzOptimizer, cz_optimizer_free)

// Records norm, clipping, the update and the zeroing of the ranges' gradients.
void cz_optimizer_record (CzOptimizer *optimizer, CzTape *tape);
// What the next submission of that tape uses: `step` counts from 1, without those that were
// skipped. Call it while none is running.
void cz_optimizer_set_step (CzOptimizer *optimizer, guint64 step, double learning_rate);
// The gradient norm before clipping, after the tape has been waited for; of the gradients without
// their scale.
double cz_optimizer_get_gradient_norm (CzOptimizer *optimizer);

// With scales_loss: where the next step stands. While no tape is running.
CzLossScale cz_optimizer_get_loss_scale (CzOptimizer *optimizer);
void cz_optimizer_set_loss_scale (CzOptimizer *optimizer, const CzLossScale *loss_scale);
gboolean cz_optimizer_scales_loss (CzOptimizer *optimizer);
// The scale on the device, one float; empty without scales_loss.
CzSpan cz_optimizer_get_scale (CzOptimizer *optimizer);

// First and second moments, laid out as the weights.
CzSpan cz_optimizer_get_first (CzOptimizer *optimizer);
CzSpan cz_optimizer_get_second (CzOptimizer *optimizer);
// Bytes an optimizer over so many floats takes.
guint64 cz_optimizer_plan_bytes (gsize n_floats);
