// How far two models' predictions for a mask lie apart, with a button that explains the number.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CZ_TYPE_DIVERGENCE_LABEL (cz_divergence_label_get_type ())
G_DECLARE_FINAL_TYPE (CzDivergenceLabel, cz_divergence_label, CZ, DIVERGENCE_LABEL, GtkWidget)

GtkWidget *cz_divergence_label_new (void);
// bits: Jensen–Shannon, NAN: not known, with a note why where there is one; base: the model
// compared with. Without number and note it is not visible.
void cz_divergence_label_show (CzDivergenceLabel *self,
                               double bits,
                               const char *note,
                               const char *base);

G_END_DECLS
