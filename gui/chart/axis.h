// One axis of a chart: the range of the data, linear or logarithmic, its ticks and how a value on
// it is written. Plain data without a screen.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CZ_AXIS_MAX_TICKS 12

// How values of an axis are written.
typedef enum
{
  CZ_AXIS_NUMBER,     // as many decimals as the ticks need
  CZ_AXIS_COUNT,      // whole numbers, thousands separated by the locale
  CZ_AXIS_SCIENTIFIC, // 2e-5: learning rates
  CZ_AXIS_DURATION,   // seconds, written 1:05 or 2:03:00
} CzAxisFormat;

typedef struct
{
  double low, high; // the range shown; low < high once cz_axis_settle () was called
  gboolean logarithmic;
  CzAxisFormat format;
  guint decimals; // of CZ_AXIS_NUMBER in the read-out; the ticks choose their own
} CzAxis;

typedef struct
{
  guint n;
  double at[CZ_AXIS_MAX_TICKS];
} CzTicks;

// Empties the range; then cz_axis_include () each value, then settle.
void cz_axis_clear (CzAxis *axis);

// Widens the range to hold a value. Values that are not finite, and those not above 0 on a
// logarithmic axis, are ignored.
void cz_axis_include (CzAxis *axis, double value);

// Gives an empty or single-valued range some width and, with headroom, rounds it outwards to
// whole ticks.
void cz_axis_settle (CzAxis *axis, gboolean headroom);

// Where a value lies: 0 at low, 1 at high. NAN for what the axis cannot show.
double cz_axis_position (const CzAxis *axis, double value);

// The value at a position, the inverse of cz_axis_position ().
double cz_axis_value (const CzAxis *axis, double position);

// At most wanted (2 to CZ_AXIS_MAX_TICKS) round values within the range, ascending.
void cz_axis_ticks (const CzAxis *axis, guint wanted, CzTicks *ret);

// A tick's label; all ticks of one axis get equally many decimals.
char *cz_axis_tick_label (const CzAxis *axis, const CzTicks *ticks, guint index);

// A value in full, as the read-out shows it.
char *cz_axis_format_value (const CzAxis *axis, double value);

G_END_DECLS
