#include "gui/chart/plot.h"

#include <math.h>

#define LEAST 1e-6 // part of the data that is the most one can zoom in to

gboolean
cz_plot_is_zoomed (const CzPlot *plot)
{
  return !isnan (plot->view.x_low) || !isnan (plot->view.y_low);
}

// Moves and cuts a range so that it lies within the whole; NAN where it is all of it.
static void
confine (const CzAxis *whole, double *low, double *high)
{
  double from = cz_axis_position (whole, MIN (*low, *high));
  double to = cz_axis_position (whole, MAX (*low, *high));

  // What a logarithmic axis cannot show lies left of it.
  if (whole->logarithmic && MIN (*low, *high) <= 0)
    from = 0;
  if (isnan (from) || isnan (to) || to - from >= 1 - 1e-9)
    {
      *low = *high = NAN;
      return;
    }
  if (to - from < LEAST)
    {
      double middle = (from + to) / 2;

      from = middle - LEAST / 2;
      to = middle + LEAST / 2;
    }
  if (from < 0)
    {
      to -= from;
      from = 0;
    }
  else if (to > 1)
    {
      from -= to - 1;
      to = 1;
    }
  *low = cz_axis_value (whole, from);
  *high = cz_axis_value (whole, to);
}

void
cz_plot_set_view (CzPlot *plot, CzPlotView view)
{
  confine (&plot->whole_x, &view.x_low, &view.x_high);
  confine (&plot->whole_y, &view.y_low, &view.y_high);
  plot->view = view;
  cz_plot_fit (plot);
}

void
cz_plot_zoom (CzPlot *plot, double x_low, double x_high, double y_low, double y_high)
{
  CzPlotView view = plot->view;

  if (!isnan (x_low) && !isnan (x_high))
    {
      view.x_low = cz_axis_value (&plot->x, x_low);
      view.x_high = cz_axis_value (&plot->x, x_high);
    }
  if (!isnan (y_low) && !isnan (y_high))
    {
      view.y_low = cz_axis_value (&plot->y, y_low);
      view.y_high = cz_axis_value (&plot->y, y_high);
    }
  cz_plot_set_view (plot, view);
}
