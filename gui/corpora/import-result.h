// How an import ended: what is in the library now, what was skipped and why, what is worth knowing.
// Emits "back" and "show-corpus" when a person presses those buttons.
#pragma once

#include <adwaita.h>

#include "gui/corpora/import-task.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORT_RESULT (cz_import_result_get_type ())
G_DECLARE_FINAL_TYPE (CzImportResult, cz_import_result, CZ, IMPORT_RESULT, AdwBin)

// task: done or failed.
void cz_import_result_show (CzImportResult *self, CzImportTask *task);

void cz_import_result_grab_focus (CzImportResult *self);

G_END_DECLS
