// Draws lines whose x ascends onto pixels, without what a general stroke pays for: a curve
// of noise crosses each row of the picture in each column, and cairo fills it as one path.
// Each pixel column is cut into four; in each quarter the line, widened by a disc, covers one
// stretch, whose share of each pixel is exact. The lines are laid on column by column, so that a
// stretch is a piece of memory, and what is wholly covered takes one go.
#pragma once

#include <cairo.h>
#include <glib.h>

#include "gui/chart/series.h"

G_BEGIN_DECLS

typedef struct _CzStroke CzStroke;

// For a picture of this many pixels, transparent at first.
CzStroke *cz_stroke_new (int columns, int rows);
void cz_stroke_free (CzStroke *stroke);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzStroke, cz_stroke_free)

typedef struct
{
  double red, green, blue, alpha; // 0 to 1, not premultiplied
} CzStrokeColor;

// Lays a line through points (in pixels, x ascending; y NAN: the pen is lifted) over the picture.
// dash: lengths of strokes and gaps in turn, measured along x, n_dash of them (0: solid), phase
// pixels of which lie before the picture. fine: columns are cut into quarters; what is pale does
// without.
void cz_stroke_draw (CzStroke *stroke,
                     const CzPoint *points,
                     guint n,
                     CzStrokeColor color,
                     double width,
                     const double *dash,
                     guint n_dash,
                     double phase,
                     gboolean fine);

// Lays a disc over all lines, those that come later, too.
void cz_stroke_add_disc (CzStroke *stroke, double x, double y, double radius, CzStrokeColor color);

// The picture; free it with cairo_surface_destroy ().
cairo_surface_t *cz_stroke_get_picture (const CzStroke *stroke);

G_END_DECLS
