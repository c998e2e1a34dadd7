#pragma once

#include "engine/format/model-config.h"
#include "engine/gpu/tape.h"
#include "engine/train/train-options.h"

// One training step on random weights and random tokens, as often as one likes: for measuring.
typedef struct _CzSampleStep CzSampleStep;

// `options` has micro_batch set. Errors: CZ_GPU_ERROR_*, CZ_TRAIN_ERROR_*, CZ_MODEL_ERROR_*.
CzSampleStep *cz_sample_step_new (CzDevice *device,
                                  const CzModelConfig *config,
                                  const CzTrainOptions *options,
                                  CzTapeFlags flags,
                                  GError **error);
void cz_sample_step_free (CzSampleStep *step);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSampleStep, cz_sample_step_free)

// Does a step; ret_seconds is what it took.
gboolean cz_sample_step_run (CzSampleStep *step, double *ret_seconds, GError **error);

// FLOP of a step, and CzTiming by label over all steps so far (g_array_unref ()).
double cz_sample_step_get_flops (CzSampleStep *step);
GArray *cz_sample_step_get_timings (CzSampleStep *step);
