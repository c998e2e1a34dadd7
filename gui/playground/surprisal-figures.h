// The pseudo-perplexity of each model, before → after, and in a sentence what it is.
#pragma once

#include <adwaita.h>

#include "gui/playground/surprisal-scores.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_FIGURES (cz_surprisal_figures_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalFigures, cz_surprisal_figures, CZ, SURPRISAL_FIGURES, AdwBin)

GtkWidget *cz_surprisal_figures_new (void);
void cz_surprisal_figures_show (CzSurprisalFigures *self, const CzSurprisalScores *scores);

// What is said below the numbers; freed by the caller.
char *cz_surprisal_figures_explain (const CzSurprisalScores *scores);

G_END_DECLS
