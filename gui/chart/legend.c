#include "gui/chart/legend.h"

#include <math.h>

#define SAMPLE 22.0 // length of the line's piece
#define GAP    6.0
#define APART  18.0 // between entries
#define NARROW 72.0 // names are not shortened below this

double
cz_legend_lay_out (const CzPlot *plot,
                   const CzPlotStyle *style,
                   double x,
                   double y,
                   double width,
                   double most,
                   GArray *ret)
{
  guint n = plot->series->len, rows, columns, fitting, shown;
  g_autofree double *widths = g_new0 (double, n);
  double row = 0, widest = 0, sum = 0, column;

  if (n == 0)
    return 0;
  for (guint s = 0; s < n; s++)
    {
      g_autoptr (PangoLayout) layout = cz_plot_style_make_layout (
          style, cz_series_get_name (g_ptr_array_index (plot->series, s)), TRUE);
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      widths[s] = SAMPLE + GAP + w + APART;
      widest = fmax (widest, widths[s]);
      sum += widths[s];
      row = fmax (row, h + 2);
    }
  fitting = (guint)fmax (floor (most / row), 1);
  // In one row each as wide as it is; else in columns, as few as the rows allow.
  rows = sum <= width + APART ? 1 : fitting;
  columns = rows == 1 && sum <= width + APART ? n : CLAMP ((guint)((width + APART) / widest), 1, n);
  columns = MAX (columns, (n + rows - 1) / rows);
  columns = CLAMP (columns, 1, (guint)fmax ((width + APART) / (SAMPLE + GAP + NARROW + APART), 1));
  column = fmin (floor ((width + APART) / columns), widest);
  shown = MIN (n, columns * rows);
  for (guint s = 0; s < shown; s++)
    {
      CzLegendEntry entry = { .series = s };

      entry.box = (cairo_rectangle_t){ x + s % columns * column, y + s / columns * row,
                                       column - APART, row };
      if (sum <= width + APART && columns == n)
        {
          entry.box.x
              = s == 0 ? x : g_array_index (ret, CzLegendEntry, ret->len - 1).box.x + widths[s - 1];
          entry.box.width = widths[s] - APART;
        }
      if (s + 1 == shown && shown < n)
        entry.more = n - s;
      g_array_append_val (ret, entry);
    }
  return (shown + columns - 1) / columns * row;
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
