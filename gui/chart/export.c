#include "gui/chart/export.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <pango/pangocairo.h>

#include "engine/format/atomic-file.h"

#define MOST   10000 // units on a side
#define MARGIN 16.0  // of white around the picture
#define PIXELS 2     // of a PNG per unit

typedef enum
{
  PNG,
  SVG,
  PDF,
  N_KINDS
} Kind;

static const char *const suffixes[N_KINDS] = { ".png", ".svg", ".pdf" };

static gboolean
find_kind (const char *path, Kind *ret, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      if (!g_str_has_suffix (lower, suffixes[kind]))
        continue;
      *ret = kind;
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("%s: a chart can be saved as .png, .svg or .pdf; give the file one of these"
                  " endings"),
               path);
  return FALSE;
}

static cairo_status_t
take_bytes (void *data, const unsigned char *bytes, unsigned int n)
{
  g_byte_array_append (data, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
make_surface (Kind kind, GByteArray *bytes, int width, int height)
{
  cairo_surface_t *surface;

  switch (kind)
    {
    case SVG:
      surface = cairo_svg_surface_create_for_stream (take_bytes, bytes, width, height);
      if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
        cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
      return surface;
    case PDF:
      return cairo_pdf_surface_create_for_stream (take_bytes, bytes, width, height);
    case PNG:
    default:
      surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width * PIXELS, height * PIXELS);
      cairo_surface_set_device_scale (surface, PIXELS, PIXELS);
      return surface;
    }
}

// Text whose size does not depend on the screen.
static PangoContext *
make_context (const PangoFontDescription *font)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 96);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_font_description (context, font);
  cairo_font_options_destroy (options);
  return context;
}

static void
draw (const CzPlot *plot, const CzPlotStyle *style, cairo_t *cr, int width, int height)
{
  CzPlot titled = *plot;
  CzPlotLayout layout;

  titled.legend = TRUE;
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_translate (cr, MARGIN, MARGIN);
  cz_plot_lay_out (&titled, style, width - 2 * MARGIN, height - 2 * MARGIN, &layout);
  cz_plot_draw (&titled, style, &layout, cr);
  cz_plot_layout_clear (&layout);
}

gboolean
cz_plot_export (const CzPlot *plot,
                const PangoFontDescription *font,
                const char *path,
                int width,
                int height,
                GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  PangoContext *context;
  cairo_surface_t *surface;
  cairo_status_t status;
  CzPlotStyle style;
  cairo_t *cr;
  Kind kind;

  if (!find_kind (path, &kind, error))
    return FALSE;
  if (width < 100 || height < 100 || width > MOST || height > MOST)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%s: a chart of %d × %d cannot be saved; each side takes 100 to %d"), path,
                   width, height, MOST);
      return FALSE;
    }
  context = make_context (font);
  style = (CzPlotStyle){ .context = context,
                         .foreground = { 0, 0, 0, 1 },
                         .background = { 1, 1, 1, 1 },
                         .scale = kind == PNG ? PIXELS : 0 };
  surface = make_surface (kind, bytes, width, height);
  cr = cairo_create (surface);
  if (kind == PDF && plot->title != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, plot->title);
  draw (plot, &style, cr, width, height);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS && kind == PNG)
    status = cairo_surface_write_to_png_stream (surface, take_bytes, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  g_object_unref (context);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s: the chart could not be drawn: %s"),
                   path, cairo_status_to_string (status));
      return FALSE;
    }
  return cz_atomic_file_save (path, bytes->data, bytes->len, error);
}
