// A button beside a number that opens what it means, in a popover, with the run's own numbers.
#pragma once

#include <adwaita.h>

#include "gui/experiments/explanation.h"
#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_EXPLANATION_BUTTON (cz_explanation_button_get_type ())
G_DECLARE_FINAL_TYPE (CzExplanationButton, cz_explanation_button, CZ, EXPLANATION_BUTTON, AdwBin)

void cz_explanation_button_set_topic (CzExplanationButton *self, CzExplanationTopic topic);

// The run whose numbers are shown when it is opened; NULL: none.
void cz_explanation_button_set_run (CzExplanationButton *self, CzRunItem *item);

G_END_DECLS
