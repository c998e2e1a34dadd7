#pragma once

#include <json-glib/json-glib.h>

#include "engine/train/train-options.h"
#include "jobs/job.h"

// A run's parameters as its record holds them: a JSON object, key → value as `--set` reads it.

// Freed by the caller.
char *cz_run_parameters_to_text (const CzTrainOptions *options);
// Keys that are missing get their defaults. Errors: CZ_TRAIN_ERROR_PARAMETER,
// CZ_FORMAT_ERROR_INVALID.
gboolean cz_run_parameters_from_text (const char *text,
                                      CzTrainOptions *ret_options,
                                      GError **error);
// Adds them as an object for people's scripts: numbers are numbers.
void cz_run_parameters_build (JsonBuilder *builder, const char *text);

// `--set` pairs: `sets` (KEY=VALUE, NULL-terminated) may be NULL.
gboolean cz_run_parameters_set_all (CzTrainOptions *options,
                                    const char *const *sets,
                                    GError **error);
