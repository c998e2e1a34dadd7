#include "gui/playground/bar.h"

#include <adwaita.h>

#include "gui/chart/palette.h"

struct _CzBar
{
  GtkWidget parent_instance;
  guint color;
  double shown;  // what is drawn now
  double wanted; // where it is going
  AdwAnimation *animation;
};

G_DEFINE_FINAL_TYPE (CzBar, cz_bar, GTK_TYPE_WIDGET)

static void
cz_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzBar *self = CZ_BAR (widget);
  float width = (float)gtk_widget_get_width (widget), height = 12;
  float top = ((float)gtk_widget_get_height (widget) - height) / 2;
  float length = width * (float)CLAMP (self->shown, 0, 1);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA color = cz_palette_get (self->color, dark);
  GskRoundedRect rounded;

  // A bar of nothing still shows where it begins.
  length = MAX (length, 2);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    gsk_rounded_rect_init_from_rect (&rounded,
                                     &GRAPHENE_RECT_INIT (width - length, top, length, height), 3);
  else
    gsk_rounded_rect_init_from_rect (&rounded, &GRAPHENE_RECT_INIT (0, top, length, height), 3);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, &color, &rounded.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
cz_bar_measure (GtkWidget *widget,
                GtkOrientation orientation,
                int for_size,
                int *minimum,
                int *natural,
                int *minimum_baseline,
                int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 16 : 14;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 14;
  *minimum_baseline = *natural_baseline = -1;
}

static void
advance (double value, gpointer data)
{
  CzBar *self = data;

  self->shown = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cz_bar_dispose (GObject *object)
{
  CzBar *self = CZ_BAR (object);

  if (self->animation != NULL)
    adw_animation_skip (self->animation);
  g_clear_object (&self->animation);
  G_OBJECT_CLASS (cz_bar_parent_class)->dispose (object);
}

static void
cz_bar_class_init (CzBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_bar_dispose;
  widget_class->snapshot = cz_bar_snapshot;
  widget_class->measure = cz_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "bar");
  // The number beside it says the same.
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cz_bar_init (CzBar *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
cz_bar_new (guint color)
{
  CzBar *self = g_object_new (CZ_TYPE_BAR, NULL);

  self->color = color;
  return GTK_WIDGET (self);
}

void
cz_bar_set_value (CzBar *self, double value)
{
  if (value == self->wanted)
    return;
  self->wanted = value;
  if (self->animation != NULL)
    adw_animation_pause (self->animation);
  g_clear_object (&self->animation);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      advance (value, self);
      return;
    }
  self->animation
      = adw_timed_animation_new (GTK_WIDGET (self), self->shown, value, 150,
                                 adw_callback_animation_target_new (advance, self, NULL));
  adw_animation_play (self->animation);
}
