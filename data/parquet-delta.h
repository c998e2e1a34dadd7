#pragma once

#include <glib.h>

// Whole numbers as differences from one to the next: Parquet's DELTA_BINARY_PACKED, which the byte
// array encodings with DELTA in their names use for lengths. Read one by one.

typedef struct
{
  const guint8 *at, *end; // `at`: behind the block's head and the miniblocks gone through
  guint64 miniblock_size; // numbers in a miniblock
  guint64 n_miniblocks;   // in a block
  guint64 left;           // numbers to come, the first one among them
  gboolean first;         // it is the next one
  gint64 value;           // the last one given, or the first one
  gint64 smallest;        // difference in this block
  const guint8 *widths;   // of the block's miniblocks
  guint64 miniblock;      // in this block
  guint64 place;          // in the miniblock; miniblock_size: it is done
  guint width;            // bits of its numbers
} CzParquetDelta;

// Reads the head. FALSE: it is damaged. The bytes have to stay.
gboolean cz_parquet_delta_init (CzParquetDelta *delta, const guint8 *bytes, gsize length);
// FALSE: there are no more, or what comes is damaged.
gboolean cz_parquet_delta_next (CzParquetDelta *delta, gint64 *ret_value);
// Where the numbers end, found without unpacking them. NULL: they are damaged.
const guint8 *cz_parquet_delta_find_end (const CzParquetDelta *delta);
