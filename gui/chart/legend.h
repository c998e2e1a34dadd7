// The legend above a chart: a piece of each line and its name, flowing over as many rows as a part
// of the picture holds; long names are shortened in the middle.
#pragma once

#include "gui/chart/plot.h"

G_BEGIN_DECLS

typedef struct
{
  guint series;
  guint more; // of the last entry: how many series there was no room for
  cairo_rectangle_t box;
} CzLegendEntry;

// Appends the entries to ret (an array of CzLegendEntry), from (x, y) on, and returns the height
// that they take, at most most (but a row always).
double cz_legend_lay_out (const CzPlot *plot,
                          const CzPlotStyle *style,
                          double x,
                          double y,
                          double width,
                          double most,
                          GArray *ret);

void cz_legend_draw (const CzPlot *plot,
                     const CzPlotStyle *style,
                     cairo_t *cr,
                     const GArray *entries);

G_END_DECLS
