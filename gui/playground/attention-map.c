#include "gui/playground/attention-map.h"

#include <math.h>
#include <string.h>

#include "gui/playground/attention-scale.h"

#define NATURAL_WIDTH 34
#define HEIGHT        22
#define FRAME         2.0f // of a chosen one
#define INSET         3.0f // of the stripes, so that the frame has room
#define FADED         0.5

struct _CzAttentionMap
{
  GtkWidget parent_instance;
  const float *row; // (n), the owner's
  guint n;
  gboolean difference, rtl;
  gboolean chosen, others;
};

G_DEFINE_FINAL_TYPE (CzAttentionMap, cz_attention_map, GTK_TYPE_WIDGET)

void
cz_attention_map_reduce (const float *row, guint n, guint columns, float *ret)
{
  for (guint column = 0; column < columns; column++)
    {
      guint first = (guint)((guint64)column * n / columns);
      guint last = (guint)((guint64)(column + 1) * n / columns);

      ret[column] = row[first];
      for (guint i = first + 1; i < last; i++)
        {
          if (fabsf (row[i]) > fabsf (ret[column]))
            ret[column] = row[i];
        }
    }
}

static void
draw_stripe (CzAttentionMap *self,
             GtkSnapshot *snapshot,
             const CzAttentionScale *scale,
             double value,
             const graphene_rect_t *area)
{
  GdkRGBA color = cz_attention_scale_get (scale, value);
  graphene_rect_t stripe = *area;

  // What is not seen need not be drawn.
  if (fabs (value) < 1e-4)
    return;
  if (self->difference)
    {
      stripe.size.height /= 2;
      if (value < 0)
        stripe.origin.y += stripe.size.height;
    }
  gtk_snapshot_append_color (snapshot, &color, &stripe);
}

static void
cz_attention_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzAttentionMap *self = CZ_ATTENTION_MAP (widget);
  float width = (float)gtk_widget_get_width (widget) - 2 * INSET;
  float height = (float)gtk_widget_get_height (widget) - 2 * INSET;
  CzAttentionScale scale = cz_attention_scale_get_current (widget);
  graphene_rect_t area = GRAPHENE_RECT_INIT (INSET, INSET, width, height);
  GdkRGBA line = scale.foreground;
  GskRoundedRect frame;
  float widths[4];

  if (width < 1 || height < 1)
    return;
  gtk_snapshot_push_opacity (snapshot, self->others && !self->chosen ? FADED : 1);
  gtk_snapshot_append_color (snapshot, &scale.background, &area);
  if (self->n > 0)
    {
      guint columns = MIN (self->n, (guint)width);
      float each = width / (float)columns;
      g_autofree float *values = g_new (float, columns);

      cz_attention_map_reduce (self->row, self->n, columns, values);
      for (guint i = 0; i < columns; i++)
        {
          float x = INSET + each * (float)(self->rtl ? columns - 1 - i : i);

          draw_stripe (self, snapshot, &scale, values[i],
                       &GRAPHENE_RECT_INIT (x, INSET, each, height));
        }
    }
  // Where the strip begins and ends is seen also where nothing is looked at.
  line.alpha = 0.3f;
  gsk_rounded_rect_init_from_rect (&frame, &area, 0);
  for (guint i = 0; i < 4; i++)
    widths[i] = 1;
  gtk_snapshot_append_border (snapshot, &frame, widths, (GdkRGBA[4]){ line, line, line, line });
  if (self->others && self->chosen)
    {
      line.alpha = 1;
      gsk_rounded_rect_init_from_rect (
          &frame, &GRAPHENE_RECT_INIT (0, 0, width + 2 * INSET, height + 2 * INSET), 4);
      for (guint i = 0; i < 4; i++)
        widths[i] = FRAME;
      gtk_snapshot_append_border (snapshot, &frame, widths, (GdkRGBA[4]){ line, line, line, line });
    }
  gtk_snapshot_pop (snapshot);
}

static void
cz_attention_map_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  *minimum = HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : HEIGHT;
  *minimum_baseline = *natural_baseline = -1;
}

static void
cz_attention_map_class_init (CzAttentionMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = cz_attention_map_snapshot;
  widget_class->measure = cz_attention_map_measure;
  gtk_widget_class_set_css_name (widget_class, "attention-map");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_CHECKBOX);
}

static void
cz_attention_map_init (CzAttentionMap *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  cz_attention_scale_follow (GTK_WIDGET (self));
}

GtkWidget *
cz_attention_map_new (void)
{
  return g_object_new (CZ_TYPE_ATTENTION_MAP, NULL);
}

void
cz_attention_map_show (
    CzAttentionMap *self, const float *row, guint n, gboolean difference, gboolean rtl)
{
  self->row = row;
  self->n = n;
  self->difference = difference;
  self->rtl = rtl;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cz_attention_map_set_chosen (CzAttentionMap *self, gboolean chosen, gboolean others)
{
  if (chosen == self->chosen && others == self->others)
    return;
  self->chosen = chosen;
  self->others = others;
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_CHECKED,
      chosen ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
