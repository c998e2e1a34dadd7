#include "gui/experiments/value-row.h"

#include <math.h>

#define TICKS 256.0 // of a second
#define NEAR  1e-6  // of an epoch, as far as a float tells

struct _CzValueRow
{
  guint n, size; // values, and how many there is room for
  double *values;
  guint32 *ticks;
  guint32 first, apart; // steps that are even: first + index · apart
  guint32 *steps;       // NULL: they are even
  double epoch;         // that a step takes; 0: not known yet
  float *epochs;        // NULL: by the step
};

CzValueRow *
cz_value_row_new (void)
{
  return g_new0 (CzValueRow, 1);
}

void
cz_value_row_free (CzValueRow *row)
{
  if (row == NULL)
    return;
  g_free (row->values);
  g_free (row->ticks);
  g_free (row->steps);
  g_free (row->epochs);
  g_free (row);
}

static guint32
get_step (const CzValueRow *row, guint index)
{
  return row->steps != NULL ? row->steps[index] : row->first + index * row->apart;
}

static float
get_epoch (const CzValueRow *row, guint index)
{
  return row->epochs != NULL ? row->epochs[index]
                             : (float)((double)get_step (row, index) * row->epoch);
}

static void
make_room (CzValueRow *row)
{
  if (row->n < row->size)
    return;
  // By an eighth: most rows are filled once and then grow slowly.
  row->size = MAX (64, row->size + row->size / 8);
  row->values = g_renew (double, row->values, row->size);
  row->ticks = g_renew (guint32, row->ticks, row->size);
  if (row->steps != NULL)
    row->steps = g_renew (guint32, row->steps, row->size);
  if (row->epochs != NULL)
    row->epochs = g_renew (float, row->epochs, row->size);
}

// Whether a step follows evenly upon those before; the second says how far apart they are.
static gboolean
is_even (CzValueRow *row, guint32 step)
{
  if (row->n == 0)
    row->first = step;
  else if (row->n == 1 && step >= row->first)
    row->apart = step - row->first;
  return (guint64)row->first + (guint64)row->n * row->apart == step;
}

// Whether an epoch is what the step makes of it; the first step after 0 says how much that is.
static gboolean
is_by_step (CzValueRow *row, const CzRunValue *value)
{
  if (row->epoch == 0 && value->step > 0)
    row->epoch = (double)value->epoch / value->step;
  return fabs (value->step * row->epoch - (double)value->epoch)
         <= NEAR * fabs ((double)value->epoch);
}

void
cz_value_row_append (CzValueRow *row, const CzRunValue *value)
{
  guint n = row->n;

  make_room (row);
  // Epochs first: the even ones need the steps.
  if (row->epochs == NULL && !is_by_step (row, value))
    {
      float *epochs = g_new (float, row->size);

      for (guint i = 0; i < n; i++)
        epochs[i] = get_epoch (row, i);
      row->epochs = epochs;
    }
  if (row->steps == NULL && !is_even (row, value->step))
    {
      guint32 *steps = g_new (guint32, row->size);

      for (guint i = 0; i < n; i++)
        steps[i] = get_step (row, i);
      row->steps = steps;
    }
  row->values[n] = value->value;
  // What is no number is no time either.
  row->ticks[n] = value->seconds > 0
                      ? (guint32)fmin (round (value->seconds * TICKS), (double)G_MAXUINT32)
                      : 0;
  if (row->epochs != NULL)
    row->epochs[n] = value->epoch;
  if (row->steps != NULL)
    row->steps[n] = value->step;
  row->n++;
}

guint
cz_value_row_get_n (const CzValueRow *row)
{
  return row->n;
}

CzRunValue
cz_value_row_get (const CzValueRow *row, guint index)
{
  return (CzRunValue){ row->values[index], row->ticks[index] / TICKS, get_epoch (row, index),
                       get_step (row, index) };
}
