#include "gui/chart/plot.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/chart/curve.h"
#include "gui/chart/legend.h"
#include "gui/chart/palette.h"

#define GAP    6.0 // between a label and what it labels
#define LINE   1.6 // width of a curve
#define STRONG 2.6 // of one that stands out
#define THIN   1.0

void
cz_plot_init (CzPlot *plot)
{
  *plot = (CzPlot){ .series = g_ptr_array_new_with_free_func (g_object_unref) };
  plot->x.format = CZ_AXIS_COUNT;
  plot->y.decimals = 3;
  plot->view = (CzPlotView){ NAN, NAN, NAN, NAN };
}

void
cz_plot_clear (CzPlot *plot)
{
  g_clear_pointer (&plot->series, g_ptr_array_unref);
  g_clear_pointer (&plot->x_title, g_free);
  g_clear_pointer (&plot->title, g_free);
}

// Whether a logarithmic axis, too, can show this range.
static gboolean
can_show (const CzAxis *axis, double low, double high)
{
  return low < high && (!axis->logarithmic || low > 0);
}

void
cz_plot_fit (CzPlot *plot)
{
  const CzPlotView *view = &plot->view;

  plot->hidden = 0;
  cz_axis_clear (&plot->x);
  cz_axis_clear (&plot->y);
  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);

      cz_series_include (series, -INFINITY, INFINITY, &plot->x, &plot->y);
      plot->hidden += cz_series_count_hidden (series, &plot->x, &plot->y);
    }
  cz_axis_settle (&plot->x, FALSE);
  plot->whole_x = plot->x;
  plot->whole_y = plot->y;
  cz_axis_settle (&plot->whole_y, TRUE);
  if (can_show (&plot->x, view->x_low, view->x_high))
    {
      CzAxis shown = plot->x;

      plot->x.low = view->x_low;
      plot->x.high = view->x_high;
      cz_axis_clear (&plot->y);
      for (guint s = 0; s < plot->series->len; s++)
        cz_series_include (g_ptr_array_index (plot->series, s), view->x_low, view->x_high, &shown,
                           &plot->y);
    }
  if (can_show (&plot->y, view->y_low, view->y_high))
    {
      plot->y.low = view->y_low;
      plot->y.high = view->y_high;
    }
  else if (plot->y.low <= plot->y.high)
    cz_axis_settle (&plot->y, TRUE);
  else // no point in view
    plot->y = plot->whole_y;
}

guint
cz_plot_get_dash (const CzPlot *plot, guint series)
{
  CzSeries *own = g_ptr_array_index (plot->series, series);
  guint before = 0;

  for (guint s = 0; s < series; s++)
    {
      CzSeries *other = g_ptr_array_index (plot->series, s);

      before += cz_series_get_color (other) % CZ_PALETTE_SIZE
                    == cz_series_get_color (own) % CZ_PALETTE_SIZE
                && cz_series_get_shape (other) == cz_series_get_shape (own);
    }
  return before;
}

char *
cz_plot_get_note (const CzPlot *plot)
{
  if (plot->hidden == 0)
    return NULL;
  return g_strdup_printf (
      ngettext ("%'u value ≤ 0 not shown", "%'u values ≤ 0 not shown", plot->hidden), plot->hidden);
}

static guint
wanted_ticks (double length, double each)
{
  return (guint)CLAMP (length / each, 2, CZ_AXIS_MAX_TICKS - 2);
}

void
cz_plot_lay_out (
    const CzPlot *plot, const CzPlotStyle *style, double width, double height, CzPlotLayout *ret)
{
  g_autofree char *note = cz_plot_get_note (plot);
  CzTicks ticks;
  int left = 0, line = 0;
  double top = 0;

  *ret = (CzPlotLayout){ .width = width,
                         .height = height,
                         .legend = g_array_new (FALSE, FALSE, sizeof (CzLegendEntry)) };
  cz_axis_ticks (&plot->y, wanted_ticks (height, 48), &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      g_autofree char *text = cz_axis_tick_label (&plot->y, &ticks, i);
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (style, text, FALSE);
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      left = MAX (left, w);
      line = MAX (line, h);
    }
  ret->area.x = ceil (left + 2 * GAP);
  ret->area.width = fmax (floor (width - ret->area.x - 2 * GAP), 1);
  if (plot->title != NULL)
    top += line + GAP;
  if (plot->series->len > 1 || (plot->legend && plot->series->len > 0))
    top += cz_legend_lay_out (plot, style, ret->area.x, top, ret->area.width, height * 0.4,
                              ret->legend)
           + GAP;
  if (note != NULL)
    top += line;
  ret->area.y = ceil (top + line / 2.0 + 2);
  ret->area.height = fmax (floor (height - ret->area.y - line - 2 * GAP), 1);
}

void
cz_plot_layout_clear (CzPlotLayout *layout)
{
  g_clear_pointer (&layout->legend, g_array_unref);
  g_clear_pointer (&layout->names, g_ptr_array_unref);
}

static void
draw_grid (const CzPlot *plot, const CzPlotStyle *style, cairo_t *cr, const cairo_rectangle_t *area)
{
  g_autofree char *note = cz_plot_get_note (plot);
  double titled_from = area->x + area->width;
  double below = area->y + area->height + GAP;
  CzTicks ticks;

  cairo_set_line_width (cr, 1);
  cz_axis_ticks (&plot->y, wanted_ticks (area->height, 48), &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      double y = area->y + area->height * (1 - cz_axis_position (&plot->y, ticks.at[i]));
      g_autofree char *text = cz_axis_tick_label (&plot->y, &ticks, i);
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (style, text, FALSE);

      cairo_move_to (cr, area->x, floor (y) + 0.5);
      cairo_rel_line_to (cr, area->width, 0);
      cz_plot_style_set_color (style, cr, &style->foreground, 0.09);
      cairo_stroke (cr);
      cz_plot_style_draw_layout (style, cr, layout, area->x - GAP, y, 1, 0.5, 0.6);
    }
  if (plot->x_title != NULL)
    {
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (style, plot->x_title, FALSE);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      cz_plot_style_draw_layout (style, cr, layout, titled_from, below, 1, 0, 0.6);
      titled_from -= w + GAP;
    }
  cz_axis_ticks (&plot->x, wanted_ticks (area->width, 96), &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      double x = area->x + area->width * cz_axis_position (&plot->x, ticks.at[i]);
      g_autofree char *text = cz_axis_tick_label (&plot->x, &ticks, i);
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (style, text, FALSE);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      cairo_move_to (cr, floor (x) + 0.5, area->y + area->height);
      cairo_rel_line_to (cr, 0, 4);
      cz_plot_style_set_color (style, cr, &style->foreground, 0.25);
      cairo_stroke (cr);
      if (x + w / 2.0 < titled_from)
        cz_plot_style_draw_layout (style, cr, layout, x, below, 0.5, 0, 0.6);
    }
  if (note != NULL)
    {
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (style, note, FALSE);

      cz_plot_style_draw_layout (style, cr, layout, area->x + area->width, area->y - GAP, 1, 1,
                                 0.6);
    }
}

static gboolean
is_selected (const CzPlot *plot, guint series)
{
  return plot->selected != 0
         && cz_series_get_key (g_ptr_array_index (plot->series, series)) == plot->selected;
}

gboolean
cz_plot_is_calmed (const CzPlot *plot, guint series, double width)
{
  CzSeries *own = g_ptr_array_index (plot->series, series);

  if (cz_series_get_smoothing (own) > 0)
    return TRUE;
  return cz_series_get_shape (own) != CZ_SERIES_FAINT
         && cz_series_count_between (own, plot->x.low, plot->x.high) > width;
}

// All that a curve reaches, palely, behind; then its smoothed values or, of many in a column, their
// mean: twenty curves of noise would hide each other otherwise. What is selected comes last.
static void
draw_curves (const CzPlot *plot,
             const CzPlotStyle *style,
             cairo_t *cr,
             const cairo_rectangle_t *area)
{
  g_autoptr (CzCurves) curves = cz_curves_new (plot, style, area);

  for (guint layer = 0; layer < 4; layer++)
    for (guint s = 0; s < plot->series->len; s++)
      {
        CzSeries *series = g_ptr_array_index (plot->series, s);
        CzSeriesShape shape = cz_series_get_shape (series);
        gboolean smoothed = cz_series_get_smoothing (series) > 0;
        gboolean strong = is_selected (plot, s);
        double shade = plot->selected == 0 || strong ? 1 : 0.35;

        if (strong != (layer >= 2))
          continue;
        if (layer % 2 == 1)
          {
            if (shape != CZ_SERIES_FAINT || smoothed)
              cz_curves_add (curves, s, CZ_CURVE_CALM, strong ? STRONG : LINE, shade);
          }
        else if (shape == CZ_SERIES_FAINT && !smoothed)
          cz_curves_add (curves, s, CZ_CURVE_EXACT, THIN, (style->contrast ? 0.7 : 0.4) * shade);
        else if (cz_plot_is_calmed (plot, s, area->width))
          cz_curves_add (curves, s, CZ_CURVE_EXACT, THIN,
                         (plot->series->len > 8 ? 0.14 : 0.25) * shade);
      }
  cz_curves_trace (curves);
  cz_curves_draw (curves, cr);
}

void
cz_plot_draw (const CzPlot *plot, const CzPlotStyle *style, const CzPlotLayout *layout, cairo_t *cr)
{
  const cairo_rectangle_t *area = &layout->area;

  if (plot->title != NULL)
    {
      g_autoptr (PangoLayout) title = cz_plot_style_make_layout (style, plot->title, TRUE);

      cz_plot_style_draw_layout (style, cr, title, area->x, 0, 0, 0, 1);
    }
  draw_grid (plot, style, cr, area);
  cz_legend_draw (plot, style, cr, layout->legend);
  draw_curves (plot, style, cr, area);
}
