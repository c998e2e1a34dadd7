// The chart's arithmetic: axes, ticks, series and their reduction to what a stroke needs.
#include <locale.h>
#include <math.h>

#include "gui/chart/axis.h"
#include "gui/chart/palette.h"
#include "gui/chart/series.h"

static CzAxis
make_axis (double low, double high, gboolean logarithmic)
{
  CzAxis axis = { .logarithmic = logarithmic };

  cz_axis_clear (&axis);
  cz_axis_include (&axis, low);
  cz_axis_include (&axis, high);
  cz_axis_settle (&axis, FALSE);
  return axis;
}

static void
test_ticks_are_round (void)
{
  CzAxis axis = make_axis (0, 939, FALSE);
  CzTicks ticks;

  cz_axis_ticks (&axis, 5, &ticks);
  g_assert_cmpuint (ticks.n, ==, 5);
  for (guint i = 0; i < ticks.n; i++)
    g_assert_cmpfloat_with_epsilon (ticks.at[i], 200.0 * i, 1e-9);
}

static void
test_ticks_of_any_range (void)
{
  static const double ranges[][2]
      = { { 0, 1e-9 },  { -5, 5 },        { 3.999, 4.001 }, { 1e12, 2e12 },
          { 0.1, 0.7 }, { 6.3e-6, 2e-5 }, { 1, 1.01 },      { 123456, 123457 } };

  for (guint log = 0; log < 2; log++)
    for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
      for (guint wanted = 2; wanted <= CZ_AXIS_MAX_TICKS; wanted++)
        {
          CzAxis axis = make_axis (ranges[i][0], ranges[i][1], log);
          CzTicks ticks;

          cz_axis_ticks (&axis, wanted, &ticks);
          g_assert_cmpuint (ticks.n, <=, CZ_AXIS_MAX_TICKS);
          for (guint t = 0; t < ticks.n; t++)
            {
              double at = cz_axis_position (&axis, ticks.at[t]);

              g_assert_cmpfloat (at, >=, -1e-6);
              g_assert_cmpfloat (at, <=, 1 + 1e-6);
              if (t > 0)
                g_assert_cmpfloat (ticks.at[t], >, ticks.at[t - 1]);
            }
        }
}

static void
test_logarithmic (void)
{
  CzAxis axis = make_axis (10, 1000, TRUE);
  CzTicks ticks;

  g_assert_cmpfloat_with_epsilon (cz_axis_position (&axis, 100), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (cz_axis_value (&axis, 0.5), 100, 1e-9);
  g_assert_true (isnan (cz_axis_position (&axis, 0)));
  g_assert_true (isnan (cz_axis_position (&axis, -1)));
  cz_axis_ticks (&axis, 4, &ticks);
  g_assert_cmpuint (ticks.n, >=, 3);
  g_assert_cmpfloat_with_epsilon (ticks.at[0], 10, 1e-9);
}

static void
test_nothing_and_not_numbers (void)
{
  CzAxis axis = { 0 };

  cz_axis_clear (&axis);
  cz_axis_include (&axis, NAN);
  cz_axis_include (&axis, INFINITY);
  cz_axis_settle (&axis, TRUE);
  g_assert_cmpfloat (axis.low, <, axis.high);
  g_assert_true (isnan (cz_axis_position (&axis, NAN)));
  // One value alone still has a range around it.
  cz_axis_clear (&axis);
  cz_axis_include (&axis, 42);
  cz_axis_settle (&axis, TRUE);
  g_assert_cmpfloat (axis.low, <, 42);
  g_assert_cmpfloat (axis.high, >, 42);
}

static void
test_labels (void)
{
  CzAxis axis = make_axis (0, 5e-5, FALSE);
  CzTicks ticks;
  g_autofree char *rate = NULL;
  g_autofree char *time = NULL;
  g_autofree char *number = NULL;

  axis.format = CZ_AXIS_SCIENTIFIC;
  rate = cz_axis_format_value (&axis, 6.3e-6);
  g_assert_cmpstr (rate, ==, "6.300e-6");
  axis.format = CZ_AXIS_DURATION;
  time = cz_axis_format_value (&axis, 3725);
  g_assert_cmpstr (time, ==, "1:02:05");
  axis.format = CZ_AXIS_NUMBER;
  axis.decimals = 2;
  number = cz_axis_format_value (&axis, 11.318);
  g_assert_cmpstr (number, ==, "11.32");

  axis = make_axis (0, 1, FALSE);
  axis.format = CZ_AXIS_NUMBER;
  cz_axis_ticks (&axis, 5, &ticks);
  for (guint i = 0; i < ticks.n; i++)
    {
      g_autofree char *label = cz_axis_tick_label (&axis, &ticks, i);

      g_assert_cmpuint (strlen (label), ==, 3); // "0.2": all ticks of one axis look alike
    }
}

static void
test_append_replaces_what_is_replayed (void)
{
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);

  for (int i = 0; i < 10; i++)
    cz_series_append (series, i, i);
  cz_series_append (series, 9, 90);
  g_assert_cmpuint (cz_series_get_n_points (series), ==, 10);
  g_assert_cmpfloat (cz_series_get_point (series, 9).y, ==, 90);
  // The run went on from an earlier checkpoint.
  cz_series_append (series, 5, 50);
  g_assert_cmpuint (cz_series_get_n_points (series), ==, 6);
  g_assert_cmpfloat (cz_series_get_point (series, 5).y, ==, 50);
  // What is no number is a gap; what lies nowhere is nothing.
  cz_series_append (series, 6, NAN);
  cz_series_append (series, INFINITY, 1);
  g_assert_cmpuint (cz_series_get_n_points (series), ==, 7);
}

static void
test_nearest (void)
{
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);

  g_assert_cmpint (cz_series_nearest (series, 3), ==, -1);
  for (int i = 0; i <= 10; i += 2)
    cz_series_append (series, i, i);
  g_assert_cmpint (cz_series_nearest (series, -100), ==, 0);
  g_assert_cmpint (cz_series_nearest (series, 100), ==, 5);
  g_assert_cmpint (cz_series_nearest (series, 4.4), ==, 2);
  g_assert_cmpint (cz_series_nearest (series, 5.6), ==, 3);
}

// A hundred thousand noisy points become a few per column, and no extreme is lost.
static void
test_reduction (void)
{
  const guint n = 100000, columns = 800;
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  g_autoptr (GArray) reduced = g_array_new (FALSE, FALSE, sizeof (CzPoint));
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree double *low = g_new (double, columns + 1);
  g_autofree double *high = g_new (double, columns + 1);
  CzAxis axis = make_axis (0, n - 1, FALSE), y_axis = { 0 };

  for (guint c = 0; c <= columns; c++)
    {
      low[c] = INFINITY;
      high[c] = -INFINITY;
    }
  for (guint i = 0; i < n; i++)
    {
      double y = g_rand_double_range (random, -1, 1);
      guint column = (guint)floor (cz_axis_position (&axis, i) * columns);

      cz_series_append (series, i, y);
      low[column] = fmin (low[column], y);
      high[column] = fmax (high[column], y);
    }
  cz_series_reduce (series, FALSE, &axis, &y_axis, columns, reduced);
  g_assert_cmpuint (reduced->len, <=, 4 * (columns + 1));
  g_assert_cmpuint (reduced->len, >=, 2 * columns);
  for (guint i = 0; i < reduced->len; i++)
    {
      const CzPoint *point = &g_array_index (reduced, CzPoint, i);
      guint column = (guint)floor (cz_axis_position (&axis, point->x) * columns);

      if (i > 0)
        g_assert_cmpfloat (point->x, >, g_array_index (reduced, CzPoint, i - 1).x);
      if (point->y == low[column])
        low[column] = NAN;
      if (point->y == high[column])
        high[column] = NAN;
    }
  for (guint c = 0; c <= columns; c++)
    {
      g_assert_true (isnan (low[c]) || isinf (low[c]));
      g_assert_true (isnan (high[c]) || isinf (high[c]));
    }
}

static void
test_reduction_of_a_part (void)
{
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  g_autoptr (GArray) reduced = g_array_new (FALSE, FALSE, sizeof (CzPoint));
  CzAxis axis = make_axis (40, 60, FALSE), y_axis = { 0 };

  for (int i = 0; i < 100; i++)
    cz_series_append (series, i, i);
  cz_series_reduce (series, FALSE, &axis, &y_axis, 400, reduced);
  // The part in view and one neighbour on each side, so that the line leaves the picture.
  g_assert_cmpuint (reduced->len, ==, 23);
  g_assert_cmpfloat (g_array_index (reduced, CzPoint, 0).x, ==, 39);
  g_assert_cmpfloat (g_array_index (reduced, CzPoint, 22).x, ==, 61);
}

// Colours must not be told apart by hue alone for a few of them: all differ in light or in hue, and
// each has enough contrast against its background.
static void
test_palette (void)
{
  for (guint dark = 0; dark < 2; dark++)
    for (guint i = 0; i < CZ_PALETTE_SIZE; i++)
      {
        GdkRGBA color = cz_palette_get (i, dark);
        double channels[3] = { color.red, color.green, color.blue };
        double light = 0, background = dark ? 0.013 : 0.955, contrast;
        static const double weights[3] = { 0.2126, 0.7152, 0.0722 };

        for (guint c = 0; c < 3; c++)
          light += weights[c]
                   * (channels[c] <= 0.04045 ? channels[c] / 12.92
                                             : pow ((channels[c] + 0.055) / 1.055, 2.4));
        contrast
            = dark ? (light + 0.05) / (background + 0.05) : (background + 0.05) / (light + 0.05);
        g_assert_cmpfloat (contrast, >, 2.4);
        for (guint other = 0; other < i; other++)
          g_assert_cmpstr (cz_palette_get_hex (i, dark), !=, cz_palette_get_hex (other, dark));
      }
  g_assert_cmpstr (cz_palette_get_hex (0, FALSE), ==, cz_palette_get_hex (CZ_PALETTE_SIZE, FALSE));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/axis/ticks-are-round", test_ticks_are_round);
  g_test_add_func ("/chart/axis/ticks-of-any-range", test_ticks_of_any_range);
  g_test_add_func ("/chart/axis/logarithmic", test_logarithmic);
  g_test_add_func ("/chart/axis/nothing-and-not-numbers", test_nothing_and_not_numbers);
  g_test_add_func ("/chart/axis/labels", test_labels);
  g_test_add_func ("/chart/series/append-replaces", test_append_replaces_what_is_replayed);
  g_test_add_func ("/chart/series/nearest", test_nearest);
  g_test_add_func ("/chart/series/reduction", test_reduction);
  g_test_add_func ("/chart/series/reduction-of-a-part", test_reduction_of_a_part);
  g_test_add_func ("/chart/palette", test_palette);
  return g_test_run ();
}
