// What a run is known by: its star, its colour and its name, changed in place.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_MARK (cz_run_mark_get_type ())
G_DECLARE_FINAL_TYPE (CzRunMark, cz_run_mark, CZ, RUN_MARK, AdwBin)

void cz_run_mark_set_workbench (CzRunMark *self, CzWorkbench *workbench);

// item: NULL for none.
void cz_run_mark_show (CzRunMark *self, CzRunItem *item);

// The run's record changed.
void cz_run_mark_update (CzRunMark *self);

G_END_DECLS
