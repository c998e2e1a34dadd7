#include "gui/chart/axis.h"

#include <math.h>

void
cz_axis_clear (CzAxis *axis)
{
  axis->low = INFINITY;
  axis->high = -INFINITY;
}

void
cz_axis_include (CzAxis *axis, double value)
{
  if (!isfinite (value) || (axis->logarithmic && value <= 0))
    return;
  axis->low = MIN (axis->low, value);
  axis->high = MAX (axis->high, value);
}

// The round step (1, 2 or 5 times a power of ten) that cuts a span into at most wanted pieces.
static double
round_step (double span, guint wanted)
{
  double raw = span / MAX (wanted, 1);
  double power = pow (10, floor (log10 (raw)));
  double factor = raw / power;

  if (factor <= 1.0000001)
    return power;
  if (factor <= 2.0000001)
    return 2 * power;
  if (factor <= 5.0000001)
    return 5 * power;
  return 10 * power;
}

void
cz_axis_settle (CzAxis *axis, gboolean headroom)
{
  if (!(axis->low <= axis->high))
    {
      axis->low = axis->logarithmic ? 1 : 0;
      axis->high = axis->logarithmic ? 10 : 1;
      return;
    }
  if (axis->logarithmic)
    {
      if (axis->high / axis->low < 1.05)
        {
          axis->low /= 1.1;
          axis->high *= 1.1;
        }
      else if (headroom)
        {
          double margin = pow (axis->high / axis->low, 0.06);

          axis->low /= margin;
          axis->high *= margin;
        }
      return;
    }
  if (axis->high - axis->low <= 1e-9 * fmax (fabs (axis->high), fabs (axis->low)))
    {
      double half = axis->high == 0 ? 0.5 : fabs (axis->high) * 0.1;

      axis->low -= half;
      axis->high += half;
    }
  if (headroom)
    {
      double step = round_step (axis->high - axis->low, 5);

      axis->low = floor (axis->low / step + 1e-9) * step;
      axis->high = ceil (axis->high / step - 1e-9) * step;
    }
}

double
cz_axis_position (const CzAxis *axis, double value)
{
  if (!isfinite (value))
    return NAN;
  if (axis->logarithmic)
    return value > 0 ? log (value / axis->low) / log (axis->high / axis->low) : NAN;
  return (value - axis->low) / (axis->high - axis->low);
}

double
cz_axis_value (const CzAxis *axis, double position)
{
  if (axis->logarithmic)
    return axis->low * pow (axis->high / axis->low, position);
  return axis->low + (axis->high - axis->low) * position;
}

// Steps that are round on a clock, in seconds.
static double
clock_step (double span, guint wanted)
{
  static const double steps[] = { 1,   2,   5,    10,   15,   30,    60,    120,   300,
                                  600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (span / steps[i] <= wanted)
        return steps[i];
    }
  return 86400 * ceil (span / 86400 / wanted);
}

static void
linear_ticks (const CzAxis *axis, guint wanted, CzTicks *ret)
{
  double span = axis->high - axis->low;
  double step, first;

  if (axis->format == CZ_AXIS_DURATION)
    step = clock_step (span, wanted);
  else
    step = round_step (span, wanted);
  if (axis->format == CZ_AXIS_COUNT)
    step = fmax (step, 1);
  first = ceil (axis->low / step - 1e-9);
  for (guint i = 0; ret->n < CZ_AXIS_MAX_TICKS; i++)
    {
      double value = (first + i) * step;

      if (value > axis->high + span * 1e-9)
        break;
      ret->at[ret->n++] = fabs (value) < step * 1e-9 ? 0 : value;
    }
}

void
cz_axis_ticks (const CzAxis *axis, guint wanted, CzTicks *ret)
{
  ret->n = 0;
  wanted = CLAMP (wanted, 2, CZ_AXIS_MAX_TICKS);
  if (axis->logarithmic && axis->high / axis->low > 3)
    {
      // From the coarsest to the finest set of round values that still fits.
      static const double sets[3][4] = { { 1, 0 }, { 1, 3, 0 }, { 1, 2, 5, 0 } };
      int from = (int)floor (log10 (axis->low)), to = (int)ceil (log10 (axis->high));

      for (guint s = 0; s < G_N_ELEMENTS (sets); s++)
        {
          CzTicks ticks = { 0 };
          gboolean fits = TRUE;

          for (int power = from; power <= to && fits; power++)
            {
              for (guint i = 0; sets[s][i] != 0 && fits; i++)
                {
                  double value = sets[s][i] * pow (10, power);

                  if (value < axis->low * (1 - 1e-9) || value > axis->high * (1 + 1e-9))
                    continue;
                  if (ticks.n == wanted)
                    fits = FALSE;
                  else
                    ticks.at[ticks.n++] = value;
                }
            }
          if (fits && ticks.n > ret->n)
            *ret = ticks;
        }
      if (ret->n >= 2)
        return;
      ret->n = 0;
    }
  linear_ticks (axis, wanted, ret);
}

static char *
duration (double seconds)
{
  long whole = lround (seconds);

  if (whole >= 3600)
    return g_strdup_printf ("%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  return g_strdup_printf ("%ld:%02ld", whole / 60, whole % 60);
}

static char *
scientific (double value, int digits)
{
  int exponent = value == 0 ? 0 : (int)floor (log10 (fabs (value)) + 1e-9);
  double mantissa = value / pow (10, exponent);

  if (value == 0)
    return g_strdup ("0");
  return g_strdup_printf ("%.*fe%d", digits, mantissa, exponent);
}

char *
cz_axis_tick_label (const CzAxis *axis, const CzTicks *ticks, guint index)
{
  double value = ticks->at[index];
  double step = INFINITY;
  int decimals;

  switch (axis->format)
    {
    case CZ_AXIS_DURATION:
      return duration (value);
    case CZ_AXIS_COUNT:
      return g_strdup_printf ("%'.0f", value);
    case CZ_AXIS_SCIENTIFIC:
      {
        int digits = 0;

        for (guint i = 0; i < ticks->n; i++)
          {
            double v = ticks->at[i];
            double mantissa = v == 0 ? 0 : v / pow (10, floor (log10 (fabs (v)) + 1e-9));

            if (fabs (mantissa - round (mantissa)) > 1e-6)
              digits = 1;
          }
        return scientific (value, digits);
      }
    case CZ_AXIS_NUMBER:
    default:
      for (guint i = 1; i < ticks->n; i++)
        step = fmin (step, ticks->at[i] - ticks->at[i - 1]);
      if (axis->logarithmic)
        step = fmin (step, ticks->n > 0 ? ticks->at[0] : 1);
      if (!isfinite (step))
        step = fabs (value) > 0 ? fabs (value) : 1;
      decimals = (int)CLAMP (-floor (log10 (step) + 1e-9), 0, 8);
      return g_strdup_printf ("%'.*f", decimals, value);
    }
}

char *
cz_axis_format_value (const CzAxis *axis, double value)
{
  switch (axis->format)
    {
    case CZ_AXIS_DURATION:
      return duration (value);
    case CZ_AXIS_COUNT:
      return g_strdup_printf ("%'.0f", value);
    case CZ_AXIS_SCIENTIFIC:
      return scientific (value, 3);
    case CZ_AXIS_NUMBER:
    default:
      return g_strdup_printf ("%'.*f", (int)axis->decimals, value);
    }
}
