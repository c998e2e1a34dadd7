// The view Family of a model: the base it comes from, the runs that started from it, the models
// made of those, as a tree. A click on a run or a model goes there.
#pragma once

#include <adwaita.h>

#include "gui/models/model-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_FAMILY (cz_model_family_get_type ())
G_DECLARE_FINAL_TYPE (CzModelFamily, cz_model_family, CZ, MODEL_FAMILY, AdwBin)

void cz_model_family_set_workbench (CzModelFamily *self, CzWorkbench *workbench);
// item: NULL for none.
void cz_model_family_show (CzModelFamily *self, CzModelItem *item);
// The library changed: the tree is read anew, and drawn where it differs.
void cz_model_family_refresh (CzModelFamily *self);

G_END_DECLS
