// What came of the sample: perplexity before and after, until it is closed; and the way to its
// sentences in the playground. Emits "show-sentence" (const char *sentence).
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_SAMPLE_BAR (cz_sample_bar_get_type ())
G_DECLARE_FINAL_TYPE (CzSampleBar, cz_sample_bar, CZ, SAMPLE_BAR, AdwBin)

void cz_sample_bar_set_workbench (CzSampleBar *self, CzWorkbench *workbench);

// Shows the bar, and asks for the sentence whose answers moved most where `at_once`; else its
// button does.
void cz_sample_bar_tell (CzSampleBar *self, gboolean at_once);

G_END_DECLS
