#include "data/text-decoding.h"

#include <string.h>

gboolean
cz_text_encoding_exists (const char *encoding)
{
  GIConv converter = g_iconv_open ("UTF-8", encoding);

  if (converter == (GIConv)-1)
    return FALSE;
  g_iconv_close (converter);
  return TRUE;
}

gboolean
cz_text_encoding_is_utf8 (const char *encoding)
{
  return g_ascii_strcasecmp (encoding, "utf-8") == 0 || g_ascii_strcasecmp (encoding, "utf8") == 0;
}

// The first byte that is not UTF-8; `length` if all is. g_utf8_validate () ends at a NUL, which is
// fine here.
static gsize
find_broken (const char *bytes, gsize length)
{
  gsize at = 0;

  while (at < length)
    {
      const char *end;

      if (g_utf8_validate (bytes + at, (gssize)(length - at), &end))
        return length;
      at = (gsize)(end - bytes);
      if (at < length && bytes[at] != '\0')
        return at;
      at++;
    }
  return length;
}

// Control characters besides white space.
static gsize
count_controls (const char *bytes, gsize length)
{
  gsize controls = 0;

  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar)bytes[i];

      controls += c < 0x20 && (c == 0 || strchr ("\t\n\r\f\v\x1b\x1a", c) == NULL);
    }
  return controls;
}

// Text hardly ever has any.
static gboolean
looks_binary (const char *bytes, gsize length)
{
  gsize n = MIN (length, 1 << 16);

  return count_controls (bytes, n) * 100 > n;
}

gboolean
cz_text_is_mostly_controls (const char *bytes, gsize length)
{
  return count_controls (bytes, length) * 2 > length;
}

// Whether this was meant as UTF-8: whole characters of several bytes outnumber the broken bytes. In
// Windows-1252 they practically do not occur.
static gboolean
is_broken_utf8 (const char *bytes, gsize length)
{
  gsize whole = 0, broken = 0;

  for (gsize i = 0; i < length;)
    {
      gunichar c;

      if ((guchar)bytes[i] < 0x80)
        {
          i++;
          continue;
        }
      c = g_utf8_get_char_validated (bytes + i, (gssize)(length - i));
      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          broken++;
          i++;
        }
      else
        {
          whole++;
          i += (gsize)(g_utf8_next_char (bytes + i) - (bytes + i));
        }
    }
  return whole > broken;
}

// Windows-1252 as the WHATWG's encoding standard has it: every byte means something.
static char *
decode_windows_1252 (const char *bytes, gsize length, gsize *ret_length)
{
  static const guint16 high[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
  };
  GString *text = g_string_sized_new (length + length / 8);

  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar)bytes[i];

      if (c < 0x80)
        g_string_append_c (text, (char)c);
      else
        g_string_append_unichar (text, c < 0xa0 ? high[c - 0x80] : c);
    }
  *ret_length = text->len;
  return g_string_free (text, FALSE);
}

CzDecoding
cz_text_decode (const char *bytes,
                gsize length,
                gboolean strict,
                char **ret_text,
                gsize *ret_length,
                gsize *ret_at)
{
  gsize broken = find_broken (bytes, length);

  *ret_text = NULL;
  *ret_length = length;
  *ret_at = broken;
  if (broken == length)
    return CZ_DECODED_AS_IS;
  if (!strict && looks_binary (bytes, length))
    return CZ_DECODED_BINARY;
  if (strict || is_broken_utf8 (bytes, length))
    return CZ_DECODED_FAILED;
  *ret_text = decode_windows_1252 (bytes, length, ret_length);
  return CZ_DECODED_GUESSED;
}

const char *
cz_text_detect_encoding (const char *bytes, gsize length, gsize *ret_mark)
{
  static const struct
  {
    const char *mark;
    gsize length;
    const char *encoding;
  } marks[] = {
    { "\xef\xbb\xbf", 3, "UTF-8" },    { "\xff\xfe\0\0", 4, "UTF-32LE" },
    { "\0\0\xfe\xff", 4, "UTF-32BE" }, { "\xff\xfe", 2, "UTF-16LE" },
    { "\xfe\xff", 2, "UTF-16BE" },
  };
  gsize n = MIN (length, 1024) / 2 * 2, zeros[2] = { 0, 0 };

  *ret_mark = 0;
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (length >= marks[i].length && memcmp (bytes, marks[i].mark, marks[i].length) == 0)
      {
        *ret_mark = marks[i].length;
        return marks[i].encoding;
      }
  for (gsize i = 0; i < n; i++)
    zeros[i % 2] += bytes[i] == '\0';
  if (n >= 8 && zeros[1] * 10 > n / 2 * 7 && zeros[0] == 0)
    return "UTF-16LE";
  if (n >= 8 && zeros[0] * 10 > n / 2 * 7 && zeros[1] == 0)
    return "UTF-16BE";
  return NULL;
}
