// The dialog that imports a corpus: choose, see what was found and how it will be stored, import
// with progress, read the result. Nothing is stored before Import is pressed. Closed while an
// import is under way, the import goes on.
#pragma once

#include <adwaita.h>

#include "gui/corpora/import-task.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORT_DIALOG (cz_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzImportDialog, cz_import_dialog, CZ, IMPORT_DIALOG, AdwWindow)

// Emits "started" (CzImportTask *) when an import begins, "show-corpus" (gint64) when a person asks
// to see what was imported, "hub" when they want files of the Hub.
CzImportDialog *cz_import_dialog_new (GtkWindow *parent, CzWorkbench *workbench);

// The corpus that files taken from now on are proposed to bring up to date; 0: a new one.
void cz_import_dialog_set_corpus (CzImportDialog *self, gint64 corpus);

// Looks at these files, NULL-terminated paths, unless an import is under way: FALSE.
gboolean cz_import_dialog_take_files (CzImportDialog *self, const char *const *files);

// Looks at files that were fetched from somewhere (`source`, as CzImportOptions says), which
// propose a name for the corpus.
gboolean cz_import_dialog_take_fetched (CzImportDialog *self,
                                        const char *const *files,
                                        const char *source,
                                        const char *name);

// Shows an import: its progress or how it ended.
void cz_import_dialog_show_task (CzImportDialog *self, CzImportTask *task);

// The import that is shown; NULL: none.
CzImportTask *cz_import_dialog_get_task (CzImportDialog *self);

G_END_DECLS
