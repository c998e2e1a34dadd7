// A slider over what a run has kept, from the model it began with to its last state: the prediction
// is seen to change during training. Emits "changed".
#pragma once

#include <gtk/gtk.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_EPOCH_SLIDER (cz_epoch_slider_get_type ())
G_DECLARE_FINAL_TYPE (CzEpochSlider, cz_epoch_slider, CZ, EPOCH_SLIDER, GtkWidget)

// model: "run:3@best", where the slider stands first. NULL (no widget) where it is no run's, or
// the run has kept nothing to slide over.
GtkWidget *cz_epoch_slider_new (CzWorkbench *workbench, const char *model);

// Where it stands, as cloze names it and as people do; the slider's.
const char *cz_epoch_slider_get_model (CzEpochSlider *self);
const char *cz_epoch_slider_get_title (CzEpochSlider *self);

G_END_DECLS
