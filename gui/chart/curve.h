// One curve of a chart, as pixels or, for SVG and PDF, as a path.
#pragma once

#include "gui/chart/plot.h"
#include "gui/chart/stroke.h"

G_BEGIN_DECLS

#define CZ_CURVE_DOT 3.0 // radius of a point's dot

// The buffers that cz_curve_draw () needs in this area; NULL where it draws paths.
CzStroke *cz_curve_make_stroke (const CzPlotStyle *style, const cairo_rectangle_t *area);

// Draws a series of the plot, its values as they are or smoothed.
void cz_curve_draw (const CzPlot *plot,
                    const CzPlotStyle *style,
                    cairo_t *cr,
                    const cairo_rectangle_t *area,
                    CzStroke *stroke,
                    guint index,
                    gboolean smoothed,
                    double width,
                    double alpha);

G_END_DECLS
