#include "data/text-decoding.h"

#include <string.h>

gboolean
cz_text_encoding_exists (const char *encoding)
{
  GIConv converter = g_iconv_open ("UTF-8", encoding);

  if (converter == (GIConv) -1)
    return FALSE;
  g_iconv_close (converter);
  return TRUE;
}

// g_utf8_validate () ends at a NUL; NULs are fine here.
static gboolean
is_utf8 (const char *bytes, gsize length)
{
  gsize at = 0;

  while (at < length)
    {
      const char *end;
      gsize rest = length - at;

      if (g_utf8_validate (bytes + at, (gssize) rest, &end))
        return TRUE;
      at = (gsize) (end - bytes);
      if (at >= length || bytes[at] != '\0')
        return FALSE;
      at++;
    }
  return TRUE;
}

// Text hardly ever has control characters besides white space.
static gboolean
looks_binary (const char *bytes, gsize length)
{
  gsize controls = 0, n = MIN (length, 1 << 16);

  for (gsize i = 0; i < n; i++)
    {
      guchar c = (guchar) bytes[i];

      if (c < 0x20 && strchr ("\t\n\r\f\v\x1b\x1a", c) == NULL)
        controls++;
      else if (c == 0)
        controls++;
    }
  return controls * 100 > n;
}

static char *
convert (const char *bytes, gsize length, const char *encoding, gsize *ret_length, gsize *ret_at)
{
  gsize read = 0;
  char *text = g_convert (bytes, (gssize) length, "UTF-8", encoding, &read, ret_length, NULL);

  if (text == NULL)
    *ret_at = read;
  else if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    {
      memmove (text, text + 3, *ret_length - 3 + 1);
      *ret_length -= 3;
    }
  return text;
}

static char *
copy (const char *bytes, gsize length, gsize *ret_length)
{
  char *text = g_malloc (length + 1);

  memcpy (text, bytes, length);
  text[length] = '\0';
  *ret_length = length;
  return text;
}

CzDecoding
cz_text_decode (const char *bytes, gsize length, const char *encoding, char **ret_text,
                gsize *ret_length, gsize *ret_at)
{
  gsize at = 0;
  gboolean wide;

  *ret_text = NULL;
  *ret_length = 0;
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "utf-8") != 0
      && g_ascii_strcasecmp (encoding, "utf8") != 0)
    {
      *ret_text = convert (bytes, length, encoding, ret_length, ret_at);
      return *ret_text != NULL ? CZ_DECODED_AS_IS : CZ_DECODED_FAILED;
    }
  if (length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    {
      bytes += 3;
      length -= 3;
    }
  if (is_utf8 (bytes, length))
    {
      *ret_text = copy (bytes, length, ret_length);
      return CZ_DECODED_AS_IS;
    }
  if (encoding != NULL)
    {
      const char *end = bytes;

      g_utf8_validate (bytes, (gssize) length, &end);
      *ret_at = (gsize) (end - bytes);
      return CZ_DECODED_FAILED;
    }
  wide = length >= 2
         && (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0);
  if (wide && (*ret_text = convert (bytes, length, "UTF-16", ret_length, &at)) != NULL)
    return CZ_DECODED_AS_IS;
  if (looks_binary (bytes, length))
    return CZ_DECODED_BINARY;
  *ret_text = convert (bytes, length, "WINDOWS-1252", ret_length, &at);
  if (*ret_text == NULL) // five bytes mean nothing there; in Latin-1 every byte means something
    *ret_text = convert (bytes, length, "ISO-8859-1", ret_length, &at);
  return *ret_text != NULL ? CZ_DECODED_GUESSED : CZ_DECODED_BINARY;
}
