// The models of the library as the page lists them: the program's own first, then by name; those
// that words are found in.
#pragma once

#include <gtk/gtk.h>

#include "gui/models/model-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

// All of them at first.
GtkFilterListModel *cz_model_list_new (CzWorkbench *workbench);
// Only those in whose name, origin and record all words are found; "": all.
void cz_model_list_search (GtkFilterListModel *list, CzWorkbench *workbench, const char *words);

// For gtk_list_box_bind_model (): a row of an item, which follows its changes; data: the workbench.
GtkWidget *cz_model_list_make_row (gpointer item, gpointer data);
// The item of such a row; NULL of NULL.
CzModelItem *cz_model_list_get_item (GtkListBoxRow *row);

G_END_DECLS
