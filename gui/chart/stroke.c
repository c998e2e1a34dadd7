#include "gui/chart/stroke.h"

#include <math.h>
#include <string.h>

#define PARTS  4             // of a pixel column
#define WEIGHT (256 / PARTS) // of a part that is wholly covered
#define FAR    1.0e6f

struct _CzStroke
{
  int columns, rows;
  float *low, *high;           // (columns · PARTS): the line's stretch; low > high: none
  float *wide_low, *wide_high; // the same, widened
  gint16 *change;              // (rows + 2, columns): how the cover changes from row to row
};

CzStroke *
cz_stroke_new (int columns, int rows)
{
  CzStroke *stroke = g_new0 (CzStroke, 1);
  gsize parts = (gsize)columns * PARTS;

  stroke->columns = columns;
  stroke->rows = rows;
  stroke->low = g_new (float, parts);
  stroke->high = g_new (float, parts);
  stroke->wide_low = g_new (float, parts);
  stroke->wide_high = g_new (float, parts);
  stroke->change = g_new0 (gint16, (gsize)columns * (gsize)(rows + 2));
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
  g_free (stroke);
}

static void
touch (CzStroke *stroke, int part, float a, float b)
{
  stroke->low[part] = fminf (stroke->low[part], fminf (a, b));
  stroke->high[part] = fmaxf (stroke->high[part], fmaxf (a, b));
}

// Notes the stretch of y that the line from a to b has in each part; x in parts.
static void
draw_segment (CzStroke *stroke, double ax, double ay, double bx, double by)
{
  int last = stroke->columns * PARTS - 1;
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
  for (int part = 0; part < stroke->columns * PARTS; part++)
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
        draw_segment (stroke, to->x * PARTS, y, to->x * PARTS, y);
      else
        draw_segment (stroke, from->x * PARTS, CLAMP (from->y, -FAR / 2, FAR / 2), to->x * PARTS,
                      y);
    }
}

static void
cut_dashes (CzStroke *stroke, const double *dash, guint n_dash)
{
  double end = dash[0] * PARTS;
  guint at = 0;

  for (int part = 0; part < stroke->columns * PARTS; part++)
    {
      while (part >= end)
        {
          at = (at + 1) % n_dash;
          end += fmax (dash[at] * PARTS, 1);
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
  int reach = (int)floor (radius * PARTS), parts = stroke->columns * PARTS;

  memcpy (stroke->wide_low, stroke->low, sizeof (float) * (gsize)parts);
  memcpy (stroke->wide_high, stroke->high, sizeof (float) * (gsize)parts);
  for (int shift = -reach; shift <= reach; shift++)
    {
      double across = (double)shift / PARTS;
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

cairo_surface_t *
cz_stroke_cover (CzStroke *stroke,
                 const CzPoint *points,
                 guint n,
                 double width,
                 const double *dash,
                 guint n_dash,
                 int *ret_top)
{
  int top = stroke->rows, bottom = -1; // rows that are touched
  gsize columns = (gsize)stroke->columns;
  g_autofree gint16 *cover = NULL;
  cairo_surface_t *surface;
  guchar *data;
  int stride;

  draw_line (stroke, points, n);
  if (n_dash > 0)
    cut_dashes (stroke, dash, n_dash);
  widen (stroke, width);
  for (int part = 0; part < stroke->columns * PARTS; part++)
    {
      float low = fmaxf (stroke->wide_low[part], 0);
      float high = fminf (stroke->wide_high[part], (float)stroke->rows);

      if (low >= high)
        continue;
      add_edge (stroke, part / PARTS, low, WEIGHT);
      add_edge (stroke, part / PARTS, high, -WEIGHT);
      top = MIN (top, (int)low);
      bottom = MAX (bottom, MIN ((int)high, stroke->rows - 1));
    }
  if (bottom < top)
    return NULL;
  surface = cairo_image_surface_create (CAIRO_FORMAT_A8, stroke->columns, bottom - top + 1);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      surface = NULL;
    }
  cover = g_new0 (gint16, columns);
  data = surface != NULL ? cairo_image_surface_get_data (surface) : NULL;
  stride = surface != NULL ? cairo_image_surface_get_stride (surface) : 0;
  for (int row = top; row <= bottom && surface != NULL; row++)
    {
      const gint16 *change = stroke->change + (gsize)row * columns;
      guchar *out = data + (gsize)(row - top) * (gsize)stride;

      for (gsize c = 0; c < columns; c++)
        {
          cover[c] = (gint16)(cover[c] + change[c]);
          out[c] = (guchar)MIN (cover[c], 255);
        }
    }
  memset (stroke->change + (gsize)top * columns, 0,
          sizeof (gint16) * columns * (gsize)(MIN (bottom + 2, stroke->rows + 1) - top + 1));
  if (surface != NULL)
    cairo_surface_mark_dirty (surface);
  *ret_top = top;
  return surface;
}
