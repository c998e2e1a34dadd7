#include "gui/playground/attention-scale.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "gui/chart/palette.h"

// Of the palette: blue and vermilion, which everyone tells apart.
#define MORE 0
#define LESS 4

#define HEIGHT 12

static GdkRGBA
look_up (GtkWidget *widget, const char *name, const char *otherwise)
{
  GdkRGBA color;

  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color))
    gdk_rgba_parse (&color, otherwise);
  G_GNUC_END_IGNORE_DEPRECATIONS
  color.alpha = 1;
  return color;
}

CzAttentionScale
cz_attention_scale_get_current (GtkWidget *widget)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);
  CzAttentionScale scale
      = { .more = cz_palette_get (MORE, dark),
          .less = cz_palette_get (LESS, dark),
          .background = look_up (widget, "window_bg_color", dark ? "#242424" : "#fafafa") };

  gdk_rgba_parse (&scale.foreground, dark ? "#ffffff" : "#000000");
  if (adw_style_manager_get_high_contrast (style))
    scale.more = scale.foreground;
  return scale;
}

GdkRGBA
cz_attention_scale_get (const CzAttentionScale *scale, double value)
{
  const GdkRGBA *to = value < 0 ? &scale->less : &scale->more, *from = &scale->background;
  float share = (float)sqrt (CLAMP (fabs (value), 0, 1));

  return (GdkRGBA){ .red = from->red + (to->red - from->red) * share,
                    .green = from->green + (to->green - from->green) * share,
                    .blue = from->blue + (to->blue - from->blue) * share,
                    .alpha = 1 };
}

// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
static double
luminance (const GdkRGBA *color)
{
  const float parts[] = { color->red, color->green, color->blue };
  const double weights[] = { 0.2126, 0.7152, 0.0722 };
  double sum = 0;

  for (guint i = 0; i < 3; i++)
    sum += weights[i]
           * (parts[i] <= 0.03928f ? parts[i] / 12.92 : pow ((parts[i] + 0.055) / 1.055, 2.4));
  return sum;
}

GdkRGBA
cz_attention_scale_get_ink (const CzAttentionScale *scale, double value)
{
  GdkRGBA color = cz_attention_scale_get (scale, value);
  double light = luminance (&color) + 0.05;
  float ink = 1.05 / light > light / 0.05 ? 1 : 0;

  return (GdkRGBA){ ink, ink, ink, 1 };
}

void
cz_attention_scale_draw_frame (GtkSnapshot *snapshot,
                               const graphene_rect_t *area,
                               const GdkRGBA *color,
                               float width,
                               float radius)
{
  float widths[4] = { width, width, width, width };
  GskRoundedRect frame;

  gsk_rounded_rect_init_from_rect (&frame, area, radius);
  gtk_snapshot_append_border (snapshot, &frame, widths,
                              (GdkRGBA[4]){ *color, *color, *color, *color });
}

void
cz_attention_scale_follow (GtkWidget *widget)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), widget,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw),
                           widget, G_CONNECT_SWAPPED);
}

// ---- The legend ----

struct _CzAttentionLegend
{
  GtkWidget parent_instance;
  gboolean difference;
};

G_DEFINE_FINAL_TYPE (CzAttentionLegend, cz_attention_legend, GTK_TYPE_WIDGET)

static void
draw_mark (GtkWidget *widget, GtkSnapshot *snapshot, const char *text, float x, float width)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();
  GdkRGBA color;
  int size;

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &size, NULL);
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  G_GNUC_END_IGNORE_DEPRECATIONS
  x = CLAMP (x - (float)size / 2, 0, width - (float)size);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, HEIGHT + 1));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
cz_attention_legend_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  static const double marks[] = { 0, 0.05, 0.25, 0.5, 1 };
  CzAttentionLegend *self = CZ_ATTENTION_LEGEND (widget);
  CzAttentionScale scale = cz_attention_scale_get_current (widget);
  float width = (float)gtk_widget_get_width (widget);
  // The place of a value, of those above 0.
  float zero = self->difference ? width / 2 : 0, area = width - zero;

  for (int x = 0; x < (int)width; x++)
    {
      double share = ((double)x + 0.5 - zero) / area;
      GdkRGBA color = cz_attention_scale_get (&scale, copysign (share * share, share));

      gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT ((float)x, 0, 1, HEIGHT));
    }
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      float at = area * (float)sqrt (marks[i]);
      g_autofree char *more
          = g_strdup_printf (self->difference && i > 0 ? "+%.2g" : "%.2g", marks[i]);
      g_autofree char *less = g_strdup_printf ("−%.2g", marks[i]);

      if (self->difference && i % 2 == 1)
        continue; // no room for all
      draw_mark (widget, snapshot, more, zero + at, width);
      if (self->difference && i > 0)
        draw_mark (widget, snapshot, less, zero - at, width);
    }
}

static void
cz_attention_legend_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  g_autoptr (PangoLayout) layout = NULL;
  int height;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 220;
      return;
    }
  layout = gtk_widget_create_pango_layout (widget, "0");
  pango_layout_get_pixel_size (layout, NULL, &height);
  *minimum = *natural = HEIGHT + 1 + height;
}

static void
cz_attention_legend_class_init (CzAttentionLegendClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = cz_attention_legend_snapshot;
  widget_class->measure = cz_attention_legend_measure;
  gtk_widget_class_set_css_name (widget_class, "attention-legend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cz_attention_legend_init (CzAttentionLegend *self)
{
  // Values grow to the right in every language, as on a ruler.
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Colour scale"), -1);
  cz_attention_scale_follow (GTK_WIDGET (self));
}

void
cz_attention_legend_set_difference (CzAttentionLegend *self, gboolean difference)
{
  self->difference = difference;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
