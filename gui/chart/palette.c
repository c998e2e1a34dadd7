#include "gui/chart/palette.h"

static const char *const light_colors[CZ_PALETTE_SIZE] = {
  "#0072b2", // blue
  "#e08700", // orange
  "#009e73", // bluish green
  "#b8578f", // reddish purple
  "#d55e00", // vermilion
  "#3a9bdc", // sky blue
  "#a89400", // yellow, darkened to be seen on white
  "#4d4d4d", // black, softened
};

static const char *const dark_colors[CZ_PALETTE_SIZE] = {
  "#4fa8e0", "#f5b041", "#35c79c", "#e295c2", "#ff8a47", "#8ed0f7", "#f0e442", "#c8c8c8",
};

const char *
cz_palette_get_hex (guint index, gboolean dark)
{
  return (dark ? dark_colors : light_colors)[index % CZ_PALETTE_SIZE];
}

GdkRGBA
cz_palette_get (guint index, gboolean dark)
{
  GdkRGBA color = { 0 };

  gdk_rgba_parse (&color, cz_palette_get_hex (index, dark));
  return color;
}
