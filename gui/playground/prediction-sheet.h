// What the models say about a text, side by side: a column each, and one below the other for each
// mask the words to score, the likeliest words, words of several pieces and those that moved most.
// What belongs together begins at the same height in all columns. A click on a word puts it into
// the text. Emits "epoch-changed" (guint column) when a run's slider was moved.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/playground.h"
#include "gui/playground/prediction-answer.h"

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTION_SHEET (cz_prediction_sheet_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictionSheet, cz_prediction_sheet, CZ, PREDICTION_SHEET, GtkWidget)

GtkWidget *cz_prediction_sheet_new (CzPlayground *playground);

// Makes a column for each of the playground's models, without words yet.
void cz_prediction_sheet_make_columns (CzPredictionSheet *self);
guint cz_prediction_sheet_get_n_columns (CzPredictionSheet *self);
// The model a column asks, as cloze names it, where its slider stands; and what people call it. The
// sheet's.
const char *cz_prediction_sheet_get_model (CzPredictionSheet *self, guint column);
const char *cz_prediction_sheet_get_title (CzPredictionSheet *self, guint column);

// answers: of CzPredictionAnswer, one a column, NULL where none came yet; the first top words of
// each mask are shown. ranked: words to score come in the first column's order. moved: the words
// that moved most are shown.
void cz_prediction_sheet_show (
    CzPredictionSheet *self, GPtrArray *answers, guint top, gboolean ranked, gboolean moved);

G_END_DECLS
