// The page Models: the models the library knows at the side, one of them in view; folders are added
// by choosing or dropping them.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODELS_PAGE (cz_models_page_get_type ())
G_DECLARE_FINAL_TYPE (CzModelsPage, cz_models_page, CZ, MODELS_PAGE, AdwBin)

void cz_models_page_set_workbench (CzModelsPage *self, CzWorkbench *workbench);

// Lets the person choose a folder and enters it. Error dialogs say what is wrong with it.
void cz_models_page_add (CzModelsPage *self);

// Shows one model at once, or as soon as it is in the library.
void cz_models_page_select (CzModelsPage *self, gint64 model);
// Puts the cursor where models are found.
void cz_models_page_search (CzModelsPage *self);

G_END_DECLS
