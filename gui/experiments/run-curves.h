// The curves of one run or of several over one another: which metric, over what, how smooth; what
// was chosen is remembered in the library. Emits "select-run" (gint64: its id) when a curve of
// several is clicked.
#pragma once

#include <adwaita.h>

#include "gui/chart/chart.h"
#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_CURVES (cz_run_curves_get_type ())
G_DECLARE_FINAL_TYPE (CzRunCurves, cz_run_curves, CZ, RUN_CURVES, AdwBin)

void cz_run_curves_set_workbench (CzRunCurves *self, CzWorkbench *workbench);

// items: what is shown; of those shown already the curves stay, with zoom and place, if the set of
// runs is the same. names: what each is called in the legend; NULL for a single run, whose curves
// are called by what they are.
void cz_run_curves_set_runs (CzRunCurves *self,
                             CzRunItem *const *items,
                             const char *const *names,
                             guint n);

// New values may be there.
void cz_run_curves_read (CzRunCurves *self);

// The curves of this run stand out; 0: none.
void cz_run_curves_set_selected (CzRunCurves *self, gint64 run);

// For export; the widget's own.
CzChart *cz_run_curves_get_chart (CzRunCurves *self);

G_END_DECLS
