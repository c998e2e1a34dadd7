// One curve of a chart: points in the order of x, a name, a colour and a way of being drawn.
// Points may be added at any time; the chart that shows the series is told by "changed". A point
// takes 16 bytes and the tree over it 4, and smoothing 12 more, so that 20 curves of 100,000 points
// are no load.
#pragma once

#include <glib-object.h>

#include "gui/chart/axis.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_SERIES_LINE,   // a thin line
  CZ_SERIES_FAINT,  // a thin, pale line: noisy values behind a calm curve
  CZ_SERIES_POINTS, // a line with a dot at each point: few, exact values; never smoothed
} CzSeriesShape;

typedef struct
{
  double x, y;
} CzPoint;

#define CZ_SERIES_MAX_SMOOTHING 0.999

#define CZ_TYPE_SERIES (cz_series_get_type ())
G_DECLARE_FINAL_TYPE (CzSeries, cz_series, CZ, SERIES, GObject)

// color: an index into the palette (any number; it wraps around).
CzSeries *cz_series_new (const char *name, guint color, CzSeriesShape shape);

const char *cz_series_get_name (CzSeries *self);
void cz_series_set_name (CzSeries *self, const char *name);
guint cz_series_get_color (CzSeries *self);
void cz_series_set_color (CzSeries *self, guint color);
CzSeriesShape cz_series_get_shape (CzSeries *self);

// What the curve stands for (a run's id), given back by the chart's "curve-selected"; several
// series may have the same. 0, the default: nothing that could be selected.
gint64 cz_series_get_key (CzSeries *self);
void cz_series_set_key (CzSeries *self, gint64 key);

// Appends a point, or replaces the last one if it has the same x. A point left of the last one
// (a run that went on from an earlier checkpoint) drops the points from its x on. A y that is not
// finite is a gap in the curve; a point whose x is not finite is dropped.
void cz_series_append (CzSeries *self, double x, double y);

// The same for n points, telling the chart once: for what is read from a library.
void cz_series_append_many (CzSeries *self, const CzPoint *points, guint n);
void cz_series_clear (CzSeries *self);

// Points, gaps included.
guint cz_series_get_n_points (CzSeries *self);

// index < cz_series_get_n_points ().
CzPoint cz_series_get_point (CzSeries *self, guint index);

// The index of the point whose x is nearest; -1 in an empty series.
int cz_series_nearest (CzSeries *self, double x);

// How calm the curve is to be drawn: the weight (0, none, to CZ_SERIES_MAX_SMOOTHING) of what came
// before in an exponential moving average over all points in the order of x,
//   m₀ = 0, mᵢ = w·mᵢ₋₁ + (1 − w)·yᵢ, smoothedᵢ = mᵢ / (1 − wⁱ),
// the form that TensorBoard has too. Gaps stay gaps and are not counted. It is computed on the full
// data, so it does not depend on what part is drawn, how wide.
double cz_series_get_smoothing (CzSeries *self);
void cz_series_set_smoothing (CzSeries *self, double weight);
double cz_series_get_smoothed (CzSeries *self, guint index);

// Widens axes to hold the points with x from low to high (both may be infinite). Where an axis
// is logarithmic, only those above 0.
void cz_series_include (CzSeries *self, double low, double high, CzAxis *x_axis, CzAxis *y_axis);

// How many finite points axes cannot show since they are logarithmic and the point is not above 0.
guint cz_series_count_hidden (CzSeries *self, const CzAxis *x_axis, const CzAxis *y_axis);

// How many points, gaps included, have an x from low to high.
guint cz_series_count_between (CzSeries *self, double low, double high);

// What a stroke of width pixel columns needs. exact: of each column the first, lowest, highest and
// last point, in their order, so that every local extreme survives. calm: the same of the smoothed
// values; without smoothing the mean of the column. Never more than 4 points a column plus one
// neighbour on each side; a y of NAN lifts the pen. The cost depends on columns, hardly on the
// points. Appends to both (arrays of CzPoint, or NULL), in data coordinates.
void cz_series_reduce (CzSeries *self,
                       const CzAxis *x_axis,
                       const CzAxis *y_axis,
                       guint columns,
                       GArray *exact,
                       GArray *calm);

// The mean of the values, smoothed if they are to be, of the points with an x from low to high; NAN
// without any.
double cz_series_get_mean (CzSeries *self, double low, double high);

G_END_DECLS
