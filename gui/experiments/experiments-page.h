// The page Experiments: the list of runs, one of them in view, and the dialog for a new one.
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

void cz_experiments_page_select (CzExperimentsPage *self, gint64 run);

G_END_DECLS
