#pragma once

#include "data/model.h"
#include "data/run.h"
#include "jobs/job.h"

// The files that go with a model: training.json, the record of the run that made it, and README.md,
// a model card as the Hub shows it. All strings are freed by the caller.

char *cz_model_card_make_record (const CzRun *run);

// The card of a run's model. `state`: which, "best", "last" or "epoch-N". `whole`: the run is at
// its end, so that the corpus's tokens may be counted too (its token file is read once). What
// cannot be found out is left out. Names that only the person has are no links: as base_model and
// datasets stand repositories of the Hub alone that everybody can read.
char *cz_model_card_make_readme (CzLibrary *library,
                                 const CzRun *run,
                                 const char *state,
                                 gboolean whole);
// Writes both into a folder of a run's model, in place of what is there. Errors: CZ_FORMAT_ERROR_*.
gboolean cz_model_card_write (
    CzLibrary *library, const CzRun *run, const char *state, const char *folder, GError **error);
// Writes a card of a model that no run has made into a folder, where there is none.
gboolean cz_model_card_complete (CzLibrary *library,
                                 const CzModel *model,
                                 const char *folder,
                                 GError **error);
