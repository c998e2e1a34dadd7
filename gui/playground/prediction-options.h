// What is asked for beside the likeliest words, and how much is shown: words to score, how many
// words, words of several pieces. Emits "changed" when a person chose something. Remembered in the
// library.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTION_OPTIONS (cz_prediction_options_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictionOptions, cz_prediction_options, CZ, PREDICTION_OPTIONS, AdwBin)

GtkWidget *cz_prediction_options_new (CzWorkbench *workbench);
// Reads what was remembered, once the workbench is open; later calls do nothing.
void cz_prediction_options_recall (CzPredictionOptions *self);

// How many words of a mask, 1 to 100.
guint cz_prediction_options_get_top (CzPredictionOptions *self);
// The words to score, NULL-terminated; g_strfreev ().
char **cz_prediction_options_dup_targets (CzPredictionOptions *self);
void cz_prediction_options_set_targets (CzPredictionOptions *self, const char *const *targets);
// Whether they come in the order of the first model's probabilities, else as they were typed.
gboolean cz_prediction_options_is_ranked (CzPredictionOptions *self);
// Of up to how many pieces words are looked for: 2 or 3; 0: of one piece alone.
guint cz_prediction_options_get_pieces (CzPredictionOptions *self);
// Whether several masks are filled together too, and whether the words that moved are shown.
gboolean cz_prediction_options_is_joint (CzPredictionOptions *self);
gboolean cz_prediction_options_has_moved (CzPredictionOptions *self);

G_END_DECLS
