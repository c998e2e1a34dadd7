#include "data/parquet-delta.h"

#include "data/parquet-runs.h"

static gboolean
read_varint (CzParquetDelta *delta, guint64 *ret_value)
{
  guint64 value = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte;

      if (delta->at == delta->end)
        return FALSE;
      byte = *delta->at++;
      value |= (guint64)(byte & 0x7f) << shift;
      if (byte < 0x80)
        {
          *ret_value = value;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
read_zigzag (CzParquetDelta *delta, gint64 *ret_value)
{
  guint64 value;

  if (!read_varint (delta, &value))
    return FALSE;
  *ret_value = (gint64)(value >> 1) ^ -(gint64)(value & 1);
  return TRUE;
}

gboolean
cz_parquet_delta_init (CzParquetDelta *delta, const guint8 *bytes, gsize length)
{
  guint64 block_size;

  *delta = (CzParquetDelta){ .at = bytes, .end = bytes + length, .first = TRUE };
  if (!read_varint (delta, &block_size) || !read_varint (delta, &delta->n_miniblocks)
      || !read_varint (delta, &delta->left) || !read_zigzag (delta, &delta->value)
      || delta->n_miniblocks == 0 || block_size % delta->n_miniblocks != 0
      || block_size > G_MAXUINT32)
    return FALSE;
  delta->miniblock_size = block_size / delta->n_miniblocks;
  // Whole bytes in a miniblock, as the format asks (it asks for multiples of 32).
  if (delta->miniblock_size == 0 || delta->miniblock_size % 8 != 0)
    return FALSE;
  delta->miniblock = delta->n_miniblocks;
  delta->place = delta->miniblock_size;
  return TRUE;
}

static gboolean
begin_block (CzParquetDelta *delta)
{
  if (!read_zigzag (delta, &delta->smallest)
      || delta->n_miniblocks > (guint64)(delta->end - delta->at))
    return FALSE;
  delta->widths = delta->at;
  delta->at += delta->n_miniblocks;
  delta->miniblock = 0;
  return TRUE;
}

// Goes to the next miniblock, of which at least one number is there.
static gboolean
begin_miniblock (CzParquetDelta *delta)
{
  if (delta->miniblock == delta->n_miniblocks && !begin_block (delta))
    return FALSE;
  delta->width = delta->widths[delta->miniblock++];
  delta->place = 0;
  // The last one may lack what fills it up.
  return delta->width <= 64
         && MIN (delta->left, delta->miniblock_size) * delta->width
                <= (guint64)(delta->end - delta->at) * 8;
}

static void
end_miniblock (CzParquetDelta *delta)
{
  delta->at += MIN (delta->miniblock_size * delta->width / 8, (guint64)(delta->end - delta->at));
  delta->place = delta->miniblock_size;
}

gboolean
cz_parquet_delta_next (CzParquetDelta *delta, gint64 *ret_value)
{
  guint64 difference;

  if (delta->left == 0)
    return FALSE;
  if (delta->first)
    {
      delta->first = FALSE;
      delta->left--;
      *ret_value = delta->value;
      return TRUE;
    }
  if (delta->place == delta->miniblock_size && !begin_miniblock (delta))
    {
      delta->left = 0;
      return FALSE;
    }
  difference
      = cz_parquet_bits_read (delta->at, delta->end, delta->place * delta->width, delta->width);
  delta->place++;
  delta->left--;
  if (delta->place == delta->miniblock_size)
    end_miniblock (delta);
  // Sums may run over, as the format says.
  delta->value = (gint64)((guint64)delta->value + (guint64)delta->smallest + difference);
  *ret_value = delta->value;
  return TRUE;
}

const guint8 *
cz_parquet_delta_find_end (const CzParquetDelta *delta)
{
  CzParquetDelta ahead = *delta;

  if (ahead.left > 0 && ahead.first)
    ahead.left--;
  while (ahead.left > 0)
    {
      if (!begin_miniblock (&ahead))
        return NULL;
      ahead.left -= MIN (ahead.left, ahead.miniblock_size);
      end_miniblock (&ahead);
    }
  return ahead.at;
}
