// One run in view: its perplexity before and after, how far it is, its curves, examples, kept
// models, parameters and notes, and what can be done with it. Emits "back" (when the page is
// folded), "again" (gint64 corpus, string parameters) for a new run like this one, and
// "train-further" (gint64 run, string which) for one that begins with what it has kept, "best",
// "last" or "epoch:N".
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_VIEW (cz_run_view_get_type ())
G_DECLARE_FINAL_TYPE (CzRunView, cz_run_view, CZ, RUN_VIEW, AdwBin)

void cz_run_view_set_workbench (CzRunView *self, CzWorkbench *workbench);

// item: NULL for none.
void cz_run_view_show (CzRunView *self, CzRunItem *item);

// New values may be there.
void cz_run_view_library_changed (CzRunView *self);

// Whether the page is folded, so that a way back to the list is needed.
void cz_run_view_set_folded (CzRunView *self, gboolean folded);

G_END_DECLS
