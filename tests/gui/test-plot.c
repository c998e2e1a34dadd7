// The one draw function, on an image surface: curves land where they belong, at any size.
#include <locale.h>
#include <glib/gstdio.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "gui/chart/export.h"
#include "gui/chart/legend.h"
#include "gui/chart/palette.h"
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
    {
      CzReadOut *read_out = cz_read_out_new (plot, style, &layout, cursor, -1);

      if (read_out != NULL)
        {
          cz_read_out_draw_marks (read_out, cr);
          cz_read_out_draw_box (read_out, cr);
        }
      cz_read_out_free (read_out);
    }
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

// A plot of n falling curves, one above the other, of points points each.
static void
make_many (CzPlot *plot, guint n, guint points)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  cz_plot_init (plot);
  plot->x_title = g_strdup ("step");
  for (guint s = 0; s < n; s++)
    {
      g_autofree char *name = g_strdup_printf ("film reviews, rate %ue-5", s + 1);
      CzSeries *series = cz_series_new (name, s, CZ_SERIES_LINE);

      for (guint i = 0; i < points; i++)
        cz_series_append (series, i,
                          2 + s + exp (-10.0 * i / points)
                              + (points > 1000 ? g_rand_double_range (random, -0.3, 0.3) : 0));
      cz_series_set_key (series, s + 1);
      g_ptr_array_add (plot->series, series);
    }
  cz_plot_fit (plot);
}

static void
test_gap (void)
{
  PangoContext *context = make_context ();
  CzPlotStyle style = make_style (context);
  GdkRGBA blue = cz_palette_get (0, FALSE);
  CzSeries *series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  cairo_surface_t *surface;
  CzPlotLayout layout;
  int third;
  CzPlot plot;

  cz_plot_init (&plot);
  g_ptr_array_add (plot.series, series);
  for (int i = 0; i < 30000; i++)
    cz_series_append (series, i, i >= 10000 && i < 20000 && i != 15000 ? NAN : 1 + i % 2);
  cz_plot_fit (&plot);
  cz_plot_lay_out (&plot, &style, 640, 320, &layout);
  surface = draw (&plot, &style, 640, 320, -1);
  third = (int)(layout.area.x + layout.area.width / 3);
  g_assert_cmpuint (count_pixels (surface, &blue, (int)layout.area.x, 0, third - 3, 320), >, 100);
  g_assert_cmpuint (
      count_pixels (surface, &blue, third + 4, 0, third + (int)layout.area.width / 3 - 4, 320), >,
      0); // one point alone is a dot
  g_assert_cmpuint (
      count_pixels (surface, &blue, third + 4, 0, third + (int)layout.area.width / 3 - 4, 320), <,
      20);
  cairo_surface_destroy (surface);
  cz_plot_layout_clear (&layout);
  cz_plot_clear (&plot);
  g_object_unref (context);
}

static void
test_pick (void)
{
  PangoContext *context = make_context ();
  CzPlotStyle style = make_style (context);
  CzPlotLayout layout;

  for (guint points = 50; points <= 50000; points *= 1000)
    {
      CzPlot plot;

      make_many (&plot, 6, points);
      cz_plot_lay_out (&plot, &style, 800, 600, &layout);
      for (guint s = 0; s < 6; s++)
        {
          double x = layout.area.x + layout.area.width / 2;
          double value
              = 2 + s + exp (-5); // what the curve is in the middle, but for the noise around it
          double y = layout.area.y + layout.area.height * (1 - cz_axis_position (&plot.y, value));
          const CzLegendEntry *entry = &g_array_index (layout.legend, CzLegendEntry, s);

          g_assert_cmpint (cz_plot_pick (&plot, &layout, x, y + 2, 10), ==, (int)s);
          g_assert_cmpint (cz_plot_pick (&plot, &layout, entry->box.x + 3, entry->box.y + 3, 10),
                           ==, (int)s);
        }
      g_assert_cmpint (cz_plot_pick (&plot, &layout, layout.area.x + 500, layout.area.y + 3, 10),
                       ==, -1);
      cz_plot_layout_clear (&layout);
      cz_plot_clear (&plot);
    }
  g_object_unref (context);
}

static void
test_zoom (void)
{
  CzPlot plot;

  make_many (&plot, 2, 101); // x from 0 to 100
  g_assert_false (cz_plot_is_zoomed (&plot));
  cz_plot_zoom (&plot, 0.5, 0.7, NAN, NAN);
  g_assert_true (cz_plot_is_zoomed (&plot));
  g_assert_cmpfloat_with_epsilon (plot.x.low, 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (plot.x.high, 70, 1e-9);
  // The vertical axis fits what is in view.
  g_assert_cmpfloat (plot.y.high, <, 3.6);
  // Moved too far it stops at the data's end, as wide as before.
  cz_plot_zoom (&plot, 7, 8, NAN, NAN);
  g_assert_cmpfloat_with_epsilon (plot.x.low, 80, 1e-9);
  g_assert_cmpfloat_with_epsilon (plot.x.high, 100, 1e-9);
  cz_plot_zoom (&plot, 0, 1, 0.25, 0.5);
  g_assert_false (isnan (plot.view.y_low));
  // All of it is no zoom.
  cz_plot_zoom (&plot, -50, 50, -50, 50);
  g_assert_false (cz_plot_is_zoomed (&plot));
  // A logarithmic axis cannot begin at 0.
  plot.x.logarithmic = TRUE;
  cz_plot_fit (&plot);
  g_assert_cmpuint (plot.hidden, ==, 2);
  cz_plot_set_view (&plot, (CzPlotView){ 0, 10, NAN, NAN });
  g_assert_cmpfloat_with_epsilon (plot.x.low, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (plot.x.high, 10, 1e-9);
  cz_plot_set_view (&plot, (CzPlotView){ -5, -1, NAN, NAN });
  g_assert_cmpfloat (plot.x.low, <, plot.x.high);
  // As far in as can be, still a range.
  for (guint i = 0; i < 100; i++)
    cz_plot_zoom (&plot, 0.45, 0.55, 0.45, 0.55);
  g_assert_cmpfloat (plot.x.low, <, plot.x.high);
  g_assert_cmpfloat (plot.y.low, <, plot.y.high);
  cz_plot_clear (&plot);
}

// Twenty curves of a hundred thousand points: each looks another way, the read-out fits.
static void
test_twenty_curves (void)
{
  PangoContext *context = make_context ();
  CzPlotStyle style = make_style (context);
  static const int sizes[][2] = { { 1000, 600 }, { 480, 160 }, { 240, 140 } };
  cairo_surface_t *surface;
  CzPlot plot;

  make_many (&plot, 20, 100000);
  for (guint s = 0; s < 20; s++)
    for (guint other = 0; other < s; other++)
      g_assert_false (s % CZ_PALETTE_SIZE == other % CZ_PALETTE_SIZE
                      && cz_plot_get_dash (&plot, s) == cz_plot_get_dash (&plot, other));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      int width = sizes[i][0], height = sizes[i][1];
      const cairo_rectangle_t *box;
      CzReadOut *read_out;
      CzPlotLayout layout;

      surface = draw (&plot, &style, width, height, 50000);
      cairo_surface_destroy (surface);
      cz_plot_lay_out (&plot, &style, width, height, &layout);
      g_assert_cmpfloat (layout.area.y, <, height * 0.75);
      for (double x = 0; x < 100000; x += 9999)
        {
          read_out = cz_read_out_new (&plot, &style, &layout, x, 3);
          box = cz_read_out_get_box (read_out);
          g_assert_cmpfloat (box->x, >=, 0);
          g_assert_cmpfloat (box->y, >=, 0);
          g_assert_cmpfloat (box->x + box->width, <=, width);
          g_assert_cmpfloat (box->y + box->height, <=, height);
          if (i == 0)
            g_assert_cmpuint (cz_read_out_get_n_lines (read_out), ==, 21);
          else
            g_assert_cmpuint (cz_read_out_get_n_lines (read_out), <, 12);
          cz_read_out_free (read_out);
        }
      cz_plot_layout_clear (&layout);
    }
  {
    g_autoptr (GArray) readings = cz_read_out_take (&plot, 777);

    for (guint i = 0; i < 20; i++)
      g_assert_cmpuint (g_array_index (readings, CzReading, i).series, ==, 19 - i);
    g_assert_cmpfloat (g_array_index (readings, CzReading, 0).point.y, ==,
                       cz_series_get_point (g_ptr_array_index (plot.series, 19), 777).y);
  }
  cz_plot_clear (&plot);
  g_object_unref (context);
}

static void
test_export (void)
{
  static const char *const names[] = { "chart.png", "chart.SVG", "chart.pdf" };
  static const char *const begins[] = { "\x89PNG\r\n", "<?xml", "%PDF-" };
  g_autofree char *folder = g_dir_make_tmp ("cz-plot-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (folder, "none", "chart.png", NULL);
  g_autofree char *other = g_build_filename (folder, "chart.bmp", NULL);
  PangoFontDescription *font = pango_font_description_from_string ("Cantarell 11");
  g_autoptr (GError) error = NULL;
  const char *left;
  cairo_surface_t *png;
  g_autoptr (GDir) listing = NULL;
  GdkRGBA white = { 1, 1, 1, 1 }, blue = cz_palette_get (0, FALSE);
  CzPlot plot;

  make_many (&plot, 3, 2000);
  plot.title = g_strdup ("Loss by step");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      g_assert_true (cz_plot_export (&plot, font, path, 640, 320, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_assert_cmpuint (size, >, 2000);
      g_assert_true (strncmp (bytes, begins[i], strlen (begins[i])) == 0);
      if (i == 1) // the three curves, in their colours
        {
          g_assert_nonnull (strstr (bytes, "width=\"640px\""));
          g_assert_nonnull (strstr (bytes, "stroke:rgb(0%,44.7"));
          g_assert_nonnull (strstr (bytes, "</svg>"));
        }
      if (i == 2)
        g_assert_true (memcmp (bytes + size - 6, "%%EOF\n", 6) == 0);
      if (i == 0)
        {
          png = cairo_image_surface_create_from_png (path);
          g_assert_cmpint (cairo_image_surface_get_width (png), ==, 1280);
          g_assert_cmpint (cairo_image_surface_get_height (png), ==, 640);
          g_assert_cmpuint (count_pixels (png, &white, 0, 0, 20, 640), ==, 20 * 640);
          g_assert_cmpuint (count_pixels (png, &blue, 40, 100, 1240, 600), >, 500);
          cairo_surface_destroy (png);
        }
      g_remove (path);
    }
  g_assert_false (cz_plot_export (&plot, font, other, 640, 320, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, other));
  g_clear_error (&error);
  g_assert_false (cz_plot_export (&plot, font, missing, 640, 320, &error));
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);
  g_assert_false (cz_plot_export (&plot, font, missing, 640, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  // Nothing is left behind.
  listing = g_dir_open (folder, 0, NULL);
  left = g_dir_read_name (listing);
  g_assert_null (left);
  g_rmdir (folder);
  cz_plot_clear (&plot);
  pango_font_description_free (font);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/curve-lies-where-it-belongs", test_curve_lies_where_it_belongs);
  g_test_add_func ("/plot/any-size-and-nothing", test_any_size_and_nothing);
  g_test_add_func ("/plot/read-out", test_read_out);
  g_test_add_func ("/plot/gap", test_gap);
  g_test_add_func ("/plot/pick", test_pick);
  g_test_add_func ("/plot/zoom", test_zoom);
  g_test_add_func ("/plot/twenty-curves", test_twenty_curves);
  g_test_add_func ("/plot/export", test_export);
  return g_test_run ();
}
