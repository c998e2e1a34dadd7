#include "gui/chart/series.h"

#include <math.h>

struct _CzSeries
{
  GObject parent_instance;
  char *name;
  guint color;
  CzSeriesShape shape;
  GArray *points; // of CzPoint, x strictly ascending
};

G_DEFINE_FINAL_TYPE (CzSeries, cz_series, G_TYPE_OBJECT)

static guint changed_signal;

static void
cz_series_finalize (GObject *object)
{
  CzSeries *self = CZ_SERIES (object);

  g_free (self->name);
  g_array_unref (self->points);
  G_OBJECT_CLASS (cz_series_parent_class)->finalize (object);
}

static void
cz_series_class_init (CzSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_series_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_SERIES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
cz_series_init (CzSeries *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (CzPoint));
}

CzSeries *
cz_series_new (const char *name, guint color, CzSeriesShape shape)
{
  CzSeries *self = g_object_new (CZ_TYPE_SERIES, NULL);

  self->name = g_strdup (name);
  self->color = color;
  self->shape = shape;
  return self;
}

const char *
cz_series_get_name (CzSeries *self)
{
  return self->name;
}

guint
cz_series_get_color (CzSeries *self)
{
  return self->color;
}

CzSeriesShape
cz_series_get_shape (CzSeries *self)
{
  return self->shape;
}

// The index of the first point at or right of x.
static guint
lower_bound (GArray *points, double x)
{
  guint low = 0, high = points->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (points, CzPoint, middle).x < x)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
cz_series_append (CzSeries *self, double x, double y)
{
  CzPoint point = { x, y };

  if (!isfinite (x) || !isfinite (y))
    return;
  if (self->points->len > 0 && g_array_index (self->points, CzPoint, self->points->len - 1).x >= x)
    g_array_set_size (self->points, lower_bound (self->points, x));
  g_array_append_val (self->points, point);
  g_signal_emit (self, changed_signal, 0);
}

void
cz_series_clear (CzSeries *self)
{
  g_array_set_size (self->points, 0);
  g_signal_emit (self, changed_signal, 0);
}

guint
cz_series_get_n_points (CzSeries *self)
{
  return self->points->len;
}

const CzPoint *
cz_series_get_points (CzSeries *self)
{
  return (const CzPoint *)(gpointer)self->points->data;
}

int
cz_series_nearest (CzSeries *self, double x)
{
  guint right = lower_bound (self->points, x);

  if (self->points->len == 0)
    return -1;
  if (right == self->points->len)
    return (int)right - 1;
  if (right > 0
      && x - g_array_index (self->points, CzPoint, right - 1).x
             <= g_array_index (self->points, CzPoint, right).x - x)
    return (int)right - 1;
  return (int)right;
}

// Appends the points first, low, high and last of one column, each once, in their order.
static void
flush_column (GArray *ret, const CzPoint *points, const guint pick[4])
{
  guint sorted[4] = { pick[0], MIN (pick[1], pick[2]), MAX (pick[1], pick[2]), pick[3] };

  for (guint i = 0; i < 4; i++)
    {
      if (i == 0 || sorted[i] != sorted[i - 1])
        g_array_append_val (ret, points[sorted[i]]);
    }
}

void
cz_series_reduce (CzSeries *self, const CzAxis *x_axis, guint columns, GArray *ret)
{
  const CzPoint *points = cz_series_get_points (self);
  guint from = lower_bound (self->points, x_axis->low);
  guint to = lower_bound (self->points, x_axis->high);
  guint pick[4] = { 0 }; // first, lowest, highest, last of the column at hand
  long column = -1;

  // One point beyond each edge, so that the line runs out of the picture.
  if (from > 0)
    from--;
  if (to < self->points->len)
    to++;
  if (to < self->points->len && points[to - 1].x <= x_axis->high)
    to++;
  if (to - from <= columns)
    {
      g_array_append_vals (ret, points + from, to - from);
      return;
    }
  for (guint i = from; i < to; i++)
    {
      double position = cz_axis_position (x_axis, points[i].x);
      long at = isnan (position) ? -1 : (long)floor (CLAMP (position, 0, 1) * columns);

      if (i == from || at != column)
        {
          if (i != from)
            flush_column (ret, points, pick);
          column = at;
          pick[0] = pick[1] = pick[2] = pick[3] = i;
          continue;
        }
      if (points[i].y < points[pick[1]].y)
        pick[1] = i;
      if (points[i].y > points[pick[2]].y)
        pick[2] = i;
      pick[3] = i;
    }
  if (to > from)
    flush_column (ret, points, pick);
}
