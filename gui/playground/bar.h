// A horizontal bar for a share between 0 and 1, in a colour of the palette. It grows to a new value
// in 150 ms, or at once when animations are off.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CZ_TYPE_BAR (cz_bar_get_type ())
G_DECLARE_FINAL_TYPE (CzBar, cz_bar, CZ, BAR, GtkWidget)

GtkWidget *cz_bar_new (guint color);
void cz_bar_set_value (CzBar *self, double value);

G_END_DECLS
