#include "gui/chart/plot.h"

#include <math.h>

#include "gui/chart/legend.h"

#define NEAR 64 // points that are looked at one by one

double
cz_plot_snap (const CzPlot *plot, double x)
{
  double at = cz_axis_position (&plot->x, x), best = NAN, nearest = INFINITY;

  for (guint s = 0; s < plot->series->len; s++)
    {
      CzSeries *series = g_ptr_array_index (plot->series, s);
      int middle = cz_series_nearest (series, x);

      // The neighbours too: under a logarithmic axis they may be nearer, and the nearest may lie
      // out of view.
      for (int i = MAX (middle - 1, 0);
           middle >= 0 && i <= middle + 1 && i < (int)cz_series_get_n_points (series); i++)
        {
          double other = cz_series_get_point (series, (guint)i).x;
          double position = cz_axis_position (&plot->x, other);

          if (isnan (position) || position < -1e-9 || position > 1 + 1e-9
              || fabs (position - at) >= nearest)
            continue;
          nearest = fabs (position - at);
          best = other;
        }
    }
  return best;
}

// The distance of a place from the line between two others.
static double
measure (double x, double y, double ax, double ay, double bx, double by)
{
  double length = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
  double along = length > 0 ? ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length : 0;

  along = CLAMP (along, 0, 1);
  return hypot (x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

typedef struct
{
  const CzPlot *plot;
  const cairo_rectangle_t *area;
} Picture;

static double
place_x (const Picture *picture, double value)
{
  return picture->area->x + picture->area->width * cz_axis_position (&picture->plot->x, value);
}

static double
place_y (const Picture *picture, double value)
{
  return picture->area->y
         + picture->area->height * (1 - cz_axis_position (&picture->plot->y, value));
}

static double
get_value (CzSeries *series, gboolean smoothed, guint index)
{
  return smoothed ? cz_series_get_smoothed (series, index) : cz_series_get_point (series, index).y;
}

// How far a curve passes by a place: exactly where its points are few, else by the stretch between
// its lowest and highest value there, which is what is seen of it.
static double
get_distance (const Picture *picture, CzSeries *series, double x, double y, double reach)
{
  gboolean smoothed = cz_series_get_smoothing (series) > 0;
  double left
      = cz_axis_value (&picture->plot->x, (x - reach - picture->area->x) / picture->area->width);
  double right
      = cz_axis_value (&picture->plot->x, (x + reach - picture->area->x) / picture->area->width);
  int n = (int)cz_series_get_n_points (series);
  int from = cz_series_nearest (series, left) - 1, to = cz_series_nearest (series, right) + 1;
  double best = INFINITY, low, high;

  if (n == 0)
    return INFINITY;
  from = MAX (from, 0);
  to = MIN (to, n - 1);
  if (to - from > NEAR)
    {
      double middle
          = cz_axis_value (&picture->plot->x, (x - picture->area->x) / picture->area->width);
      double part = (right - left) / (2 * reach); // of a unit

      if (!cz_series_get_range (series, smoothed, middle - part, middle + part, &low, &high))
        return INFINITY;
      low = place_y (picture, low);
      high = place_y (picture, high);
      if (isnan (low)) // not above 0: hidden
        low = picture->area->y + picture->area->height;
      return isnan (high) ? INFINITY : fmax (0, fmax (y - low, high - y));
    }
  for (int i = from; i <= to; i++)
    {
      double bx = place_x (picture, cz_series_get_point (series, (guint)i).x);
      double by = place_y (picture, get_value (series, smoothed, (guint)i));
      double ax = bx, ay = by;

      if (i > from && isfinite (get_value (series, smoothed, (guint)i - 1)))
        {
          ax = place_x (picture, cz_series_get_point (series, (guint)i - 1).x);
          ay = place_y (picture, get_value (series, smoothed, (guint)i - 1));
        }
      if (isnan (bx) || isnan (by))
        continue;
      if (isnan (ax) || isnan (ay))
        {
          ax = bx;
          ay = by;
        }
      best = fmin (best, measure (x, y, ax, ay, bx, by));
    }
  return best;
}

int
cz_plot_pick (const CzPlot *plot, const CzPlotLayout *layout, double x, double y, double reach)
{
  const cairo_rectangle_t *area = &layout->area;
  Picture picture = { plot, area };
  double nearest = reach;
  int best = -1;

  for (guint i = 0; i < layout->legend->len; i++)
    {
      const CzLegendEntry *entry = &g_array_index (layout->legend, CzLegendEntry, i);

      if (entry->more == 0 && x >= entry->box.x && x < entry->box.x + entry->box.width
          && y >= entry->box.y && y < entry->box.y + entry->box.height)
        return (int)entry->series;
    }
  if (x < area->x - reach || x > area->x + area->width + reach || y < area->y - reach
      || y > area->y + area->height + reach)
    return -1;
  for (guint s = 0; s < plot->series->len; s++)
    {
      double distance = get_distance (&picture, g_ptr_array_index (plot->series, s), x, y, reach);

      // Of those equally near the one drawn last.
      if (distance <= nearest)
        {
          nearest = distance;
          best = (int)s;
        }
    }
  return best;
}
