// One model: its name, what can be done with it, and four views of it: Overview, Layers, Family,
// Compare. Emits "back" where the list is folded away and asked for.
#pragma once

#include <adwaita.h>

#include "gui/models/model-item.h"
#include "gui/models/work-bar.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_VIEW (cz_model_view_get_type ())
G_DECLARE_FINAL_TYPE (CzModelView, cz_model_view, CZ, MODEL_VIEW, AdwBin)

// bar: where what takes long is done; the page's.
void cz_model_view_set_workbench (CzModelView *self, CzWorkbench *workbench, CzWorkBar *bar);
// item: NULL for none.
void cz_model_view_show (CzModelView *self, CzModelItem *item);
// The library changed.
void cz_model_view_refresh (CzModelView *self);
// Its folder may have changed.
void cz_model_view_look_again (CzModelView *self);
void cz_model_view_set_folded (CzModelView *self, gboolean folded);

G_END_DECLS
