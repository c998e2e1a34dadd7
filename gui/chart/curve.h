// The curves of one chart, as pixels or, for SVG and PDF, as paths.
#pragma once

#include "gui/chart/plot.h"

G_BEGIN_DECLS

#define CZ_CURVE_DOT 3.0 // radius of a point's dot

typedef enum
{
  CZ_CURVE_EXACT, // the values as they are: of many in a pixel column all that they reach
  CZ_CURVE_CALM,  // smoothed; without smoothing the mean of those in a pixel column
} CzCurveKind;

typedef struct _CzCurves CzCurves;

// For a picture of the plot in this area; plot, style and area are to live as long.
CzCurves *cz_curves_new (const CzPlot *plot,
                         const CzPlotStyle *style,
                         const cairo_rectangle_t *area);
void cz_curves_free (CzCurves *curves);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzCurves, cz_curves_free)

// Adds a drawing of a series, over those before.
void cz_curves_add (CzCurves *curves, guint series, CzCurveKind kind, double width, double alpha);

// Goes through the points of what was added: once, before any of the following. Where there are
// many of them in several threads.
void cz_curves_trace (CzCurves *curves);

// Draws all. Where the style has a scale cr draws onto an image surface of that scale, moved by
// whole pixels at most.
void cz_curves_draw (const CzCurves *curves, cairo_t *cr);

// Of a picture of pixels, from `from` to `to` units right of its left edge: where the curves lie,
// in whole units. FALSE: nowhere.
gboolean cz_curves_find (const CzCurves *curves, double from, double to, cairo_rectangle_t *ret);

// How wide a picture is, with what reaches out of the area.
double cz_curves_get_width (const CzCurves *curves);

G_END_DECLS
