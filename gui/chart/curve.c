#include "gui/chart/curve.h"

#include <math.h>

#include "gui/chart/palette.h"

#define MANY   60  // from how many points on a series gets no dots
#define MARGIN 4.0 // around the area, for lines and dots at its edges

CzStroke *
cz_curve_make_stroke (const CzPlotStyle *style, const cairo_rectangle_t *area)
{
  if (style->scale <= 0)
    return NULL;
  return cz_stroke_new ((int)ceil ((area->width + 2 * MARGIN) * style->scale),
                        (int)ceil ((area->height + 2 * MARGIN) * style->scale));
}

// value · factor + shift, of the logarithm where the axis has one: cz_axis_position () for many.
typedef struct
{
  gboolean logarithmic;
  double factor, shift;
} Scale;

static Scale
make_scale (const CzAxis *axis, double at_low, double at_high)
{
  double low = axis->logarithmic ? log (axis->low) : axis->low;
  double high = axis->logarithmic ? log (axis->high) : axis->high;
  double factor = (at_high - at_low) / (high - low);

  return (Scale){ axis->logarithmic, factor, at_low - low * factor };
}

static double
place (const Scale *scale, double value)
{
  return (scale->logarithmic ? log (value) : value) * scale->factor + scale->shift;
}

void
cz_curve_show (const CzPlotStyle *style,
               cairo_t *cr,
               const cairo_rectangle_t *area,
               const CzStroke *stroke)
{
  cairo_surface_t *picture;

  if (stroke == NULL)
    return;
  picture = cz_stroke_get_picture (stroke);
  cairo_surface_set_device_scale (picture, style->scale, style->scale);
  cairo_set_source_surface (cr, picture, area->x - MARGIN, area->y - MARGIN);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_surface_destroy (picture);
}

static void
draw_pixels (CzStroke *stroke,
             const GArray *points,
             CzStrokeColor color,
             double scale,
             double width,
             const double *dash,
             guint n_dash,
             double phase,
             gboolean fine)
{
  double lengths[8];

  for (guint i = 0; i < n_dash; i++)
    lengths[i] = dash[i] * scale;
  cz_stroke_draw (stroke, (const CzPoint *)(gconstpointer)points->data, points->len, color,
                  width * scale, lengths, n_dash, phase * scale, fine);
}

static void
draw_path (
    cairo_t *cr, const GArray *points, double width, const double *dash, guint n_dash, double phase)
{
  gboolean started = FALSE;

  cairo_set_line_width (cr, width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_dash (cr, dash, (int)n_dash, phase);
  for (guint i = 0; i < points->len; i++)
    {
      const CzPoint *point = &g_array_index (points, CzPoint, i);

      if (isnan (point->y))
        started = FALSE;
      else if (started)
        cairo_line_to (cr, point->x, point->y);
      else
        {
          // A point between gaps is a dot, which round ends make of a line to itself.
          cairo_move_to (cr, point->x, point->y);
          cairo_line_to (cr, point->x, point->y);
          started = TRUE;
        }
    }
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
}

void
cz_curve_draw (const CzPlot *plot,
               const CzPlotStyle *style,
               cairo_t *cr,
               const cairo_rectangle_t *area,
               CzStroke *stroke,
               guint index,
               CzCurveKind kind,
               GArray *calm,
               double width,
               double alpha)
{
  CzSeries *series = g_ptr_array_index (plot->series, index);
  GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
  CzStrokeColor ink = { color.red, color.green, color.blue, color.alpha * alpha };
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (CzPoint));
  double unit = stroke != NULL ? style->scale : 1;
  double left = stroke != NULL ? MARGIN * unit : area->x;
  double top = stroke != NULL ? MARGIN * unit : area->y;
  Scale x = make_scale (&plot->x, left, left + area->width * unit);
  Scale y = make_scale (&plot->y, top + area->height * unit, top);
  guint columns = (guint)ceil (area->width * unit);
  const double *dash = NULL;
  // What is pale behind the curve is no line to be told by its dashes.
  gboolean behind = kind == CZ_CURVE_EXACT && cz_plot_is_calmed (plot, index, area->width);
  guint n_dash = behind ? 0 : cz_plot_style_get_dash (cz_plot_get_dash (plot, index), &dash);
  double phase = index * 5.0; // so that the dashes of many curves do not make columns
  gboolean dots;

  if (kind == CZ_CURVE_EXACT)
    cz_series_reduce (series, &plot->x, &plot->y, columns, points, calm);
  else if (calm == NULL || calm->len == 0)
    cz_series_reduce (series, &plot->x, &plot->y, columns, NULL, points);
  else
    g_array_append_vals (points, calm->data, calm->len);
  for (guint i = 0; i < points->len; i++)
    {
      CzPoint *point = &g_array_index (points, CzPoint, i);

      point->x = place (&x, point->x);
      point->y = place (&y, point->y);
    }
  cz_plot_style_set_color (style, cr, &color, alpha);
  if (stroke != NULL)
    draw_pixels (stroke, points, ink, unit, width, dash, n_dash, phase, !behind);
  else
    draw_path (cr, points, width, dash, n_dash, phase);
  dots = cz_series_get_shape (series) == CZ_SERIES_POINTS && points->len <= MANY;
  for (guint i = 0; i < points->len && !behind; i++)
    {
      const CzPoint *point = &g_array_index (points, CzPoint, i);
      double radius;
      gboolean alone
          = (i == 0 || isnan (point[-1].y)) && (i + 1 == points->len || isnan (point[1].y));

      // A point between gaps is to be seen, too.
      if (isnan (point->y) || (!dots && !alone))
        continue;
      radius = (dots || points->len == 1 ? CZ_CURVE_DOT : width) + (width > 2 ? 1 : 0);
      if (stroke != NULL)
        {
          cz_stroke_add_disc (stroke, point->x, point->y, radius * unit, ink);
          continue;
        }
      cairo_new_sub_path (cr);
      cairo_arc (cr, point->x, point->y, radius, 0, 2 * G_PI);
    }
  cairo_fill (cr);
}
