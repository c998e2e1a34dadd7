// Two expanders: a run's parameters, with those marked that are not the defaults, and everything
// else that repeats it: device, driver, engine, checksums, fingerprint.
#pragma once

#include <adwaita.h>

#include "data/run.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_FACTS (cz_run_facts_get_type ())
G_DECLARE_FINAL_TYPE (CzRunFacts, cz_run_facts, CZ, RUN_FACTS, AdwBin)

// Rows are made anew only where what they show changed.
void cz_run_facts_show (CzRunFacts *self, const CzRun *run);

G_END_DECLS
