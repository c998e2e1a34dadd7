#include "data/parquet-runs.h"

#include <string.h>

void
cz_parquet_runs_init (CzParquetRuns *runs, const guint8 *bytes, gsize length, guint width)
{
  g_assert (width <= 32);
  *runs = (CzParquetRuns){ .at = bytes, .end = bytes + length, .width = width };
}

guint64
cz_parquet_bits_read (const guint8 *bytes, const guint8 *end, guint64 bit, guint width)
{
  gsize there = (gsize)(end - bytes), at = (gsize)(bit / 8), n;
  guint shift = (guint)(bit % 8);
  guint8 around[9] = { 0 };
  guint64 low;

  if (width == 0 || at >= there)
    return 0;
  n = MIN (sizeof around, there - at);
  memcpy (around, bytes + at, n);
  memcpy (&low, around, 8);
  low = GUINT64_FROM_LE (low) >> shift;
  if (shift > 0)
    low |= (guint64)around[8] << (64 - shift);
  return width == 64 ? low : low & (((guint64)1 << width) - 1);
}

// The head of the next run; FALSE: there is none.
static gboolean
begin_run (CzParquetRuns *runs)
{
  guint64 head = 0;
  guint shift = 0;
  guint8 byte;

  if (runs->packed)
    runs->at += MIN ((runs->bit + 7) / 8, (guint64)(runs->end - runs->at));
  do
    {
      if (runs->at == runs->end || shift > 56)
        return FALSE;
      byte = *runs->at++;
      head |= (guint64)(byte & 0x7f) << shift;
      shift += 7;
    }
  while (byte >= 0x80);
  runs->packed = head & 1;
  runs->bit = 0;
  runs->left = head >> 1;
  if (!runs->packed)
    {
      gsize n = (runs->width + 7) / 8;
      guint32 value = 0;

      if (n > (gsize)(runs->end - runs->at))
        return FALSE;
      memcpy (&value, runs->at, n);
      runs->value = GUINT32_FROM_LE (value);
      runs->at += n;
      return TRUE;
    }
  runs->left *= 8;
  // The last run may lack what fills its bytes up.
  if (runs->width > 0)
    runs->left = MIN (runs->left, (guint64)(runs->end - runs->at) * 8 / runs->width);
  return TRUE;
}

gboolean
cz_parquet_runs_next (CzParquetRuns *runs, guint32 *ret_value)
{
  while (runs->left == 0)
    if (!begin_run (runs))
      {
        runs->at = runs->end;
        runs->packed = FALSE;
        return FALSE;
      }
  runs->left--;
  if (runs->packed)
    {
      *ret_value = (guint32)cz_parquet_bits_read (runs->at, runs->end, runs->bit, runs->width);
      runs->bit += runs->width;
    }
  else
    *ret_value = runs->value;
  return TRUE;
}
