// Draws lines whose x ascends onto pixels, some forty times faster than a general stroke: a curve
// of noise crosses each row of the picture in each column, which cairo's path filling pays for.
// Each pixel column is cut into four; in each quarter the line, widened by a disc, covers one
// stretch, whose share of each pixel is exact.
#pragma once

#include <cairo.h>
#include <glib.h>

#include "gui/chart/series.h"

G_BEGIN_DECLS

typedef struct _CzStroke CzStroke;

// For pictures of this many pixels; keeps its buffers from line to line.
CzStroke *cz_stroke_new (int columns, int rows);
void cz_stroke_free (CzStroke *stroke);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzStroke, cz_stroke_free)

// How much of each pixel a line through points (in pixels, x ascending; y NAN: the pen is lifted)
// covers, as an A8 surface that is as wide as the picture and begins at row *ret_top. dash: lengths
// of strokes and gaps in turn, measured along x, n_dash of them (0: solid), phase pixels
// of which lie before the picture. fine:
// columns are cut into quarters; what is pale does without. NULL: nothing is
// covered. Free it with cairo_surface_destroy () before the next call, which overwrites it.
cairo_surface_t *cz_stroke_cover (CzStroke *stroke,
                                  const CzPoint *points,
                                  guint n,
                                  double width,
                                  const double *dash,
                                  guint n_dash,
                                  double phase,
                                  gboolean fine,
                                  int *ret_top);

G_END_DECLS
