#include "gui/chart/stroke.h"

#include <math.h>
#include <string.h>

#define MOST_PARTS 4
#define FAR        1.0e6f
#define PIXEL      4  // bytes
#define STRIP      16 // columns that are drawn at a time

typedef struct
{
  double x, y, radius;
  CzStrokeColor color;
} Disc;

// A line that was drawn; it is laid on with all others, strip by strip, since a picture does not
// fit into a processor's nearest memory.
typedef struct
{
  int parts;
  float *low, *high;
  guint32 inks[256]; // by cover
} Line;

struct _CzStroke
{
  int columns, rows;
  int parts;                   // of a pixel column, of the line that is drawn
  float *low, *high;           // (columns · parts): the line's stretch; low > high: none
  float *wide_low, *wide_high; // the same, widened; the line's from then on
  gint16 *change;              // (rows + 2): how the cover changes down one column
  GPtrArray *lines;            // of Line
  GArray *discs;               // of Disc
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->low);
  g_free (line->high);
  g_free (line);
}

CzStroke *
cz_stroke_new (int columns, int rows)
{
  CzStroke *stroke = g_new0 (CzStroke, 1);
  gsize parts = (gsize)columns * MOST_PARTS;

  stroke->columns = columns;
  stroke->rows = rows;
  stroke->low = g_new (float, parts);
  stroke->high = g_new (float, parts);
  stroke->change = g_new0 (gint16, rows + 2);
  stroke->lines = g_ptr_array_new_with_free_func (line_free);
  stroke->discs = g_array_new (FALSE, FALSE, sizeof (Disc));
  return stroke;
}

void
cz_stroke_free (CzStroke *stroke)
{
  if (stroke == NULL)
    return;
  g_free (stroke->low);
  g_free (stroke->high);
  g_free (stroke->change);
  g_ptr_array_unref (stroke->lines);
  g_array_unref (stroke->discs);
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
add_edge (gint16 *change, float y, int weight)
{
  int row = (int)y;
  int later = (int)((float)weight * (y - (float)row));

  change[row] = (gint16)(change[row] + weight - later);
  change[row + 1] = (gint16)(change[row + 1] + later);
}

// A pixel of a colour, premultiplied, whose alpha is scaled by cover / 255.
static guint32
make_ink (CzStrokeColor color, int cover)
{
  double alpha = color.alpha * cover; // of 255

  return (guint32)(alpha + 0.5) << 24 | (guint32)(color.red * alpha + 0.5) << 16
         | (guint32)(color.green * alpha + 0.5) << 8 | (guint32)(color.blue * alpha + 0.5);
}

// Bytes of what lies beneath are weakened and bytes of ink added, n of them, at most 16.
static inline void
lay (guchar *restrict pixels, const guchar *restrict ink, guint16 rest, int n)
{
  for (int i = 0; i < n; i++)
    {
      guint16 below = (guint16)(pixels[i] * rest + 128);

      pixels[i] = (guchar)(ink[i] + ((guint16)(below + (below >> 8)) >> 8));
    }
}

static void
lay_many (guchar *restrict pixels, guint32 ink, int n)
{
  guint16 rest = (guint16)(255 - (ink >> 24));
  guchar inks[4 * PIXEL];

  for (guint i = 0; i < 4; i++)
    memcpy (inks + i * PIXEL, &ink, PIXEL);
  for (; n >= 4; n -= 4, pixels += 4 * PIXEL)
    lay (pixels, inks, rest, 4 * PIXEL);
  for (; n > 0; n--, pixels += PIXEL)
    lay (pixels, inks, rest, PIXEL);
}

// One column, from row `from` to row `to` − 1, by the changes of cover, which are used up.
static int
lay_changing (gint16 *change, guchar *pixels, const guint32 *inks, int from, int to, int cover)
{
  for (int row = from; row < to; row++)
    {
      cover += change[row];
      change[row] = 0;
      if (cover > 0)
        lay_many (pixels + (gsize)row * PIXEL, inks[cover], 1);
    }
  return cover;
}

// Lays one column of a line onto the pixels of that column.
static void
lay_column (const CzStroke *stroke, const Line *line, int column, guchar *pixels)
{
  static const int quarters[MOST_PARTS] = { 64, 64, 64, 63 }, whole = 255;
  const int *weights = line->parts > 1 ? quarters : &whole; // of a part that is wholly covered
  int top = stroke->rows, bottom = -1;                      // rows that are touched
  int full_from = 0, full_to = stroke->rows;                // rows that all parts cover wholly

  for (int p = 0; p < line->parts; p++)
    {
      float low = MAX (line->low[column * line->parts + p], 0);
      float high = MIN (line->high[column * line->parts + p], (float)stroke->rows);

      if (low >= high)
        {
          full_to = 0;
          continue;
        }
      add_edge (stroke->change, low, weights[p]);
      add_edge (stroke->change, high, -weights[p]);
      top = MIN (top, (int)low);
      bottom = MAX (bottom, MIN ((int)high, stroke->rows - 1));
      // An edge changes its own row and the next.
      full_from = MAX (full_from, (int)low + 2);
      full_to = MIN (full_to, (int)high);
    }
  if (bottom < top)
    return;
  if (full_to > full_from)
    {
      lay_changing (stroke->change, pixels, line->inks, top, full_from, 0);
      lay_many (pixels + (gsize)full_from * PIXEL, line->inks[255], full_to - full_from);
      lay_changing (stroke->change, pixels, line->inks, full_to, bottom + 1, 255);
    }
  else
    lay_changing (stroke->change, pixels, line->inks, top, bottom + 1, 0);
  // What an edge changes in the row after it.
  for (int row = bottom + 1; row < MIN (bottom + 3, stroke->rows + 2); row++)
    stroke->change[row] = 0;
}

void
cz_stroke_draw (CzStroke *stroke,
                const CzPoint *points,
                guint n,
                CzStrokeColor color,
                double width,
                const double *dash,
                guint n_dash,
                double phase,
                gboolean fine)
{
  Line *line = g_new (Line, 1);
  gsize parts = (gsize)stroke->columns * (fine ? MOST_PARTS : 1);

  stroke->parts = line->parts = fine ? MOST_PARTS : 1;
  stroke->wide_low = line->low = g_new (float, parts);
  stroke->wide_high = line->high = g_new (float, parts);
  for (int cover = 0; cover < 256; cover++)
    line->inks[cover] = make_ink (color, cover);
  draw_line (stroke, points, n);
  if (n_dash > 0)
    cut_dashes (stroke, dash, n_dash, phase);
  widen (stroke, width);
  g_ptr_array_add (stroke->lines, line);
}

void
cz_stroke_add_disc (CzStroke *stroke, double x, double y, double radius, CzStrokeColor color)
{
  Disc disc = { x, y, radius, color };

  g_array_append_val (stroke->discs, disc);
}

static void
draw_discs (const CzStroke *stroke, cairo_surface_t *picture)
{
  cairo_t *cr = cairo_create (picture);

  for (guint i = 0; i < stroke->discs->len; i++)
    {
      const Disc *disc = &g_array_index (stroke->discs, Disc, i);

      cairo_set_source_rgba (cr, disc->color.red, disc->color.green, disc->color.blue,
                             disc->color.alpha);
      cairo_arc (cr, disc->x, disc->y, disc->radius, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
}

cairo_surface_t *
cz_stroke_get_picture (const CzStroke *stroke)
{
  cairo_surface_t *picture
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, stroke->columns, stroke->rows);
  guchar *data = cairo_image_surface_get_data (picture);
  gsize stride = (gsize)cairo_image_surface_get_stride (picture), height = (gsize)stroke->rows;
  g_autofree guchar *strip = NULL; // (STRIP, rows)

  if (data == NULL) // no memory, which cairo keeps in mind
    return picture;
  strip = g_new (guchar, STRIP * height * PIXEL);
  for (int column = 0; column < stroke->columns; column += STRIP)
    {
      int n = MIN (STRIP, stroke->columns - column);

      memset (strip, 0, STRIP * height * PIXEL);
      for (int c = 0; c < n; c++)
        for (guint i = 0; i < stroke->lines->len; i++)
          lay_column (stroke, g_ptr_array_index (stroke->lines, i), column + c,
                      strip + (gsize)c * height * PIXEL);
      for (gsize row = 0; row < height; row++)
        for (int c = 0; c < n; c++)
          memcpy (data + row * stride + (gsize)(column + c) * PIXEL,
                  strip + ((gsize)c * height + row) * PIXEL, PIXEL);
    }
  cairo_surface_mark_dirty (picture);
  draw_discs (stroke, picture);
  return picture;
}
