#include "gui/chart/series.h"

#include <math.h>

#include "gui/chart/pyramid.h"

struct _CzSeries
{
  GObject parent_instance;
  char *name;
  guint color;
  CzSeriesShape shape;
  gint64 key;
  guint n, size;      // points, and how many there is room for
  guint gaps;         // points whose y is not finite
  guint not_positive; // points whose y is finite and not above 0
  double *x, *y;      // x strictly ascending
  CzPyramid tree;     // over y
  guint n_known;      // points that the tree knows
  double smoothing;
  guint n_smooth; // how many smoothed values are known
  double *smooth; // NULL without smoothing
  CzPyramid smooth_tree;
};

G_DEFINE_FINAL_TYPE (CzSeries, cz_series, G_TYPE_OBJECT)

static guint changed_signal;

static void
cz_series_finalize (GObject *object)
{
  CzSeries *self = CZ_SERIES (object);

  g_free (self->name);
  g_free (self->x);
  g_free (self->y);
  g_free (self->smooth);
  cz_pyramid_clear (&self->tree);
  cz_pyramid_clear (&self->smooth_tree);
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
  cz_pyramid_init (&self->tree);
  cz_pyramid_init (&self->smooth_tree);
}

static void
tell (CzSeries *self)
{
  g_signal_emit (self, changed_signal, 0);
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

void
cz_series_set_name (CzSeries *self, const char *name)
{
  if (g_strcmp0 (name, self->name) == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  tell (self);
}

guint
cz_series_get_color (CzSeries *self)
{
  return self->color;
}

void
cz_series_set_color (CzSeries *self, guint color)
{
  if (color == self->color)
    return;
  self->color = color;
  tell (self);
}

CzSeriesShape
cz_series_get_shape (CzSeries *self)
{
  return self->shape;
}

gint64
cz_series_get_key (CzSeries *self)
{
  return self->key;
}

void
cz_series_set_key (CzSeries *self, gint64 key)
{
  self->key = key;
}

// The index of the first point from index `from` on whose x is at or right of x; n if none is.
static guint
lower_bound (CzSeries *self, guint from, double x)
{
  guint low = from, high = self->n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->x[middle] < x)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

// The index of the first point right of x.
static guint
upper_bound (CzSeries *self, double x)
{
  guint at = lower_bound (self, 0, x);

  return at < self->n && self->x[at] <= x ? at + 1 : at;
}

// ---- Points ----

static void
make_room (CzSeries *self)
{
  if (self->n < self->size)
    return;
  // By an eighth: most series are filled once and then grow slowly.
  self->size = MAX (64, self->size + self->size / 8);
  self->x = g_renew (double, self->x, self->size);
  self->y = g_renew (double, self->y, self->size);
}

static gboolean
is_low (double y)
{
  return isfinite (y) && y <= 0;
}

static void
tell_tree (CzSeries *self)
{
  cz_pyramid_extend (&self->tree, self->y, self->n_known, self->n);
  self->n_known = self->n;
}

static void
cut (CzSeries *self, guint n)
{
  for (guint i = n; i < self->n; i++)
    {
      self->gaps -= !isfinite (self->y[i]);
      self->not_positive -= is_low (self->y[i]) ? 1 : 0;
    }
  self->n = n;
  if (self->n_known > n)
    {
      self->n_known = n;
      cz_pyramid_cut (&self->tree, self->y, n);
    }
  if (self->n_smooth > n)
    {
      self->n_smooth = n;
      cz_pyramid_cut (&self->smooth_tree, self->smooth, n);
    }
}

static void
append (CzSeries *self, double x, double y)
{
  if (!isfinite (x))
    return;
  if (self->n > 0 && self->x[self->n - 1] >= x)
    cut (self, lower_bound (self, 0, x));
  make_room (self);
  self->x[self->n] = x;
  self->y[self->n] = y;
  self->gaps += !isfinite (y);
  self->not_positive += is_low (y) ? 1 : 0;
  self->n++;
}

void
cz_series_append (CzSeries *self, double x, double y)
{
  append (self, x, y);
  tell_tree (self);
  tell (self);
}

void
cz_series_append_many (CzSeries *self, const CzPoint *points, guint n)
{
  for (guint i = 0; i < n; i++)
    append (self, points[i].x, points[i].y);
  tell_tree (self);
  tell (self);
}

void
cz_series_clear (CzSeries *self)
{
  cut (self, 0);
  tell (self);
}

guint
cz_series_get_n_points (CzSeries *self)
{
  return self->n;
}

CzPoint
cz_series_get_point (CzSeries *self, guint index)
{
  return (CzPoint){ self->x[index], self->y[index] };
}

int
cz_series_nearest (CzSeries *self, double x)
{
  guint right = lower_bound (self, 0, x);

  if (self->n == 0)
    return -1;
  if (right == self->n || (right > 0 && x - self->x[right - 1] <= self->x[right] - x))
    return (int)right - 1;
  return (int)right;
}

// ---- Smoothing ----

double
cz_series_get_smoothing (CzSeries *self)
{
  return self->smoothing;
}

void
cz_series_set_smoothing (CzSeries *self, double weight)
{
  weight = isfinite (weight) ? CLAMP (weight, 0, CZ_SERIES_MAX_SMOOTHING) : 0;
  if (weight == self->smoothing)
    return;
  self->smoothing = weight;
  self->n_smooth = 0;
  cz_pyramid_cut (&self->smooth_tree, NULL, 0);
  if (weight == 0)
    g_clear_pointer (&self->smooth, g_free);
  tell (self);
}

// Brings the smoothed values up to the points, going on where they end.
static void
smooth (CzSeries *self)
{
  double weight = self->smoothing;
  double mean = 0, share = 0; // mᵢ and 1 − wⁱ
  guint from = self->n_smooth, counted = from;

  if (weight == 0 || from == self->n)
    return;
  self->smooth = g_renew (double, self->smooth, self->size);
  if (self->gaps > 0)
    {
      counted = 0;
      for (guint i = 0; i < from; i++)
        counted += isfinite (self->y[i]);
    }
  if (counted > 0)
    {
      guint last = from - 1;

      while (!isfinite (self->y[last]))
        last--;
      share = 1 - pow (weight, counted);
      mean = self->smooth[last] * share;
    }
  for (guint i = from; i < self->n; i++)
    {
      if (!isfinite (self->y[i]))
        {
          self->smooth[i] = NAN;
          continue;
        }
      mean = weight * mean + (1 - weight) * self->y[i];
      share = weight * share + (1 - weight);
      self->smooth[i] = mean / share;
    }
  cz_pyramid_extend (&self->smooth_tree, self->smooth, from, self->n);
  self->n_smooth = self->n;
}

double
cz_series_get_smoothed (CzSeries *self, guint index)
{
  smooth (self);
  return self->smoothing > 0 ? self->smooth[index] : self->y[index];
}

// ---- What a drawing needs ----

guint
cz_series_count_between (CzSeries *self, double low, double high)
{
  guint from = lower_bound (self, 0, low), to = upper_bound (self, high);

  return to > from ? to - from : 0;
}

double
cz_series_get_mean (CzSeries *self, double low, double high)
{
  gboolean smoothed = self->smoothing > 0;
  CzStretch found;

  smooth (self);
  cz_pyramid_find (smoothed ? &self->smooth_tree : &self->tree, smoothed ? self->smooth : self->y,
                   lower_bound (self, 0, low), upper_bound (self, high), &found);
  return found.n > 0 ? found.sum / found.n : NAN;
}

void
cz_series_include (CzSeries *self, double low, double high, CzAxis *x_axis, CzAxis *y_axis)
{
  guint from = x_axis->logarithmic ? MAX (lower_bound (self, 0, low), upper_bound (self, 0))
                                   : lower_bound (self, 0, low);
  guint to = upper_bound (self, high);
  CzStretch found;

  if (from >= to)
    return;
  cz_axis_include (x_axis, self->x[from]);
  cz_axis_include (x_axis, self->x[to - 1]);
  cz_pyramid_find (&self->tree, self->y, from, to, &found);
  if (y_axis->logarithmic)
    found.low = found.positive;
  if (found.low == CZ_PYRAMID_NONE)
    return;
  cz_axis_include (y_axis, self->y[found.low]);
  cz_axis_include (y_axis, self->y[found.high]);
}

guint
cz_series_count_hidden (CzSeries *self, const CzAxis *x_axis, const CzAxis *y_axis)
{
  guint left = x_axis->logarithmic ? upper_bound (self, 0) : 0; // points that x cannot show
  guint hidden = y_axis->logarithmic ? self->not_positive : 0;

  for (guint i = 0; i < left; i++)
    hidden += isfinite (self->y[i]) && !(y_axis->logarithmic && self->y[i] <= 0);
  return hidden;
}

// ---- Reducing ----

// The first index in from … to whose x is at or right of x. As most columns hold as many points as
// the one before, it is looked for around from + guess, from near to far.
static guint
find_ahead (CzSeries *self, guint from, guint to, guint guess, double x)
{
  guint near = MIN (from + guess, to), step = 1;

  if (near < to && self->x[near] < x)
    {
      for (from = near + 1; to - from > step && self->x[from + step] < x; step *= 2)
        from += step;
      to = MIN (to, from + step);
    }
  else
    {
      for (to = near; to - from > step && self->x[to - step] >= x; step *= 2)
        to -= step;
      from = to - from > step ? to - step : from;
    }
  while (from < to)
    {
      guint middle = from + (to - from) / 2;

      if (self->x[middle] < x)
        from = middle + 1;
      else
        to = middle;
    }
  return from;
}

static void
emit (GArray *ret, gboolean positive, double x, double y)
{
  CzPoint point = { x, isfinite (y) && !(positive && y <= 0) ? y : NAN };

  g_array_append_val (ret, point);
}

// The points first, low, high and last of one column, each once, in their order.
static void
emit_extremes (CzSeries *self,
               const double *y,
               const CzStretch *found,
               gboolean positive,
               guint from,
               guint to,
               GArray *ret)
{
  guint low = positive ? found->positive : found->low;
  guint picked[4] = { from, from, from, to - 1 };

  if (low != CZ_PYRAMID_NONE)
    {
      picked[1] = MIN (low, found->high);
      picked[2] = MAX (low, found->high);
    }
  for (guint i = 0; i < 4; i++)
    {
      if (i == 0 || picked[i] != picked[i - 1])
        emit (ret, positive, self->x[picked[i]], y[picked[i]]);
    }
}

static void
reduce_column (CzSeries *self, gboolean positive, guint from, guint to, GArray *exact, GArray *calm)
{
  gboolean smoothed = self->smoothing > 0;
  CzStretch found;

  if (to - from > 4 || (to - from > 1 && calm != NULL && !smoothed))
    cz_pyramid_find (&self->tree, self->y, from, to, &found);
  if (exact != NULL && to - from > 4)
    emit_extremes (self, self->y, &found, positive, from, to, exact);
  for (guint i = from; i < to && exact != NULL && to - from <= 4; i++)
    emit (exact, positive, self->x[i], self->y[i]);
  if (calm == NULL)
    return;
  if (smoothed && to - from > 4)
    {
      cz_pyramid_find (&self->smooth_tree, self->smooth, from, to, &found);
      emit_extremes (self, self->smooth, &found, positive, from, to, calm);
    }
  else if (smoothed)
    {
      for (guint i = from; i < to; i++)
        emit (calm, positive, self->x[i], self->smooth[i]);
    }
  else if (to - from == 1)
    emit (calm, positive, self->x[from], self->y[from]);
  else
    emit (calm, positive, (self->x[from] + self->x[to - 1]) / 2,
          found.n > 0 ? found.sum / found.n : NAN);
}

void
cz_series_reduce (CzSeries *self,
                  const CzAxis *x_axis,
                  const CzAxis *y_axis,
                  guint columns,
                  GArray *exact,
                  GArray *calm)
{
  gboolean positive = y_axis->logarithmic;
  guint first = x_axis->logarithmic ? upper_bound (self, 0) : 0; // that the axis can show
  guint from = MAX (lower_bound (self, 0, x_axis->low), first);
  guint to = upper_bound (self, x_axis->high);
  guint i = from, guess = 1;

  smooth (self);
  // One point beyond each edge, so that the line runs out of the picture.
  if (from > first)
    reduce_column (self, positive, from - 1, from, exact, calm);
  for (guint c = 1; c <= columns && i < to; c++)
    {
      double edge = cz_axis_value (x_axis, (double)c / columns);
      guint end = c == columns ? to : find_ahead (self, i, to, guess, edge);

      if (end > i)
        reduce_column (self, positive, i, end, exact, calm);
      guess = end - i;
      i = end;
    }
  if (to < self->n && to >= first)
    reduce_column (self, positive, to, to + 1, exact, calm);
}
