// One curve of a chart: points in the order of x, a name, a colour and a way of being drawn.
// Points may be added at any time; the chart that shows the series is told by "changed".
#pragma once

#include <glib-object.h>

#include "gui/chart/axis.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_SERIES_LINE,   // a thin line
  CZ_SERIES_FAINT,  // a thin, pale line: noisy values behind a calm curve
  CZ_SERIES_POINTS, // a line with a dot at each point: few, exact values
} CzSeriesShape;

typedef struct
{
  double x, y;
} CzPoint;

#define CZ_TYPE_SERIES (cz_series_get_type ())
G_DECLARE_FINAL_TYPE (CzSeries, cz_series, CZ, SERIES, GObject)

// color: an index into the palette (any number; it wraps around).
CzSeries *cz_series_new (const char *name, guint color, CzSeriesShape shape);

const char *cz_series_get_name (CzSeries *self);
guint cz_series_get_color (CzSeries *self);
CzSeriesShape cz_series_get_shape (CzSeries *self);

// Appends a point, or replaces the last one if it has the same x. A point left of the last one
// (a run that went on from an earlier checkpoint) drops the points from its x on. A y that is not
// finite is dropped.
void cz_series_append (CzSeries *self, double x, double y);
void cz_series_clear (CzSeries *self);

guint cz_series_get_n_points (CzSeries *self);

// Owned by the series, valid until it changes.
const CzPoint *cz_series_get_points (CzSeries *self);

// The index of the point whose x is nearest; -1 in an empty series.
int cz_series_nearest (CzSeries *self, double x);

// What a stroke of width pixel columns needs: per column the first, lowest, highest and last
// point, in their order. Never more than 4 points a column plus one neighbour on each side, and
// every local extreme survives. Appends to ret (an array of CzPoint), in data coordinates.
void cz_series_reduce (CzSeries *self, const CzAxis *x_axis, guint columns, GArray *ret);

G_END_DECLS
