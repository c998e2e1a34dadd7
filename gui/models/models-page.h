// The page Models: the models the library knows; add the folder of one, see what it is, remove it.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODELS_PAGE (cz_models_page_get_type ())
G_DECLARE_FINAL_TYPE (CzModelsPage, cz_models_page, CZ, MODELS_PAGE, AdwBin)

void cz_models_page_set_workbench (CzModelsPage *self, CzWorkbench *workbench);

// Lets the person choose a folder and enters it.
void cz_models_page_add (CzModelsPage *self);

void cz_models_page_select (CzModelsPage *self, gint64 model);

G_END_DECLS
