// The dialog New run: model, corpus, preset or own values, what it will take, and Start. Several
// values in a field make a sweep, which is queued.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_DIALOG (cz_run_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzRunDialog, cz_run_dialog, CZ, RUN_DIALOG, AdwWindow)

// corpus, parameters: as cz_experiments_page_new_run () says. Emits "run-started" (gint64 run, the
// first of several) and closes once the runs were created and started, or queued.
CzRunDialog *cz_run_dialog_new (GtkWindow *parent,
                                CzWorkbench *workbench,
                                gint64 corpus,
                                const char *parameters);

// Begins with what an old run had: model, corpus, parameters, sentences.
void cz_run_dialog_take_run (CzRunDialog *self, gint64 run);

// Begins with a model of the library.
void cz_run_dialog_take_model (CzRunDialog *self, const char *model);

// Begins with what a run has kept; which: as cloze names it, "best", "last" or "epoch:N".
void cz_run_dialog_train_further (CzRunDialog *self, gint64 run, const char *which);

G_END_DECLS
