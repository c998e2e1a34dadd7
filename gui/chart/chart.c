#include "gui/chart/chart.h"

#include <adwaita.h>
#include <math.h>

#include "gui/chart/plot.h"

struct _CzChart
{
  GtkWidget parent_instance;
  CzPlot plot;
  gboolean stale;       // the axes have to be fitted again
  GskRenderNode *drawn; // the curves, kept while only the cursor moves
  int drawn_width, drawn_height;
  double cursor;    // on the horizontal axis; NAN: none
  guint describing; // idle source that brings the description up to date
};

G_DEFINE_FINAL_TYPE (CzChart, cz_chart, GTK_TYPE_WIDGET)

static void
fit (CzChart *self)
{
  if (self->stale)
    cz_plot_fit (&self->plot);
  self->stale = FALSE;
}

static void
describe (CzChart *self)
{
  double x = self->cursor;
  g_autofree char *text = NULL;

  fit (self);
  if (isnan (x))
    x = cz_plot_snap (&self->plot, self->plot.x.high);
  text = isnan (x) ? g_strdup ("") : cz_plot_describe (&self->plot, x);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static gboolean
describe_now (gpointer data)
{
  CzChart *self = data;

  self->describing = 0;
  describe (self);
  return G_SOURCE_REMOVE;
}

static void
redraw (CzChart *self)
{
  g_clear_pointer (&self->drawn, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
changed (CzChart *self)
{
  self->stale = TRUE;
  redraw (self);
  if (self->describing == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->describing = g_idle_add (describe_now, self);
}

static void
get_style (CzChart *self, CzPlotStyle *ret)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  ret->context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  ret->dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  gtk_style_context_get_color (context, &ret->foreground);
  if (!gtk_style_context_lookup_color (context, "popover_bg_color", &ret->background))
    gdk_rgba_parse (&ret->background, ret->dark ? "#383838" : "#ffffff");
}

static void
cz_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzChart *self = CZ_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  CzPlotStyle style;

  if (width < 40 || height < 40)
    return;
  fit (self);
  get_style (self, &style);
  if (self->drawn == NULL || self->drawn_width != width || self->drawn_height != height)
    {
      cairo_t *cr;

      g_clear_pointer (&self->drawn, gsk_render_node_unref);
      self->drawn = gsk_cairo_node_new (&bounds);
      cr = gsk_cairo_node_get_draw_context (self->drawn);
      cz_plot_draw (&self->plot, &style, cr, width, height);
      cairo_destroy (cr);
      self->drawn_width = width;
      self->drawn_height = height;
    }
  gtk_snapshot_append_node (snapshot, self->drawn);
  if (!isnan (self->cursor))
    {
      cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

      cz_plot_draw_cursor (&self->plot, &style, cr, width, height, self->cursor);
      cairo_destroy (cr);
    }
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

static void
set_cursor (CzChart *self, double x)
{
  if (x == self->cursor || (isnan (x) && isnan (self->cursor)))
    return;
  self->cursor = x;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, CzChart *self)
{
  cairo_rectangle_t area;
  CzPlotStyle style;

  fit (self);
  get_style (self, &style);
  cz_plot_get_area (&self->plot, &style, gtk_widget_get_width (GTK_WIDGET (self)),
                    gtk_widget_get_height (GTK_WIDGET (self)), &area);
  if (x < area.x - 8 || x > area.x + area.width + 8)
    set_cursor (self, NAN);
  else
    set_cursor (
        self, cz_plot_snap (&self->plot, cz_axis_value (&self->plot.x, (x - area.x) / area.width)));
}

static void
pointer_left (GtkEventControllerMotion *motion, CzChart *self)
{
  set_cursor (self, NAN);
}

// Moves the cursor to the next point of any series; args: -1 or 1 for one point, -2 or 2 for the
// first or last.
static gboolean
step_cursor (GtkWidget *widget, GVariant *args, gpointer data)
{
  CzChart *self = CZ_CHART (widget);
  int direction = g_variant_get_int32 (args);
  double best = NAN;

  fit (self);
  if (isnan (self->cursor) || ABS (direction) == 2)
    {
      set_cursor (
          self, cz_plot_snap (&self->plot, direction == -2 ? self->plot.x.low : self->plot.x.high));
      return TRUE;
    }
  for (guint s = 0; s < self->plot.series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (self->plot.series, s);
      const CzPoint *points = cz_series_get_points (series);
      int at = cz_series_nearest (series, self->cursor);

      if (at < 0)
        continue;
      if (direction > 0 && points[at].x <= self->cursor)
        at++;
      else if (direction < 0 && points[at].x >= self->cursor)
        at--;
      if (at < 0 || at >= (int)cz_series_get_n_points (series))
        continue;
      if (isnan (best) || fabs (points[at].x - self->cursor) < fabs (best - self->cursor))
        best = points[at].x;
    }
  if (!isnan (best))
    set_cursor (self, best);
  return TRUE;
}

static void
cz_chart_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_chart_parent_class)->map (widget);
  describe (CZ_CHART (widget));
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
  g_clear_handle_id (&self->describing, g_source_remove);
  G_OBJECT_CLASS (cz_chart_parent_class)->dispose (object);
}

static void
cz_chart_finalize (GObject *object)
{
  CzChart *self = CZ_CHART (object);

  cz_plot_clear (&self->plot);
  G_OBJECT_CLASS (cz_chart_parent_class)->finalize (object);
}

static void
cz_chart_class_init (CzChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct
  {
    guint key;
    int direction;
  } keys[]
      = { { GDK_KEY_Left, -1 }, { GDK_KEY_Right, 1 }, { GDK_KEY_Home, -2 }, { GDK_KEY_End, 2 } };

  G_OBJECT_CLASS (klass)->dispose = cz_chart_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_chart_finalize;
  widget_class->snapshot = cz_chart_snapshot;
  widget_class->measure = cz_chart_measure;
  widget_class->map = cz_chart_map;
  widget_class->css_changed = cz_chart_css_changed;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, 0, step_cursor, "i",
                                  keys[i].direction);
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cz_chart_init (CzChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  cz_plot_init (&self->plot);
  self->cursor = NAN;
  self->stale = TRUE;
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (redraw),
                           self, G_CONNECT_SWAPPED);
}

GtkWidget *
cz_chart_new (void)
{
  return g_object_new (CZ_TYPE_CHART, NULL);
}

void
cz_chart_set_label (CzChart *self, const char *label)
{
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
cz_chart_add_series (CzChart *self, CzSeries *series)
{
  g_ptr_array_add (self->plot.series, g_object_ref (series));
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
cz_chart_draw (CzChart *self, cairo_t *cr, double width, double height)
{
  CzPlotStyle style;

  fit (self);
  get_style (self, &style);
  cz_plot_draw (&self->plot, &style, cr, width, height);
}
