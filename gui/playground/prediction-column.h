// What one model predicts, as a column to look at: its name, and for each mask the words with bars
// and probabilities, each compared with another model's where there is one.
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTION_COLUMN (cz_prediction_column_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictionColumn, cz_prediction_column, CZ, PREDICTION_COLUMN, GtkWidget)

// title: the model's name; color: of its bars.
GtkWidget *cz_prediction_column_new (const char *title, guint color);

// answer: one element of what `cloze fill --json` gives; base: the element to compare with, or
// NULL. The first top words of each mask are shown; a bar as wide as there is room stands for the
// probability full.
void cz_prediction_column_show (
    CzPredictionColumn *self, JsonObject *answer, JsonObject *base, guint top, double full);

// The highest probability in an answer; 0 in one without masks.
double cz_prediction_column_get_highest (JsonObject *answer);

// Shows a sentence instead of words.
void cz_prediction_column_tell (CzPredictionColumn *self, const char *sentence);

G_END_DECLS
