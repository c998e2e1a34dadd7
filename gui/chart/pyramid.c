#include "gui/chart/pyramid.h"

#include <float.h>
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

// Takes in values[from] to values[to − 1]. Without branches that depend on the values, which are
// noise to a processor that guesses.
static inline void
take_numbers (CzStretch *stretch, const double *values, guint32 from, guint32 to)
{
  CzStretch found = *stretch;

  for (guint32 i = from; i < to; i++)
    {
      double value = values[i];
      gboolean finite = fabs (value) <= DBL_MAX;
      gboolean low = finite & (value < found.low_value), high = finite & (value > found.high_value);
      gboolean positive = finite & (value > 0) & (value < found.positive_value);

      found.n += finite ? 1 : 0;
      found.sum += finite ? value : 0;
      found.low = low ? i : found.low;
      found.low_value = low ? value : found.low_value;
      found.high = high ? i : found.high;
      found.high_value = high ? value : found.high_value;
      found.positive = positive ? i : found.positive;
      found.positive_value = positive ? value : found.positive_value;
    }
  *stretch = found;
}

static inline void
take_block (CzStretch *stretch, const CzStretch *block)
{
  gboolean low = block->low_value < stretch->low_value;
  gboolean high = block->high_value > stretch->high_value;
  gboolean positive = block->positive_value < stretch->positive_value;

  stretch->n += block->n;
  stretch->sum += block->sum;
  stretch->low = low ? block->low : stretch->low;
  stretch->low_value = low ? block->low_value : stretch->low_value;
  stretch->high = high ? block->high : stretch->high;
  stretch->high_value = high ? block->high_value : stretch->high_value;
  stretch->positive = positive ? block->positive : stretch->positive;
  stretch->positive_value = positive ? block->positive_value : stretch->positive_value;
}

void
cz_pyramid_extend (CzPyramid *pyramid, const double *values, guint from, guint to)
{
  for (guint l = 0; l < CZ_PYRAMID_LEVELS; l++)
    {
      GArray *level = pyramid->levels[l];
      guint shift = FAN_BITS * (l + 1), part = 1u << (shift - FAN_BITS);

      for (guint i = from; i < to;)
        {
          CzStretch *last;

          if (i >> shift == level->len)
            g_array_append_val (level, nothing);
          last = &g_array_index (level, CzStretch, i >> shift);
          // By what the level below has found, where that is whole and new.
          if (l > 0 && i % part == 0 && to - i >= part)
            {
              take_block (last, &g_array_index (pyramid->levels[l - 1], CzStretch, i / part));
              i += part;
            }
          else
            {
              guint end = MIN (to, i - i % part + part);

              if (l == 0)
                end = MIN (to, (i | (FAN - 1)) + 1);
              take_numbers (last, values, i, end);
              i = end;
            }
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
          take_numbers (last, values, (blocks - 1) * FAN, n);
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

          take_numbers (&found, values, from, end);
          from = end;
          continue;
        }
      take_block (&found, &g_array_index (pyramid->levels[level - 1], CzStretch, from >> shift));
      from += 1u << shift;
    }
  *ret = found;
}
