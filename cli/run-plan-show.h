#pragma once

#include "jobs/run-plan.h"

// Prints `n` plans: what one run takes, or a sweep's totals and each of its runs. `names`: of a
// sweep's runs (n); NULL: it is none.
void cz_run_plan_show_print (const CzRunPlan *plans, char **names, guint n);
// The same as one JSON document: {"steps", …}; a sweep's has "runs" besides, where each has its
// "name" and what the document has.
void cz_run_plan_show_build (const CzRunPlan *plans, char **names, guint n);
