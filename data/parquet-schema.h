#pragma once

#include "data/parquet-thrift.h"

// The columns of a Parquet file. Its schema is a tree; the values lie in its leaves. A leaf is
// called by its path, with dots between the parts, and without the groups that only make up a list
// or a map: `answers.text`, `tags`.

#define CZ_PARQUET_COLUMNS_MAX 10000

// As the format numbers them.
typedef enum
{
  CZ_PARQUET_BOOLEAN,
  CZ_PARQUET_INT32,
  CZ_PARQUET_INT64,
  CZ_PARQUET_INT96,
  CZ_PARQUET_FLOAT,
  CZ_PARQUET_DOUBLE,
  CZ_PARQUET_BYTE_ARRAY,
  CZ_PARQUET_FIXED_LENGTH, // byte arrays of `width`
} CzParquetType;

// What a value means to people.
typedef enum
{
  CZ_PARQUET_PLAIN,    // what its type says; byte arrays may be anything
  CZ_PARQUET_TEXT,     // UTF-8
  CZ_PARQUET_UNSIGNED, // a whole number
  CZ_PARQUET_DECIMAL,  // a whole number with `scale` digits behind the point
  CZ_PARQUET_FLOAT16,
  CZ_PARQUET_UUID,
} CzParquetMeaning;

typedef struct
{
  char *name; // UTF-8, in one line
  CzParquetType type;
  CzParquetMeaning meaning;
  guint width; // bytes of a value, 0 for BYTE_ARRAY and BOOLEAN
  guint scale;
  guint definition_max, repetition_max;
  guint list_definition; // the definition level from which on the outermost list is there
} CzParquetLeaf;

// Reads the file's list of schema elements. Returns CzParquetLeaf (free with
// g_ptr_array_unref ()); errors, pieces of a sentence: DAMAGED, INVALID (too many columns).
GPtrArray *cz_parquet_schema_read (CzThrift *thrift, CzThriftType type, GError **error);
