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
GArray *cz_read_out_take (const CzPlot *plot, double x);

typedef struct _CzReadOut CzReadOut;

// For as long as plot, style and layout, which keeps the names, live. highlighted: a series that
// stands out; −1: none. NULL where x is out of view.
CzReadOut *cz_read_out_new (
    const CzPlot *plot, const CzPlotStyle *style, CzPlotLayout *layout, double x, int highlighted);
void cz_read_out_free (CzReadOut *read_out);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzReadOut, cz_read_out_free)

// Line and rings, and all that they take of the picture.
const cairo_rectangle_t *cz_read_out_get_marks (const CzReadOut *read_out);
void cz_read_out_draw_marks (const CzReadOut *read_out, cairo_t *cr);

// The box. It stays within the picture; it has as many lines as fit, the last says how many more
// there are, and that of the highlighted series is among them.
const cairo_rectangle_t *cz_read_out_get_box (const CzReadOut *read_out);
guint cz_read_out_get_n_lines (const CzReadOut *read_out);
void cz_read_out_draw_box (const CzReadOut *read_out, cairo_t *cr);

// As a sentence, for accessible descriptions: "step 412: training 2.314, …".
char *cz_read_out_describe (const CzPlot *plot, double x, int highlighted);

G_END_DECLS
