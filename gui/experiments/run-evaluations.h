// What a run's models were measured on besides its own test blocks: the results, kept in the
// library, and what is being measured now, with its progress.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_EVALUATIONS (cz_run_evaluations_get_type ())
G_DECLARE_FINAL_TYPE (CzRunEvaluations, cz_run_evaluations, CZ, RUN_EVALUATIONS, AdwBin)

void cz_run_evaluations_set_workbench (CzRunEvaluations *self, CzWorkbench *workbench);

// item: NULL for none.
void cz_run_evaluations_show (CzRunEvaluations *self, CzRunItem *item);

// Asks in a dialog what to measure one of the run's models on, and does so. which: as cloze names
// it, "best", "last" or "epoch:N"; what: the same for people.
void cz_run_evaluations_ask (CzRunEvaluations *self, const char *which, const char *what);

G_END_DECLS
