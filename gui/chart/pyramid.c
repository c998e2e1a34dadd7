#include "gui/chart/pyramid.h"

#include <math.h>

#define FAN_BITS 4
#define FAN      (1u << FAN_BITS)

static const CzStretch nothing = { .low = CZ_PYRAMID_NONE,
                                   .high = CZ_PYRAMID_NONE,
                                   .positive = CZ_PYRAMID_NONE,
                                   .low_value = INFINITY,
                                   .high_value = -INFINITY,
                                   .positive_value = INFINITY };

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
  if (value < stretch->low_value)
    {
      stretch->low = index;
      stretch->low_value = value;
    }
  if (value > stretch->high_value)
    {
      stretch->high = index;
      stretch->high_value = value;
    }
  if (value > 0 && value < stretch->positive_value)
    {
      stretch->positive = index;
      stretch->positive_value = value;
    }
}

static void
take_block (CzStretch *stretch, const CzStretch *block)
{
  stretch->n += block->n;
  stretch->sum += block->sum;
  if (block->low_value < stretch->low_value)
    {
      stretch->low = block->low;
      stretch->low_value = block->low_value;
    }
  if (block->high_value > stretch->high_value)
    {
      stretch->high = block->high;
      stretch->high_value = block->high_value;
    }
  if (block->positive_value < stretch->positive_value)
    {
      stretch->positive = block->positive;
      stretch->positive_value = block->positive_value;
    }
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
        take_block (last, &g_array_index (pyramid->levels[l - 1], CzStretch, i));
    }
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

          for (; from < end; from++)
            take_number (&found, values, from);
          continue;
        }
      take_block (&found, &g_array_index (pyramid->levels[level - 1], CzStretch, from >> shift));
      from += 1u << shift;
    }
  *ret = found;
}
