// The drawing of a chart: two axes and series, onto any cairo surface. The widget, and any export
// to PNG, SVG or PDF, go through cz_plot_draw ().
#pragma once

#include "gui/chart/series.h"
#include "gui/chart/style.h"

G_BEGIN_DECLS

// The part that is shown; a pair of NAN: x fitted to all points, y to those in view.
typedef struct
{
  double x_low, x_high, y_low, y_high;
} CzPlotView;

typedef struct
{
  GPtrArray *series; // of CzSeries, not NULL
  CzAxis x, y;       // settled by cz_plot_fit ()
  char *x_title;     // "step"; before the value in the read-out and at the axis's end
  char *title;       // above the picture; NULL: none
  gboolean legend;   // even with a single series
  gint64 selected;   // series with this key stand out; 0: none
  CzPlotView view;
  CzAxis whole_x, whole_y; // of all points
  guint hidden;            // points that a logarithmic axis cannot show
} CzPlot;

// Where things lie in a picture of some size.
typedef struct
{
  double width, height;
  cairo_rectangle_t area; // of the curves, in whole units
  GArray *legend;         // of CzLegendEntry
  GPtrArray *names;       // PangoLayouts of the read-out, two a series; NULL: not yet made
} CzPlotLayout;

void cz_plot_init (CzPlot *plot);
void cz_plot_clear (CzPlot *plot);

// Fits both axes to the series' points and the view.
void cz_plot_fit (CzPlot *plot);

// The dash pattern of a series: its own, or by how many before it have its colour and shape.
guint cz_plot_get_dash (const CzPlot *plot, guint series);

// Whether a series is drawn as a calm line before a pale band: smoothed, or the mean of many points
// in a column of a width × any picture.
gboolean cz_plot_is_calmed (const CzPlot *plot, guint series, double width);

// For a fitted plot. Clear it when the plot or the style change.
void cz_plot_lay_out (
    const CzPlot *plot, const CzPlotStyle *style, double width, double height, CzPlotLayout *ret);
void cz_plot_layout_clear (CzPlotLayout *layout);

// Grid, labels, legend (of two series or more) and curves.
void cz_plot_draw (const CzPlot *plot,
                   const CzPlotStyle *style,
                   const CzPlotLayout *layout,
                   cairo_t *cr);

// What is left out, for people; NULL: nothing.
char *cz_plot_get_note (const CzPlot *plot);

// ---- Moving about (plot-view.c): positions run from 0, low, to 1, high, of the shown range ----

gboolean cz_plot_is_zoomed (const CzPlot *plot);

// Shows the part between two positions on each axis; NAN for a pair leaves that axis as it is.
// What would reach beyond the data is moved or cut; all of the data is no zoom.
void cz_plot_zoom (CzPlot *plot, double x_low, double x_high, double y_low, double y_high);

// Takes a view in data coordinates, with the same care.
void cz_plot_set_view (CzPlot *plot, CzPlotView view);

// ---- Finding (plot-pick.c) ----

// The x of the series' point in view that is nearest to x on the axis; NAN without points.
double cz_plot_snap (const CzPlot *plot, double x);

// The index of the series whose curve passes nearest to a place in the picture, or whose legend
// entry lies there; −1: none within reach (in units).
int cz_plot_pick (const CzPlot *plot, const CzPlotLayout *layout, double x, double y, double reach);

G_END_DECLS
