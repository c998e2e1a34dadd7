// The chart's arithmetic: axes, ticks, series and their reduction to what a stroke needs.
#include <locale.h>
#include <math.h>

#include "gui/chart/axis.h"
#include "gui/chart/crew.h"
#include "gui/chart/palette.h"
#include "gui/chart/pyramid.h"
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
  cz_series_reduce (series, &axis, &y_axis, columns, reduced, NULL);
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
  cz_series_reduce (series, &axis, &y_axis, 400, reduced, NULL);
  // The part in view and one neighbour on each side, so that the line leaves the picture.
  g_assert_cmpuint (reduced->len, ==, 23);
  g_assert_cmpfloat (g_array_index (reduced, CzPoint, 0).x, ==, 39);
  g_assert_cmpfloat (g_array_index (reduced, CzPoint, 22).x, ==, 61);
}

// What the pyramid must find, by reading the stretch.
static CzStretch
find_slowly (const double *values, guint from, guint to)
{
  CzStretch found = { CZ_PYRAMID_NONE, CZ_PYRAMID_NONE, CZ_PYRAMID_NONE, 0, 0, 0, 0, 0 };

  for (guint i = from; i < to; i++)
    {
      if (!isfinite (values[i]))
        continue;
      found.n++;
      found.sum += values[i];
      if (found.low == CZ_PYRAMID_NONE || values[i] < values[found.low])
        found.low = i;
      if (found.high == CZ_PYRAMID_NONE || values[i] > values[found.high])
        found.high = i;
      if (values[i] > 0
          && (found.positive == CZ_PYRAMID_NONE || values[i] < values[found.positive]))
        found.positive = i;
    }
  return found;
}

static void
check_windows (const CzPyramid *pyramid, const double *values, guint n, GRand *random)
{
  for (guint w = 0; w < 200; w++)
    {
      guint from = (guint)g_rand_int_range (random, 0, (gint32)n + 1);
      guint to = (guint)g_rand_int_range (random, (gint32)from, (gint32)n + 1);
      CzStretch found, slow;

      if (w % 2 == 0)
        to = MIN (to, from + 50);
      slow = find_slowly (values, from, to);
      cz_pyramid_find (pyramid, values, from, to, &found);
      g_assert_cmpuint (found.low, ==, slow.low);
      g_assert_cmpuint (found.high, ==, slow.high);
      g_assert_cmpuint (found.positive, ==, slow.positive);
      g_assert_cmpuint (found.n, ==, slow.n);
      g_assert_cmpfloat_with_epsilon (found.sum, slow.sum, 1e-9 * (1 + n));
    }
}

static void
test_pyramid (void)
{
  const guint n = 5000;
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree double *values = g_new (double, n);
  CzPyramid pyramid;

  for (guint i = 0; i < n; i++)
    values[i] = i % 97 == 0 ? NAN : i % 211 == 0 ? INFINITY : g_rand_double_range (random, -1, 2);
  for (guint i = 1000; i < 1100; i++) // whole blocks without a number
    values[i] = NAN;
  cz_pyramid_init (&pyramid);
  check_windows (&pyramid, values, 0, random);
  for (guint known = 0; known < n;)
    {
      guint more = MIN (n - known, (guint)g_rand_int_range (random, 1, 900));

      cz_pyramid_extend (&pyramid, values, known, known + more);
      known += more;
      check_windows (&pyramid, values, known, random);
      // Some are taken back, and others take their place.
      if (g_rand_int_range (random, 0, 2) == 0)
        {
          guint kept = known - (guint)g_rand_int_range (random, 0, (gint32)MIN (known, 300));

          cz_pyramid_cut (&pyramid, values, kept);
          for (guint i = kept; i < known; i++)
            values[i] = g_rand_double_range (random, -3, 3);
          check_windows (&pyramid, values, kept, random);
          known = kept;
        }
    }
  cz_pyramid_cut (&pyramid, values, 0);
  check_windows (&pyramid, values, 0, random);
  cz_pyramid_clear (&pyramid);
}

// In each column of random windows, with any axes, the reduction reaches as far as the points.
static void
test_reduction_equals_reading_all (void)
{
  const guint n = 20000, columns = 150;
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint i = 0; i < n; i++)
    cz_series_append (series, i, g_rand_double_range (random, -0.2, 1));
  for (guint w = 0; w < 60; w++)
    {
      gboolean log_x = w % 2, log_y = w / 2 % 2;
      double a = g_rand_double_range (random, log_x ? 1 : -100, n);
      double b = g_rand_double_range (random, log_x ? 1 : -100, n + 100);
      CzAxis x = make_axis (MIN (a, b), MAX (a, b) + 1, log_x);
      CzAxis y = { .logarithmic = log_y };
      g_autoptr (GArray) reduced = g_array_new (FALSE, FALSE, sizeof (CzPoint));

      cz_series_reduce (series, &x, &y, columns, reduced, NULL);
      g_assert_cmpuint (reduced->len, <=, 4 * columns + 2);
      for (guint i = 1; i < reduced->len; i++)
        g_assert_cmpfloat (g_array_index (reduced, CzPoint, i).x, >,
                           g_array_index (reduced, CzPoint, i - 1).x);
      for (guint c = 0; c < columns; c++)
        {
          double left = cz_axis_value (&x, (double)c / columns);
          double right = c + 1 == columns ? x.high : cz_axis_value (&x, (double)(c + 1) / columns);
          double low = INFINITY, high = -INFINITY, reduced_low = INFINITY, reduced_high = -INFINITY;

          for (guint i = (guint)fmax (ceil (c == 0 ? x.low : left), 0);
               i < n && (c + 1 == columns ? i <= right : i < right); i++)
            {
              double value = cz_series_get_point (series, i).y;

              if (log_y && value <= 0)
                continue;
              low = fmin (low, value);
              high = fmax (high, value);
            }
          for (guint i = 0; i < reduced->len; i++)
            {
              const CzPoint *point = &g_array_index (reduced, CzPoint, i);

              if (isnan (point->y) || point->x < (c == 0 ? x.low : left)
                  || (c + 1 == columns ? point->x > right : point->x >= right))
                continue;
              reduced_low = fmin (reduced_low, point->y);
              reduced_high = fmax (reduced_high, point->y);
            }
          g_assert_cmpfloat (reduced_low, ==, low);
          g_assert_cmpfloat (reduced_high, ==, high);
        }
    }
}

// A mean per column before zooming in, each point itself afterwards.
static void
test_means (void)
{
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  CzAxis x = make_axis (0, 1000, FALSE), y = { 0 };
  g_autoptr (GArray) means = g_array_new (FALSE, FALSE, sizeof (CzPoint));

  for (int i = 0; i < 1000; i++)
    cz_series_append (series, i, i % 2 == 0 ? 1 : 3);
  cz_series_reduce (series, &x, &y, 10, NULL, means);
  g_assert_cmpuint (means->len, ==, 10);
  for (guint i = 0; i < means->len; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (means, CzPoint, i).y, 2, 1e-12);
  g_array_set_size (means, 0);
  x = make_axis (100, 109, FALSE);
  cz_series_reduce (series, &x, &y, 100, NULL, means);
  g_assert_cmpuint (means->len, ==, 12); // and a neighbour on each side
  for (guint i = 0; i < means->len; i++)
    g_assert_cmpfloat (g_array_index (means, CzPoint, i).y, ==, i % 2 == 0 ? 3 : 1);
}

static void
check_smoothing (CzSeries *series, double weight)
{
  double mean = 0;
  guint counted = 0;

  for (guint i = 0; i < cz_series_get_n_points (series); i++)
    {
      double value = cz_series_get_point (series, i).y;

      if (!isfinite (value))
        {
          g_assert_true (isnan (cz_series_get_smoothed (series, i)));
          continue;
        }
      mean = weight * mean + (1 - weight) * value;
      counted++;
      g_assert_cmpfloat_with_epsilon (cz_series_get_smoothed (series, i),
                                      mean / (1 - pow (weight, counted)), 1e-9);
    }
}

static void
test_smoothing (void)
{
  static const double weights[] = { 0.5, 0.9, 0.999, 0.2 };
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  CzAxis y = { 0 };

  for (guint i = 0; i < 500; i++)
    cz_series_append (series, i, i % 41 == 40 ? NAN : g_rand_double_range (random, 1, 2));
  g_assert_cmpfloat (cz_series_get_smoothed (series, 7), ==, cz_series_get_point (series, 7).y);
  for (guint w = 0; w < G_N_ELEMENTS (weights); w++)
    {
      cz_series_set_smoothing (series, weights[w]);
      check_smoothing (series, weights[w]);
      // Points that come later, that are replaced, that are taken back.
      for (guint i = 0; i < 30; i++)
        cz_series_append (series, 500 + i, g_rand_double_range (random, 1, 2));
      check_smoothing (series, weights[w]);
      cz_series_append (series, 529, 7);
      check_smoothing (series, weights[w]);
      cz_series_append (series, 500, 1.5);
      check_smoothing (series, weights[w]);
    }
  // Whatever part is drawn, what is drawn are these values.
  for (guint zoom = 0; zoom < 20; zoom++)
    {
      CzAxis x = make_axis (zoom * 10, zoom * 23 + 30, FALSE);
      g_autoptr (GArray) reduced = g_array_new (FALSE, FALSE, sizeof (CzPoint));

      cz_series_reduce (series, &x, &y, 20, NULL, reduced);
      g_assert_cmpuint (reduced->len, >, 0);
      for (guint i = 0; i < reduced->len; i++)
        {
          const CzPoint *point = &g_array_index (reduced, CzPoint, i);
          double smoothed = cz_series_get_smoothed (series, (guint)point->x);

          g_assert_true (point->y == smoothed || (isnan (point->y) && isnan (smoothed)));
        }
    }
  cz_series_set_smoothing (series, NAN);
  g_assert_cmpfloat (cz_series_get_smoothing (series), ==, 0);
  cz_series_set_smoothing (series, 5);
  g_assert_cmpfloat (cz_series_get_smoothing (series), ==, CZ_SERIES_MAX_SMOOTHING);
}

static void
test_what_a_logarithm_hides (void)
{
  g_autoptr (CzSeries) series = cz_series_new ("loss", 0, CZ_SERIES_LINE);
  CzAxis plain = { 0 }, logarithmic = { .logarithmic = TRUE };
  CzPoint points[] = { { 0, 1 }, { 1, -2 }, { 2, 0 }, { 3, NAN }, { 4, 5 } };

  cz_series_append_many (series, points, G_N_ELEMENTS (points));
  g_assert_cmpuint (cz_series_count_hidden (series, &plain, &plain), ==, 0);
  g_assert_cmpuint (cz_series_count_hidden (series, &logarithmic, &plain), ==, 1);
  g_assert_cmpuint (cz_series_count_hidden (series, &plain, &logarithmic), ==, 2);
  g_assert_cmpuint (cz_series_count_hidden (series, &logarithmic, &logarithmic), ==, 3);
  // Those that are taken back are counted no more.
  cz_series_append (series, 1, 3);
  g_assert_cmpuint (cz_series_count_hidden (series, &plain, &logarithmic), ==, 0);
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

static void
count_piece (guint piece, gpointer data)
{
  gint *counts = data;

  g_atomic_int_inc (&counts[piece]);
}

// Each piece is done once, and all are when it returns.
static void
test_crew (void)
{
  for (guint n = 0; n < 200; n++)
    {
      g_autofree gint *counts = g_new0 (gint, n + 1);

      cz_crew_run (count_piece, counts, n);
      for (guint i = 0; i < n; i++)
        g_assert_cmpint (counts[i], ==, 1);
      g_assert_cmpint (counts[n], ==, 0);
    }
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
  g_test_add_func ("/chart/series/pyramid", test_pyramid);
  g_test_add_func ("/chart/series/reduction-equals-reading-all", test_reduction_equals_reading_all);
  g_test_add_func ("/chart/series/means", test_means);
  g_test_add_func ("/chart/series/smoothing", test_smoothing);
  g_test_add_func ("/chart/series/what-a-logarithm-hides", test_what_a_logarithm_hides);
  g_test_add_func ("/chart/palette", test_palette);
  g_test_add_func ("/chart/crew", test_crew);
  return g_test_run ();
}
