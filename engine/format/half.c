// Element types of safetensors, and half precision to and from float.
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/format-error.h"
#include "engine/format/half.h"
#include "engine/format/safetensors.h"

static const struct
{
  const char *name;
  gsize size;
} dtypes[] = {
  [CZ_DTYPE_F32] = { "F32", 4 },         [CZ_DTYPE_F16] = { "F16", 2 },
  [CZ_DTYPE_BF16] = { "BF16", 2 },       [CZ_DTYPE_F64] = { "F64", 8 },
  [CZ_DTYPE_I64] = { "I64", 8 },         [CZ_DTYPE_I32] = { "I32", 4 },
  [CZ_DTYPE_I16] = { "I16", 2 },         [CZ_DTYPE_I8] = { "I8", 1 },
  [CZ_DTYPE_U64] = { "U64", 8 },         [CZ_DTYPE_U32] = { "U32", 4 },
  [CZ_DTYPE_U16] = { "U16", 2 },         [CZ_DTYPE_U8] = { "U8", 1 },
  [CZ_DTYPE_BOOL] = { "BOOL", 1 },       [CZ_DTYPE_F8_E4M3] = { "F8_E4M3", 1 },
  [CZ_DTYPE_F8_E5M2] = { "F8_E5M2", 1 },
};

const char *
cz_dtype_get_name (CzDtype dtype)
{
  return dtypes[dtype].name;
}

gsize
cz_dtype_get_size (CzDtype dtype)
{
  return dtypes[dtype].size;
}

gboolean
cz_dtype_find (const char *name, CzDtype *ret_dtype)
{
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (strcmp (name, dtypes[i].name) == 0)
      {
        *ret_dtype = i;
        return TRUE;
      }
  return FALSE;
}

// IEEE 754 binary16 to binary32; exact.
float
cz_half_to_float (guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000) << 16, exponent = (half >> 10) & 31;
  guint32 mantissa = half & 0x3ff, bits;
  float value;

  if (exponent == 0)
    {
      value = (float)mantissa * 0x1p-24f;
      return sign != 0 ? -value : value;
    }
  if (exponent == 31)
    bits = sign | 0x7f800000 | mantissa << 13;
  else
    bits = sign | (exponent + 112) << 23 | mantissa << 13;
  memcpy (&value, &bits, sizeof value);
  return value;
}

// binary32 to binary16, to nearest even; what is too large becomes infinite.
guint16
cz_half_from_float (float value)
{
  guint32 bits, sign, magnitude;

  memcpy (&bits, &value, sizeof bits);
  sign = (bits >> 16) & 0x8000;
  magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000)
    return (guint16)(sign | 0x7e00);
  if (magnitude >= 0x477ff000) // rounds to 65536 or more
    return (guint16)(sign | 0x7c00);
  if (magnitude < 0x38800000) // below 2^-14: subnormal, in units of 2^-24
    {
      guint32 shift = 126 - (magnitude >> 23);
      guint32 mantissa = (magnitude & 0x7fffff) | 0x800000;
      if (shift > 24)
        return (guint16)sign;
      guint32 kept = mantissa >> shift, rest = mantissa & ((1u << shift) - 1);
      guint32 middle = 1u << (shift - 1);
      kept += rest > middle || (rest == middle && (kept & 1) != 0);
      return (guint16)(sign | kept);
    }
  magnitude += 0xfff + ((magnitude >> 13) & 1);
  return (guint16)(sign | ((magnitude >> 13) - (112 << 10)));
}

static gboolean
check_part (const CzTensor *tensor, guint64 first, guint64 n, GError **error)
{
  if (first <= tensor->n_elements && n <= tensor->n_elements - first)
    return TRUE;
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_INVALID,
               _ ("The tensor “%s” has only %" PRIu64 " numbers."), tensor->name,
               tensor->n_elements);
  return FALSE;
}

gboolean
cz_tensor_read_floats (
    const CzTensor *tensor, guint64 first, guint64 n, float *ret_floats, GError **error)
{
  if (!check_part (tensor, first, n, error))
    return FALSE;
  const guint8 *data = tensor->data + first * cz_dtype_get_size (tensor->dtype);

  switch (tensor->dtype)
    {
    case CZ_DTYPE_F32:
      memcpy (ret_floats, data, n * sizeof (float));
      return TRUE;
    case CZ_DTYPE_F16:
    case CZ_DTYPE_BF16:
      for (guint64 i = 0; i < n; i++)
        {
          guint16 half;
          memcpy (&half, data + 2 * i, sizeof half);
          if (tensor->dtype == CZ_DTYPE_F16)
            ret_floats[i] = cz_half_to_float (half);
          else
            {
              guint32 bits = (guint32)half << 16;
              memcpy (&ret_floats[i], &bits, sizeof bits);
            }
        }
      return TRUE;
    case CZ_DTYPE_F64:
      for (guint64 i = 0; i < n; i++)
        {
          double value;
          memcpy (&value, data + 8 * i, sizeof value);
          ret_floats[i] = (float)value;
        }
      return TRUE;
    default:
      g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                   _ ("The tensor “%s” is stored as %s; supported are F32, F16 and BF16."),
                   tensor->name, cz_dtype_get_name (tensor->dtype));
      return FALSE;
    }
}

gboolean
cz_tensor_read_integers (
    const CzTensor *tensor, guint64 first, guint64 n, gint64 *ret_integers, GError **error)
{
  if (!check_part (tensor, first, n, error))
    return FALSE;
  const guint8 *data = tensor->data + first * cz_dtype_get_size (tensor->dtype);

  for (guint64 i = 0; i < n; i++)
    switch (tensor->dtype)
      {
      case CZ_DTYPE_I64:
        memcpy (&ret_integers[i], data + 8 * i, 8);
        break;
      case CZ_DTYPE_I32:
        {
          gint32 value;
          memcpy (&value, data + 4 * i, 4);
          ret_integers[i] = value;
          break;
        }
      case CZ_DTYPE_I16:
        {
          gint16 value;
          memcpy (&value, data + 2 * i, 2);
          ret_integers[i] = value;
          break;
        }
      case CZ_DTYPE_I8:
        ret_integers[i] = (gint8)data[i];
        break;
      case CZ_DTYPE_U8:
      case CZ_DTYPE_BOOL:
        ret_integers[i] = data[i];
        break;
      default:
        g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_UNSUPPORTED,
                     _ ("The tensor “%s” is stored as %s, where whole numbers are expected."),
                     tensor->name, cz_dtype_get_name (tensor->dtype));
        return FALSE;
      }
  return TRUE;
}
