#include "gui/chart/stroke.h"

#include <math.h>
#include <string.h>

#define MOST_PARTS 4
#define WEIGHT     (256 / PARTS) // of a part that is wholly covered
#define FAR        1.0e6f

struct _CzStroke
{
  int columns, rows;
  int parts;                   // of a pixel column
  float *low, *high;           // (columns · parts): the line's stretch; low > high: none
  float *wide_low, *wide_high; // the same, widened
  gint16 *change;              // (rows + 2, columns): how the cover changes from row to row
  gint16 *cover;               // (columns): of one row
  guchar *mask;                // (rows, stride)
  int stride;
};

CzStroke *
cz_stroke_new (int columns, int rows)
{
  CzStroke *stroke = g_new0 (CzStroke, 1);
  gsize parts = (gsize)columns * MOST_PARTS;

  stroke->columns = columns;
  stroke->rows = rows;
  stroke->low = g_new (float, parts);
  stroke->high = g_new (float, parts);
  stroke->wide_low = g_new (float, parts);
  stroke->wide_high = g_new (float, parts);
  stroke->change = g_new0 (gint16, (gsize)columns * (gsize)(rows + 2));
  stroke->cover = g_new (gint16, columns);
  stroke->stride = cairo_format_stride_for_width (CAIRO_FORMAT_A8, columns);
  stroke->mask = g_new (guchar, (gsize)stroke->stride * (gsize)rows);
  return stroke;
}

void
cz_stroke_free (CzStroke *stroke)
{
  if (stroke == NULL)
    return;
  g_free (stroke->low);
  g_free (stroke->high);
  g_free (stroke->wide_low);
  g_free (stroke->wide_high);
  g_free (stroke->change);
  g_free (stroke->cover);
  g_free (stroke->mask);
  g_free (stroke);
}

static void
touch (CzStroke *stroke, int part, float a, float b)
{
  float low = a < b ? a : b, high = a < b ? b : a;

  stroke->low[part] = low < stroke->low[part] ? low : stroke->low[part];
  stroke->high[part] = high > stroke->high[part] ? high : stroke->high[part];
}

// Notes the stretch of y that the line from a to b has in each part; x in parts.
static void
draw_segment (CzStroke *stroke, double ax, double ay, double bx, double by)
{
  int last = stroke->columns * stroke->parts - 1;
  double slope = bx > ax ? (by - ay) / (bx - ax) : 0;
  int from, to;

  if (bx < 0 || ax > last + 1)
    return;
  from = (int)floor (fmax (ax, 0));
  to = (int)floor (fmin (bx, last));
  if (from >= to)
    {
      if (from <= last)
        touch (stroke, from, (float)ay, (float)by);
      return;
    }
  for (int part = from; part <= to; part++)
    {
      double enters = ax >= part ? ay : ay + slope * (part - ax);
      double leaves = bx <= part + 1 ? by : ay + slope * (part + 1 - ax);

      touch (stroke, part, (float)enters, (float)leaves);
    }
}

static void
draw_line (CzStroke *stroke, const CzPoint *points, guint n)
{
  for (int part = 0; part < stroke->columns * stroke->parts; part++)
    {
      stroke->low[part] = FAR;
      stroke->high[part] = -FAR;
    }
  for (guint i = 0; i < n; i++)
    {
      const CzPoint *to = &points[i], *from = i > 0 ? &points[i - 1] : NULL;
      // What is far outside is cut there, so that floats suffice.
      double y = CLAMP (to->y, -FAR / 2, FAR / 2);

      if (isnan (to->y))
        continue;
      if (from == NULL || isnan (from->y))
        draw_segment (stroke, to->x * stroke->parts, y, to->x * stroke->parts, y);
      else
        draw_segment (stroke, from->x * stroke->parts, CLAMP (from->y, -FAR / 2, FAR / 2),
                      to->x * stroke->parts, y);
    }
}

static void
cut_dashes (CzStroke *stroke, const double *dash, guint n_dash, double phase)
{
  double end = (dash[0] - phase) * stroke->parts;
  guint at = 0;

  for (int part = 0; part < stroke->columns * stroke->parts; part++)
    {
      while (part >= end)
        {
          at = (at + 1) % n_dash;
          end += fmax (dash[at] * stroke->parts, 1);
        }
      if (at % 2 == 1)
        {
          stroke->low[part] = FAR;
          stroke->high[part] = -FAR;
        }
    }
}

// Puts a disc of the line's width onto each point of it.
static void
widen (CzStroke *stroke, double width)
{
  double radius = width / 2;
  int reach = (int)floor (radius * stroke->parts), parts = stroke->columns * stroke->parts;

  memcpy (stroke->wide_low, stroke->low, sizeof (float) * (gsize)parts);
  memcpy (stroke->wide_high, stroke->high, sizeof (float) * (gsize)parts);
  for (int shift = -reach; shift <= reach; shift++)
    {
      double across = (double)shift / stroke->parts;
      float half = (float)sqrt (fmax (radius * radius - across * across, 0));
      int from = MAX (0, -shift), to = MIN (parts, parts - shift);

      for (int part = from; part < to; part++)
        {
          float low = stroke->low[part + shift] - half, high = stroke->high[part + shift] + half;

          stroke->wide_low[part] = low < stroke->wide_low[part] ? low : stroke->wide_low[part];
          stroke->wide_high[part] = high > stroke->wide_high[part] ? high : stroke->wide_high[part];
        }
    }
}

// The cover rises by a part's weight over the pixel that y lies in.
static void
add_edge (CzStroke *stroke, int column, float y, int weight)
{
  int row = (int)y;
  int later = (int)((float)weight * (y - (float)row));
  gint16 *change = stroke->change + (gsize)row * (gsize)stroke->columns + column;

  change[0] = (gint16)(change[0] + weight - later);
  change[stroke->columns] = (gint16)(change[stroke->columns] + later);
}

// Adds the changes of one row to the cover of those above.
static void
cover_row (gint16 *restrict cover, const gint16 *restrict change, guchar *restrict mask, int n)
{
  for (int c = 0; c < n; c++)
    {
      cover[c] = (gint16)(cover[c] + change[c]);
      mask[c] = (guchar)cover[c];
    }
}

cairo_surface_t *
cz_stroke_cover (CzStroke *stroke,
                 const CzPoint *points,
                 guint n,
                 double width,
                 const double *dash,
                 guint n_dash,
                 double phase,
                 gboolean fine,
                 int *ret_top)
{
  static const int quarters[MOST_PARTS] = { 64, 64, 64, 63 }, whole = 255;
  const int *weights = fine ? quarters : &whole; // of a part that is wholly covered
  int top = stroke->rows, bottom = -1;           // rows that are touched
  gsize columns = (gsize)stroke->columns;

  stroke->parts = fine ? MOST_PARTS : 1;
  draw_line (stroke, points, n);
  if (n_dash > 0)
    cut_dashes (stroke, dash, n_dash, phase);
  widen (stroke, width);
  for (int part = 0; part < stroke->columns * stroke->parts; part++)
    {
      float low = MAX (stroke->wide_low[part], 0);
      float high = MIN (stroke->wide_high[part], (float)stroke->rows);

      if (low >= high)
        continue;
      add_edge (stroke, part / stroke->parts, low, weights[part % stroke->parts]);
      add_edge (stroke, part / stroke->parts, high, -weights[part % stroke->parts]);
      top = MIN (top, (int)low);
      bottom = MAX (bottom, MIN ((int)high, stroke->rows - 1));
    }
  if (bottom < top)
    return NULL;
  memset (stroke->cover, 0, sizeof (gint16) * columns);
  for (int row = top; row <= bottom; row++)
    cover_row (stroke->cover, stroke->change + (gsize)row * columns,
               stroke->mask + (gsize)(row - top) * (gsize)stroke->stride, stroke->columns);
  memset (stroke->change + (gsize)top * columns, 0,
          sizeof (gint16) * columns * (gsize)(MIN (bottom + 2, stroke->rows + 1) - top + 1));
  *ret_top = top;
  return cairo_image_surface_create_for_data (stroke->mask, CAIRO_FORMAT_A8, stroke->columns,
                                              bottom - top + 1, stroke->stride);
}
