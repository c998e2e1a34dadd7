#include "data/parquet-thrift.h"

static void
run_short (CzThrift *thrift)
{
  thrift->broken = thrift->short_of_bytes = TRUE;
  thrift->at = thrift->end;
}

static void
break_off (CzThrift *thrift)
{
  thrift->broken = TRUE;
  thrift->at = thrift->end;
}

static guint8
read_byte (CzThrift *thrift)
{
  if (thrift->at == thrift->end)
    {
      run_short (thrift);
      return 0;
    }
  return *thrift->at++;
}

static guint64
read_varint (CzThrift *thrift)
{
  guint64 value = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte = read_byte (thrift);

      value |= (guint64)(byte & 0x7f) << shift;
      if (byte < 0x80)
        return thrift->broken ? 0 : value;
    }
  break_off (thrift);
  return 0;
}

static gint64
read_zigzag (CzThrift *thrift)
{
  guint64 value = read_varint (thrift);

  return (gint64)(value >> 1) ^ -(gint64)(value & 1);
}

gboolean
cz_thrift_next (CzThrift *thrift, CzThriftField *field)
{
  guint8 head = read_byte (thrift);
  gint64 id = field->id + (head >> 4);

  if (thrift->broken || (head & 0x0f) == CZ_THRIFT_STOP)
    return FALSE;
  if (head >> 4 == 0)
    id = read_zigzag (thrift);
  if (thrift->broken || (head & 0x0f) > CZ_THRIFT_STRUCT || id < G_MININT16 || id > G_MAXINT16)
    {
      break_off (thrift);
      return FALSE;
    }
  field->id = (gint16)id;
  field->type = head & 0x0f;
  return TRUE;
}

static void
skip_bytes (CzThrift *thrift, guint64 n)
{
  if (n > (guint64)(thrift->end - thrift->at))
    run_short (thrift);
  else
    thrift->at += n;
}

// Elements of which none takes less than a byte.
static gsize
check_count (CzThrift *thrift, guint64 n)
{
  if (!thrift->broken && n > (guint64)(thrift->end - thrift->at))
    run_short (thrift);
  return thrift->broken ? 0 : (gsize)n;
}

static gsize
read_list_head (CzThrift *thrift, CzThriftType *ret_element)
{
  guint8 head = read_byte (thrift);
  guint64 n = head >> 4;

  *ret_element = head & 0x0f;
  if (n == 15)
    n = read_varint (thrift);
  return check_count (thrift, n);
}

static void skip (CzThrift *thrift, CzThriftType type, gboolean element, guint depth);

static void
skip_collection (CzThrift *thrift, CzThriftType type, guint depth)
{
  CzThriftType kinds[2] = { 0 };
  gsize n;

  if (type == CZ_THRIFT_MAP)
    {
      n = check_count (thrift, read_varint (thrift));
      if (n == 0)
        return; // then there is no byte of types
      kinds[1] = read_byte (thrift);
      kinds[0] = kinds[1] >> 4;
      kinds[1] &= 0x0f;
    }
  else
    n = read_list_head (thrift, &kinds[0]);
  for (gsize i = 0; i < n && !thrift->broken; i++)
    {
      skip (thrift, kinds[0], TRUE, depth + 1);
      if (type == CZ_THRIFT_MAP)
        skip (thrift, kinds[1], TRUE, depth + 1);
    }
}

static void
skip (CzThrift *thrift, CzThriftType type, gboolean element, guint depth)
{
  CzThriftField field = { 0 };

  if (depth > CZ_THRIFT_DEPTH_MAX)
    {
      break_off (thrift);
      return;
    }
  switch (type)
    {
    case CZ_THRIFT_TRUE:
    case CZ_THRIFT_FALSE:
      if (element) // a field's boolean lies in its head
        skip_bytes (thrift, 1);
      break;
    case CZ_THRIFT_BYTE:
      skip_bytes (thrift, 1);
      break;
    case CZ_THRIFT_I16:
    case CZ_THRIFT_I32:
    case CZ_THRIFT_I64:
      read_varint (thrift);
      break;
    case CZ_THRIFT_DOUBLE:
      skip_bytes (thrift, 8);
      break;
    case CZ_THRIFT_BINARY:
      skip_bytes (thrift, read_varint (thrift));
      break;
    case CZ_THRIFT_LIST:
    case CZ_THRIFT_SET:
    case CZ_THRIFT_MAP:
      skip_collection (thrift, type, depth);
      break;
    case CZ_THRIFT_STRUCT:
      while (cz_thrift_next (thrift, &field))
        skip (thrift, field.type, FALSE, depth + 1);
      break;
    default:
      break_off (thrift);
    }
}

void
cz_thrift_skip (CzThrift *thrift, CzThriftType type)
{
  skip (thrift, type, FALSE, 0);
}

gint64
cz_thrift_read_int (CzThrift *thrift, CzThriftType type)
{
  switch (type)
    {
    case CZ_THRIFT_TRUE:
      return 1;
    case CZ_THRIFT_FALSE:
      return 0;
    case CZ_THRIFT_BYTE:
      return (gint8)read_byte (thrift);
    case CZ_THRIFT_I16:
    case CZ_THRIFT_I32:
    case CZ_THRIFT_I64:
      return read_zigzag (thrift);
    default:
      cz_thrift_skip (thrift, type);
      return 0;
    }
}

const char *
cz_thrift_read_bytes (CzThrift *thrift, CzThriftType type, gsize *ret_length)
{
  const guint8 *bytes;
  guint64 n;

  *ret_length = 0;
  if (type != CZ_THRIFT_BINARY)
    {
      cz_thrift_skip (thrift, type);
      return "";
    }
  n = read_varint (thrift);
  bytes = thrift->at;
  skip_bytes (thrift, n);
  if (thrift->broken)
    return "";
  *ret_length = (gsize)n;
  return (const char *)bytes;
}

gsize
cz_thrift_read_list (CzThrift *thrift, CzThriftType type, CzThriftType *ret_element)
{
  *ret_element = CZ_THRIFT_STOP;
  if (type == CZ_THRIFT_LIST || type == CZ_THRIFT_SET)
    return read_list_head (thrift, ret_element);
  cz_thrift_skip (thrift, type);
  return 0;
}

gboolean
cz_thrift_is_struct (CzThrift *thrift, CzThriftType type)
{
  if (type == CZ_THRIFT_STRUCT)
    return TRUE;
  cz_thrift_skip (thrift, type);
  return FALSE;
}
