#pragma once

#include <glib.h>

// How the pages of a Parquet file are compressed, as the format numbers it.
typedef enum
{
  CZ_PARQUET_UNCOMPRESSED = 0,
  CZ_PARQUET_SNAPPY = 1,
  CZ_PARQUET_GZIP = 2,
  CZ_PARQUET_ZSTD = 6,
} CzParquetCodec;

// Whether pages of this codec can be unpacked. Errors, pieces of a sentence: INVALID,
// which names it; DAMAGED, nobody knows it.
gboolean cz_parquet_codec_check (gint64 codec, GError **error);

// Unpacks `length` bytes to exactly `size` bytes, put in place of what `out` holds, which grows no
// further than what really comes out. Error: DAMAGED.
gboolean cz_parquet_codec_unpack (CzParquetCodec codec,
                                  const guint8 *bytes,
                                  gsize length,
                                  gsize size,
                                  GByteArray *out,
                                  GError **error);
