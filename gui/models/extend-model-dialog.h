// More words for a model: those that a corpus has broken most, and one's own; then what they gain.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_EXTEND_MODEL_DIALOG (cz_extend_model_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    CzExtendModelDialog, cz_extend_model_dialog, CZ, EXTEND_MODEL_DIALOG, AdwWindow)

// Shows it over the window that `from` is in. model: its name in the library. corpus: where the
// words come from, its id; 0: the first.
void cz_extend_model_dialog_present (GtkWidget *from,
                                     CzWorkbench *workbench,
                                     const char *model,
                                     gint64 corpus);

G_END_DECLS
