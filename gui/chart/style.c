#include "gui/chart/style.h"

#include <math.h>

#include "gui/chart/palette.h"

void
cz_plot_style_set_color (const CzPlotStyle *style, cairo_t *cr, const GdkRGBA *color, double alpha)
{
  if (style->contrast && color == &style->foreground)
    alpha = MIN (1, alpha * 1.6 + 0.1);
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}

PangoLayout *
cz_plot_style_make_layout (const CzPlotStyle *style, const char *text, gboolean heavy)
{
  PangoLayout *layout = pango_layout_new (style->context);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (heavy)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

void
cz_plot_style_draw_layout (const CzPlotStyle *style,
                           cairo_t *cr,
                           PangoLayout *layout,
                           double x,
                           double y,
                           double anchor_x,
                           double anchor_y,
                           double alpha)
{
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, round (x - width * anchor_x), round (y - height * anchor_y));
  cz_plot_style_set_color (style, cr, &style->foreground, alpha);
  pango_cairo_show_layout (cr, layout);
}

guint
cz_plot_style_get_dash (guint dash, const double **ret)
{
  static const double patterns[][4] = { { 7, 5 }, { 1, 4 }, { 12, 5, 1, 5 }, { 3, 8 } };
  static const guint lengths[] = { 2, 2, 4, 2 };

  dash %= G_N_ELEMENTS (lengths) + 1;
  if (dash == 0)
    return 0;
  *ret = patterns[dash - 1];
  return lengths[dash - 1];
}

void
cz_plot_style_draw_sample (const CzPlotStyle *style,
                           cairo_t *cr,
                           CzSeries *series,
                           guint dash,
                           double x,
                           double y,
                           double width)
{
  GdkRGBA color = cz_palette_get (cz_series_get_color (series), style->dark);
  CzSeriesShape shape = cz_series_get_shape (series);
  gboolean pale = shape == CZ_SERIES_FAINT && cz_series_get_smoothing (series) == 0;
  const double *lengths = NULL;
  guint n = cz_plot_style_get_dash (dash, &lengths);

  cz_plot_style_set_color (style, cr, &color, pale && !style->contrast ? 0.5 : 1);
  cairo_set_line_width (cr, 2);
  cairo_set_dash (cr, lengths, (int)n, 0);
  cairo_move_to (cr, x - width / 2, y);
  cairo_rel_line_to (cr, width, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  if (shape == CZ_SERIES_POINTS)
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, x, y, 3, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}
