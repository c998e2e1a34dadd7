#include "gui/experiments/run-dot.h"

#include "gui/chart/palette.h"

#define SIZE 10 // pixels

struct _CzRunDot
{
  GtkWidget parent_instance;
  guint color;
};

G_DEFINE_FINAL_TYPE (CzRunDot, cz_run_dot, GTK_TYPE_WIDGET)

static void
cz_run_dot_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
cz_run_dot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA color = cz_palette_get (CZ_RUN_DOT (widget)->color, dark);
  float x = (float)(gtk_widget_get_width (widget) - SIZE) / 2;
  float y = (float)(gtk_widget_get_height (widget) - SIZE) / 2;
  graphene_rect_t area = GRAPHENE_RECT_INIT (x, y, SIZE, SIZE);
  GskRoundedRect circle;

  gsk_rounded_rect_init_from_rect (&circle, &area, (float)SIZE / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &circle);
  gtk_snapshot_append_color (snapshot, &color, &area);
  gtk_snapshot_pop (snapshot);
}

static void
cz_run_dot_class_init (CzRunDotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = cz_run_dot_measure;
  widget_class->snapshot = cz_run_dot_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cz_run_dot_init (CzRunDot *self)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
cz_run_dot_new (void)
{
  return g_object_new (CZ_TYPE_RUN_DOT, "valign", GTK_ALIGN_CENTER, NULL);
}

void
cz_run_dot_set_color (CzRunDot *self, guint color)
{
  if (color == self->color)
    return;
  self->color = color;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
