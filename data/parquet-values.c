#include "data/parquet-values.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "data/data-error.h"
#include "data/parquet-metadata.h"

struct _CzParquetDictionary
{
  const CzParquetLeaf *leaf;
  GByteArray *bytes;
  guint32 *places; // of byte arrays, each behind its length; NULL: all values are of one width
  gsize n;
};

static guint32
load_32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, 4);
  return GUINT32_FROM_LE (value);
}

static guint64
load_64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, 8);
  return GUINT64_FROM_LE (value);
}

// A value of fixed width as it lies in the file.
static void
load_fixed (const CzParquetLeaf *leaf, const guint8 *bytes, CzParquetValue *ret_value)
{
  guint32 bits_32;
  guint64 bits_64;
  float real;

  *ret_value = (CzParquetValue){ 0 };
  switch (leaf->type)
    {
    case CZ_PARQUET_INT32:
      ret_value->integer = (gint32)load_32 (bytes);
      break;
    case CZ_PARQUET_INT64:
      ret_value->integer = (gint64)load_64 (bytes);
      break;
    case CZ_PARQUET_FLOAT:
      bits_32 = load_32 (bytes);
      memcpy (&real, &bits_32, 4);
      ret_value->real = (double)real;
      break;
    case CZ_PARQUET_DOUBLE:
      bits_64 = load_64 (bytes);
      memcpy (&ret_value->real, &bits_64, 8);
      break;
    default:
      ret_value->bytes = (const char *)bytes;
      ret_value->length = leaf->width;
    }
}

CzParquetDictionary *
cz_parquet_dictionary_new (const CzParquetLeaf *leaf, GByteArray *bytes, gsize n_values)
{
  g_autoptr (CzParquetDictionary) self = g_new0 (CzParquetDictionary, 1);
  gsize at = 0;

  self->leaf = leaf;
  self->bytes = g_byte_array_ref (bytes);
  self->n = n_values;
  if (leaf->type == CZ_PARQUET_BOOLEAN)
    return NULL;
  if (leaf->width > 0)
    return n_values <= bytes->len / leaf->width ? g_steal_pointer (&self) : NULL;
  if (n_values > bytes->len / 4) // each has its length before it
    return NULL;
  self->places = g_new (guint32, n_values + 1);
  for (gsize i = 0; i < n_values; i++)
    {
      guint32 length;

      if (bytes->len - at < 4)
        return NULL;
      length = load_32 (bytes->data + at);
      at += 4;
      if (length > bytes->len - at)
        return NULL;
      self->places[i] = (guint32)at;
      at += length;
    }
  return g_steal_pointer (&self);
}

void
cz_parquet_dictionary_free (CzParquetDictionary *self)
{
  g_byte_array_unref (self->bytes);
  g_free (self->places);
  g_free (self);
}

static gboolean
look_up (const CzParquetDictionary *self, guint32 place, CzParquetValue *ret_value)
{
  const guint8 *bytes;

  if (place >= self->n)
    return FALSE;
  if (self->places == NULL)
    {
      load_fixed (self->leaf, self->bytes->data + (gsize)place * self->leaf->width, ret_value);
      return TRUE;
    }
  bytes = self->bytes->data + self->places[place];
  *ret_value = (CzParquetValue){ .bytes = (const char *)bytes, .length = load_32 (bytes - 4) };
  return TRUE;
}

static gboolean
damaged (gint64 encoding, GError **error)
{
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED, _ ("a page is damaged (%s)"),
               cz_parquet_encoding_get_name (encoding));
  return FALSE;
}

// Whether values of this type come in this encoding at all.
static gboolean
suits (CzParquetType type, gint64 encoding)
{
  switch (encoding)
    {
    case CZ_PARQUET_ENCODING_PLAIN:
      return TRUE;
    case CZ_PARQUET_ENCODING_PLAIN_DICTIONARY:
    case CZ_PARQUET_ENCODING_RLE_DICTIONARY:
      return type != CZ_PARQUET_BOOLEAN;
    case CZ_PARQUET_ENCODING_RLE:
      return type == CZ_PARQUET_BOOLEAN;
    case CZ_PARQUET_ENCODING_DELTA_BINARY_PACKED:
      return type == CZ_PARQUET_INT32 || type == CZ_PARQUET_INT64;
    case CZ_PARQUET_ENCODING_DELTA_LENGTH_BYTE_ARRAY:
      return type == CZ_PARQUET_BYTE_ARRAY;
    case CZ_PARQUET_ENCODING_DELTA_BYTE_ARRAY:
      return type == CZ_PARQUET_BYTE_ARRAY || type == CZ_PARQUET_FIXED_LENGTH;
    case CZ_PARQUET_ENCODING_BYTE_STREAM_SPLIT:
      return type != CZ_PARQUET_BYTE_ARRAY && type != CZ_PARQUET_BOOLEAN
             && type != CZ_PARQUET_INT96;
    default:
      return FALSE;
    }
}

// What comes before the values themselves.
static gboolean
begin_encoding (CzParquetValues *values)
{
  const guint8 *at = values->at, *end = values->end;
  gsize length = (gsize)(end - at);

  switch (values->encoding)
    {
    case CZ_PARQUET_ENCODING_RLE:
      if (length < 4 || load_32 (at) > length - 4)
        return FALSE;
      cz_parquet_runs_init (&values->runs, at + 4, load_32 (at), 1);
      return TRUE;
    case CZ_PARQUET_ENCODING_PLAIN_DICTIONARY:
    case CZ_PARQUET_ENCODING_RLE_DICTIONARY:
      if (values->dictionary == NULL || (length > 0 && at[0] > 32))
        return FALSE;
      // Nothing but nulls: some writers leave even the width out.
      if (length > 0)
        cz_parquet_runs_init (&values->runs, at + 1, length - 1, at[0]);
      else
        cz_parquet_runs_init (&values->runs, at, 0, 0);
      return TRUE;
    case CZ_PARQUET_ENCODING_DELTA_BYTE_ARRAY:
      if (!cz_parquet_delta_init (&values->prefixes, at, length)
          || (at = cz_parquet_delta_find_end (&values->prefixes)) == NULL)
        return FALSE;
      length = (gsize)(end - at);
      if (values->last == NULL)
        values->last = g_byte_array_new ();
      g_byte_array_set_size (values->last, 0);
      /* fall through */
    case CZ_PARQUET_ENCODING_DELTA_LENGTH_BYTE_ARRAY:
      if (!cz_parquet_delta_init (&values->numbers, at, length))
        return FALSE;
      values->at = cz_parquet_delta_find_end (&values->numbers);
      return values->at != NULL;
    case CZ_PARQUET_ENCODING_DELTA_BINARY_PACKED:
      return cz_parquet_delta_init (&values->numbers, at, length);
    default:
      return TRUE;
    }
}

gboolean
cz_parquet_values_begin (CzParquetValues *values,
                         const CzParquetLeaf *leaf,
                         const CzParquetDictionary *dictionary,
                         gint64 encoding,
                         const guint8 *bytes,
                         gsize length,
                         GError **error)
{
  values->leaf = leaf;
  values->dictionary = dictionary;
  values->encoding = encoding;
  values->begin = values->at = bytes;
  values->end = bytes + length;
  values->place = 0;
  if (!suits (leaf->type, encoding))
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                   _ ("its values are encoded in a way that is not read here (%s, number "
                      "%" PRId64 "); write it anew with PLAIN or dictionary encoding"),
                   cz_parquet_encoding_get_name (encoding), encoding);
      return FALSE;
    }
  // A page of nothing but nulls may be empty.
  if (length == 0)
    values->encoding = CZ_PARQUET_ENCODING_PLAIN;
  return begin_encoding (values) || damaged (encoding, error);
}

void
cz_parquet_values_clear (CzParquetValues *values)
{
  g_clear_pointer (&values->last, g_byte_array_unref);
}

// Takes bytes from the page.
static gboolean
take (CzParquetValues *values, guint64 n, CzParquetValue *ret_value)
{
  if (n > (guint64)(values->end - values->at))
    return FALSE;
  *ret_value = (CzParquetValue){ .bytes = (const char *)values->at, .length = (gsize)n };
  values->at += n;
  return TRUE;
}

static gboolean
next_plain (CzParquetValues *values, CzParquetValue *ret_value)
{
  const CzParquetLeaf *leaf = values->leaf;
  CzParquetValue taken;

  if (leaf->type == CZ_PARQUET_BOOLEAN)
    {
      if (values->place / 8 >= (guint64)(values->end - values->begin))
        return FALSE;
      *ret_value = (CzParquetValue){ .integer = (gint64)cz_parquet_bits_read (
                                         values->begin, values->end, values->place, 1) };
      return TRUE;
    }
  if (leaf->type == CZ_PARQUET_BYTE_ARRAY)
    return take (values, 4, &taken)
           && take (values, load_32 ((const guint8 *)taken.bytes), ret_value);
  if (!take (values, leaf->width, &taken))
    return FALSE;
  load_fixed (leaf, (const guint8 *)taken.bytes, ret_value);
  return TRUE;
}

// The bytes of a value lie far apart: first all first bytes, then all second ones.
static gboolean
next_split (CzParquetValues *values, CzParquetValue *ret_value)
{
  guint width = values->leaf->width;
  guint64 n = (guint64)(values->end - values->begin) / width;

  if (values->place >= n)
    return FALSE;
  if (values->last == NULL)
    values->last = g_byte_array_new ();
  g_byte_array_set_size (values->last, width);
  for (guint i = 0; i < width; i++)
    values->last->data[i] = values->begin[i * n + values->place];
  load_fixed (values->leaf, values->last->data, ret_value);
  return TRUE;
}

static gboolean
next_delta_bytes (CzParquetValues *values, CzParquetValue *ret_value)
{
  gint64 prefix, suffix;
  CzParquetValue taken;

  if (!cz_parquet_delta_next (&values->prefixes, &prefix)
      || !cz_parquet_delta_next (&values->numbers, &suffix) || suffix < 0 || prefix < 0
      || prefix > (gint64)values->last->len || !take (values, (guint64)suffix, &taken))
    return FALSE;
  g_byte_array_set_size (values->last, (guint)prefix);
  g_byte_array_append (values->last, (const guint8 *)taken.bytes, (guint)suffix);
  if (values->leaf->width > 0)
    {
      if (values->last->len != values->leaf->width)
        return FALSE;
      load_fixed (values->leaf, values->last->data, ret_value);
      return TRUE;
    }
  *ret_value = (CzParquetValue){ .bytes = values->last->len > 0 ? (char *)values->last->data : "",
                                 .length = values->last->len };
  return TRUE;
}

static gboolean
next_value (CzParquetValues *values, CzParquetValue *ret_value)
{
  guint32 place;
  gint64 number;

  switch (values->encoding)
    {
    case CZ_PARQUET_ENCODING_PLAIN_DICTIONARY:
    case CZ_PARQUET_ENCODING_RLE_DICTIONARY:
      return cz_parquet_runs_next (&values->runs, &place)
             && look_up (values->dictionary, place, ret_value);
    case CZ_PARQUET_ENCODING_RLE:
      if (!cz_parquet_runs_next (&values->runs, &place))
        return FALSE;
      *ret_value = (CzParquetValue){ .integer = place };
      return TRUE;
    case CZ_PARQUET_ENCODING_DELTA_BINARY_PACKED:
      if (!cz_parquet_delta_next (&values->numbers, &number))
        return FALSE;
      *ret_value
          = (CzParquetValue){ .integer
                              = values->leaf->type == CZ_PARQUET_INT32 ? (gint32)number : number };
      return TRUE;
    case CZ_PARQUET_ENCODING_DELTA_LENGTH_BYTE_ARRAY:
      return cz_parquet_delta_next (&values->numbers, &number) && number >= 0
             && take (values, (guint64)number, ret_value);
    case CZ_PARQUET_ENCODING_DELTA_BYTE_ARRAY:
      return next_delta_bytes (values, ret_value);
    case CZ_PARQUET_ENCODING_BYTE_STREAM_SPLIT:
      return next_split (values, ret_value);
    default:
      return next_plain (values, ret_value);
    }
}

gboolean
cz_parquet_values_next (CzParquetValues *values, CzParquetValue *ret_value)
{
  if (!next_value (values, ret_value))
    return FALSE;
  values->place++;
  return TRUE;
}

// The fewest digits that give the same number again.
static void
append_real (double value, gboolean is_float, GString *out)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = is_float ? 6 : 15; digits <= 17; digits++)
    {
      char format[8];
      double again;

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, format, value);
      again = g_ascii_strtod (text, NULL);
      if (is_float ? (float)again == (float)value : again == value)
        break;
    }
  g_string_append (out, text);
}

// A whole number with a point before its last `scale` digits.
static void
append_scaled (unsigned __int128 magnitude, gboolean negative, guint scale, GString *out)
{
  char digits[48];
  guint at = sizeof digits;

  scale = MIN (scale, 40);
  for (guint i = 0; magnitude > 0 || i <= scale; i++)
    {
      if (i == scale && scale > 0)
        digits[--at] = '.';
      digits[--at] = (char)('0' + (int)(magnitude % 10));
      magnitude /= 10;
    }
  if (negative)
    digits[--at] = '-';
  g_string_append_len (out, digits + at, (gssize)(sizeof digits - at));
}

static void
append_integer (const CzParquetLeaf *leaf, gint64 value, GString *out)
{
  gboolean is_32 = leaf->type == CZ_PARQUET_INT32;

  if (leaf->meaning == CZ_PARQUET_DECIMAL)
    append_scaled (value < 0 ? -(unsigned __int128)value : (unsigned __int128)value, value < 0,
                   leaf->scale, out);
  else if (leaf->meaning == CZ_PARQUET_UNSIGNED)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT,
                            is_32 ? (guint64)(guint32)value : (guint64)value);
  else
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

// A decimal in bytes, the highest first.
static void
append_decimal (const CzParquetLeaf *leaf, const CzParquetValue *value, GString *out)
{
  gboolean negative = value->length > 0 && (guchar)value->bytes[0] >= 0x80;
  unsigned __int128 number = negative ? ~(unsigned __int128)0 : 0;

  if (value->length > sizeof number)
    return;
  for (gsize i = 0; i < value->length; i++)
    number = number << 8 | (guchar)value->bytes[i];
  append_scaled (negative ? -number : number, negative, leaf->scale, out);
}

static void
append_half (const CzParquetValue *value, GString *out)
{
  guint bits = (guchar)value->bytes[0] | (guint)(guchar)value->bytes[1] << 8;
  guint32 exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  guint32 wide;
  float real;

  if (exponent == 0)
    {
      append_real ((bits & 0x8000 ? -1.0 : 1.0) * fraction / 16777216.0, TRUE, out);
      return;
    }
  wide = (bits & 0x8000) << 16 | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
  memcpy (&real, &wide, 4);
  append_real ((double)real, TRUE, out);
}

static void
append_uuid (const CzParquetValue *value, GString *out)
{
  for (guint i = 0; i < 16; i++)
    g_string_append_printf (out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                            (guchar)value->bytes[i]);
}

void
cz_parquet_value_append (const CzParquetLeaf *leaf,
                         const CzParquetValue *value,
                         gsize most,
                         GString *out)
{
  switch (leaf->type)
    {
    case CZ_PARQUET_BOOLEAN:
      g_string_append (out, value->integer != 0 ? "true" : "false");
      break;
    case CZ_PARQUET_INT32:
    case CZ_PARQUET_INT64:
      append_integer (leaf, value->integer, out);
      break;
    case CZ_PARQUET_FLOAT:
    case CZ_PARQUET_DOUBLE:
      append_real (value->real, leaf->type == CZ_PARQUET_FLOAT, out);
      break;
    case CZ_PARQUET_INT96:
      break;
    default:
      if (leaf->meaning == CZ_PARQUET_DECIMAL)
        append_decimal (leaf, value, out);
      else if (leaf->meaning == CZ_PARQUET_UUID && value->length == 16)
        append_uuid (value, out);
      else if (leaf->meaning == CZ_PARQUET_FLOAT16 && value->length == 2)
        append_half (value, out);
      else
        g_string_append_len (out, value->bytes, (gssize)MIN (value->length, most));
    }
}
