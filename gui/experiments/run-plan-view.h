// What a run will be and take, at the foot of the dialog New run: steps, time, memory, disk, and
// what is worth knowing before it starts.
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_RUN_PLAN_VIEW (cz_run_plan_view_get_type ())
G_DECLARE_FINAL_TYPE (CzRunPlanView, cz_run_plan_view, CZ, RUN_PLAN_VIEW, AdwBin)

// What `cloze --json run plan` answered; NULL: it is being asked for, or can't be.
void cz_run_plan_view_show (CzRunPlanView *self, JsonObject *plan);

// Why the run can't be started as it stands; NULL: nothing is in the way.
void cz_run_plan_view_set_obstacle (CzRunPlanView *self, const char *sentence);

// What is worth knowing that cloze's notes don't say, one sentence each; freed with g_strfreev ().
char **cz_run_plan_view_advise (JsonObject *plan);

G_END_DECLS
