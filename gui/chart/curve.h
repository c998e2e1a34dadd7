// One curve of a chart, as pixels or, for SVG and PDF, as a path.
#pragma once

#include "gui/chart/plot.h"
#include "gui/chart/stroke.h"

G_BEGIN_DECLS

#define CZ_CURVE_DOT 3.0 // radius of a point's dot

// The picture that cz_curve_draw () draws onto in this area; NULL where it draws paths.
CzStroke *cz_curve_make_stroke (const CzPlotStyle *style, const cairo_rectangle_t *area);

// Puts what was drawn onto it where it belongs; without one there is nothing to do.
void cz_curve_show (const CzPlotStyle *style,
                    cairo_t *cr,
                    const cairo_rectangle_t *area,
                    const CzStroke *stroke);

typedef enum
{
  CZ_CURVE_EXACT, // the values as they are: of many in a pixel column all that they reach
  CZ_CURVE_CALM,  // smoothed; without smoothing the mean of those in a pixel column
} CzCurveKind;

// Draws a series of the plot. calm: NULL, or an array of CzPoint that drawing it exactly fills and
// drawing it calmly then uses, so that the points are gone through once.
void cz_curve_draw (const CzPlot *plot,
                    const CzPlotStyle *style,
                    cairo_t *cr,
                    const cairo_rectangle_t *area,
                    CzStroke *stroke,
                    guint index,
                    CzCurveKind kind,
                    GArray *calm,
                    double width,
                    double alpha);

G_END_DECLS
