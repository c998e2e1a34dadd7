#pragma once

#include "data/library.h"
#include "engine/predict/predictor.h"
#include "jobs/job.h"

// A few models kept on the device, so that the second question is answered quickly. A model whose
// folder was written anew is loaded anew.
typedef struct _CzPredictors CzPredictors;

// Holds a reference on the device; the library stays the caller's.
CzPredictors *cz_predictors_new (CzLibrary *library, CzDevice *device);
void cz_predictors_free (CzPredictors *predictors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzPredictors, cz_predictors_free)

// The predictor of MODEL (see model-source.h); valid until the next call. Where memory is short,
// other models make room. Errors: CZ_JOB_ERROR_*, CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*.
CzPredictor *cz_predictors_get (CzPredictors *predictors, const char *model, GError **error);
// What predictors compute from now on ends with G_IO_ERROR_CANCELLED once that is cancelled; NULL:
// never.
void cz_predictors_set_cancellable (CzPredictors *predictors, GCancellable *cancellable);
