// What a chart is drawn with: font, colours, and whether onto pixels or as paths.
#pragma once

#include <gtk/gtk.h>

#include "gui/chart/series.h"

G_BEGIN_DECLS

typedef struct
{
  PangoContext *context; // font and resolution of the text
  GdkRGBA foreground;
  GdkRGBA background; // behind the read-out
  gboolean dark;      // which tints of the palette
  gboolean contrast;  // high contrast: nothing is pale
  double scale;       // pixels per unit of the surface; 0: it has none (SVG, PDF)
} CzPlotStyle;

// alpha: how much of the color's own opacity; text and grid of little are raised in high contrast.
void cz_plot_style_set_color (const CzPlotStyle *style,
                              cairo_t *cr,
                              const GdkRGBA *color,
                              double alpha);

// One line of small text with figures of equal width; free with g_object_unref.
PangoLayout *cz_plot_style_make_layout (const CzPlotStyle *style, const char *text, gboolean heavy);

// Draws a layout in the foreground colour with its anchor (0 left/top … 1 right/bottom) at (x, y).
void cz_plot_style_draw_layout (const CzPlotStyle *style,
                                cairo_t *cr,
                                PangoLayout *layout,
                                double x,
                                double y,
                                double anchor_x,
                                double anchor_y,
                                double alpha);

// The lengths of a dash pattern's strokes and gaps, in turn; 0 of them for a solid line. dash wraps
// around. Static.
guint cz_plot_style_get_dash (guint dash, const double **ret);

// A short piece of the line that a series is drawn with, width units long, around (x, y).
void cz_plot_style_draw_sample (const CzPlotStyle *style,
                                cairo_t *cr,
                                CzSeries *series,
                                guint dash,
                                double x,
                                double y,
                                double width);

G_END_DECLS
