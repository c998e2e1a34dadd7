// A chart in the window: curves over one horizontal axis. The pointer, or the arrow keys once the
// chart has the focus, reads exact numbers out. To a screen reader it is an image with a label and
// a description of the numbers under the cursor (the last ones when there is no cursor).
#pragma once

#include <gtk/gtk.h>

#include "gui/chart/series.h"

G_BEGIN_DECLS

#define CZ_TYPE_CHART (cz_chart_get_type ())
G_DECLARE_FINAL_TYPE (CzChart, cz_chart, CZ, CHART, GtkWidget)

GtkWidget *cz_chart_new (void);

// label: what is shown, e.g. "Perplexity by step", for screen readers.
void cz_chart_set_label (CzChart *self, const char *label);

// title: the unit of the horizontal axis, lower case ("step"). decimals: of CZ_AXIS_NUMBER in the
// read-out.
void cz_chart_set_x (CzChart *self, const char *title, CzAxisFormat format, guint decimals);
void cz_chart_set_y (CzChart *self, CzAxisFormat format, guint decimals);
void cz_chart_set_logarithmic (CzChart *self, gboolean logarithmic);

// The chart takes a reference and follows the series' changes.
void cz_chart_add_series (CzChart *self, CzSeries *series);
void cz_chart_remove_all (CzChart *self);
guint cz_chart_get_n_points (CzChart *self);

// Draws the chart, without a cursor, as it would look in the given size: for export.
void cz_chart_draw (CzChart *self, cairo_t *cr, double width, double height);

G_END_DECLS
