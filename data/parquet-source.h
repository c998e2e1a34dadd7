#pragma once

#include "data/entry-source.h"

// The bytes of a Parquet file at any place: its footer comes last. A plain file is read where it
// lies; what comes out of an archive is written to a temporary file first, which has no name and is
// gone with this object.

typedef struct _CzParquetSource CzParquetSource;

// Errors: INVALID (it is no Parquet file, a piece of a sentence), IO, FULL (no room for the
// temporary file, a sentence), G_IO_ERROR_CANCELLED.
CzParquetSource *cz_parquet_source_new (CzEntry *entry, GError **error);
void cz_parquet_source_free (CzParquetSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParquetSource, cz_parquet_source_free)

gint64 cz_parquet_source_get_size (CzParquetSource *source);
// Exactly `length` bytes. Errors: DAMAGED (the file ends before), IO, G_IO_ERROR_CANCELLED.
gboolean cz_parquet_source_read (
    CzParquetSource *source, gint64 offset, void *buffer, gsize length, GError **error);
// Counts the memory that what was read takes: `bytes` more, or less where negative. Error: INVALID,
// a piece of a sentence; it is too much, and not counted.
gboolean cz_parquet_source_hold (CzParquetSource *source, gint64 bytes, GError **error);
// Tells how far the file has been gone through; a place before the furthest one changes nothing.
// Error: G_IO_ERROR_CANCELLED.
gboolean cz_parquet_source_tell (CzParquetSource *source, gint64 offset, GError **error);
// The footer's bytes. Errors: as above; also INVALID: it is encrypted, or no Parquet file.
GBytes *cz_parquet_source_read_footer (CzParquetSource *source, GError **error);
