// The drawing of a chart: two axes and series, onto any cairo surface. The widget, and any export
// to PNG, SVG or PDF, go through cz_plot_draw ().
#pragma once

#include <gtk/gtk.h>

#include "gui/chart/series.h"

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *series; // of CzSeries, not NULL
  CzAxis x, y;       // settled by cz_plot_fit ()
  char *x_title;     // "step"; before the value in the read-out and at the axis's end
} CzPlot;

typedef struct
{
  PangoContext *context; // font and resolution of the text
  GdkRGBA foreground;
  GdkRGBA background; // behind the read-out
  gboolean dark;      // which tints of the palette
} CzPlotStyle;

void cz_plot_init (CzPlot *plot);
void cz_plot_clear (CzPlot *plot);

// Fits both axes to the series' points.
void cz_plot_fit (CzPlot *plot);

// The part of a width × height picture that the curves take.
void cz_plot_get_area (const CzPlot *plot,
                       const CzPlotStyle *style,
                       double width,
                       double height,
                       cairo_rectangle_t *ret_area);

// Grid, labels, legend (of two series or more) and curves.
void cz_plot_draw (
    const CzPlot *plot, const CzPlotStyle *style, cairo_t *cr, double width, double height);

// A thin upright line at x, a ring on each curve's nearest point and a box with the exact
// numbers, which stays inside the picture.
void cz_plot_draw_cursor (const CzPlot *plot,
                          const CzPlotStyle *style,
                          cairo_t *cr,
                          double width,
                          double height,
                          double x);

// The x of the series' point that is nearest to x on the axis; NAN without points.
double cz_plot_snap (const CzPlot *plot, double x);

// The read-out as a sentence, for accessible descriptions: "step 412: training 2.314, …".
char *cz_plot_describe (const CzPlot *plot, double x);

G_END_DECLS
