// The table of runs that fills the page: columns to choose, reorder, widen and sort by, several
// runs chosen at once, all remembered in the library. Emits "activated" (CzRunItem) when a person
// goes to a run, "chosen-changed" when other runs are chosen, "menu" (double x, double y) when they
// ask what can be done with those chosen.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-filter.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUNS_TABLE (cz_runs_table_get_type ())
G_DECLARE_FINAL_TYPE (CzRunsTable, cz_runs_table, CZ, RUNS_TABLE, AdwBin)

void cz_runs_table_set_filter (CzRunsTable *self, CzRunFilter *filter, CzWorkbench *workbench);
// Reads how it was left; before it is shown.
void cz_runs_table_restore (CzRunsTable *self);

// all: the runs, or those in the trash; shown: those of them that the filter lets through, NULL
// while the table is not in sight.
void cz_runs_table_show (CzRunsTable *self, GListModel *all, GListModel *shown, gboolean trash);
// What runs say may have changed.
void cz_runs_table_library_changed (CzRunsTable *self);
void cz_runs_table_search (CzRunsTable *self);

// The runs chosen, in the table's order.
GPtrArray *cz_runs_table_get_chosen (CzRunsTable *self);
// Puts those chosen on the clipboard, with the columns shown, separated by tabs.
void cz_runs_table_copy (CzRunsTable *self);

G_END_DECLS
