// The dialog that imports a corpus: choose, see what was found, import with progress, read the
// result. Nothing is stored before Import is pressed; cancelling leaves the library as it was.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORT_DIALOG (cz_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzImportDialog, cz_import_dialog, CZ, IMPORT_DIALOG, AdwWindow)

// files: what to import, NULL-terminated paths; NULL: the person chooses. Emits "imported" (gint64
// corpus) when a corpus was made.
CzImportDialog *cz_import_dialog_new (GtkWindow *parent,
                                      CzWorkbench *workbench,
                                      const char *const *files);

G_END_DECLS
