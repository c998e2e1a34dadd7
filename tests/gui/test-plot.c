// The one draw function, on an image surface: curves land where they belong, at any size.
#include <locale.h>
#include <pango/pangocairo.h>

#include "gui/chart/read-out.h"

static PangoContext *
make_context (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *font = pango_font_description_from_string ("Cantarell 11");

  pango_context_set_font_description (context, font);
  pango_font_description_free (font);
  return context;
}

static CzPlotStyle
make_style (PangoContext *context)
{
  return (CzPlotStyle){
    .context = context,
    .foreground = { 0, 0, 0, 1 },
    .background = { 1, 1, 1, 1 },
    .scale = 1,
  };
}

// Counts pixels that are nearly of a colour in a rectangle.
static guint
count_pixels (cairo_surface_t *surface, const GdkRGBA *color, int x0, int y0, int x1, int y1)
{
  int stride = cairo_image_surface_get_stride (surface);
  const guchar *data = cairo_image_surface_get_data (surface);
  guint n = 0;

  for (int y = MAX (y0, 0); y < MIN (y1, cairo_image_surface_get_height (surface)); y++)
    for (int x = MAX (x0, 0); x < MIN (x1, cairo_image_surface_get_width (surface)); x++)
      {
        const guchar *pixel = data + y * stride + x * 4; // BGRA

        n += ABS (pixel[2] - color->red * 255) < 40 && ABS (pixel[1] - color->green * 255) < 40
             && ABS (pixel[0] - color->blue * 255) < 40;
      }
  return n;
}

static cairo_surface_t *
draw (const CzPlot *plot, const CzPlotStyle *style, int width, int height, double cursor)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);
  CzPlotLayout layout;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cz_plot_lay_out (plot, style, width, height, &layout);
  cz_plot_draw (plot, style, &layout, cr);
  if (cursor >= 0)
    cz_read_out_draw (plot, style, &layout, cr, cursor, -1);
  cz_plot_layout_clear (&layout);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static void
test_curve_lies_where_it_belongs (void)
{
  PangoContext *context = make_context ();
  CzPlotStyle style = make_style (context);
  GdkRGBA blue = { 0, 0x72 / 255.0, 0xb2 / 255.0, 1 };
  CzSeries *series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  CzPlotLayout layout;
  cairo_rectangle_t area;
  cairo_surface_t *surface;
  CzPlot plot;
  int middle;

  cz_plot_init (&plot);
  g_ptr_array_add (plot.series, series);
  for (int i = 0; i <= 100; i++) // from high on the left to low on the right
    cz_series_append (series, i, 100 - i);
  cz_plot_fit (&plot);
  surface = draw (&plot, &style, 640, 320, -1);
  cz_plot_lay_out (&plot, &style, 640, 320, &layout);
  area = layout.area;
  cz_plot_layout_clear (&layout);
  middle = (int)(area.y + area.height / 2);
  g_assert_cmpuint (count_pixels (surface, &blue, (int)area.x, (int)area.y,
                                  (int)(area.x + area.width / 2), middle),
                    >, 100);
  g_assert_cmpuint (count_pixels (surface, &blue, (int)(area.x + area.width / 2) + 3, (int)area.y,
                                  640, middle - 3),
                    ==, 0);
  g_assert_cmpuint (count_pixels (surface, &blue, (int)(area.x + area.width / 2), middle, 640, 320),
                    >, 100);
  cairo_surface_destroy (surface);
  cz_plot_clear (&plot);
  g_object_unref (context);
}

static void
test_any_size_and_nothing (void)
{
  static const int sizes[][2] = { { 1, 1 }, { 40, 30 }, { 240, 140 }, { 3000, 40 } };
  PangoContext *context = make_context ();
  CzPlotStyle style = make_style (context);

  for (guint n = 0; n < 4; n++) // points
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
      {
        CzPlot plot;
        cairo_surface_t *surface;

        cz_plot_init (&plot);
        plot.x_title = g_strdup ("step");
        plot.y.logarithmic = s % 2;
        for (guint i = 0; i < 3; i++)
          {
            CzSeries *series = cz_series_new ("a rather long name of a series", i, i % 3);

            g_ptr_array_add (plot.series, series);
            for (guint p = 0; p < n; p++)
              cz_series_append (series, p, p);
          }
        cz_plot_fit (&plot);
        surface = draw (&plot, &style, sizes[s][0], sizes[s][1], 1);
        cairo_surface_destroy (surface);
        cz_plot_clear (&plot);
      }
  g_object_unref (context);
}

static void
test_read_out (void)
{
  CzSeries *first = cz_series_new ("training", 0, CZ_SERIES_FAINT);
  CzSeries *second = cz_series_new ("evaluation", 1, CZ_SERIES_POINTS);
  g_autofree char *text = NULL;
  CzPlot plot;

  cz_plot_init (&plot);
  plot.x_title = g_strdup ("step");
  plot.y.decimals = 2;
  g_ptr_array_add (plot.series, first);
  g_ptr_array_add (plot.series, second);
  for (int i = 0; i <= 500; i++)
    cz_series_append (first, i, 12 + i / 1000.0);
  cz_series_append (second, 0, 21.754);
  cz_series_append (second, 412, 11.938);
  cz_plot_fit (&plot);
  g_assert_cmpfloat (cz_plot_snap (&plot, 412.3), ==, 412);
  text = cz_read_out_describe (&plot, 412, -1);
  g_assert_cmpstr (text, ==, "step 412: training 12.41, evaluation 11.94");
  cz_plot_clear (&plot);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/curve-lies-where-it-belongs", test_curve_lies_where_it_belongs);
  g_test_add_func ("/plot/any-size-and-nothing", test_any_size_and_nothing);
  g_test_add_func ("/plot/read-out", test_read_out);
  return g_test_run ();
}
