// The view Layers of a model: its weights as the course's model.summary () lists them, foldable by
// layer. Asks cloze when it comes into sight.
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

#include "gui/models/model-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_LAYERS (cz_model_layers_get_type ())
G_DECLARE_FINAL_TYPE (CzModelLayers, cz_model_layers, CZ, MODEL_LAYERS, AdwBin)

void cz_model_layers_set_workbench (CzModelLayers *self, CzWorkbench *workbench);
// item: NULL for none. The same one again: its folder is looked at anew.
void cz_model_layers_show (CzModelLayers *self, CzModelItem *item);

// What a layer is called: "embeddings" → "Embeddings", "layer.3" → "Layer 4", as people count them;
// freed by the caller.
char *cz_model_layers_name (const char *layer);
// "768 × 3,072"; freed by the caller. shape: an array of numbers.
char *cz_model_layers_tell_shape (JsonArray *shape);

G_END_DECLS
