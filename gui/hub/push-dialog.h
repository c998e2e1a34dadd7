// Pushes a model to the Hub: owner, name, who may see it, what is written; then progress, what
// failed with another try, and the link. Of a run its best model goes, and the run's record says
// so.
#pragma once

#include "gui/workbench.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_PUSH_DIALOG (cz_push_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzPushDialog, cz_push_dialog, CZ, PUSH_DIALOG, AdwWindow)

// model: as cloze names it ("starter", "run:3").
CzPushDialog *cz_push_dialog_new (GtkWidget *from, CzWorkbench *workbench, const char *model);

// A name that a repository may have, made of any text; freed by the caller.
char *cz_push_dialog_suggest_name (const char *text);

G_END_DECLS
