// The view Compare of a model: how far its weights lie from those of another model, or of what a
// run has kept, layer by layer and tensor by tensor.
#pragma once

#include <adwaita.h>

#include "gui/models/model-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_COMPARISON (cz_model_comparison_get_type ())
G_DECLARE_FINAL_TYPE (CzModelComparison, cz_model_comparison, CZ, MODEL_COMPARISON, AdwBin)

void cz_model_comparison_set_workbench (CzModelComparison *self, CzWorkbench *workbench);
// item: NULL for none. Another one than before: what was compared goes, and the model it was made
// from is proposed, where the library has it.
void cz_model_comparison_show (CzModelComparison *self, CzModelItem *item);

G_END_DECLS
