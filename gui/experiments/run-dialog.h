// The dialog New run: model, corpus, preset or own values, what it will take, and Start.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_DIALOG (cz_run_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzRunDialog, cz_run_dialog, CZ, RUN_DIALOG, AdwWindow)

// corpus, parameters: as cz_experiments_page_new_run () says. Emits "run-started" (gint64 run) and
// closes once the run was created and its process started.
CzRunDialog *cz_run_dialog_new (GtkWindow *parent,
                                CzWorkbench *workbench,
                                gint64 corpus,
                                const char *parameters);

G_END_DECLS
