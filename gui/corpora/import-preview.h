// The first documents of an import, exactly as they will be stored: a list of them, and the text in
// full of the one selected.
#pragma once

#include <adwaita.h>

#include "data/import.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORT_PREVIEW (cz_import_preview_get_type ())
G_DECLARE_FINAL_TYPE (CzImportPreview, cz_import_preview, CZ, IMPORT_PREVIEW, AdwBin)

// Takes the documents out of the findings. folder: what their paths begin with and is not shown;
// the place in the list that is selected stays.
void cz_import_preview_show (CzImportPreview *self, CzImportFindings *findings, const char *folder);

// The list, to be focused.
GtkWidget *cz_import_preview_get_list (CzImportPreview *self);

G_END_DECLS
