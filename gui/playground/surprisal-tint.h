// The colours of surprisal. Bits from 0 to 16 deepen one blue (in the dark style: brighten it);
// differences go from blue (less surprising) over nothing to orange (more surprising). People with
// any kind of colour vision tell both apart by lightness alone, and text stays readable on each.
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

typedef enum
{
  CZ_TINT_SURPRISAL,  // 0 … 16 bits
  CZ_TINT_DIFFERENCE, // -8 … 8 bits
} CzTintKind;

#define CZ_TINT_STEPS 33 // half a bit wide
#define CZ_TINT_BITS  0.5

typedef struct
{
  gboolean tinted; // else as the text around it is
  GdkRGBA back, front;
  // A difference of at least a bit is told by a line too: above, less surprising; below, more.
  gboolean line_above, line_below;
} CzTint;

// Which style the window is in.
typedef struct
{
  gboolean dark, contrast;
} CzTintStyle;

CzTintStyle cz_tint_style_get (void); // of the window now
gboolean cz_tint_style_equal (CzTintStyle a, CzTintStyle b);

// The step of a number of bits (what lies beyond the ends has theirs), from 0 to CZ_TINT_STEPS - 1.
guint cz_tint_get_step (CzTintKind kind, double bits);
// The number of bits in the middle of a step.
double cz_tint_get_bits (CzTintKind kind, guint step);

CzTint cz_tint_get (CzTintKind kind, guint step, CzTintStyle style);

G_END_DECLS
