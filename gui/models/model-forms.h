// What a person may do with a model, asked for in small dialogs.
#pragma once

#include <adwaita.h>

#include "gui/models/model-item.h"
#include "gui/models/work-bar.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

// from: a widget of the window, which also tells how it ended. bar: where what takes long is done.
void cz_model_form_rename (GtkWidget *from, CzWorkbench *workbench, const CzModel *model);
void cz_model_form_duplicate (GtkWidget *from,
                              CzWorkbench *workbench,
                              CzWorkBar *bar,
                              const CzModel *model);
void cz_model_form_export (GtkWidget *from,
                           CzWorkbench *workbench,
                           CzWorkBar *bar,
                           const CzModel *model);
// Says what depends on it, and where its files would go too.
void cz_model_form_remove (GtkWidget *from, CzWorkbench *workbench, const CzModel *model);

// A name for a new model, "NAME" or "NAME 2", that no model of the library has; freed by the
// caller.
char *cz_model_form_find_name (CzWorkbench *workbench, const char *name);

// Shows a model that has just come into the library, on its page.
void cz_model_form_show_made (GtkWidget *from, CzWorkbench *workbench, const char *name);

// Tells that the bar is taken, and how to go on.
void cz_model_form_tell_busy (GtkWidget *from);

G_END_DECLS
