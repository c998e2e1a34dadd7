#include "gui/chart/curve.h"

#include <math.h>

#include "gui/chart/crew.h"
#include "gui/chart/palette.h"
#include "gui/chart/stroke.h"

#define MANY   60    // from how many points on a series gets no dots
#define MARGIN 4.0   // around the area, for lines and dots at its edges
#define LIGHT  20000 // points in view up to which one thread does

// One drawing of a series.
typedef struct
{
  guint series;
  CzCurveKind kind;
  double width;
  GdkRGBA color; // with the drawing's alpha
  const double *dash;
  guint n_dash;
  double phase;
  gboolean behind; // palely behind a calm curve
  guint line;      // of the stroke
} Piece;

// The points of a series, placed in the picture; NULL where no piece needs them.
typedef struct
{
  GArray *kinds[2]; // of CzPoint, by CzCurveKind
} Points;

struct _CzCurves
{
  const CzPlot *plot;
  const CzPlotStyle *style;
  const cairo_rectangle_t *area;
  double unit;      // pixels of a unit, or 1
  CzStroke *stroke; // NULL: paths
  GArray *pieces;   // of Piece
  Points *points;   // of each series
};

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

CzCurves *
cz_curves_new (const CzPlot *plot, const CzPlotStyle *style, const cairo_rectangle_t *area)
{
  CzCurves *curves = g_new0 (CzCurves, 1);

  curves->plot = plot;
  curves->style = style;
  curves->area = area;
  curves->unit = style->scale > 0 ? style->scale : 1;
  if (style->scale > 0)
    curves->stroke = cz_stroke_new ((int)ceil ((area->width + 2 * MARGIN) * style->scale),
                                    (int)ceil ((area->height + 2 * MARGIN) * style->scale));
  curves->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  curves->points = g_new0 (Points, plot->series->len);
  return curves;
}

void
cz_curves_free (CzCurves *curves)
{
  if (curves == NULL)
    return;
  for (guint s = 0; s < curves->plot->series->len; s++)
    for (guint k = 0; k < G_N_ELEMENTS (curves->points[s].kinds); k++)
      g_clear_pointer (&curves->points[s].kinds[k], g_array_unref);
  g_clear_pointer (&curves->stroke, cz_stroke_free);
  g_array_unref (curves->pieces);
  g_free (curves->points);
  g_free (curves);
}

void
cz_curves_add (CzCurves *curves, guint series, CzCurveKind kind, double width, double alpha)
{
  const CzPlot *plot = curves->plot;
  CzSeries *own = g_ptr_array_index (plot->series, series);
  Piece piece = { .series = series,
                  .kind = kind,
                  .width = width,
                  .color = cz_palette_get (cz_series_get_color (own), curves->style->dark),
                  .phase = series * 5.0 }; // so that the dashes of many curves do not make columns
  CzStrokeColor ink;
  double dash[CZ_STROKE_MOST_DASHES];

  piece.color.alpha = (float)(piece.color.alpha * alpha);
  // What is pale behind the curve is no line to be told by its dashes.
  piece.behind = kind == CZ_CURVE_EXACT && cz_plot_is_calmed (plot, series, curves->area->width);
  if (!piece.behind)
    piece.n_dash = cz_plot_style_get_dash (cz_plot_get_dash (plot, series), &piece.dash);
  if (curves->points[series].kinds[kind] == NULL)
    curves->points[series].kinds[kind] = g_array_new (FALSE, FALSE, sizeof (CzPoint));
  if (curves->stroke != NULL)
    {
      ink = (CzStrokeColor){ piece.color.red, piece.color.green, piece.color.blue,
                             piece.color.alpha };
      for (guint i = 0; i < piece.n_dash; i++)
        dash[i] = piece.dash[i] * curves->unit;
      piece.line = cz_stroke_add_line (curves->stroke, ink, width * curves->unit, dash,
                                       piece.n_dash, piece.phase * curves->unit, !piece.behind);
    }
  g_array_append_val (curves->pieces, piece);
}

// ---- Tracing ----

// One series, by what no other touches.
static void
trace_series (guint series, gpointer data)
{
  const CzCurves *curves = data;
  const CzPlot *plot = curves->plot;
  const cairo_rectangle_t *area = curves->area;
  Points *points = &curves->points[series];
  double unit = curves->unit;
  double left = curves->stroke != NULL ? MARGIN * unit : area->x;
  double top = curves->stroke != NULL ? MARGIN * unit : area->y;
  Scale x = make_scale (&plot->x, left, left + area->width * unit);
  Scale y = make_scale (&plot->y, top + area->height * unit, top);

  if (points->kinds[CZ_CURVE_EXACT] == NULL && points->kinds[CZ_CURVE_CALM] == NULL)
    return;
  cz_series_reduce (g_ptr_array_index (plot->series, series), &plot->x, &plot->y,
                    (guint)ceil (area->width * unit), points->kinds[CZ_CURVE_EXACT],
                    points->kinds[CZ_CURVE_CALM]);
  for (guint k = 0; k < G_N_ELEMENTS (points->kinds); k++)
    for (guint i = 0; points->kinds[k] != NULL && i < points->kinds[k]->len; i++)
      {
        CzPoint *point = &g_array_index (points->kinds[k], CzPoint, i);

        point->x = place (&x, point->x);
        point->y = place (&y, point->y);
      }
  for (guint i = 0; curves->stroke != NULL && i < curves->pieces->len; i++)
    {
      const Piece *piece = &g_array_index (curves->pieces, Piece, i);
      const GArray *own = points->kinds[piece->kind];

      if (piece->series == series)
        cz_stroke_trace (curves->stroke, piece->line, (const CzPoint *)(gconstpointer)own->data,
                         own->len);
    }
}

// The radius of the disc that point i of a piece is drawn as; 0: none.
static double
get_disc (const CzCurves *curves, const Piece *piece, const GArray *points, guint i)
{
  CzSeries *series = g_ptr_array_index (curves->plot->series, piece->series);
  const CzPoint *point = &g_array_index (points, CzPoint, i);
  gboolean dots = cz_series_get_shape (series) == CZ_SERIES_POINTS && points->len <= MANY;
  gboolean alone = (i == 0 || isnan (point[-1].y)) && (i + 1 == points->len || isnan (point[1].y));

  // A point between gaps is to be seen, too.
  if (isnan (point->y) || (!dots && !alone))
    return 0;
  return (dots || points->len == 1 ? CZ_CURVE_DOT : piece->width) + (piece->width > 2 ? 1 : 0);
}

void
cz_curves_trace (CzCurves *curves)
{
  const CzPlot *plot = curves->plot;
  guint n = 0;

  for (guint s = 0; s < plot->series->len; s++)
    n += cz_series_count_between (g_ptr_array_index (plot->series, s), plot->x.low, plot->x.high);
  if (n > LIGHT && curves->pieces->len > 2)
    cz_crew_run (trace_series, curves, plot->series->len);
  else
    {
      for (guint s = 0; s < plot->series->len; s++)
        trace_series (s, curves);
    }
  for (guint p = 0; p < curves->pieces->len && curves->stroke != NULL; p++)
    {
      const Piece *piece = &g_array_index (curves->pieces, Piece, p);
      const GArray *points = curves->points[piece->series].kinds[piece->kind];
      CzStrokeColor ink
          = { piece->color.red, piece->color.green, piece->color.blue, piece->color.alpha };

      for (guint i = 0; i < points->len && !piece->behind; i++)
        {
          const CzPoint *point = &g_array_index (points, CzPoint, i);
          double radius = get_disc (curves, piece, points, i);

          if (radius > 0)
            cz_stroke_add_disc (curves->stroke, point->x, point->y, radius * curves->unit, ink);
        }
    }
}

// ---- Drawing ----

static void
draw_path (cairo_t *cr, const Piece *piece, const GArray *points)
{
  gboolean started = FALSE;

  cairo_set_line_width (cr, piece->width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_dash (cr, piece->dash, (int)piece->n_dash, piece->phase);
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

static void
draw_piece (const CzCurves *curves, cairo_t *cr, const Piece *piece)
{
  const GArray *points = curves->points[piece->series].kinds[piece->kind];

  gdk_cairo_set_source_rgba (cr, &piece->color);
  draw_path (cr, piece, points);
  for (guint i = 0; i < points->len && !piece->behind; i++)
    {
      const CzPoint *point = &g_array_index (points, CzPoint, i);
      double radius = get_disc (curves, piece, points, i);

      if (radius <= 0)
        continue;
      cairo_new_sub_path (cr);
      cairo_arc (cr, point->x, point->y, radius, 0, 2 * G_PI);
    }
  cairo_fill (cr);
}

// The area and what may reach out of it.
static cairo_rectangle_t
get_place (const CzCurves *curves)
{
  const cairo_rectangle_t *area = curves->area;

  return (cairo_rectangle_t){ area->x - CZ_CURVE_DOT, area->y - CZ_CURVE_DOT,
                              area->width + 2 * CZ_CURVE_DOT, area->height + 2 * CZ_CURVE_DOT };
}

void
cz_curves_draw (const CzCurves *curves, cairo_t *cr)
{
  cairo_rectangle_t place = get_place (curves);
  int cut = (int)((MARGIN - CZ_CURVE_DOT) * curves->unit); // of the stroke's own margin
  cairo_rectangle_int_t part = { cut, cut, (int)ceil (place.width * curves->unit),
                                 (int)ceil (place.height * curves->unit) };
  double x = place.x, y = place.y;

  if (curves->stroke != NULL)
    {
      cairo_user_to_device (cr, &x, &y);
      cz_stroke_lay (curves->stroke, cairo_get_target (cr), &part, (int)floor (x * curves->unit),
                     (int)floor (y * curves->unit));
      return;
    }
  cairo_save (cr);
  cairo_rectangle (cr, place.x, place.y, place.width, place.height);
  cairo_clip (cr);
  for (guint i = 0; i < curves->pieces->len; i++)
    draw_piece (curves, cr, &g_array_index (curves->pieces, Piece, i));
  cairo_restore (cr);
}

double
cz_curves_get_width (const CzCurves *curves)
{
  return get_place (curves).width;
}

gboolean
cz_curves_find (const CzCurves *curves, double from, double to, cairo_rectangle_t *ret)
{
  cairo_rectangle_t place = get_place (curves);
  double unit = curves->unit, cut = MARGIN - CZ_CURVE_DOT;
  int top, bottom;

  to = fmin (to, place.width);
  if (curves->stroke == NULL || from >= to
      || !cz_stroke_get_rows (curves->stroke, (int)((cut + from) * unit), (int)((cut + to) * unit),
                              &top, &bottom))
    return FALSE;
  *ret = (cairo_rectangle_t){ place.x + from, fmax (floor (top / unit) - cut, 0), to - from, 0 };
  ret->height = fmin (ceil (bottom / unit) - cut, place.height) - ret->y;
  ret->y += place.y;
  return ret->height > 0;
}
