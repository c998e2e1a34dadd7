// A button whose popover asks how many documents are to be drawn at random, and with which seed.
// Emits "draw".
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CZ_TYPE_SAMPLE_BUTTON (cz_sample_button_get_type ())
G_DECLARE_FINAL_TYPE (CzSampleButton, cz_sample_button, CZ, SAMPLE_BUTTON, AdwBin)

gint64 cz_sample_button_get_count (CzSampleButton *self);
guint64 cz_sample_button_get_seed (CzSampleButton *self);

G_END_DECLS
