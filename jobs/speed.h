#pragma once

#include "data/library.h"
#include "engine/format/model-config.h"
#include "engine/gpu/device.h"
#include "engine/train/train-options.h"

// Tokens a second that a device trains: measured once for each device, driver, kernel table, shape
// of model and block, and remembered in the library.

// `options` has micro_batch set. Where nothing is remembered, two steps with random weights are
// done (seconds). NAN where it cannot be measured; that is no error.
double cz_speed_get (CzLibrary *library,
                     CzDevice *device,
                     const CzModelConfig *config,
                     const CzTrainOptions *options);
// What was last found by cz_speed_get () for a model and blocks of that shape, on whichever device.
// NAN: nothing yet.
double cz_speed_recall (CzLibrary *library,
                        const CzModelConfig *config,
                        const CzTrainOptions *options);
