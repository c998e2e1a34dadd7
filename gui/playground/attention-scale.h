// The colours in which attention is shown, and a legend of them. How strong a colour is goes with
// the square root of the value, so that a twentieth is still seen beside a half; the legend has the
// same scale.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  GdkRGBA more;       // of values above 0
  GdkRGBA less;       // of values below 0: differences alone
  GdkRGBA background; // of 0
  GdkRGBA foreground; // of text on the background
} CzAttentionScale;

// As the style (light, dark, high contrast) has it now.
CzAttentionScale cz_attention_scale_get_current (GtkWidget *widget);

// value: from -1 to 1. An opaque colour.
GdkRGBA cz_attention_scale_get (const CzAttentionScale *scale, double value);

// Black or white, whichever is read better on the colour of a value.
GdkRGBA cz_attention_scale_get_ink (const CzAttentionScale *scale, double value);

// A frame within an area, width and corners' radius in pixels.
void cz_attention_scale_draw_frame (GtkSnapshot *snapshot,
                                    const graphene_rect_t *area,
                                    const GdkRGBA *color,
                                    float width,
                                    float radius);

// Draws a widget anew when the style changes.
void cz_attention_scale_follow (GtkWidget *widget);

#define CZ_TYPE_ATTENTION_LEGEND (cz_attention_legend_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionLegend, cz_attention_legend, CZ, ATTENTION_LEGEND, GtkWidget)

void cz_attention_legend_set_difference (CzAttentionLegend *self, gboolean difference);

G_END_DECLS
