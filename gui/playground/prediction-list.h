// Words of one model at one place, one below the other, under a heading where it has one. Rows are
// kept from one answer to the next, so that bars grow from where they are.
#pragma once

#include "gui/playground/prediction-row.h"

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTION_LIST (cz_prediction_list_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictionList, cz_prediction_list, CZ, PREDICTION_LIST, GtkWidget)

// heading: NULL for none. Where it is active, "chosen" (guint index) is emitted for a row that was
// clicked.
GtkWidget *cz_prediction_list_new (const char *heading, guint color, gboolean active);

// Fills row by row from index 0, then ends at the number of rows; an empty list is not visible.
void cz_prediction_list_set (CzPredictionList *self, guint index, const CzPredictionFacts *facts);
void cz_prediction_list_end (CzPredictionList *self, guint n);

G_END_DECLS
