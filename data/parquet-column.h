#pragma once

#include "data/parquet-metadata.h"
#include "data/parquet-source.h"

// A column of a row group as texts, a row at a time. Memory holds one page and the dictionary.

typedef struct _CzParquetColumn CzParquetColumn;

// Leaf and source have to stay. names (NULL: none) are what whole numbers from 0 stand for.
// Errors, pieces of a sentence: DAMAGED; INVALID, it is of a kind that is not read.
CzParquetColumn *cz_parquet_column_new (CzParquetSource *source,
                                        const CzParquetLeaf *leaf,
                                        const CzParquetChunk *chunk,
                                        const char *const *names,
                                        GError **error);
void cz_parquet_column_free (CzParquetColumn *column);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParquetColumn, cz_parquet_column_free)

// The next row's text, the column's until the next call; NULL: the row has none. A list's elements
// are joined by newlines, those that are null left out. Errors: as above, IO,
// G_IO_ERROR_CANCELLED.
gboolean cz_parquet_column_next (CzParquetColumn *column,
                                 const char **ret_text,
                                 gsize *ret_length,
                                 GError **error);
// Whether there is another row.
gboolean cz_parquet_column_has_more (CzParquetColumn *column);
