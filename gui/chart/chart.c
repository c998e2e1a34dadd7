#include "gui/chart/chart.h"

#include <adwaita.h>
#include <math.h>

#include "gui/chart/chart-private.h"
#include "gui/chart/curve.h"
#include "gui/chart/export.h"
#include "gui/chart/read-out.h"

#define STRONG 2.6   // width of the curve under the pointer
#define TILE   512.0 // of its picture

G_DEFINE_FINAL_TYPE (CzChart, cz_chart, GTK_TYPE_WIDGET)

enum
{
  CURVE_SELECTED,
  ZOOMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
fit (CzChart *self)
{
  if (self->stale)
    cz_plot_fit (&self->plot);
  self->stale = FALSE;
}

// ---- To screen readers ----

static gboolean
describe (gpointer data)
{
  CzChart *self = data;
  double x = self->cursor;
  g_autofree char *text = NULL;

  self->describing = 0;
  fit (self);
  if (isnan (x))
    x = cz_plot_snap (&self->plot, self->plot.x.high);
  text = isnan (x) ? g_strdup ("") : cz_read_out_describe (&self->plot, x, self->highlighted);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
  return G_SOURCE_REMOVE;
}

static void
describe_later (CzChart *self)
{
  if (self->describing == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->describing = g_idle_add (describe, self);
}

// ---- Drawing ----

static void
redraw (CzChart *self)
{
  g_clear_pointer (&self->drawn, gsk_render_node_unref);
  g_clear_pointer (&self->highlight, gsk_render_node_unref);
  cz_plot_layout_clear (&self->layout);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
changed (CzChart *self)
{
  self->stale = TRUE;
  redraw (self);
  describe_later (self);
}

static void
get_style (CzChart *self, CzPlotStyle *ret)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  AdwStyleManager *manager = adw_style_manager_get_default ();

  ret->context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  ret->dark = adw_style_manager_get_dark (manager);
  ret->contrast = adw_style_manager_get_high_contrast (manager);
  ret->scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  gtk_style_context_get_color (context, &ret->foreground);
  if (!gtk_style_context_lookup_color (context, "popover_bg_color", &ret->background))
    gdk_rgba_parse (&ret->background, ret->dark ? "#383838" : "#ffffff");
}

void
cz_chart_prepare (CzChart *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  CzPlotStyle style;

  fit (self);
  if (self->layout.legend != NULL && self->layout.width == width && self->layout.height == height)
    return;
  redraw (self);
  get_style (self, &style);
  cz_plot_lay_out (&self->plot, &style, width, height, &self->layout);
}

// Begins a node of pixels: GSK's cairo renderer converts a texture each time it shows it, and
// replays what was recorded, but a picture that was recorded is copied only.
static cairo_t *
begin_pixels (const CzPlotStyle *style, const cairo_rectangle_t *place)
{
  int scale = (int)style->scale;
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, (int)place->width * scale, (int)place->height * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  cairo_surface_destroy (surface);
  cairo_translate (cr, -place->x, -place->y);
  return cr;
}

static GskRenderNode *
end_pixels (cairo_t *pixels, const cairo_rectangle_t *place)
{
  GskRenderNode *node = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (
      (float)place->x, (float)place->y, (float)place->width, (float)place->height));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  cairo_set_source_surface (cr, cairo_get_target (pixels), place->x, place->y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_destroy (pixels);
  return node;
}

// All but the cursor.
static GskRenderNode *
draw_picture (CzChart *self, const CzPlotStyle *style, int width, int height)
{
  cairo_rectangle_t place = { 0, 0, width, height };
  cairo_t *cr = begin_pixels (style, &place);

  cz_plot_draw (&self->plot, style, &self->layout, cr);
  return end_pixels (cr, &place);
}

// The curve under the pointer once more, heavier; kept while the pointer stays with it. In tiles
// that hold little but the curve, since what lies beneath is drawn anew.
static GskRenderNode *
draw_highlight (CzChart *self, const CzPlotStyle *style)
{
  g_autoptr (CzCurves) curves = cz_curves_new (&self->plot, style, &self->layout.area);
  g_autoptr (GPtrArray) tiles
      = g_ptr_array_new_with_free_func ((GDestroyNotify)gsk_render_node_unref);

  cz_curves_add (curves, (guint)self->highlighted, CZ_CURVE_CALM, STRONG, 1);
  cz_curves_trace (curves);
  for (double x = 0; x < cz_curves_get_width (curves); x += TILE)
    {
      cairo_rectangle_t place;
      cairo_t *cr;

      if (!cz_curves_find (curves, x, x + TILE, &place))
        continue;
      cr = begin_pixels (style, &place);
      cz_curves_draw (curves, cr);
      g_ptr_array_add (tiles, end_pixels (cr, &place));
    }
  return gsk_container_node_new ((GskRenderNode **)tiles->pdata, tiles->len);
}

static void
append (GtkSnapshot *snapshot, GskRenderNode *node)
{
  gtk_snapshot_append_node (snapshot, node);
  gsk_render_node_unref (node);
}

// In pieces as small as can be: a renderer draws anew all that lies beneath them.
static void
draw_cursor (CzChart *self, const CzPlotStyle *style, GtkSnapshot *snapshot)
{
  g_autoptr (CzReadOut) read_out = NULL;
  const cairo_rectangle_t *place;
  cairo_t *cr;

  if (self->highlighted >= 0)
    {
      if (self->highlight == NULL)
        self->highlight = draw_highlight (self, style);
      gtk_snapshot_append_node (snapshot, self->highlight);
    }
  if (isnan (self->cursor))
    return;
  read_out = cz_read_out_new (&self->plot, style, &self->layout, self->cursor, self->highlighted);
  if (read_out == NULL)
    return;
  place = cz_read_out_get_marks (read_out);
  cr = begin_pixels (style, place);
  cz_read_out_draw_marks (read_out, cr);
  append (snapshot, end_pixels (cr, place));
  place = cz_read_out_get_box (read_out);
  cr = begin_pixels (style, place);
  cz_read_out_draw_box (read_out, cr);
  append (snapshot, end_pixels (cr, place));
}

static void
draw_frame (CzChart *self, const CzPlotStyle *style, GtkSnapshot *snapshot)
{
  graphene_rect_t frame = GRAPHENE_RECT_INIT ((float)self->frame.x, (float)self->frame.y,
                                              (float)self->frame.width, (float)self->frame.height);
  GdkRGBA fill = style->foreground, line = style->foreground;
  GskRoundedRect outline;

  fill.alpha = 0.08f;
  line.alpha = 0.5f;
  gtk_snapshot_append_color (snapshot, &fill, &frame);
  gsk_rounded_rect_init_from_rect (&outline, &frame, 0);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ line, line, line, line });
}

static void
cz_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzChart *self = CZ_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  CzPlotStyle style;

  if (width < 40 || height < 40)
    return;
  get_style (self, &style);
  if (self->layout.legend == NULL || self->stale || self->layout.width != width
      || self->layout.height != height)
    {
      redraw (self);
      fit (self);
      cz_plot_lay_out (&self->plot, &style, width, height, &self->layout);
    }
  if (self->drawn == NULL || self->drawn_scale != (int)style.scale)
    {
      g_clear_pointer (&self->drawn, gsk_render_node_unref);
      g_clear_pointer (&self->highlight, gsk_render_node_unref);
    }
  if (self->drawn == NULL)
    self->drawn = draw_picture (self, &style, width, height);
  self->drawn_scale = (int)style.scale;
  gtk_snapshot_append_node (snapshot, self->drawn);
  if (self->drag == CZ_CHART_FRAMES)
    draw_frame (self, &style, snapshot);
  else
    draw_cursor (self, &style, snapshot);
}

static void
cz_chart_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : 140;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 280;
  *minimum_baseline = *natural_baseline = -1;
}

void
cz_chart_set_cursor (CzChart *self, double x, int highlighted)
{
  if ((x == self->cursor || (isnan (x) && isnan (self->cursor)))
      && highlighted == self->highlighted)
    return;
  self->cursor = x;
  if (highlighted != self->highlighted)
    g_clear_pointer (&self->highlight, gsk_render_node_unref);
  self->highlighted = highlighted;
  describe_later (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cz_chart_view_changed (CzChart *self)
{
  const CzPlotView *view = &self->plot.view;

  changed (self);
  // NAN is not even itself: compared as bytes.
  if (memcmp (view, &self->told_view, sizeof *view) == 0)
    return;
  self->told_view = *view;
  g_signal_emit (self, signals[ZOOMED], 0);
}

void
cz_chart_select (CzChart *self, int series)
{
  gint64 key
      = series < 0 ? 0 : cz_series_get_key (g_ptr_array_index (self->plot.series, (guint)series));

  if (key != 0)
    g_signal_emit (self, signals[CURVE_SELECTED], 0, key);
}

// ---- The widget ----

static void
cz_chart_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_chart_parent_class)->map (widget);
  describe_later (CZ_CHART (widget));
}

static void
cz_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (cz_chart_parent_class)->css_changed (widget, change);
  redraw (CZ_CHART (widget));
}

static void
cz_chart_dispose (GObject *object)
{
  CzChart *self = CZ_CHART (object);

  if (self->plot.series != NULL)
    cz_chart_remove_all (self);
  g_clear_pointer (&self->drawn, gsk_render_node_unref);
  g_clear_pointer (&self->highlight, gsk_render_node_unref);
  g_clear_handle_id (&self->describing, g_source_remove);
  G_OBJECT_CLASS (cz_chart_parent_class)->dispose (object);
}

static void
cz_chart_finalize (GObject *object)
{
  CzChart *self = CZ_CHART (object);

  cz_plot_layout_clear (&self->layout);
  cz_plot_clear (&self->plot);
  g_free (self->label);
  G_OBJECT_CLASS (cz_chart_parent_class)->finalize (object);
}

static void
cz_chart_class_init (CzChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_chart_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_chart_finalize;
  widget_class->snapshot = cz_chart_snapshot;
  widget_class->measure = cz_chart_measure;
  widget_class->map = cz_chart_map;
  widget_class->css_changed = cz_chart_css_changed;
  cz_chart_add_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[CURVE_SELECTED] = g_signal_new ("curve-selected", CZ_TYPE_CHART, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[ZOOMED] = g_signal_new ("zoomed", CZ_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
cz_chart_init (CzChart *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  cz_plot_init (&self->plot);
  self->told_view = self->plot.view;
  self->cursor = NAN;
  self->highlighted = -1;
  self->stale = TRUE;
  cz_chart_listen (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (redraw), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
cz_chart_new (void)
{
  return g_object_new (CZ_TYPE_CHART, NULL);
}

// ---- What is shown ----

void
cz_chart_set_label (CzChart *self, const char *label)
{
  g_free (self->label);
  self->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
cz_chart_set_x (CzChart *self, const char *title, CzAxisFormat format, guint decimals)
{
  g_free (self->plot.x_title);
  self->plot.x_title = g_strdup (title);
  self->plot.x.format = format;
  self->plot.x.decimals = decimals;
  changed (self);
}

void
cz_chart_set_y (CzChart *self, CzAxisFormat format, guint decimals)
{
  self->plot.y.format = format;
  self->plot.y.decimals = decimals;
  changed (self);
}

void
cz_chart_set_logarithmic (CzChart *self, gboolean logarithmic)
{
  self->plot.y.logarithmic = logarithmic;
  changed (self);
}

void
cz_chart_set_logarithmic_x (CzChart *self, gboolean logarithmic)
{
  self->plot.x.logarithmic = logarithmic;
  changed (self);
}

static void
smooth_series (CzChart *self, CzSeries *series)
{
  if (cz_series_get_shape (series) != CZ_SERIES_POINTS)
    cz_series_set_smoothing (series, self->smoothing);
}

void
cz_chart_set_smoothing (CzChart *self, double weight)
{
  self->smoothing = weight;
  for (guint s = 0; s < self->plot.series->len; s++)
    smooth_series (self, g_ptr_array_index (self->plot.series, s));
}

void
cz_chart_add_series (CzChart *self, CzSeries *series)
{
  g_ptr_array_add (self->plot.series, g_object_ref (series));
  smooth_series (self, series);
  g_signal_connect_swapped (series, "changed", G_CALLBACK (changed), self);
  changed (self);
}

void
cz_chart_remove_all (CzChart *self)
{
  for (guint s = 0; s < self->plot.series->len; s++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->plot.series, s), changed, self);
  g_ptr_array_set_size (self->plot.series, 0);
  self->cursor = NAN;
  self->highlighted = -1;
  if (cz_plot_is_zoomed (&self->plot))
    cz_chart_reset_zoom (self);
  changed (self);
}

guint
cz_chart_get_n_points (CzChart *self)
{
  guint n = 0;

  for (guint s = 0; s < self->plot.series->len; s++)
    n += cz_series_get_n_points (g_ptr_array_index (self->plot.series, s));
  return n;
}

void
cz_chart_zoom (CzChart *self, double x_low, double x_high, double y_low, double y_high)
{
  fit (self);
  cz_plot_set_view (&self->plot, (CzPlotView){ x_low, x_high, y_low, y_high });
  cz_chart_view_changed (self);
}

void
cz_chart_reset_zoom (CzChart *self)
{
  cz_chart_zoom (self, NAN, NAN, NAN, NAN);
}

gboolean
cz_chart_is_zoomed (CzChart *self)
{
  return cz_plot_is_zoomed (&self->plot);
}

void
cz_chart_set_selected (CzChart *self, gint64 key)
{
  if (key == self->plot.selected)
    return;
  self->plot.selected = key;
  redraw (self);
}

gboolean
cz_chart_export (CzChart *self, const char *path, int width, int height, GError **error)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  CzPlot titled;

  fit (self);
  titled = self->plot;
  titled.title = self->label;
  return cz_plot_export (&titled, pango_context_get_font_description (context), path, width, height,
                         error);
}
