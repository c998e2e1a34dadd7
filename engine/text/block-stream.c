#include "engine/text/block-stream.h"

#include <string.h>

void
cz_block_stream_init (CzBlockStream *stream)
{
  stream->segments = g_array_new (FALSE, FALSE, sizeof (CzBlockSegment));
  stream->total = 0;
}

void
cz_block_stream_clear (CzBlockStream *stream)
{
  g_clear_pointer (&stream->segments, g_array_unref);
  stream->total = 0;
}

static const CzBlockSegment *
get_segment (const CzBlockStream *stream, guint index)
{
  return &g_array_index (stream->segments, CzBlockSegment, index);
}

void
cz_block_stream_add (CzBlockStream *stream, const CzTokenDocument *document)
{
  CzBlockSegment segment = { stream->total, document->offset };

  if (document->count == 0)
    return;
  stream->total += document->count;
  if (stream->segments->len > 0)
    {
      const CzBlockSegment *last = get_segment (stream, stream->segments->len - 1);
      if (last->offset + (segment.start - last->start) == segment.offset)
        return;
    }
  g_array_append_val (stream->segments, segment);
}

guint64
cz_block_stream_count (const CzBlockStream *stream, guint block_size, gboolean pad_last)
{
  return stream->total / block_size + (pad_last && stream->total % block_size != 0);
}

// The segment that holds a position.
static guint
find_segment (const CzBlockStream *stream, guint64 position)
{
  guint low = 0, high = stream->segments->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;
      if (get_segment (stream, middle)->start <= position)
        low = middle;
      else
        high = middle;
    }
  return low;
}

void
cz_block_stream_copy (const CzBlockStream *stream,
                      const guint32 *tokens,
                      guint64 position,
                      guint n,
                      guint32 *ret_words)
{
  g_return_if_fail (position + n <= stream->total);
  for (guint i = find_segment (stream, position); n > 0; i++)
    {
      const CzBlockSegment *segment = get_segment (stream, i);
      guint64 end
          = i + 1 < stream->segments->len ? get_segment (stream, i + 1)->start : stream->total;
      guint part = (guint)MIN (end - position, n);

      memcpy (ret_words, tokens + segment->offset + (position - segment->start),
              part * sizeof *ret_words);
      ret_words += part;
      position += part;
      n -= part;
    }
}

guint64
cz_block_stream_locate (const CzBlockStream *stream, guint64 position)
{
  g_return_val_if_fail (position < stream->total, 0);
  const CzBlockSegment *segment = get_segment (stream, find_segment (stream, position));
  return segment->offset + (position - segment->start);
}
