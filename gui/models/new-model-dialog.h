// A model from nothing: word pieces learnt from a corpus, and weights drawn at random.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_NEW_MODEL_DIALOG (cz_new_model_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzNewModelDialog, cz_new_model_dialog, CZ, NEW_MODEL_DIALOG, AdwWindow)

// Shows it over the window that `from` is in.
void cz_new_model_dialog_present (GtkWidget *from, CzWorkbench *workbench);

G_END_DECLS
