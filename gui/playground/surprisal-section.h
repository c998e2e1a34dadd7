// One model's part of the surprisal view: its name and the tinted text.
#pragma once

#include <adwaita.h>

#include "gui/playground/surprisal-text.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_SECTION (cz_surprisal_section_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalSection, cz_surprisal_section, CZ, SURPRISAL_SECTION, AdwBin)

GtkWidget *cz_surprisal_section_new (void);
void cz_surprisal_section_show (CzSurprisalSection *self,
                                CzSurprisalScores *scores,
                                guint model,
                                CzTintKind kind);
// The section's.
CzSurprisalText *cz_surprisal_section_get_text (CzSurprisalSection *self);
// Where its text scrolls; the section's.
GtkAdjustment *cz_surprisal_section_get_adjustment (CzSurprisalSection *self);

G_END_DECLS
