#include "gui/playground/surprisal-scale.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define HEIGHT    10 // of the tints
#define GAP       3
#define MARKS     5
#define NATURAL   320
#define NARROWEST 180

struct _CzSurprisalScale
{
  GtkWidget parent_instance;
  CzTintKind kind;
};

G_DEFINE_FINAL_TYPE (CzSurprisalScale, cz_surprisal_scale, GTK_TYPE_WIDGET)

char *
cz_surprisal_scale_get_mark (CzTintKind kind, guint i, double *ret_share)
{
  static const int bits[] = { 0, 4, 8, 12, 16 };
  static const int differences[] = { -8, -4, 0, 4, 8 };

  if (i >= MARKS)
    return NULL;
  *ret_share = (double)i / (MARKS - 1);
  if (kind == CZ_TINT_DIFFERENCE)
    return g_strdup_printf ("%s%d",
                            differences[i] < 0   ? "−"
                            : differences[i] > 0 ? "+"
                                                 : "",
                            ABS (differences[i]));
  // Translators: the end of a scale: 16 bits and more.
  return i == MARKS - 1 ? g_strdup_printf (_ ("%d+ bits"), bits[i])
                        : g_strdup_printf ("%d", bits[i]);
}

static PangoLayout *
make_layout (CzSurprisalScale *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static void
snapshot_marks (CzSurprisalScale *self, GtkSnapshot *snapshot, int width)
{
  GdkRGBA color;
  char *mark;
  double share;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  for (guint i = 0; (mark = cz_surprisal_scale_get_mark (self->kind, i, &share)) != NULL; i++)
    {
      g_autoptr (PangoLayout) layout = make_layout (self, mark);
      int text_width;

      g_free (mark);
      pango_layout_get_pixel_size (layout, &text_width, NULL);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (
          snapshot, &GRAPHENE_POINT_INIT ((float)(share * width) - (float)share * (float)text_width,
                                          HEIGHT + GAP));
      gtk_snapshot_append_layout (snapshot, layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
cz_surprisal_scale_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CzSurprisalScale *self = CZ_SURPRISAL_SCALE (widget);
  int width = gtk_widget_get_width (widget);
  CzTintStyle style = cz_tint_style_get ();
  GskRoundedRect rounded;
  GdkRGBA edge;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &edge);
  edge.alpha *= style.contrast ? 1.0f : 0.25f;
  gsk_rounded_rect_init_from_rect (&rounded, &GRAPHENE_RECT_INIT (0, 0, (float)width, HEIGHT), 3);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  for (guint step = 0; step < CZ_TINT_STEPS; step++)
    {
      CzTint tint = cz_tint_get (self->kind, step, style);
      float from = (float)width * (float)step / CZ_TINT_STEPS;
      float to = (float)width * (float)(step + 1) / CZ_TINT_STEPS;

      gtk_snapshot_append_color (snapshot, &tint.back,
                                 &GRAPHENE_RECT_INIT (from, 0, to - from + 0.5f, HEIGHT));
    }
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &rounded, (const float[]){ 1, 1, 1, 1 },
                              (const GdkRGBA[]){ edge, edge, edge, edge });
  snapshot_marks (self, snapshot, width);
}

static void
cz_surprisal_scale_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = NARROWEST;
      *natural = NATURAL;
      return;
    }
  g_autoptr (PangoLayout) layout = make_layout (CZ_SURPRISAL_SCALE (widget), "16");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  *minimum = *natural = HEIGHT + GAP + height;
}

static void
cz_surprisal_scale_class_init (CzSurprisalScaleClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = cz_surprisal_scale_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = cz_surprisal_scale_measure;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "surprisalscale");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cz_surprisal_scale_init (CzSurprisalScale *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
}

GtkWidget *
cz_surprisal_scale_new (CzTintKind kind)
{
  CzSurprisalScale *self = g_object_new (CZ_TYPE_SURPRISAL_SCALE, NULL);

  self->kind = kind;
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
      kind == CZ_TINT_DIFFERENCE
          ? _ ("Scale of differences: from 8 bits less surprising, in blue with a line above, to 8 "
               "bits more, in orange with a line below")
          : _ ("Scale of surprisal: from 0 bits, no tint, to 16 bits and more, the deepest tint"),
      -1);
  return GTK_WIDGET (self);
}
