// The view Compare of a model: how far its weights lie from those of another model, or of what a
// run has kept, layer by layer and tensor by tensor.
#pragma once

#include <adwaita.h>

#include "gui/models/model-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_COMPARE (cz_model_compare_get_type ())
G_DECLARE_FINAL_TYPE (CzModelCompare, cz_model_compare, CZ, MODEL_COMPARE, AdwBin)

void cz_model_compare_set_workbench (CzModelCompare *self, CzWorkbench *workbench);
// item: NULL for none. Another one than before: what was compared goes, and the model it was made
// from is proposed, where the library has it.
void cz_model_compare_show (CzModelCompare *self, CzModelItem *item);

G_END_DECLS
