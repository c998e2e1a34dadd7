#include "gui/chart/pyramid.h"

#include <math.h>

#define FAN_BITS 4
#define FAN      (1u << FAN_BITS)

static const CzStretch nothing = { CZ_PYRAMID_NONE, CZ_PYRAMID_NONE, CZ_PYRAMID_NONE, 0, 0 };

void
cz_pyramid_init (CzPyramid *pyramid)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    pyramid->levels[l] = g_array_new (FALSE, FALSE, sizeof (CzStretch));
}

void
cz_pyramid_clear (CzPyramid *pyramid)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    g_clear_pointer (&pyramid->levels[l], g_array_unref);
}

static void
take_number (CzStretch *stretch, const double *values, guint32 index)
{
  double value = values[index];

  if (!isfinite (value))
    return;
  stretch->n++;
  stretch->sum += value;
  if (stretch->low == CZ_PYRAMID_NONE || value < values[stretch->low])
    stretch->low = index;
  if (stretch->high == CZ_PYRAMID_NONE || value > values[stretch->high])
    stretch->high = index;
  if (value > 0 && (stretch->positive == CZ_PYRAMID_NONE || value < values[stretch->positive]))
    stretch->positive = index;
}

static void
take_block (CzStretch *stretch, const double *values, const CzStretch *block)
{
  if (block->low == CZ_PYRAMID_NONE)
    return;
  stretch->n += block->n;
  stretch->sum += block->sum;
  if (stretch->low == CZ_PYRAMID_NONE || values[block->low] < values[stretch->low])
    stretch->low = block->low;
  if (stretch->high == CZ_PYRAMID_NONE || values[block->high] > values[stretch->high])
    stretch->high = block->high;
  if (block->positive != CZ_PYRAMID_NONE
      && (stretch->positive == CZ_PYRAMID_NONE
          || values[block->positive] < values[stretch->positive]))
    stretch->positive = block->positive;
}

void
cz_pyramid_extend (CzPyramid *pyramid, const double *values, guint from, guint to)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    {
      GArray *level = pyramid->levels[l];
      guint shift = FAN_BITS * (l + 1);

      for (guint i = from; i < to; i++)
        {
          if (i >> shift == level->len)
            g_array_append_val (level, nothing);
          take_number (&g_array_index (level, CzStretch, i >> shift), values, i);
        }
    }
}

void
cz_pyramid_cut (CzPyramid *pyramid, const double *values, guint n)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    {
      guint shift = FAN_BITS * (l + 1);
      guint blocks = (guint)(((guint64)n + (1u << shift) - 1) >> shift);
      CzStretch *last;

      g_array_set_size (pyramid->levels[l], blocks);
      if (blocks == 0)
        continue;
      // The last block may have known numbers that are gone: anew from the level below.
      last = &g_array_index (pyramid->levels[l], CzStretch, blocks - 1);
      *last = nothing;
      if (l == 0)
        {
          for (guint i = (blocks - 1) * FAN; i < n; i++)
            take_number (last, values, i);
          continue;
        }
      for (guint i = (blocks - 1) * FAN; i < pyramid->levels[l - 1]->len; i++)
        take_block (last, values, &g_array_index (pyramid->levels[l - 1], CzStretch, i));
    }
}

// take_number () for a few neighbours, with what is compared at hand.
static void
take_numbers (CzStretch *stretch, const double *values, guint from, guint to)
{
  double low = stretch->low == CZ_PYRAMID_NONE ? INFINITY : values[stretch->low];
  double high = stretch->high == CZ_PYRAMID_NONE ? -INFINITY : values[stretch->high];
  double positive = stretch->positive == CZ_PYRAMID_NONE ? INFINITY : values[stretch->positive];
  double sum = 0;
  guint n = 0;

  for (guint i = from; i < to; i++)
    {
      double value = values[i];

      if (!isfinite (value))
        continue;
      n++;
      sum += value;
      if (value < low)
        {
          low = value;
          stretch->low = i;
        }
      if (value > high)
        {
          high = value;
          stretch->high = i;
        }
      if (value < positive && value > 0)
        {
          positive = value;
          stretch->positive = i;
        }
    }
  stretch->n += n;
  stretch->sum += sum;
}

void
cz_pyramid_find (
    const CzPyramid *pyramid, const double *values, guint from, guint to, CzStretch *ret)
{
  CzStretch found = nothing;

  while (from < to)
    {
      guint level = 0, shift = 0; // of the largest block that begins here and ends in time

      while (level < CZ_PYRAMID_LEVELS && (from & ((1u << (shift + FAN_BITS)) - 1)) == 0
             && to - from >= 1u << (shift + FAN_BITS))
        {
          level++;
          shift += FAN_BITS;
        }
      if (level == 0)
        {
          guint end = MIN (to, (from | (FAN - 1)) + 1); // of the block that it lies in

          take_numbers (&found, values, from, end);
          from = end;
          continue;
        }
      take_block (&found, values,
                  &g_array_index (pyramid->levels[level - 1], CzStretch, from >> shift));
      from += 1u << shift;
    }
  *ret = found;
}
