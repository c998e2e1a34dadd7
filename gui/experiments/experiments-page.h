// The page Experiments: the runs at the side with one of them in view, or several checked ones
// compared, or a table of all that fills the page; the trash; and the dialog for a new run.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_EXPERIMENTS_PAGE (cz_experiments_page_get_type ())
G_DECLARE_FINAL_TYPE (CzExperimentsPage, cz_experiments_page, CZ, EXPERIMENTS_PAGE, AdwBin)

void cz_experiments_page_set_workbench (CzExperimentsPage *self, CzWorkbench *workbench);

// Opens the dialog. corpus: the id of the one preselected, 0: the newest. parameters: the JSON text
// of another run's parameters to begin with, or NULL.
void cz_experiments_page_new_run (CzExperimentsPage *self, gint64 corpus, const char *parameters);

// The same with a model, as cloze names it, preselected too.
void cz_experiments_page_adapt (CzExperimentsPage *self, const char *model, gint64 corpus);

// Shows one run at once, or as soon as it is in the library.
void cz_experiments_page_select (CzExperimentsPage *self, gint64 run);

// Takes runs out of the trash and shows the first; ids: separated by commas.
void cz_experiments_page_restore (CzExperimentsPage *self, const char *ids);

// From the table to the list, or back.
void cz_experiments_page_toggle_table (CzExperimentsPage *self);
// Puts the cursor where runs are found.
void cz_experiments_page_search (CzExperimentsPage *self);

G_END_DECLS
