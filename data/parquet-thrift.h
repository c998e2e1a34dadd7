#pragma once

#include <glib.h>

// Thrift's compact protocol, as far as Parquet's metadata needs it, read from bytes in memory.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
// What cannot be read sets `broken`; from then on every value is 0 and every list empty, so that a
// caller asks once, at the end.

#define CZ_THRIFT_DEPTH_MAX 32 // structs and lists within one another

typedef enum
{
  CZ_THRIFT_STOP = 0,
  CZ_THRIFT_TRUE = 1,
  CZ_THRIFT_FALSE = 2,
  CZ_THRIFT_BYTE = 3,
  CZ_THRIFT_I16 = 4,
  CZ_THRIFT_I32 = 5,
  CZ_THRIFT_I64 = 6,
  CZ_THRIFT_DOUBLE = 7,
  CZ_THRIFT_BINARY = 8,
  CZ_THRIFT_LIST = 9,
  CZ_THRIFT_SET = 10,
  CZ_THRIFT_MAP = 11,
  CZ_THRIFT_STRUCT = 12,
} CzThriftType;

typedef struct
{
  const guint8 *at, *end;
  gboolean broken;
  gboolean short_of_bytes; // broken because the bytes end
} CzThrift;

// A field's head: its number and what it holds.
typedef struct
{
  gint16 id; // 0 before the struct's first field
  CzThriftType type;
} CzThriftField;

// Goes to the next field of a struct (field all zeros at its beginning). FALSE: there is none, or
// broken. What the field holds has to be read or skipped before the next call.
gboolean cz_thrift_next (CzThrift *thrift, CzThriftField *field);
// Steps over what a field, or a list's element, holds.
void cz_thrift_skip (CzThrift *thrift, CzThriftType type);

// A whole number or a boolean. A field of another type is skipped, and 0.
gint64 cz_thrift_read_int (CzThrift *thrift, CzThriftType type);
// Bytes, which lie in what is read; a field of another type is skipped, and empty.
const char *cz_thrift_read_bytes (CzThrift *thrift, CzThriftType type, gsize *ret_length);
// A list's head: how many elements of which type come. Each takes at least a byte, so there are
// never more of them than bytes left. A field of another type is skipped, and empty.
gsize cz_thrift_read_list (CzThrift *thrift, CzThriftType type, CzThriftType *ret_element);
// Whether a field holds a struct, which is then to be read; another type is skipped.
gboolean cz_thrift_is_struct (CzThrift *thrift, CzThriftType type);
