#pragma once

#include "engine/predict/predictor.h"
#include "jobs/bench.h"

// Whose predictions are measured, for the bench files alone: that of `folder`, or where that is
// NULL the model with random weights and made-up words ("word5", "word6" …), which for that is
// written to the temporary folder and removed again.
CzPredictor *cz_bench_make_predictor (CzDevice *device,
                                      CzModelFolder *folder,
                                      const CzBenchOptions *options,
                                      GError **error);
