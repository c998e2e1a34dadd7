// A button that lets choose a model of the library, or what a run has kept, found by words. Emits
// "chosen" (char *model, as cloze names it; char *title, as people do).
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_STATE_CHOOSER (cz_state_chooser_get_type ())
G_DECLARE_FINAL_TYPE (CzStateChooser, cz_state_chooser, CZ, STATE_CHOOSER, AdwBin)

void cz_state_chooser_set_workbench (CzStateChooser *self, CzWorkbench *workbench);
// except: a model's name that is not offered; NULL: all are.
void cz_state_chooser_set_except (CzStateChooser *self, const char *except);
// What stands on the button.
void cz_state_chooser_set_title (CzStateChooser *self, const char *title);

G_END_DECLS
