#include "gui/chart/stroke.h"

#include <math.h>
#include <string.h>

#include "gui/chart/crew.h"

#define MOST_PARTS 4
#define FAR        1.0e6f
#define PIXEL      4  // bytes
#define STRIP      16 // columns that are drawn at a time
#define PIECE      64 // columns that a thread takes

typedef struct
{
  double x, y, radius;
  CzStrokeColor color;
} Disc;

// A line; it is laid on with all others, strip by strip, since a picture does not fit into a
// processor's nearest memory.
typedef struct
{
  int parts; // of a pixel column
  double width;
  double dash[CZ_STROKE_MOST_DASHES];
  guint n_dash;
  double phase;
  float *low, *high; // (columns · parts): the line's stretch; low > high: none
  guint32 inks[256]; // by cover
} Line;

struct _CzStroke
{
  int columns, rows;
  GPtrArray *lines; // of Line
  GArray *discs;    // of Disc
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

  stroke->columns = columns;
  stroke->rows = rows;
  stroke->lines = g_ptr_array_new_with_free_func (line_free);
  stroke->discs = g_array_new (FALSE, FALSE, sizeof (Disc));
  return stroke;
}

void
cz_stroke_free (CzStroke *stroke)
{
  if (stroke == NULL)
    return;
  g_ptr_array_unref (stroke->lines);
  g_array_unref (stroke->discs);
  g_free (stroke);
}

// ---- Tracing ----

// Where a line passes, before it has a width.
typedef struct
{
  int parts, last; // of a column; the last of all
  float *low, *high;
} Trace;

static void
touch (const Trace *trace, int part, float a, float b)
{
  float low = a < b ? a : b, high = a < b ? b : a;

  trace->low[part] = low < trace->low[part] ? low : trace->low[part];
  trace->high[part] = high > trace->high[part] ? high : trace->high[part];
}

// Notes the stretch of y that the line from a to b has in each part; x in parts.
static void
draw_segment (const Trace *trace, double ax, double ay, double bx, double by)
{
  int last = trace->last, from, to;
  double slope;

  if (!(bx >= 0) || ax > last + 1)
    return;
  from = ax > 0 ? (int)ax : 0;
  to = bx < last ? (int)bx : last;
  if (from >= to)
    {
      if (from <= last)
        touch (trace, from, (float)ay, (float)by);
      return;
    }
  slope = (by - ay) / (bx - ax);
  for (int part = from; part <= to; part++)
    {
      double enters = ax >= part ? ay : ay + slope * (part - ax);
      double leaves = bx <= part + 1 ? by : ay + slope * (part + 1 - ax);

      touch (trace, part, (float)enters, (float)leaves);
    }
}

static void
draw_line (const Trace *trace, const CzPoint *points, guint n)
{
  double parts = trace->parts, before_x = 0, before_y = NAN;

  for (int part = 0; part <= trace->last; part++)
    {
      trace->low[part] = FAR;
      trace->high[part] = -FAR;
    }
  for (guint i = 0; i < n; i++)
    {
      double x = points[i].x * parts;
      // What is far outside is cut there, so that floats suffice; NAN stays.
      double y = CLAMP (points[i].y, -FAR / 2, FAR / 2);

      if (!isnan (y))
        draw_segment (trace, isnan (before_y) ? x : before_x, isnan (before_y) ? y : before_y, x,
                      y);
      before_x = x;
      before_y = y;
    }
}

static void
cut_dashes (const Trace *trace, const Line *line)
{
  double end = (line->dash[0] - line->phase) * trace->parts;
  guint at = 0;

  for (int part = 0; part <= trace->last; part++)
    {
      while (part >= end)
        {
          at = (at + 1) % line->n_dash;
          end += fmax (line->dash[at] * trace->parts, 1);
        }
      if (at % 2 == 1)
        {
          trace->low[part] = FAR;
          trace->high[part] = -FAR;
        }
    }
}

// Puts a disc of the line's width onto each point of it.
static void
widen (const Trace *trace, const Line *line)
{
  double radius = line->width / 2;
  int reach = (int)floor (radius * line->parts), parts = trace->last + 1;

  memcpy (line->low, trace->low, sizeof (float) * (gsize)parts);
  memcpy (line->high, trace->high, sizeof (float) * (gsize)parts);
  for (int shift = -reach; shift <= reach; shift++)
    {
      double across = (double)shift / line->parts;
      float half = (float)sqrt (fmax (radius * radius - across * across, 0));
      int from = MAX (0, -shift), to = MIN (parts, parts - shift);
      const float *restrict trace_low = trace->low + shift, *restrict trace_high
                                                            = trace->high + shift;
      float *restrict line_low = line->low, *restrict line_high = line->high;

      for (int part = from; part < to; part++)
        {
          float low = trace_low[part] - half, high = trace_high[part] + half;

          line_low[part] = low < line_low[part] ? low : line_low[part];
          line_high[part] = high > line_high[part] ? high : line_high[part];
        }
    }
}

// A pixel of a colour, premultiplied, whose alpha is scaled by cover / 255.
static guint32
make_ink (CzStrokeColor color, int cover)
{
  double alpha = color.alpha * cover; // of 255

  return (guint32)(alpha + 0.5) << 24 | (guint32)(color.red * alpha + 0.5) << 16
         | (guint32)(color.green * alpha + 0.5) << 8 | (guint32)(color.blue * alpha + 0.5);
}

guint
cz_stroke_add_line (CzStroke *stroke,
                    CzStrokeColor color,
                    double width,
                    const double *dash,
                    guint n_dash,
                    double phase,
                    gboolean fine)
{
  Line *line = g_new0 (Line, 1);

  line->parts = fine ? MOST_PARTS : 1;
  line->width = width;
  line->n_dash = MIN (n_dash, CZ_STROKE_MOST_DASHES);
  for (guint i = 0; i < line->n_dash; i++)
    line->dash[i] = dash[i];
  line->phase = phase;
  for (int cover = 0; cover < 256; cover++)
    line->inks[cover] = make_ink (color, cover);
  g_ptr_array_add (stroke->lines, line);
  return stroke->lines->len - 1;
}

void
cz_stroke_trace (CzStroke *stroke, guint index, const CzPoint *points, guint n)
{
  Line *line = g_ptr_array_index (stroke->lines, index);
  gsize parts = (gsize)stroke->columns * (gsize)line->parts;
  g_autofree float *low = g_new (float, parts), *high = g_new (float, parts);
  Trace trace = { line->parts, (int)parts - 1, low, high };

  g_free (line->low);
  g_free (line->high);
  line->low = g_new (float, parts);
  line->high = g_new (float, parts);
  draw_line (&trace, points, n);
  if (line->n_dash > 0)
    cut_dashes (&trace, line);
  widen (&trace, line);
}

void
cz_stroke_add_disc (CzStroke *stroke, double x, double y, double radius, CzStrokeColor color)
{
  Disc disc = { x, y, radius, color };

  g_array_append_val (stroke->discs, disc);
}

// ---- Laying on ----

// Widens a range of rows to hold those that lines touch in columns `from` to `to` − 1.
static void
find_rows (const CzStroke *stroke, int from, int to, float *top, float *bottom)
{
  for (guint i = 0; i < stroke->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (stroke->lines, i);
      float low = *top, high = *bottom;

      for (int part = from * line->parts; line->low != NULL && part < to * line->parts; part++)
        {
          low = line->low[part] < low ? line->low[part] : low;
          high = line->high[part] > high ? line->high[part] : high;
        }
      *top = low;
      *bottom = high;
    }
}

gboolean
cz_stroke_get_rows (const CzStroke *stroke, int from, int to, int *ret_top, int *ret_bottom)
{
  float top = FAR, bottom = -FAR;

  find_rows (stroke, from, to, &top, &bottom);
  for (guint i = 0; i < stroke->discs->len; i++)
    {
      const Disc *disc = &g_array_index (stroke->discs, Disc, i);
      double reach = disc->radius + 1;

      if (disc->x + reach < from || disc->x - reach > to)
        continue;
      top = MIN (top, (float)(disc->y - reach));
      bottom = MAX (bottom, (float)(disc->y + reach));
    }
  *ret_top = (int)CLAMP (floorf (top), 0, (float)stroke->rows);
  *ret_bottom = (int)CLAMP (ceilf (bottom), 0, (float)stroke->rows);
  return *ret_top < *ret_bottom;
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

// Lays one column of a line onto the pixels of that column from row `top` on, n of them. change:
// how the cover changes down the column, (n + 2), 0 before and after.
static void
lay_column (const Line *line, int column, int first, int n, gint16 *change, guchar *pixels)
{
  static const int quarters[MOST_PARTS] = { 64, 64, 64, 63 }, whole = 255;
  const int *weights = line->parts > 1 ? quarters : &whole; // of a part that is wholly covered
  int top = n, bottom = -1;                                 // rows that are touched
  int full_from = 0, full_to = n;                           // rows that all parts cover wholly

  for (int p = 0; p < line->parts; p++)
    {
      float low = MAX (line->low[column * line->parts + p] - (float)first, 0);
      float high = MIN (line->high[column * line->parts + p] - (float)first, (float)n);

      if (low >= high)
        {
          full_to = 0;
          continue;
        }
      add_edge (change, low, weights[p]);
      add_edge (change, high, -weights[p]);
      top = MIN (top, (int)low);
      bottom = MAX (bottom, MIN ((int)high, n - 1));
      // An edge changes its own row and the next.
      full_from = MAX (full_from, (int)low + 2);
      full_to = MIN (full_to, (int)high);
    }
  if (bottom < top)
    return;
  if (full_to > full_from)
    {
      lay_changing (change, pixels, line->inks, top, full_from, 0);
      lay_many (pixels + (gsize)full_from * PIXEL, line->inks[255], full_to - full_from);
      lay_changing (change, pixels, line->inks, full_to, bottom + 1, 255);
    }
  else
    lay_changing (change, pixels, line->inks, top, bottom + 1, 0);
  // What an edge changes in the row after it.
  for (int row = bottom + 1; row < MIN (bottom + 3, n + 2); row++)
    change[row] = 0;
}

// What the threads share that lay a stroke on.
typedef struct
{
  const CzStroke *stroke;
  const cairo_rectangle_int_t *part;
  guchar *pixels; // of the part's first
  gsize stride;
} Laying;

// Turns (rows, columns) pixels into (columns, rows); steps in pixels.
static void
turn (guchar *to_bytes,
      gsize to_step,
      const guchar *from_bytes,
      gsize from_step,
      int rows,
      int columns)
{
  guint32 *restrict to = (guint32 *)(gpointer)to_bytes;
  const guint32 *restrict from = (const guint32 *)(gconstpointer)from_bytes;
  int row = 0;

  // In blocks that fit into registers.
  for (; row + 4 <= rows; row += 4, from += 4 * from_step, to += 4)
    {
      int c = 0;

      for (; c + 4 <= columns; c += 4)
        for (int i = 0; i < 4; i++)
          for (int j = 0; j < 4; j++)
            to[(gsize)(c + i) * to_step + (gsize)j] = from[(gsize)j * from_step + (gsize)(c + i)];
      for (; c < columns; c++)
        for (int j = 0; j < 4; j++)
          to[(gsize)c * to_step + (gsize)j] = from[(gsize)j * from_step + (gsize)c];
    }
  for (; row < rows; row++, from += from_step, to++)
    for (int c = 0; c < columns; c++)
      to[(gsize)c * to_step] = from[c];
}

// Lays columns of the part onto the picture, by way of a strip whose columns are pieces of memory.
static void
lay_strip (const Laying *laying, int from, int n, gint16 *change, guchar *strip)
{
  const CzStroke *stroke = laying->stroke;
  int first = laying->part->y, end = first + laying->part->height, rows;
  float top = (float)end, bottom = (float)first;
  guchar *pixels;

  find_rows (stroke, from, from + n, &top, &bottom);
  first = (int)CLAMP (top, (float)first, (float)end);
  end = (int)CLAMP (ceilf (bottom), (float)first, (float)end);
  rows = end - first;
  pixels = laying->pixels + (gsize)(first - laying->part->y) * laying->stride
           + (gsize)(from - laying->part->x) * PIXEL;
  if (rows <= 0)
    return;
  turn (strip, (gsize)rows, pixels, laying->stride / PIXEL, rows, n);
  for (int c = 0; c < n; c++)
    for (guint i = 0; i < stroke->lines->len; i++)
      {
        const Line *line = g_ptr_array_index (stroke->lines, i);

        if (line->low != NULL)
          lay_column (line, from + c, first, rows, change, strip + (gsize)c * (gsize)rows * PIXEL);
      }
  turn (pixels, laying->stride / PIXEL, strip, (gsize)rows, n, rows);
}

static void
lay_piece (guint piece, gpointer data)
{
  const Laying *laying = data;
  int from = laying->part->x + (int)piece * PIECE, end = laying->part->x + laying->part->width;
  gsize rows = (gsize)laying->part->height;
  g_autofree guchar *strip = g_new (guchar, STRIP * rows * PIXEL); // (STRIP, rows)
  g_autofree gint16 *change = g_new0 (gint16, rows + 2);

  end = MIN (end, from + PIECE);
  for (; from < end; from += STRIP)
    lay_strip (laying, from, MIN (STRIP, end - from), change, strip);
}

// Onto the pixels that a laying begins at; in their own units, whatever the surface's scale.
static void
draw_discs (const Laying *laying)
{
  const cairo_rectangle_int_t *part = laying->part;
  cairo_surface_t *pixels;
  cairo_t *cr;

  if (laying->stroke->discs->len == 0)
    return;
  pixels = cairo_image_surface_create_for_data (laying->pixels, CAIRO_FORMAT_ARGB32, part->width,
                                                part->height, (int)laying->stride);
  cr = cairo_create (pixels);
  cairo_translate (cr, -part->x, -part->y);
  for (guint i = 0; i < laying->stroke->discs->len; i++)
    {
      const Disc *disc = &g_array_index (laying->stroke->discs, Disc, i);

      cairo_set_source_rgba (cr, disc->color.red, disc->color.green, disc->color.blue,
                             disc->color.alpha);
      cairo_arc (cr, disc->x, disc->y, disc->radius, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (pixels);
}

// Cuts what lies before 0 or behind `most` off a range of pixels and moves its place along.
static void
confine (int *from, int *length, int *place, int most_from, int most_place)
{
  int before = MAX (MAX (-*from, -*place), 0);

  *from += before;
  *place += before;
  *length = MIN (*length - before, MIN (most_from - *from, most_place - *place));
}

void
cz_stroke_lay (const CzStroke *stroke,
               cairo_surface_t *surface,
               const cairo_rectangle_int_t *part,
               int x,
               int y)
{
  cairo_rectangle_int_t shown = *part;
  Laying laying = { .stroke = stroke, .part = &shown };
  guchar *data;
  guint pieces;

  cairo_surface_flush (surface);
  data = cairo_image_surface_get_data (surface);
  if (data == NULL) // no memory, which cairo keeps in mind
    return;
  confine (&shown.x, &shown.width, &x, stroke->columns, cairo_image_surface_get_width (surface));
  confine (&shown.y, &shown.height, &y, stroke->rows, cairo_image_surface_get_height (surface));
  if (shown.width <= 0 || shown.height <= 0)
    return;
  laying.stride = (gsize)cairo_image_surface_get_stride (surface);
  laying.pixels = data + (gsize)y * laying.stride + (gsize)x * PIXEL;
  pieces = ((guint)shown.width + PIECE - 1) / PIECE;
  // One line is laid on sooner than a thread wakes.
  if (stroke->lines->len > 2)
    cz_crew_run (lay_piece, &laying, pieces);
  else
    {
      for (guint piece = 0; piece < pieces; piece++)
        lay_piece (piece, &laying);
    }
  draw_discs (&laying);
  cairo_surface_mark_dirty (surface);
}
