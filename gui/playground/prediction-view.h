// The view Predictions: what the models put in the place of the masks, side by side, asked anew
// with every change of the text. The last good answer stays until the next one comes.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTION_VIEW (cz_prediction_view_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictionView, cz_prediction_view, CZ, PREDICTION_VIEW, AdwBin)

GtkWidget *cz_prediction_view_new (CzPlayground *playground);

G_END_DECLS
