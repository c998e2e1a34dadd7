// The view Overview of a model: what it is, where it came from, what it was trained on, where it
// lies.
#pragma once

#include <adwaita.h>

#include "gui/models/model-check.h"
#include "gui/models/model-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_OVERVIEW (cz_model_overview_get_type ())
G_DECLARE_FINAL_TYPE (CzModelOverview, cz_model_overview, CZ, MODEL_OVERVIEW, AdwBin)

void cz_model_overview_set_workbench (CzModelOverview *self, CzWorkbench *workbench);
// check: what its folder holds; NULL: not known yet. item: NULL for none.
void cz_model_overview_show (CzModelOverview *self, CzModelItem *item, const CzModelCheck *check);
// What looking at its files brought; NULL: nobody looked.
void cz_model_overview_set_verified (CzModelOverview *self, const char *sentence, gboolean good);

G_END_DECLS
