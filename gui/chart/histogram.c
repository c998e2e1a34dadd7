#include "gui/chart/histogram.h"

#include <adwaita.h>

#include "gui/chart/palette.h"
#include "gui/numbers.h"

struct _CzHistogram
{
  GtkWidget parent_instance;
  GPtrArray *names; // of char *
  GArray *counts;   // of gint64
  int hovered;      // -1: none
};

G_DEFINE_FINAL_TYPE (CzHistogram, cz_histogram, GTK_TYPE_WIDGET)

static void
draw_label (GtkWidget *widget,
            GtkSnapshot *snapshot,
            const char *text,
            float center,
            float top,
            float most,
            double alpha)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();
  GdkRGBA color;
  int width;

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, NULL);
  if ((float)width > most)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  color.alpha *= (float)alpha;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (center - (float)width / 2, top));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
cz_histogram_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzHistogram *self = CZ_HISTOGRAM (widget);
  float width = (float)gtk_widget_get_width (widget);
  float height = (float)gtk_widget_get_height (widget);
  float line = 20, area = height - 2 * line;
  float each = width / (float)MAX (self->counts->len, 1);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA color = cz_palette_get (0, dark);
  gint64 most = 1;

  for (guint i = 0; i < self->counts->len; i++)
    most = MAX (most, g_array_index (self->counts, gint64, i));
  for (guint i = 0; i < self->counts->len; i++)
    {
      gint64 count = g_array_index (self->counts, gint64, i);
      float bar = (float)((double)count / (double)most) * area;
      GskRoundedRect rounded;
      GdkRGBA fill = color;

      if (count > 0)
        bar = MAX (bar, 2);
      if (self->hovered >= 0 && self->hovered != (int)i)
        fill.alpha = 0.5f;
      gsk_rounded_rect_init_from_rect (&rounded,
                                       &GRAPHENE_RECT_INIT ((float)i * each + each * 0.12f,
                                                            line + area - bar, each * 0.76f, bar),
                                       MIN (3, bar / 2));
      gtk_snapshot_push_rounded_clip (snapshot, &rounded);
      gtk_snapshot_append_color (snapshot, &fill, &rounded.bounds);
      gtk_snapshot_pop (snapshot);
      draw_label (widget, snapshot, g_ptr_array_index (self->names, i), ((float)i + 0.5f) * each,
                  line + area + 2, each - 2, 0.65);
      if (self->hovered == (int)i || (self->hovered < 0 && self->counts->len <= 14 && count > 0))
        {
          g_autofree char *text = cz_numbers_count (count);

          draw_label (widget, snapshot, text, ((float)i + 0.5f) * each, line + area - bar - line,
                      self->hovered == (int)i ? width : each - 2, 0.85);
        }
    }
}

static void
cz_histogram_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : 120;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 480 : 180;
  *minimum_baseline = *natural_baseline = -1;
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, CzHistogram *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int at = width > 0 ? (int)(x / width * self->counts->len) : -1;

  at = at >= 0 && at < (int)self->counts->len ? at : -1;
  if (at != self->hovered)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->hovered = at;
}

static void
pointer_left (GtkEventControllerMotion *motion, CzHistogram *self)
{
  self->hovered = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cz_histogram_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_HISTOGRAM (object)->names);
  g_array_unref (CZ_HISTOGRAM (object)->counts);
  G_OBJECT_CLASS (cz_histogram_parent_class)->finalize (object);
}

static void
cz_histogram_class_init (CzHistogramClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cz_histogram_finalize;
  widget_class->snapshot = cz_histogram_snapshot;
  widget_class->measure = cz_histogram_measure;
  gtk_widget_class_set_css_name (widget_class, "histogram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cz_histogram_init (CzHistogram *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->counts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->hovered = -1;
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
cz_histogram_new (void)
{
  return g_object_new (CZ_TYPE_HISTOGRAM, NULL);
}

void
cz_histogram_set (
    CzHistogram *self, const char *label, const char *const *names, const gint64 *counts, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_ptr_array_set_size (self->names, 0);
  g_array_set_size (self->counts, 0);
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (self->names, g_strdup (names[i]));
      g_array_append_val (self->counts, counts[i]);
      g_string_append_printf (text, "%s%s: %" G_GINT64_FORMAT, i > 0 ? ", " : "", names[i],
                              counts[i]);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
