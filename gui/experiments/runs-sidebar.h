// The list of runs at the side: each with a box to check it for comparing, its dot, name and state.
// Emits "selected" when another run is selected, "activated" when a person goes to it, "checked"
// (CzRunItem) when they check it or no more, "menu" (CzRunItem, GtkWidget the row, double x, double
// y within it) when they ask what can be done.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-filter.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUNS_SIDEBAR (cz_runs_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (CzRunsSidebar, cz_runs_sidebar, CZ, RUNS_SIDEBAR, AdwBin)

// runs: all; shown: those that the filter lets through, NULL while the sidebar is not in sight.
void cz_runs_sidebar_set_filter (CzRunsSidebar *self, CzRunFilter *filter, GListModel *runs);
void cz_runs_sidebar_show (CzRunsSidebar *self, GListModel *shown);
void cz_runs_sidebar_search (CzRunsSidebar *self);

// The run selected, NULL: none in the list; a new reference.
CzRunItem *cz_runs_sidebar_get_selected (CzRunsSidebar *self);
// Selects a run and brings it into sight; FALSE: it is not in the list.
gboolean cz_runs_sidebar_select (CzRunsSidebar *self, CzRunItem *item);

// How many runs are checked, how many lie in the trash, and how many wait in the queue.
void cz_runs_sidebar_tell (CzRunsSidebar *self, guint checked, guint trashed, guint waiting);

G_END_DECLS
