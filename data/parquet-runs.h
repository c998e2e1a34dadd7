#pragma once

#include <glib.h>

// Small numbers as Parquet packs them: levels, places in a dictionary, booleans. The format calls
// it the RLE/bit-packing hybrid. Read one by one, so that a long run costs nothing.

typedef struct
{
  const guint8 *at, *end;
  guint width;  // bits of a number
  guint64 left; // in this run
  gboolean packed;
  guint64 bit;   // of a packed run: where the next number begins, behind `at`
  guint32 value; // of any other run
} CzParquetRuns;

// width: at most 32. The bytes have to stay.
void cz_parquet_runs_init (CzParquetRuns *runs, const guint8 *bytes, gsize length, guint width);
// FALSE: there are no more, or what comes is damaged.
gboolean cz_parquet_runs_next (CzParquetRuns *runs, guint32 *ret_value);

// Unpacks the number of `width` bits (at most 64) that begins at a bit; bits behind the end are 0.
guint64 cz_parquet_bits_read (const guint8 *bytes, const guint8 *end, guint64 bit, guint width);
