// The models a run has kept: the best, the last, and those of epochs; each can be tried, measured
// and trained further. Emits "evaluate" (string which, string what) and "train-further" (string
// which); which: as cloze names it, "best", "last" or "epoch:N".
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_KEPT (cz_run_kept_get_type ())
G_DECLARE_FINAL_TYPE (CzRunKept, cz_run_kept, CZ, RUN_KEPT, AdwBin)

void cz_run_kept_set_workbench (CzRunKept *self, CzWorkbench *workbench);

// item: NULL for none.
void cz_run_kept_show (CzRunKept *self, CzRunItem *item);

// Others may have been kept.
void cz_run_kept_read (CzRunKept *self);

G_END_DECLS
