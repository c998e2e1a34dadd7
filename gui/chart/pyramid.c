#include "gui/chart/pyramid.h"

#include <math.h>

#define FAN_BITS 4
#define FAN      (1u << FAN_BITS)

static const CzExtremes nothing = { CZ_PYRAMID_NONE, CZ_PYRAMID_NONE, CZ_PYRAMID_NONE };

void
cz_pyramid_init (CzPyramid *pyramid)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    pyramid->levels[l] = g_array_new (FALSE, FALSE, sizeof (CzExtremes));
}

void
cz_pyramid_clear (CzPyramid *pyramid)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    g_clear_pointer (&pyramid->levels[l], g_array_unref);
}

static void
take_number (CzExtremes *extremes, const double *values, guint32 index)
{
  double value = values[index];

  if (!isfinite (value))
    return;
  if (extremes->low == CZ_PYRAMID_NONE || value < values[extremes->low])
    extremes->low = index;
  if (extremes->high == CZ_PYRAMID_NONE || value > values[extremes->high])
    extremes->high = index;
  if (value > 0 && (extremes->positive == CZ_PYRAMID_NONE || value < values[extremes->positive]))
    extremes->positive = index;
}

static void
take_block (CzExtremes *extremes, const double *values, const CzExtremes *block)
{
  if (block->low == CZ_PYRAMID_NONE)
    return;
  if (extremes->low == CZ_PYRAMID_NONE || values[block->low] < values[extremes->low])
    extremes->low = block->low;
  if (extremes->high == CZ_PYRAMID_NONE || values[block->high] > values[extremes->high])
    extremes->high = block->high;
  if (block->positive != CZ_PYRAMID_NONE
      && (extremes->positive == CZ_PYRAMID_NONE
          || values[block->positive] < values[extremes->positive]))
    extremes->positive = block->positive;
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
          take_number (&g_array_index (level, CzExtremes, i >> shift), values, i);
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
      CzExtremes *last;

      g_array_set_size (pyramid->levels[l], blocks);
      if (blocks == 0)
        continue;
      // The last block may have known numbers that are gone: anew from the level below.
      last = &g_array_index (pyramid->levels[l], CzExtremes, blocks - 1);
      *last = nothing;
      if (l == 0)
        {
          for (guint i = (blocks - 1) * FAN; i < n; i++)
            take_number (last, values, i);
          continue;
        }
      for (guint i = (blocks - 1) * FAN; i < pyramid->levels[l - 1]->len; i++)
        take_block (last, values, &g_array_index (pyramid->levels[l - 1], CzExtremes, i));
    }
}

void
cz_pyramid_find (
    const CzPyramid *pyramid, const double *values, guint from, guint to, CzExtremes *ret)
{
  CzExtremes found = nothing;

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
        take_number (&found, values, from);
      else
        take_block (&found, values,
                    &g_array_index (pyramid->levels[level - 1], CzExtremes, from >> shift));
      from += 1u << shift;
    }
  *ret = found;
}
