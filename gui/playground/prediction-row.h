// A word a model predicts: the word, a bar, its probability, and whether it rose or fell. With a
// click or Enter "activated" is emitted, where it may be.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CZ_TYPE_PREDICTION_ROW (cz_prediction_row_get_type ())
G_DECLARE_FINAL_TYPE (CzPredictionRow, cz_prediction_row, CZ, PREDICTION_ROW, GtkWidget)

typedef struct
{
  const char *word;
  const char *detail; // dim, in place of the bar; NULL: none
  gboolean below;     // the detail is longer: it stands below, the bar stays
  double share;       // of the bar's room, 0 to 1; NAN: no bar
  const char *number; // what stands at the right
  guint width;        // of the number, in digits, the same in a list so that bars compare; 0: usual
  // The probability, and what it was before; NAN: not compared, or not known though `compared`.
  double now, before;
  gboolean compared;
  const char *told; // all of it, shown where the pointer rests
} CzPredictionFacts;

// color: of the bar; active: it can be clicked.
GtkWidget *cz_prediction_row_new (guint color, gboolean active);
void cz_prediction_row_show (CzPredictionRow *self, const CzPredictionFacts *facts);

G_END_DECLS
