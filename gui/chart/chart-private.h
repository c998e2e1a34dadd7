// What the parts of the chart widget share: chart.c draws, chart-pointer.c listens.
#pragma once

#include "gui/chart/chart.h"
#include "gui/chart/plot.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_CHART_RESTS,
  CZ_CHART_FRAMES, // a rectangle is being dragged
  CZ_CHART_MOVES,  // the picture is being dragged
} CzChartDrag;

struct _CzChart
{
  GtkWidget parent_instance;
  CzPlot plot;
  char *label;
  double smoothing;
  gboolean stale;           // the axes have to be fitted again
  GskRenderNode *drawn;     // all but cursor and frame, kept while only these change
  GskRenderNode *highlight; // the curve that stands out
  CzPlotLayout layout;      // of what is drawn
  int drawn_scale;
  double cursor;    // on the horizontal axis; NAN: none
  int highlighted;  // series that stands out under the pointer; −1: none
  guint describing; // idle source that brings the description up to date
  CzChartDrag drag;
  cairo_rectangle_t frame;     // being dragged
  CzPlotView drag_view;        // when the drag began
  CzPlotView told_view;        // that "zoomed" told of last
  double pointer_x, pointer_y; // NAN: elsewhere
  const char *pointer_shape;
};

void cz_chart_listen (CzChart *self);
void cz_chart_add_keys (GtkWidgetClass *widget_class);

// Brings axes and layout up to date with data and size.
void cz_chart_prepare (CzChart *self);

void cz_chart_set_cursor (CzChart *self, double x, int highlighted);

// After the plot's view was changed: draws anew and tells.
void cz_chart_view_changed (CzChart *self);

// Tells that a curve was chosen, if it stands for something.
void cz_chart_select (CzChart *self, int series);

G_END_DECLS
