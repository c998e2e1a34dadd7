// Several runs side by side: their curves over one another, perplexity before and after, what
// differs between them, the same sentences under each model, and how sure a difference is. Emits
// "select-run" (gint64: its id) when one of them is picked, and "back" (when the page is folded).
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_COMPARE_VIEW (cz_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (CzCompareView, cz_compare_view, CZ, COMPARE_VIEW, AdwBin)

// More are not told apart by eye: the first ones are shown, and the view says so.
#define CZ_COMPARE_MOST 20

void cz_compare_view_set_workbench (CzCompareView *self, CzWorkbench *workbench);

// runs: a list of CzRunItem, in the order they are to stand in; followed as it changes, and what is
// shown stays as it is (zoom, place, tab) for runs that stay. NULL: none; nothing is read then.
void cz_compare_view_set_runs (CzCompareView *self, GListModel *runs);

// New values may be there.
void cz_compare_view_library_changed (CzCompareView *self);

// Whether the page is folded, so that a way back to the list is needed.
void cz_compare_view_set_folded (CzCompareView *self, gboolean folded);

G_END_DECLS
