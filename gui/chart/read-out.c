#include "gui/chart/read-out.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/chart/palette.h"

#define GAP    6.0
#define PAD    10.0  // inside the box
#define SAMPLE 16.0  // length of the line's piece
#define LONG   290.0 // widest name
#define RING   7.0   // around a point, with a margin

struct _CzReadOut
{
  const CzPlot *plot;
  const CzPlotStyle *style;
  const CzPlotLayout *layout;
  int highlighted;
  double at;        // where the line is
  GArray *readings; // of CzReading
  GArray *rows;     // of Row
  double line;      // height of a row
  double widths[3]; // of its cells
  cairo_rectangle_t marks, box;
};

static double
get_rank (const CzReading *reading)
{
  double value = isnan (reading->smoothed) ? reading->point.y : reading->smoothed;

  return isnan (value) ? -INFINITY : value;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const CzReading *first = a, *second = b;
  double x = get_rank (first), y = get_rank (second);

  if (x != y)
    return x < y ? 1 : -1;
  return first->series < second->series ? -1 : 1;
}

GArray *
cz_read_out_take (const CzPlot *plot, double x)
{
  GArray *readings = g_array_new (FALSE, FALSE, sizeof (CzReading));

  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      int nearest = cz_series_nearest (series, x);
      CzReading reading = { .series = s, .smoothed = NAN };

      if (nearest < 0)
        continue;
      reading.point = cz_series_get_point (series, (guint)nearest);
      if (cz_series_get_smoothing (series) > 0)
        reading.smoothed = cz_series_get_smoothed (series, (guint)nearest);
      g_array_append_val (readings, reading);
    }
  g_array_sort (readings, compare);
  return readings;
}

static char *
format_y (const CzPlot *plot, double value)
{
  if (isnan (value))
    return g_strdup ("NaN");
  if (isinf (value))
    return g_strdup (value > 0 ? "∞" : "−∞");
  return cz_axis_format_value (&plot->y, value);
}

static const char *
get_name (const CzPlot *plot, const CzReading *reading)
{
  return cz_series_get_name (g_ptr_array_index (plot->series, reading->series));
}

// Where the point is if not where the others are, else NULL.
static char *
make_place (const CzPlot *plot, const CzReading *reading, const char *x_text)
{
  g_autofree char *own = cz_axis_format_value (&plot->x, reading->point.x);

  return strcmp (own, x_text) == 0 ? NULL : g_steal_pointer (&own);
}

static PangoLayout *
make_name_layout (const CzPlotStyle *style, const char *name, gboolean heavy)
{
  PangoLayout *layout = cz_plot_style_make_layout (style, name, heavy);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  return layout;
}

static void
unref_layout (gpointer data)
{
  if (data != NULL)
    g_object_unref (data);
}

// Names are laid out once for a picture: they are most of what is written under the pointer.
static PangoLayout *
get_name_layout (const CzPlot *plot,
                 const CzPlotStyle *style,
                 CzPlotLayout *layout,
                 const CzReading *reading,
                 const char *x_text,
                 gboolean heavy)
{
  g_autofree char *place = make_place (plot, reading, x_text);
  guint index = 2 * reading->series + (heavy ? 1 : 0);

  if (place != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%s · %s", get_name (plot, reading), place);

      return make_name_layout (style, text, heavy);
    }
  if (layout->names == NULL)
    layout->names = g_ptr_array_new_with_free_func (unref_layout);
  if (layout->names->len < 2 * plot->series->len)
    g_ptr_array_set_size (layout->names, (int)(2 * plot->series->len));
  if (layout->names->pdata[index] == NULL)
    layout->names->pdata[index] = make_name_layout (style, get_name (plot, reading), heavy);
  // It may have been shortened, for a smaller box.
  if (pango_layout_get_width (layout->names->pdata[index]) >= 0)
    pango_layout_set_width (layout->names->pdata[index], -1);
  return g_object_ref (layout->names->pdata[index]);
}

typedef struct
{
  PangoLayout *cells[3]; // name, smoothed or NULL, value
  guint series;
  int width; // of the name, unshortened
} Row;

static void
clear_row (gpointer data)
{
  Row *row = data;

  for (guint c = 0; c < G_N_ELEMENTS (row->cells); c++)
    g_clear_object (&row->cells[c]);
}

static void
draw_ground (const CzPlotStyle *style, cairo_t *cr, const cairo_rectangle_t *box)
{
  double left = box->x + 0.5, top = box->y + 0.5;
  double right = box->x + box->width - 0.5, bottom = box->y + box->height - 0.5;

  cairo_new_path (cr);
  cairo_arc (cr, left + 8, top + 8, 8, G_PI, 1.5 * G_PI);
  cairo_arc (cr, right - 8, top + 8, 8, 1.5 * G_PI, 2 * G_PI);
  cairo_arc (cr, right - 8, bottom - 8, 8, 0, 0.5 * G_PI);
  cairo_arc (cr, left + 8, bottom - 8, 8, 0.5 * G_PI, G_PI);
  cairo_close_path (cr);
  cz_plot_style_set_color (style, cr, &style->background, 0.95);
  cairo_fill_preserve (cr);
  cz_plot_style_set_color (style, cr, &style->foreground, 0.15);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

// Makes the rows: a head, the numbers, and what did not fit.
static GArray *
make_rows (const CzPlot *plot,
           const CzPlotStyle *style,
           CzPlotLayout *layout,
           const GArray *readings,
           double x,
           int highlighted,
           guint most)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_autofree char *x_text = cz_axis_format_value (&plot->x, x);
  g_autofree char *head = g_strdup_printf ("%s %s", plot->x_title ? plot->x_title : "", x_text);
  guint shown = readings->len <= most ? readings->len : MAX (most, 2) - 1;
  gboolean smoothed = FALSE, included = highlighted < 0;
  Row row = { .cells[0] = cz_plot_style_make_layout (style, g_strstrip (head), TRUE),
              .series = G_MAXUINT };

  g_array_set_clear_func (rows, clear_row);
  for (guint i = 0; i < readings->len; i++)
    smoothed |= !isnan (g_array_index (readings, CzReading, i).smoothed);
  if (smoothed)
    {
      row.cells[1] = cz_plot_style_make_layout (style, _ ("smoothed"), FALSE);
      row.cells[2] = cz_plot_style_make_layout (style, _ ("exact"), FALSE);
    }
  g_array_append_val (rows, row);
  for (guint i = 0; i < shown; i++)
    {
      const CzReading *reading = &g_array_index (readings, CzReading, i);
      g_autofree char *value = NULL, *calm = NULL;
      gboolean heavy;

      included |= (int)reading->series == highlighted;
      // The last line that fits is kept for the one that stands out.
      for (guint j = i; i + 1 == shown && !included && j < readings->len; j++)
        {
          if ((int)g_array_index (readings, CzReading, j).series == highlighted)
            reading = &g_array_index (readings, CzReading, j);
        }
      heavy = (int)reading->series == highlighted;
      value = format_y (plot, reading->point.y);
      calm = isnan (reading->smoothed) ? NULL : format_y (plot, reading->smoothed);
      row = (Row){ { get_name_layout (plot, style, layout, reading, x_text, heavy),
                     calm != NULL ? cz_plot_style_make_layout (style, calm, heavy) : NULL,
                     cz_plot_style_make_layout (style, value, heavy) },
                   reading->series,
                   0 };
      g_array_append_val (rows, row);
    }
  if (shown < readings->len)
    {
      g_autofree char *more = g_strdup_printf (
          ngettext ("and %u more", "and %u more", readings->len - shown), readings->len - shown);

      row = (Row){ { cz_plot_style_make_layout (style, more, FALSE), NULL, NULL }, G_MAXUINT, 0 };
      g_array_append_val (rows, row);
    }
  return rows;
}

// Measures the cells and finds a place for the box.
static void
place_box (CzReadOut *read_out)
{
  double most = read_out->layout->width - 2 * PAD, *widths = read_out->widths;
  double width = read_out->layout->width, height = read_out->layout->height;
  cairo_rectangle_t *box = &read_out->box;

  for (guint r = 0; r < read_out->rows->len; r++)
    {
      Row *row = &g_array_index (read_out->rows, Row, r);

      for (guint c = 0; c < 3; c++)
        {
          int w = 0;

          if (row->cells[c] != NULL)
            pango_layout_get_pixel_size (row->cells[c], &w, NULL);
          if (c == 0)
            row->width = w;
          // Head and last line have no piece of a line before them.
          if (c == 0 && row->series == G_MAXUINT)
            w -= (int)(SAMPLE + GAP);
          widths[c] = fmax (widths[c], w);
        }
    }
  widths[0] = fmin (widths[0], LONG);
  box->width
      = SAMPLE + GAP + widths[0] + (widths[1] > 0 ? 2 * GAP : 0) + widths[1] + 2 * GAP + widths[2];
  if (box->width > most)
    {
      widths[0] = fmax (widths[0] - (box->width - most), 20);
      box->width = most;
    }
  box->width = ceil (box->width + 2 * PAD);
  box->height = ceil (read_out->rows->len * read_out->line + 2 * PAD - 2);
  box->x = read_out->at + 14 + box->width <= width ? read_out->at + 14
                                                   : read_out->at - 14 - box->width;
  box->x = floor (CLAMP (box->x, 0, fmax (width - box->width, 0)));
  box->y = floor (fmax (fmin (read_out->layout->area.y + 4, height - box->height), 0));
}

CzReadOut *
cz_read_out_new (
    const CzPlot *plot, const CzPlotStyle *style, CzPlotLayout *layout, double x, int highlighted)
{
  const cairo_rectangle_t *area = &layout->area;
  double position = cz_axis_position (&plot->x, x), left, right;
  g_autoptr (PangoLayout) probe = NULL;
  CzReadOut *read_out;
  int line;

  if (!(position >= -0.001 && position <= 1.001))
    return NULL;
  read_out = g_new0 (CzReadOut, 1);
  read_out->plot = plot;
  read_out->style = style;
  read_out->layout = layout;
  read_out->highlighted = highlighted;
  read_out->at = area->x + area->width * position;
  read_out->readings = cz_read_out_take (plot, x);
  probe = cz_plot_style_make_layout (style, "0", FALSE);
  pango_layout_get_pixel_size (probe, NULL, &line);
  read_out->line = line + 2;
  // As many lines as the whole picture holds, but for the head.
  read_out->rows = make_rows (plot, style, layout, read_out->readings, x, highlighted,
                              (guint)fmax ((layout->height - 2 * PAD + 2) / read_out->line - 1, 1));
  place_box (read_out);
  left = right = read_out->at;
  for (guint i = 0; i < read_out->readings->len; i++)
    {
      double own
          = cz_axis_position (&plot->x, g_array_index (read_out->readings, CzReading, i).point.x);

      if (!(own >= 0 && own <= 1))
        continue;
      left = fmin (left, area->x + area->width * own);
      right = fmax (right, area->x + area->width * own);
    }
  read_out->marks
      = (cairo_rectangle_t){ floor (left) - RING, area->y - RING,
                             ceil (right - left) + 2 * RING + 1, area->height + 2 * RING };
  return read_out;
}

void
cz_read_out_free (CzReadOut *read_out)
{
  if (read_out == NULL)
    return;
  g_array_unref (read_out->readings);
  g_array_unref (read_out->rows);
  g_free (read_out);
}

const cairo_rectangle_t *
cz_read_out_get_marks (const CzReadOut *read_out)
{
  return &read_out->marks;
}

const cairo_rectangle_t *
cz_read_out_get_box (const CzReadOut *read_out)
{
  return &read_out->box;
}

guint
cz_read_out_get_n_lines (const CzReadOut *read_out)
{
  return read_out->rows->len;
}

void
cz_read_out_draw_box (const CzReadOut *read_out, cairo_t *cr)
{
  const CzPlotStyle *style = read_out->style;
  const cairo_rectangle_t *box = &read_out->box;

  draw_ground (style, cr, box);
  for (guint r = 0; r < read_out->rows->len; r++)
    {
      const Row *row = &g_array_index (read_out->rows, Row, r);
      double y = box->y + PAD + r * read_out->line, right = box->x + box->width - PAD;
      gboolean plain = row->series == G_MAXUINT;

      if (!plain)
        {
          cz_plot_style_draw_sample (style, cr,
                                     g_ptr_array_index (read_out->plot->series, row->series),
                                     cz_plot_get_dash (read_out->plot, row->series),
                                     box->x + PAD + SAMPLE / 2, y + read_out->line / 2 - 1, SAMPLE);
          // Not without need: a layout of another width is laid out anew.
          if (row->width > read_out->widths[0])
            pango_layout_set_width (row->cells[0], (int)((read_out->widths[0] + 1) * PANGO_SCALE));
        }
      cz_plot_style_draw_layout (style, cr, row->cells[0],
                                 box->x + PAD + (plain ? 0 : SAMPLE + GAP), y, 0, 0,
                                 r == 0  ? 1
                                 : plain ? 0.6
                                         : 0.8);
      if (row->cells[2] != NULL)
        cz_plot_style_draw_layout (style, cr, row->cells[2], right, y, 1, 0, plain ? 0.6 : 1);
      if (row->cells[1] != NULL)
        cz_plot_style_draw_layout (style, cr, row->cells[1], right - read_out->widths[2] - 2 * GAP,
                                   y, 1, 0, plain ? 0.6 : 1);
    }
}

void
cz_read_out_draw_marks (const CzReadOut *read_out, cairo_t *cr)
{
  const CzPlot *plot = read_out->plot;
  const CzPlotStyle *style = read_out->style;
  const cairo_rectangle_t *area = &read_out->layout->area;

  cz_plot_style_set_color (style, cr, &style->foreground, 0.35);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, floor (read_out->at) + 0.5, area->y);
  cairo_rel_line_to (cr, 0, area->height);
  cairo_stroke (cr);
  for (guint i = read_out->readings->len; i > 0; i--)
    {
      const CzReading *reading = &g_array_index (read_out->readings, CzReading, i - 1);
      CzSeries *series = g_ptr_array_index (plot->series, reading->series);
      GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
      double px = cz_axis_position (&plot->x, reading->point.x);
      double py = cz_axis_position (&plot->y, isnan (reading->smoothed) ? reading->point.y
                                                                        : reading->smoothed);

      // NAN, too, is not within.
      if (!(px >= -1e-9 && px <= 1 + 1e-9 && py >= -1e-9 && py <= 1 + 1e-9))
        continue;
      cairo_new_path (cr);
      cairo_arc (cr, area->x + area->width * px, area->y + area->height * (1 - py),
                 (int)reading->series == read_out->highlighted ? RING - 2 : RING - 3.5, 0,
                 2 * G_PI);
      cz_plot_style_set_color (style, cr, &style->background, 1);
      cairo_fill_preserve (cr);
      cz_plot_style_set_color (style, cr, &color, 1);
      cairo_set_line_width (cr, 2);
      cairo_stroke (cr);
    }
}

char *
cz_read_out_describe (const CzPlot *plot, double x, int highlighted)
{
  g_autofree char *x_text = cz_axis_format_value (&plot->x, x);
  g_autofree char *note = cz_plot_get_note (plot);
  g_autoptr (GArray) readings = cz_read_out_take (plot, x);
  GString *text = g_string_new (NULL);

  // First the curve that stands out.
  for (guint i = 0; i < readings->len; i++)
    {
      CzReading reading = g_array_index (readings, CzReading, i);

      if ((int)reading.series != highlighted)
        continue;
      g_array_remove_index (readings, i);
      g_array_prepend_val (readings, reading);
      break;
    }
  g_string_append_printf (text, "%s %s:", plot->x_title ? plot->x_title : "", x_text);
  for (guint i = 0; i < readings->len; i++)
    {
      const CzReading *reading = &g_array_index (readings, CzReading, i);
      g_autofree char *place = make_place (plot, reading, x_text);
      g_autofree char *value = format_y (plot, reading->point.y);

      g_string_append_printf (text, "%s %s%s%s %s", i > 0 ? "," : "", get_name (plot, reading),
                              place != NULL ? " · " : "", place != NULL ? place : "", value);
    }
  if (note != NULL)
    g_string_append_printf (text, ". %s", note);
  return g_string_free (text, FALSE);
}
