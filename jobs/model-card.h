#pragma once

#include "data/run.h"
#include "jobs/job.h"

// The files that go with a model a run has made: training.json, the run's record, and README.md, a
// model card as the Hub shows it.

// Both are freed by the caller.
char *cz_model_card_make_record (const CzRun *run);
char *cz_model_card_make_readme (const CzRun *run);
