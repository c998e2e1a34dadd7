// A popover to choose the models the playground asks: those of the library, and what runs have
// kept, found by words.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_MODEL_CHOOSER (cz_model_chooser_get_type ())
G_DECLARE_FINAL_TYPE (CzModelChooser, cz_model_chooser, CZ, MODEL_CHOOSER, GtkPopover)

GtkWidget *cz_model_chooser_new (CzPlayground *playground);

G_END_DECLS
