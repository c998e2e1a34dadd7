#pragma once

#include "engine/text/token-file.h"

// Documents of a token file put one behind the other, whichever they are: position 0 … total - 1 is
// a token of one of them. Documents that lie behind one another in the file make one segment.
typedef struct
{
  guint64 start;  // position of its first token
  guint64 offset; // of that token among all tokens of the file
} CzBlockSegment;

typedef struct
{
  GArray *segments; // CzBlockSegment, in order of start
  guint64 total;    // tokens
} CzBlockStream;

void cz_block_stream_init (CzBlockStream *stream);
void cz_block_stream_clear (CzBlockStream *stream);
// Documents must come in the order in which they lie in the file for few segments.
void cz_block_stream_add (CzBlockStream *stream, const CzTokenDocument *document);
// How many blocks it makes.
guint64 cz_block_stream_count (const CzBlockStream *stream, guint block_size, gboolean pad_last);
// Copies `n` tokens from `position` on; they must be there.
void cz_block_stream_copy (const CzBlockStream *stream,
                           const guint32 *tokens,
                           guint64 position,
                           guint n,
                           guint32 *ret_words);
// Where, among all tokens of the file, the token at `position` lies; it must be there.
guint64 cz_block_stream_locate (const CzBlockStream *stream, guint64 position);
