#include "gui/chart/legend.h"

#include <math.h>

#define SAMPLE 22.0 // length of the line's piece
#define GAP    6.0
#define APART  18.0 // between entries
#define NARROW 72.0 // names are not shortened below this

static double
flow (const GArray *widths, double width, double name, double row, GArray *ret, double x, double y)
{
  double at = x, line = y;

  for (guint s = 0; s < widths->len; s++)
    {
      double own = SAMPLE + GAP + fmin (g_array_index (widths, double, s), name);
      CzLegendEntry entry = { .series = s };

      own = fmin (own, width);
      if (at > x && at + own > x + width)
        {
          at = x;
          line += row;
        }
      entry.box = (cairo_rectangle_t){ at, line, own, row };
      if (ret != NULL)
        g_array_append_val (ret, entry);
      at += own + APART;
    }
  return line + row - y;
}

double
cz_legend_lay_out (const CzPlot *plot,
                   const CzPlotStyle *style,
                   double x,
                   double y,
                   double width,
                   double most,
                   GArray *ret)
{
  g_autoptr (GArray) widths = g_array_new (FALSE, FALSE, sizeof (double));
  double row = 0, height, name = 0, kept = 0;
  guint begun = ret->len;

  for (guint s = 0; s < plot->series->len; s++)
    {
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (
          style, cz_series_get_name (g_ptr_array_index (plot->series, s)), FALSE);
      int w, h;
      double own;

      pango_layout_get_pixel_size (layout, &w, &h);
      own = w;
      g_array_append_val (widths, own);
      name = fmax (name, w);
      row = fmax (row, h + 2);
    }
  if (widths->len == 0)
    return 0;
  // Names as long as the rows allow.
  name = fmin (name, width - SAMPLE - GAP);
  while (flow (widths, width, name, row, NULL, x, y) > most && name > NARROW)
    name = fmax (name * 0.92, NARROW);
  height = flow (widths, width, name, row, ret, x, y);
  while (ret->len > begun + 1
         && g_array_index (ret, CzLegendEntry, ret->len - 1).box.y + row > y + fmax (most, row))
    {
      g_array_set_size (ret, ret->len - 1);
      kept++;
    }
  if (kept > 0)
    {
      CzLegendEntry *last = &g_array_index (ret, CzLegendEntry, ret->len - 1);

      last->more = (guint)kept + 1;
      height = last->box.y + row - y;
    }
  return height;
}

void
cz_legend_draw (const CzPlot *plot, const CzPlotStyle *style, cairo_t *cr, const GArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const CzLegendEntry *entry = &g_array_index (entries, CzLegendEntry, i);
      CzSeries *series = g_ptr_array_index (plot->series, entry->series);
      gboolean chosen = plot->selected != 0 && cz_series_get_key (series) == plot->selected;
      g_autofree char *more = entry->more > 0 ? g_strdup_printf ("+%u", entry->more) : NULL;
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (
          style, more != NULL ? more : cz_series_get_name (series), chosen);
      double middle = entry->box.y + entry->box.height / 2;

      if (more == NULL)
        cz_plot_style_draw_sample (style, cr, series, cz_plot_get_dash (plot, entry->series),
                                   entry->box.x + SAMPLE / 2, middle, SAMPLE);
      pango_layout_set_width (layout, (int)((entry->box.width - SAMPLE - GAP) * PANGO_SCALE) + 1);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
      cairo_move_to (cr, entry->box.x + (more != NULL ? 0 : SAMPLE + GAP), entry->box.y + 1);
      cz_plot_style_set_color (style, cr, &style->foreground,
                               plot->selected != 0 && !chosen ? 0.55 : 0.8);
      pango_cairo_show_layout (cr, layout);
    }
}
