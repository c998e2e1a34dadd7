#include "gui/chart/plot.h"

#include <math.h>

#include "gui/chart/palette.h"

#define GAP      6.0  // between a label and what it labels
#define DOT      3.0  // radius of a point's dot
#define LINE     1.6  // width of a curve
#define MANY     60   // from how many points on a series gets no dots
#define READ_PAD 10.0 // inside the read-out

void
cz_plot_init (CzPlot *plot)
{
  *plot = (CzPlot){ .series = g_ptr_array_new_with_free_func (g_object_unref) };
  plot->x.format = CZ_AXIS_COUNT;
  plot->y.decimals = 3;
}

void
cz_plot_clear (CzPlot *plot)
{
  g_clear_pointer (&plot->series, g_ptr_array_unref);
  g_clear_pointer (&plot->x_title, g_free);
}

void
cz_plot_fit (CzPlot *plot)
{
  cz_axis_clear (&plot->x);
  cz_axis_clear (&plot->y);
  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      const CzPoint *points = cz_series_get_points (series);

      for (guint i = 0; i < cz_series_get_n_points (series); i++)
        {
          cz_axis_include (&plot->x, points[i].x);
          cz_axis_include (&plot->y, points[i].y);
        }
    }
  cz_axis_settle (&plot->x, FALSE);
  cz_axis_settle (&plot->y, TRUE);
}

static PangoLayout *
make_layout (const CzPlotStyle *style, const char *text, double scale, gboolean heavy)
{
  PangoLayout *layout = pango_layout_new (style->context);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (heavy)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static void
set_color (cairo_t *cr, const GdkRGBA *color, double alpha)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}

// Draws text with its anchor (0 left/top … 1 right/bottom) at (x, y).
static void
draw_text (const CzPlotStyle *style,
           cairo_t *cr,
           const char *text,
           double x,
           double y,
           double anchor_x,
           double anchor_y,
           double alpha)
{
  g_autoptr (PangoLayout) layout = make_layout (style, text, PANGO_SCALE_SMALL, FALSE);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, round (x - width * anchor_x), round (y - height * anchor_y));
  set_color (cr, &style->foreground, alpha);
  pango_cairo_show_layout (cr, layout);
}

static guint
wanted_ticks (double length, double each)
{
  return (guint)CLAMP (length / each, 2, CZ_AXIS_MAX_TICKS - 2);
}

void
cz_plot_get_area (const CzPlot *plot,
                  const CzPlotStyle *style,
                  double width,
                  double height,
                  cairo_rectangle_t *ret_area)
{
  CzTicks ticks;
  int left = 0, line = 0;

  cz_axis_ticks (&plot->y, wanted_ticks (height, 48), &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      g_autofree char *text = cz_axis_tick_label (&plot->y, &ticks, i);
      g_autoptr (PangoLayout) layout = make_layout (style, text, PANGO_SCALE_SMALL, FALSE);
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      left = MAX (left, w);
      line = MAX (line, h);
    }
  ret_area->x = left + 2 * GAP;
  ret_area->y = (plot->series->len > 1 ? line + 2 * GAP : 0) + line / 2.0 + 2;
  ret_area->width = fmax (width - ret_area->x - 2 * GAP, 1);
  ret_area->height = fmax (height - ret_area->y - line - 2 * GAP, 1);
}

static void
draw_grid (const CzPlot *plot, const CzPlotStyle *style, cairo_t *cr, const cairo_rectangle_t *area)
{
  g_autoptr (PangoLayout) title = NULL;
  double titled_from = area->x + area->width;
  CzTicks ticks;

  cairo_set_line_width (cr, 1);
  cz_axis_ticks (&plot->y, wanted_ticks (area->height, 48), &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      double y = area->y + area->height * (1 - cz_axis_position (&plot->y, ticks.at[i]));
      g_autofree char *text = cz_axis_tick_label (&plot->y, &ticks, i);

      cairo_move_to (cr, area->x, floor (y) + 0.5);
      cairo_rel_line_to (cr, area->width, 0);
      set_color (cr, &style->foreground, 0.09);
      cairo_stroke (cr);
      draw_text (style, cr, text, area->x - GAP, y, 1, 0.5, 0.6);
    }
  if (plot->x_title != NULL)
    {
      int w;

      title = make_layout (style, plot->x_title, PANGO_SCALE_SMALL, FALSE);
      pango_layout_get_pixel_size (title, &w, NULL);
      titled_from -= w + GAP;
      cairo_move_to (cr, area->x + area->width - w, round (area->y + area->height + GAP));
      set_color (cr, &style->foreground, 0.6);
      pango_cairo_show_layout (cr, title);
    }
  cz_axis_ticks (&plot->x, wanted_ticks (area->width, 96), &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      double x = area->x + area->width * cz_axis_position (&plot->x, ticks.at[i]);
      g_autofree char *text = cz_axis_tick_label (&plot->x, &ticks, i);
      g_autoptr (PangoLayout) layout = make_layout (style, text, PANGO_SCALE_SMALL, FALSE);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      cairo_move_to (cr, floor (x) + 0.5, area->y + area->height);
      cairo_rel_line_to (cr, 0, 4);
      set_color (cr, &style->foreground, 0.25);
      cairo_stroke (cr);
      if (x + w / 2.0 < titled_from)
        draw_text (style, cr, text, x, area->y + area->height + GAP, 0.5, 0, 0.6);
    }
}

static void
draw_legend (const CzPlot *plot,
             const CzPlotStyle *style,
             cairo_t *cr,
             const cairo_rectangle_t *area)
{
  double x = area->x;

  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
      g_autoptr (PangoLayout) layout
          = make_layout (style, cz_series_get_name (series), PANGO_SCALE_SMALL, FALSE);
      gboolean faint = cz_series_get_shape (series) == CZ_SERIES_FAINT;
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      if (x + 18 + GAP + w > area->x + area->width)
        break;
      set_color (cr, &color, faint ? 0.5 : 1);
      cairo_set_line_width (cr, 2);
      cairo_move_to (cr, x, h / 2.0 + 1);
      cairo_rel_line_to (cr, 18, 0);
      cairo_stroke (cr);
      if (cz_series_get_shape (series) == CZ_SERIES_POINTS)
        {
          cairo_arc (cr, x + 9, h / 2.0 + 1, DOT, 0, 2 * G_PI);
          cairo_fill (cr);
        }
      cairo_move_to (cr, x + 18 + GAP, 0);
      set_color (cr, &style->foreground, 0.8);
      pango_cairo_show_layout (cr, layout);
      x += 18 + GAP + w + 18;
    }
}

static void
draw_series (const CzPlot *plot,
             const CzPlotStyle *style,
             cairo_t *cr,
             const cairo_rectangle_t *area,
             CzSeries *series)
{
  GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
  CzSeriesShape shape = cz_series_get_shape (series);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (CzPoint));
  gboolean dots, started = FALSE;

  cz_series_reduce (series, &plot->x, (guint)ceil (area->width), points);
  dots = shape == CZ_SERIES_POINTS ? points->len <= MANY : points->len == 1;
  set_color (cr, &color, shape == CZ_SERIES_FAINT ? 0.4 : 1);
  cairo_set_line_width (cr, shape == CZ_SERIES_FAINT ? 1 : LINE);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < points->len; i++)
    {
      CzPoint *point = &g_array_index (points, CzPoint, i);
      double py = cz_axis_position (&plot->y, point->y);

      if (isnan (py))
        {
          started = FALSE;
          continue;
        }
      point->x = area->x + area->width * cz_axis_position (&plot->x, point->x);
      point->y = area->y + area->height * (1 - py);
      if (started)
        cairo_line_to (cr, point->x, point->y);
      else
        cairo_move_to (cr, point->x, point->y);
      started = TRUE;
    }
  cairo_stroke (cr);
  for (guint i = 0; dots && i < points->len; i++)
    {
      CzPoint *point = &g_array_index (points, CzPoint, i);

      cairo_new_sub_path (cr);
      cairo_arc (cr, point->x, point->y, DOT, 0, 2 * G_PI);
    }
  cairo_fill (cr);
}

void
cz_plot_draw (
    const CzPlot *plot, const CzPlotStyle *style, cairo_t *cr, double width, double height)
{
  cairo_rectangle_t area;

  cz_plot_get_area (plot, style, width, height, &area);
  draw_grid (plot, style, cr, &area);
  if (plot->series->len > 1)
    draw_legend (plot, style, cr, &area);
  cairo_save (cr);
  cairo_rectangle (cr, area.x - DOT, area.y - DOT, area.width + 2 * DOT, area.height + 2 * DOT);
  cairo_clip (cr);
  for (guint s = 0; s < plot->series->len; s++)
    draw_series (plot, style, cr, &area, g_ptr_array_index (plot->series, s));
  cairo_restore (cr);
}

double
cz_plot_snap (const CzPlot *plot, double x)
{
  double best = NAN;

  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      int nearest = cz_series_nearest (series, x);

      if (nearest >= 0)
        {
          double at = cz_series_get_points (series)[nearest].x;

          if (isnan (best) || fabs (at - x) < fabs (best - x))
            best = at;
        }
    }
  return best;
}

static void
draw_read_out (const CzPlot *plot,
               const CzPlotStyle *style,
               cairo_t *cr,
               const cairo_rectangle_t *area,
               double at,
               double x)
{
  g_autofree char *x_text = cz_axis_format_value (&plot->x, x);
  g_autofree char *head = g_strdup_printf ("%s %s", plot->x_title ? plot->x_title : "", x_text);
  g_autoptr (PangoLayout) title = make_layout (style, g_strstrip (head), PANGO_SCALE_SMALL, TRUE);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_object_unref);
  int w, line, name_width = 0, value_width = 0;
  double box_x, box_y, box_w, box_h;

  pango_layout_get_pixel_size (title, &w, &line);
  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      int nearest = cz_series_nearest (series, x);
      g_autofree char *value = NULL;
      int size;

      value = nearest < 0
                  ? g_strdup ("–")
                  : cz_axis_format_value (&plot->y, cz_series_get_points (series)[nearest].y);
      g_ptr_array_add (names,
                       make_layout (style, cz_series_get_name (series), PANGO_SCALE_SMALL, FALSE));
      g_ptr_array_add (values, make_layout (style, value, PANGO_SCALE_SMALL, FALSE));
      pango_layout_get_pixel_size (g_ptr_array_index (names, s), &size, NULL);
      name_width = MAX (name_width, size);
      pango_layout_get_pixel_size (g_ptr_array_index (values, s), &size, NULL);
      value_width = MAX (value_width, size);
    }
  box_w = fmax (w, 14 + name_width + 2 * GAP + value_width) + 2 * READ_PAD;
  box_h = (1 + plot->series->len) * (line + 2) + 2 * READ_PAD - 2;
  box_x = at + 12;
  if (box_x + box_w > area->x + area->width)
    box_x = fmax (at - 12 - box_w, area->x);
  box_y = area->y + GAP;

  cairo_new_sub_path (cr);
  cairo_arc (cr, box_x + box_w - 8, box_y + 8, 8, -G_PI / 2, 0);
  cairo_arc (cr, box_x + box_w - 8, box_y + box_h - 8, 8, 0, G_PI / 2);
  cairo_arc (cr, box_x + 8, box_y + box_h - 8, 8, G_PI / 2, G_PI);
  cairo_arc (cr, box_x + 8, box_y + 8, 8, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  set_color (cr, &style->background, 0.95);
  cairo_fill_preserve (cr);
  set_color (cr, &style->foreground, 0.15);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);

  set_color (cr, &style->foreground, 1);
  cairo_move_to (cr, box_x + READ_PAD, box_y + READ_PAD);
  pango_cairo_show_layout (cr, title);
  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
      double y = box_y + READ_PAD + (s + 1) * (line + 2);
      int size;

      set_color (cr, &color, cz_series_get_shape (series) == CZ_SERIES_FAINT ? 0.5 : 1);
      cairo_arc (cr, box_x + READ_PAD + 4, y + line / 2.0, 4, 0, 2 * G_PI);
      cairo_fill (cr);
      set_color (cr, &style->foreground, 0.8);
      cairo_move_to (cr, box_x + READ_PAD + 14, y);
      pango_cairo_show_layout (cr, g_ptr_array_index (names, s));
      pango_layout_get_pixel_size (g_ptr_array_index (values, s), &size, NULL);
      set_color (cr, &style->foreground, 1);
      cairo_move_to (cr, box_x + box_w - READ_PAD - size, y);
      pango_cairo_show_layout (cr, g_ptr_array_index (values, s));
    }
}

void
cz_plot_draw_cursor (const CzPlot *plot,
                     const CzPlotStyle *style,
                     cairo_t *cr,
                     double width,
                     double height,
                     double x)
{
  cairo_rectangle_t area;
  double position = cz_axis_position (&plot->x, x), at;

  if (isnan (position) || position < -0.001 || position > 1.001)
    return;
  cz_plot_get_area (plot, style, width, height, &area);
  at = area.x + area.width * position;
  set_color (cr, &style->foreground, 0.35);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, floor (at) + 0.5, area.y);
  cairo_rel_line_to (cr, 0, area.height);
  cairo_stroke (cr);
  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
      int nearest = cz_series_nearest (series, x);
      double px, py;

      if (nearest < 0)
        continue;
      px = cz_axis_position (&plot->x, cz_series_get_points (series)[nearest].x);
      py = cz_axis_position (&plot->y, cz_series_get_points (series)[nearest].y);
      if (isnan (px) || isnan (py))
        continue;
      cairo_new_path (cr);
      cairo_arc (cr, area.x + area.width * px, area.y + area.height * (1 - py), 4, 0, 2 * G_PI);
      set_color (cr, &style->background, 1);
      cairo_fill_preserve (cr);
      set_color (cr, &color, 1);
      cairo_set_line_width (cr, 2);
      cairo_stroke (cr);
    }
  draw_read_out (plot, style, cr, &area, at, x);
}

char *
cz_plot_describe (const CzPlot *plot, double x)
{
  g_autofree char *x_text = cz_axis_format_value (&plot->x, x);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s:", plot->x_title ? plot->x_title : "", x_text);
  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      int nearest = cz_series_nearest (series, x);
      g_autofree char *value = NULL;

      if (nearest < 0)
        continue;
      value = cz_axis_format_value (&plot->y, cz_series_get_points (series)[nearest].y);
      g_string_append_printf (text, "%s %s %s", s > 0 ? "," : "", cz_series_get_name (series),
                              value);
    }
  return g_string_free (text, FALSE);
}
