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

// For a picture of this many pixels.
CzStroke *cz_stroke_new (int columns, int rows);
void cz_stroke_free (CzStroke *stroke);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzStroke, cz_stroke_free)

typedef struct
{
  double red, green, blue, alpha; // 0 to 1, not premultiplied
} CzStrokeColor;

// Adds a line, which lies over those before. dash: lengths of strokes and gaps in turn, measured
// along x, n_dash of them (0: solid), phase pixels of which lie before the picture. fine: columns
// are cut into quarters; what is pale does without. Returns its index.
#define CZ_STROKE_MOST_DASHES 8
guint cz_stroke_add_line (CzStroke *stroke,
                          CzStrokeColor color,
                          double width,
                          const double *dash,
                          guint n_dash,
                          double phase,
                          gboolean fine);

// Leads a line through points (in pixels, x ascending; y NAN: the pen is lifted). Different lines
// may be traced in different threads.
void cz_stroke_trace (CzStroke *stroke, guint line, const CzPoint *points, guint n);

// Adds a disc over all lines, those that come later, too.
void cz_stroke_add_disc (CzStroke *stroke, double x, double y, double radius, CzStrokeColor color);

// The rows, ret_top to ret_bottom − 1, outside of which columns `from` to `to` − 1 are empty;
// FALSE: all are.
gboolean cz_stroke_get_rows (
    const CzStroke *stroke, int from, int to, int *ret_top, int *ret_bottom);

// Lays a part of the stroke over an image surface, its first pixel at pixel (x, y). What lies
// outside of stroke or surface is left out.
void cz_stroke_lay (const CzStroke *stroke,
                    cairo_surface_t *surface,
                    const cairo_rectangle_int_t *part,
                    int x,
                    int y);

G_END_DECLS
