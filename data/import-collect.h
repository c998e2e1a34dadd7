#pragma once

#include "data/import-file.h"

// Reads `paths` and hands every document to `take`. Fills the report's lists; to be cleared by the
// caller, also on failure. Errors: as cz_import_run.
typedef gboolean (*CzImportTake) (const CzFoundDocument *document, gpointer data, GError **error);
gboolean cz_import_collect (const char *const *paths,
                            const CzImportOptions *options,
                            CzImportTake take,
                            gpointer take_data,
                            CzImportProgressFunc progress,
                            gpointer data,
                            GCancellable *cancellable,
                            CzImportReport *report,
                            GError **error);
