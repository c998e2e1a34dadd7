#pragma once

#include "data/parquet-delta.h"
#include "data/parquet-runs.h"
#include "data/parquet-schema.h"

// A page's values in any encoding, read one by one, and what they are as text.

typedef struct
{
  gint64 integer;    // BOOLEAN, INT32, INT64
  double real;       // FLOAT, DOUBLE
  const char *bytes; // the rest; until the next one is read
  gsize length;
} CzParquetValue;

// A column's dictionary: values that pages name by their place.
typedef struct _CzParquetDictionary CzParquetDictionary;

// Takes a reference to the bytes of a dictionary page. NULL: they do not hold so many values.
CzParquetDictionary *cz_parquet_dictionary_new (const CzParquetLeaf *leaf,
                                                GByteArray *bytes,
                                                gsize n_values);
void cz_parquet_dictionary_free (CzParquetDictionary *dictionary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzParquetDictionary, cz_parquet_dictionary_free)

typedef struct
{
  const CzParquetLeaf *leaf;
  const CzParquetDictionary *dictionary;
  gint64 encoding;
  const guint8 *begin, *at, *end;
  guint64 place;           // of the next value
  CzParquetRuns runs;      // places in the dictionary, or booleans
  CzParquetDelta numbers;  // values, or the lengths of byte arrays
  CzParquetDelta prefixes; // how much of the value before each byte array begins with
  GByteArray *last;        // that value
} CzParquetValues;

// Begins with a page's values; bytes and dictionary (NULL: none) have to stay. A first call needs
// all zeros. Errors, pieces of a sentence: INVALID (an encoding that is not read, or not
// for this type), DAMAGED.
gboolean cz_parquet_values_begin (CzParquetValues *values,
                                  const CzParquetLeaf *leaf,
                                  const CzParquetDictionary *dictionary,
                                  gint64 encoding,
                                  const guint8 *bytes,
                                  gsize length,
                                  GError **error);
void cz_parquet_values_clear (CzParquetValues *values);
// FALSE: there are no more, or what comes is damaged.
gboolean cz_parquet_values_next (CzParquetValues *values, CzParquetValue *ret_value);

// Appends a value as text, at most `most` bytes of it: bytes as they are, numbers as they would
// stand in JSON. Nothing where it has no text (INT96, long decimals).
void cz_parquet_value_append (const CzParquetLeaf *leaf,
                              const CzParquetValue *value,
                              gsize most,
                              GString *out);
