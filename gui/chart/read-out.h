// What a chart says about one place on its horizontal axis: a thin upright line, a ring on each
// curve's nearest point and a box with the exact numbers.
#pragma once

#include "gui/chart/plot.h"

G_BEGIN_DECLS

// The curves' numbers at x: of each the nearest point, the highest first.
typedef struct
{
  guint series;
  CzPoint point;   // as measured
  double smoothed; // NAN: the curve is not smoothed
} CzReading;

// An array of CzReading; free it with g_array_unref.
GArray *cz_read_out (const CzPlot *plot, double x);

// Draws it. The box stays within the picture; it has as many lines as fit, the last says how many
// more there are, and that of the series highlighted (−1: none) is among them.
void cz_read_out_draw (const CzPlot *plot,
                       const CzPlotStyle *style,
                       const CzPlotLayout *layout,
                       cairo_t *cr,
                       double x,
                       int highlighted);

// As a sentence, for accessible descriptions: "step 412: training 2.314, …".
char *cz_read_out_describe (const CzPlot *plot, double x, int highlighted);

G_END_DECLS
