// How a run changes what its model says: its example sentences, the words before and at the
// evaluation chosen on a slider. Hidden for a run without sentences.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_EXAMPLES_VIEW (cz_examples_view_get_type ())
G_DECLARE_FINAL_TYPE (CzExamplesView, cz_examples_view, CZ, EXAMPLES_VIEW, AdwBin)

void cz_examples_view_set_workbench (CzExamplesView *self, CzWorkbench *workbench);

// item: NULL for none.
void cz_examples_view_show (CzExamplesView *self, CzRunItem *item);

// New evaluations may be there. anew: some may have been taken back.
void cz_examples_view_read (CzExamplesView *self, gboolean anew);

// The sentences with their likeliest words at every evaluation, as a table with tabs between the
// cells; NULL without any. Freed by the caller.
char *cz_examples_view_get_table (CzExamplesView *self);

G_END_DECLS
