// A small dialog that asks for one of the runs. Emits "chosen" (gint64 run), then closes.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_CHOOSER (cz_run_chooser_get_type ())
G_DECLARE_FINAL_TYPE (CzRunChooser, cz_run_chooser, CZ, RUN_CHOOSER, AdwWindow)

// with_model: only those that have written a model.
CzRunChooser *cz_run_chooser_new (GtkWindow *parent,
                                  CzWorkbench *workbench,
                                  const char *title,
                                  gboolean with_model);

G_END_DECLS
