// The models the playground asks, as a row of chips: the first is what others are compared with.
// Each can be taken away or moved, others are added from a list that can be searched.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_BAR (cz_model_bar_get_type ())
G_DECLARE_FINAL_TYPE (CzModelBar, cz_model_bar, CZ, MODEL_BAR, AdwBin)

GtkWidget *cz_model_bar_new (CzPlayground *playground);

G_END_DECLS
