// A model of the library as the window shows it; property "name".
#pragma once

#include <glib-object.h>

#include "data/model.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_ITEM (cz_model_item_get_type ())
G_DECLARE_FINAL_TYPE (CzModelItem, cz_model_item, CZ, MODEL_ITEM, GObject)

// Takes the model over.
CzModelItem *cz_model_item_new (CzModel *model);
const CzModel *cz_model_item_get (CzModelItem *self);

G_END_DECLS
