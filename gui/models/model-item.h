// A model of the library as the window shows it: kept while the model is there, its contents
// change. Property "name"; emits "changed" whenever its record or what is known of
// its folder changed.
#pragma once

#include <glib-object.h>

#include "data/model.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_ITEM (cz_model_item_get_type ())
G_DECLARE_FINAL_TYPE (CzModelItem, cz_model_item, CZ, MODEL_ITEM, GObject)

// Takes the model over.
CzModelItem *cz_model_item_new (CzModel *model);
const CzModel *cz_model_item_get (CzModelItem *self);
// The same model as it is now; taken over.
void cz_model_item_take (CzModelItem *self, CzModel *model);

// Whether its folder, or what has to lie in it, was not there when somebody last looked; FALSE
// before anybody did.
gboolean cz_model_item_is_missing (CzModelItem *self);
void cz_model_item_set_missing (CzModelItem *self, gboolean missing);

G_END_DECLS
