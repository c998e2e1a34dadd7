#include "gui/playground/surprisal-tint.h"

#include <adwaita.h>
#include <math.h>

#define MIDDLE ((CZ_TINT_STEPS - 1) / 2)

// From nothing over the middle to the full colour. The dark style's first is a card's.
typedef struct
{
  const char *none, *half, *full;
} Ramp;

typedef struct
{
  Ramp surprisal, less, more;
} Ramps;

static const Ramps ramps[2][2] = {
  {
      { { "#ffffff", "#78aeed", "#1a4f96" },
        { "#ffffff", "#7ab8de", "#0065a0" },
        { "#ffffff", "#f5bd62", "#c26a00" } },
      { { "#ffffff", "#3584e4", "#001d4a" },
        { "#ffffff", "#3a9bdc", "#003a5c" },
        { "#ffffff", "#f09000", "#6b3500" } },
  },
  {
      { { "#363636", "#1d5fb0", "#a9cdf7" },
        { "#363636", "#17689c", "#8ed0f7" },
        { "#363636", "#925800", "#f8c471" } },
      { { "#1e1e1e", "#2f7fe0", "#f0f7ff" },
        { "#1e1e1e", "#2a86c0", "#dff2ff" },
        { "#1e1e1e", "#b87000", "#ffeecf" } },
  },
};

CzTintStyle
cz_tint_style_get (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  return (CzTintStyle){ adw_style_manager_get_dark (manager),
                        adw_style_manager_get_high_contrast (manager) };
}

gboolean
cz_tint_style_equal (CzTintStyle a, CzTintStyle b)
{
  return a.dark == b.dark && a.contrast == b.contrast;
}

guint
cz_tint_get_step (CzTintKind kind, double bits)
{
  double step = round (bits / CZ_TINT_BITS) + (kind == CZ_TINT_DIFFERENCE ? MIDDLE : 0);

  return (guint)CLAMP (step, 0, CZ_TINT_STEPS - 1);
}

double
cz_tint_get_bits (CzTintKind kind, guint step)
{
  return ((double)step - (kind == CZ_TINT_DIFFERENCE ? MIDDLE : 0)) * CZ_TINT_BITS;
}

static GdkRGBA
mix (const char *from, const char *to, double share)
{
  GdkRGBA a = { 0 }, b = { 0 };
  float t = (float)share;

  gdk_rgba_parse (&a, from);
  gdk_rgba_parse (&b, to);
  return (GdkRGBA){ a.red + (b.red - a.red) * t, a.green + (b.green - a.green) * t,
                    a.blue + (b.blue - a.blue) * t, 1 };
}

// WCAG 2.1's relative luminance.
static double
get_luminance (const GdkRGBA *color)
{
  const float parts[] = { color->red, color->green, color->blue };
  static const double weights[] = { 0.2126, 0.7152, 0.0722 };
  double sum = 0;

  for (guint i = 0; i < 3; i++)
    {
      double part = (double)parts[i];

      sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow ((part + 0.055) / 1.055, 2.4));
    }
  return sum;
}

CzTint
cz_tint_get (CzTintKind kind, guint step, CzTintStyle style)
{
  const Ramps *set = &ramps[style.dark][style.contrast];
  double bits = cz_tint_get_bits (kind, MIN (step, CZ_TINT_STEPS - 1));
  double share = fabs (bits) / (kind == CZ_TINT_DIFFERENCE ? 8 : 16);
  const Ramp *ramp = kind == CZ_TINT_SURPRISAL ? &set->surprisal
                     : bits < 0                ? &set->less
                                               : &set->more;
  CzTint tint = { .tinted = bits != 0 };

  tint.back = share < 0.5 ? mix (ramp->none, ramp->half, share * 2)
                          : mix (ramp->half, ramp->full, share * 2 - 1);
  // Of black and white the one that is at least 4.5 times as bright or dark.
  tint.front
      = get_luminance (&tint.back) > 0.18 ? (GdkRGBA){ 0, 0, 0, 1 } : (GdkRGBA){ 1, 1, 1, 1 };
  tint.line_above = kind == CZ_TINT_DIFFERENCE && bits <= -1;
  tint.line_below = kind == CZ_TINT_DIFFERENCE && bits >= 1;
  return tint;
}
