#pragma once

#include "data/parquet-schema.h"

// What a Parquet file tells of itself: in its footer, and before each page.
// https://github.com/apache/parquet-format (parquet.thrift)

// As the format numbers them; a file may hold others.
typedef enum
{
  CZ_PARQUET_ENCODING_PLAIN = 0,
  CZ_PARQUET_ENCODING_PLAIN_DICTIONARY = 2,
  CZ_PARQUET_ENCODING_RLE = 3,
  CZ_PARQUET_ENCODING_BIT_PACKED = 4,
  CZ_PARQUET_ENCODING_DELTA_BINARY_PACKED = 5,
  CZ_PARQUET_ENCODING_DELTA_LENGTH_BYTE_ARRAY = 6,
  CZ_PARQUET_ENCODING_DELTA_BYTE_ARRAY = 7,
  CZ_PARQUET_ENCODING_RLE_DICTIONARY = 8,
  CZ_PARQUET_ENCODING_BYTE_STREAM_SPLIT = 9,
} CzParquetEncoding;

// "PLAIN", …; "encoding 12" where it has no name; for error messages.
const char *cz_parquet_encoding_get_name (gint64 encoding);

// A column's part of a row group. Nothing in it has been checked.
typedef struct
{
  gint64 type, codec;
  gint64 n_values; // nulls and empty lists count
  gint64 offset;   // of its first page
  gint64 size;     // of all its pages with their headers
  gboolean encrypted;
  gboolean elsewhere; // in another file
} CzParquetChunk;

typedef struct
{
  gint64 n_rows;
  GArray *chunks; // CzParquetChunk, one for each leaf
} CzParquetRowGroup;

// The footer, of which row groups are read one by one.
typedef struct
{
  GBytes *bytes;
  GPtrArray *leaves; // CzParquetLeaf
  char *huggingface; // the datasets library's description of the columns; NULL: none
  gsize n_groups;
  CzThrift groups; // at the next row group
  CzParquetRowGroup group;
} CzParquetMetadata;

// Takes a reference to the footer's bytes. Errors, pieces of a sentence: DAMAGED, INVALID (too many
// columns).
CzParquetMetadata *cz_parquet_metadata_new (GBytes *bytes, GError **error);
void cz_parquet_metadata_free (CzParquetMetadata *metadata);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParquetMetadata, cz_parquet_metadata_free)
// The next row group, the metadata's until the next call. Not to be called more than n_groups
// times. Error: DAMAGED.
const CzParquetRowGroup *cz_parquet_metadata_next (CzParquetMetadata *metadata, GError **error);

typedef enum
{
  CZ_PARQUET_DATA_PAGE = 0,
  CZ_PARQUET_INDEX_PAGE = 1,
  CZ_PARQUET_DICTIONARY_PAGE = 2,
  CZ_PARQUET_DATA_PAGE_V2 = 3,
} CzParquetPageType;

// The fields that the page's type has; nothing in them has been checked.
typedef struct
{
  gint64 type;
  gint64 size, packed_size; // of what follows, unpacked and as it lies in the file
  gint64 n_values, encoding;
  gint64 definition_encoding, repetition_encoding; // V1
  gint64 definition_size, repetition_size;         // V2, in bytes
  gboolean is_packed;                              // V2
} CzParquetPage;

// Reads a page's header from the beginning of `bytes`. Returns its length, 0: it is damaged, or
// *ret_short: more bytes are needed.
gsize cz_parquet_page_read (const guint8 *bytes,
                            gsize length,
                            CzParquetPage *ret_page,
                            gboolean *ret_short);
