// The downloads of a window: those under way, those that ended without anybody looking, and the
// dialog where one is open. A model that came is in the library; files of a data set are handed to
// the imports. Emits "changed" when one begins, ends or goes.
#pragma once

#include <gtk/gtk.h>

#include "gui/corpora/imports.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOWNLOADS (cz_downloads_get_type ())
G_DECLARE_FINAL_TYPE (CzDownloads, cz_downloads, CZ, DOWNLOADS, GObject)

// widget: a widget of the window, which outlives the downloads; imports: the window's.
CzDownloads *cz_downloads_new (GtkWidget *widget, CzWorkbench *workbench, CzImports *imports);

// Opens the dialog on a repository, as a person names it; "": none yet.
void cz_downloads_open (CzDownloads *self, gboolean dataset, const char *repository);
// Opens it on a download, by its number; one of a data set that is here: the import dialog.
void cz_downloads_show (CzDownloads *self, guint id);

// Of CzDownload; the object's.
GListModel *cz_downloads_get_list (CzDownloads *self);

// While one is under way: asks whether the window may close (TRUE), and closes it if so.
gboolean cz_downloads_ask_before_closing (CzDownloads *self);

G_END_DECLS
