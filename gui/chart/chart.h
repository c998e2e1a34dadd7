// A chart in the window: curves over one horizontal axis. The pointer, or the arrow keys once the
// chart has the focus, reads exact numbers out of all curves; the curve under the pointer stands
// out, and a click on it or on its entry in the legend selects what it stands for.
//
// Dragging a rectangle zooms (a flat one horizontally only, a narrow one vertically only), a double
// click, Escape or 0 shows everything again; Ctrl and the wheel, + and − zoom around the pointer or
// cursor; dragging with Shift or the middle button moves the picture, as do Shift and the arrow
// keys. Up and Down go from curve to curve, Enter selects.
//
// To a screen reader it is an image with a label and a description of the numbers under the cursor
// (the last ones when there is no cursor). Right-to-left languages do not flip it.
//
// Signals: "curve-selected" (gint64 key): a curve whose series has a key was clicked.
//          "zoomed" (): the part that is shown changed; see cz_chart_is_zoomed ().
#pragma once

#include <gtk/gtk.h>

#include "gui/chart/series.h"

G_BEGIN_DECLS

#define CZ_TYPE_CHART (cz_chart_get_type ())
G_DECLARE_FINAL_TYPE (CzChart, cz_chart, CZ, CHART, GtkWidget)

GtkWidget *cz_chart_new (void);

// label: what is shown, e.g. "Perplexity by step", for screen readers and above an export.
void cz_chart_set_label (CzChart *self, const char *label);

// title: the unit of the horizontal axis, lower case ("step"). decimals: of CZ_AXIS_NUMBER in the
// read-out.
void cz_chart_set_x (CzChart *self, const char *title, CzAxisFormat format, guint decimals);
void cz_chart_set_y (CzChart *self, CzAxisFormat format, guint decimals);

// What a logarithmic axis cannot show (values not above 0) is left out, and the chart says so.
void cz_chart_set_logarithmic (CzChart *self, gboolean logarithmic); // the vertical axis
void cz_chart_set_logarithmic_x (CzChart *self, gboolean logarithmic);

// weight: 0 (none) to CZ_SERIES_MAX_SMOOTHING, see cz_series_set_smoothing (). Applies to all
// series but those of shape CZ_SERIES_POINTS, whose values are exact; the curve as it is stays
// faintly behind.
void cz_chart_set_smoothing (CzChart *self, double weight);

// The chart takes a reference and follows the series' changes. Removing all also forgets the zoom.
void cz_chart_add_series (CzChart *self, CzSeries *series);
void cz_chart_remove_all (CzChart *self);
guint cz_chart_get_n_points (CzChart *self);

// Shows the part from (x_low, y_low) to (x_high, y_high). With NAN for a pair that axis is fitted:
// x to all points, y to those in view.
void cz_chart_zoom (CzChart *self, double x_low, double x_high, double y_low, double y_high);
void cz_chart_reset_zoom (CzChart *self);
gboolean cz_chart_is_zoomed (CzChart *self);

// The curves with this key stand out and the others step back; 0: none.
void cz_chart_set_selected (CzChart *self, gint64 key);

// Writes what the chart shows now, without a cursor, as a picture of width × height pixels (a PDF:
// points) with title and legend, in the light style on white. The kind is path's suffix: .png
// (drawn with twice as many pixels), .svg or .pdf; others are an error. The file appears whole or
// not at all. Errors name the file.
gboolean cz_chart_export (CzChart *self, const char *path, int width, int height, GError **error);

G_END_DECLS
