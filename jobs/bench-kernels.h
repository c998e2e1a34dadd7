#pragma once

#include "jobs/bench.h"
#include "jobs/sample-step.h"

// Where a training step's time goes, for the bench files alone.

// The step that the options describe.
CzSampleStep *cz_bench_make_step (CzDevice *device,
                                  const CzBenchOptions *options,
                                  CzTapeFlags flags,
                                  GError **error);
// What each kernel of it takes, told; `figure` has the device.
gboolean cz_bench_kernels (CzDevice *device,
                           const CzBenchOptions *options,
                           const CzBenchFigure *figure,
                           GError **error);
