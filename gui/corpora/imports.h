// The imports of a window: those under way, those that ended and were not looked at yet, and the
// dialog where one is open. Emits "imported" (gint64 corpus) when one is done, and "changed" when
// one begins, ends or goes.
#pragma once

#include <gtk/gtk.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORTS (cz_imports_get_type ())
G_DECLARE_FINAL_TYPE (CzImports, cz_imports, CZ, IMPORTS, GObject)

// widget: a widget of the window, which outlives the imports.
CzImports *cz_imports_new (GtkWidget *widget, CzWorkbench *workbench);

// Opens the dialog, on these files where they are not NULL (NULL-terminated paths). corpus: the one
// that is proposed to be brought up to date; 0: a new one.
void cz_imports_open (CzImports *self, const char *const *files, gint64 corpus);
// The same with files that were fetched from somewhere (`source`, as CzImportOptions says), which
// propose a name. FALSE: an import that is under way is shown there.
gboolean cz_imports_open_fetched (CzImports *self,
                                  const char *const *files,
                                  const char *name,
                                  const char *source);
// Opens it on an import, by its number.
void cz_imports_show (CzImports *self, guint id);

// Of CzImportTask; the object's.
GListModel *cz_imports_get_tasks (CzImports *self);

// While an import is under way: asks whether the window may close (TRUE), and closes it if so.
gboolean cz_imports_ask_before_closing (CzImports *self);

G_END_DECLS
