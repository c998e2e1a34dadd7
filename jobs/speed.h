#pragma once

#include "data/library.h"
#include "engine/format/model-config.h"
#include "engine/gpu/device.h"
#include "engine/train/train-options.h"

// Tokens a second that a device trains: measured once for each device, driver, kernel table, shape
// of model and block, and remembered in the library until a run of that kind tells better.

// A token evaluated takes this share of one trained: no backward, no update.
#define CZ_SPEED_EVALUATION_SHARE (1.0 / 3)

// `options` has micro_batch set. Where nothing is remembered, or anew, lest what a busy hour told
// stays, two steps with random weights are done (seconds). NAN where it cannot be measured; that is
// no error.
double cz_speed_get (CzLibrary *library,
                     CzDevice *device,
                     const CzModelConfig *config,
                     const CzTrainOptions *options,
                     gboolean anew);
// A run's own pace, in tokens a second, takes the place of what two steps had told. `options` has
// micro_batch as it was in force.
void cz_speed_learn (CzLibrary *library,
                     CzDevice *device,
                     const CzModelConfig *config,
                     const CzTrainOptions *options,
                     double tokens_per_second);
// What was last found by cz_speed_get () for a model and blocks of that shape, on whichever device.
// NAN: nothing yet.
double cz_speed_recall (CzLibrary *library,
                        const CzModelConfig *config,
                        const CzTrainOptions *options);
