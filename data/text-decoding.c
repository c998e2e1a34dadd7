#include "data/text-decoding.h"

#include <errno.h>
#include <string.h>
#include <uchardet.h>

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

// g_utf8_validate () ends at a NUL, which is fine here.
gsize
cz_text_find_broken (const char *bytes, gsize length)
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

// A byte that iconv does not know in one of Windows' encodings, as the WHATWG's encoding standard
// has it: U+0081 and the like.
static gboolean
is_windows_control (const char *encoding, char byte)
{
  return (guchar)byte >= 0x80 && (guchar)byte < 0xa0
         && g_ascii_strncasecmp (encoding, "windows-125", 11) == 0;
}

// Adds what iconv gave. Beyond U+10FFFF it takes and gives what is no UTF-8.
static gsize
append_checked (GString *out, const char *bytes, gsize length, const char *broken)
{
  gsize wrong = 0;

  while (length > 0)
    {
      gsize n = cz_text_find_broken (bytes, length);

      g_string_append_len (out, bytes, (gssize)n);
      if (n < length)
        {
          g_string_append (out, broken);
          wrong++;
          for (n++; n < length && ((guchar)bytes[n] & 0xc0) == 0x80;)
            n++;
        }
      bytes += n;
      length -= n;
    }
  return wrong;
}

// in NULL: what iconv has kept back, since an accent might have followed; then it is as at the
// beginning. Returns errno, 0 for success.
static int
convert_block (
    GIConv converter, char **in, gsize *left, const char *broken, GString *out, gsize *wrong)
{
  char room[8192], *at = room;
  gsize free = sizeof room;
  int failed = g_iconv (converter, in, left, &at, &free) == (gsize)-1 ? errno : 0;

  *wrong += append_checked (out, room, sizeof room - free, broken);
  return failed;
}

// Bytes of the smallest piece of a text, after which the next one may begin.
static gsize
measure_unit (const char *encoding)
{
  if (g_ascii_strncasecmp (encoding, "UTF-16", 6) == 0
      || g_ascii_strncasecmp (encoding, "UCS-2", 5) == 0)
    return 2;
  return g_ascii_strncasecmp (encoding, "UTF-32", 6) == 0
                 || g_ascii_strncasecmp (encoding, "UCS-4", 5) == 0
             ? 4
             : 1;
}

gsize
cz_text_convert_some (GIConv converter,
                      const char *encoding,
                      char **in,
                      gsize *left,
                      gboolean end,
                      const char *broken,
                      GString *out)
{
  gsize wrong = 0, unit = measure_unit (encoding);

  while (*left > 0)
    {
      int failed = convert_block (converter, in, left, broken, out, &wrong);

      if (failed == 0 || failed == E2BIG)
        continue;
      if (failed == EINVAL && !end)
        return wrong; // the rest of this character comes later
      convert_block (converter, NULL, NULL, broken, out, &wrong);
      if (is_windows_control (encoding, **in))
        g_string_append_unichar (out, (guchar) * *in);
      else
        {
          g_string_append (out, broken);
          wrong++;
        }
      *in += MIN (unit, *left);
      *left -= MIN (unit, *left);
    }
  if (end)
    convert_block (converter, NULL, NULL, broken, out, &wrong);
  return wrong;
}

char *
cz_text_convert (
    const char *bytes, gsize length, const char *encoding, gsize *ret_length, gsize *ret_broken)
{
  GIConv converter = g_iconv_open ("UTF-8", encoding);
  GString *out = g_string_sized_new (length + length / 8);
  char *in = (char *)bytes;

  *ret_broken = 0;
  if (converter != (GIConv)-1)
    {
      *ret_broken = cz_text_convert_some (converter, encoding, &in, &length, TRUE, "\uFFFD", out);
      g_iconv_close (converter);
    }
  *ret_length = out->len;
  return g_string_free (out, FALSE);
}

CzDecoding
cz_text_decode (const char *bytes,
                gsize length,
                gboolean strict,
                const char **guess,
                char **ret_text,
                gsize *ret_length,
                gsize *ret_at)
{
  gsize broken = cz_text_find_broken (bytes, length), wrong = 1;
  const char *found = *guess;

  *ret_text = NULL;
  *ret_length = length;
  *ret_at = broken;
  if (broken == length)
    return CZ_DECODED_AS_IS;
  if (!strict && looks_binary (bytes, length))
    return CZ_DECODED_BINARY;
  if (strict || is_broken_utf8 (bytes, length))
    return CZ_DECODED_FAILED;
  if (found != NULL)
    *ret_text = cz_text_convert (bytes, length, found, ret_length, &wrong);
  if (found == NULL || wrong > 0)
    {
      g_free (*ret_text);
      found = cz_text_guess_encoding (bytes, length, TRUE);
      if (found == NULL)
        found = "WINDOWS-1252";
      *ret_text = cz_text_convert (bytes, length, found, ret_length, &wrong);
    }
  *guess = found;
  return CZ_DECODED_GUESSED;
}

// Whether `wide`-byte units of this order are text: what they give is assigned, no surrogate stands
// alone, and there are spaces or line ends, or the marks that East Asian text has instead.
static gboolean
is_wide_text (const char *bytes, gsize length, guint wide, gboolean big)
{
  gsize n = MIN (length, 4096) / wide, marks = 0;
  gboolean low_wanted = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      gunichar c = 0;

      for (guint j = 0; j < wide; j++)
        c |= (gunichar)(guchar)bytes[i * wide + (big ? wide - 1 - j : j)] << (8 * j);
      if (low_wanted != (c >= 0xdc00 && c < 0xe000) || (wide == 4 && c >= 0xd800 && c < 0xe000))
        return FALSE;
      low_wanted = c >= 0xd800 && c < 0xdc00;
      if (!low_wanted && !(c >= 0xdc00 && c < 0xe000) && !g_unichar_isdefined (c))
        return FALSE;
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
        return FALSE;
      marks += c == ' ' || c == '\n' || (c >= 0x3001 && c <= 0x3002) || c == 0xff0c;
    }
  return wide == 4 || marks * 100 > n;
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
  static const struct
  {
    const char *encoding;
    guint wide;
    gboolean big;
  } kinds[] = { { "UTF-32LE", 4, FALSE },
                { "UTF-32BE", 4, TRUE },
                { "UTF-16LE", 2, FALSE },
                { "UTF-16BE", 2, TRUE } };

  *ret_mark = 0;
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (length >= marks[i].length && memcmp (bytes, marks[i].mark, marks[i].length) == 0)
      {
        *ret_mark = marks[i].length;
        return marks[i].encoding;
      }
  // Text without any NUL hardly is UTF-16, and one with a few may be UTF-8.
  if (memchr (bytes, '\0', MIN (length, 4096)) != NULL
      && (cz_text_find_broken (bytes, length) + 4 < length
          || count_controls (bytes, MIN (length, 4096)) * 5 > MIN (length, 4096)))
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      if (length >= 8 && is_wide_text (bytes, length, kinds[i].wide, kinds[i].big))
        return kinds[i].encoding;
  return NULL;
}

// Some names stand for what their files hold in practice: Windows' encodings contain them.
static const char *
widen (const char *name, gboolean controls)
{
  static const struct
  {
    const char *name, *wider;
    gboolean needs_controls; // else they differ in other letters
  } pairs[] = {
    { "ISO-8859-1", "WINDOWS-1252", FALSE }, { "ISO-8859-9", "WINDOWS-1254", FALSE },
    { "SHIFT_JIS", "CP932", FALSE },         { "EUC-KR", "UHC", FALSE },
    { "GB2312", "GB18030", FALSE },          { "ISO-8859-11", "CP874", FALSE },
    { "TIS-620", "CP874", FALSE },           { "ISO-8859-2", "WINDOWS-1250", TRUE },
    { "ISO-8859-7", "WINDOWS-1253", TRUE },  { "ISO-8859-13", "WINDOWS-1257", TRUE },
    { "ISO-8859-6", "WINDOWS-1256", TRUE },  { "ISO-8859-8", "WINDOWS-1255", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_ascii_strcasecmp (name, pairs[i].name) == 0 && (controls || !pairs[i].needs_controls))
      return pairs[i].wider;
  return name;
}

// What is counted of the bytes beyond ASCII.
typedef struct
{
  gsize high;        // of them
  gsize letters;     // of all letters, ASCII or not
  gsize words;       // bytes of the words with such a byte in them
  gboolean controls; // some are control characters in ISO-8859
} Letters;

static Letters
count_letters (const char *bytes, gsize length)
{
  Letters letters = { 0 };
  gsize word = 0, high = 0; // of the word

  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar)bytes[i];

      if (c >= 0x80 || g_ascii_isalpha (bytes[i]))
        {
          word++;
          letters.letters++;
          high += c >= 0x80;
          letters.controls = letters.controls || (c >= 0x80 && c < 0xa0);
          if (i + 1 < length)
            continue;
        }
      letters.high += high;
      letters.words += high > 0 ? word : 0;
      word = high = 0;
    }
  return letters;
}

// Whether uchardet's answer is to be believed. It knows scripts well; encodings of Latin letters it
// mixes up where there are few accents, and then Windows-1252 is the better guess.
static gboolean
is_credible (const char *name, const Letters *letters)
{
  static const char *const latin[] = { "ISO-8859-2",
                                       "ISO-8859-3",
                                       "ISO-8859-4",
                                       "ISO-8859-9",
                                       "ISO-8859-10",
                                       "ISO-8859-13",
                                       "ISO-8859-14",
                                       "ISO-8859-15",
                                       "ISO-8859-16",
                                       "WINDOWS-1250",
                                       "WINDOWS-1254",
                                       "WINDOWS-1257",
                                       "WINDOWS-1258",
                                       "IBM852",
                                       "IBM865",
                                       "IBM775",
                                       NULL };

  if (g_str_has_prefix (name, "MAC-") || g_str_equal (name, "VISCII") || g_str_equal (name, "ASCII")
      || cz_text_encoding_is_utf8 (name) || !cz_text_encoding_exists (name))
    return FALSE;
  if (g_str_has_prefix (name, "ISO-2022") || g_str_has_prefix (name, "HZ"))
    return TRUE;
  if (g_strv_contains (latin, name))
    return letters->high >= 10 && letters->high * 25 >= letters->letters;
  return letters->high * 2 >= letters->words
         && (letters->high * 4 >= letters->letters || letters->high >= 40);
}

const char *
cz_text_guess_encoding (const char *bytes, gsize length, gboolean complete)
{
  gsize broken = cz_text_find_broken (bytes, length), n, wrong = 0;
  Letters letters;
  gboolean shifted = memmem (bytes, length, "\x1b$", 2) != NULL;
  uchardet_t detector;
  const char *found;

  if (!shifted
      && (broken == length || (!complete && broken + 4 > length) || looks_binary (bytes, length)
          || is_broken_utf8 (bytes, length)))
    return NULL;
  letters = count_letters (bytes, length);
  detector = uchardet_new ();
  uchardet_handle_data (detector, bytes, length);
  uchardet_data_end (detector);
  found = g_intern_string (uchardet_get_charset (detector));
  uchardet_delete (detector);
  if (broken == length && !g_str_has_prefix (found, "ISO-2022"))
    return NULL;
  found = is_credible (found, &letters) ? g_intern_string (widen (found, letters.controls))
                                        : "WINDOWS-1252";
  g_free (cz_text_convert (bytes, length, found, &n, &wrong));
  return wrong * 1000 > length ? "WINDOWS-1252" : found; // a character cut off is no proof
}

const char *
cz_text_encoding_of_label (const char *label)
{
  static const struct
  {
    const char *label, *encoding;
  } labels[] = {
    { "utf8", "UTF-8" },          { "utf-16", "UTF-8" },
    { "ascii", "WINDOWS-1252" },  { "us-ascii", "WINDOWS-1252" },
    { "latin1", "WINDOWS-1252" }, { "iso8859-1", "WINDOWS-1252" },
    { "x-sjis", "CP932" },        { "shift-jis", "CP932" },
    { "windows-31j", "CP932" },   { "gbk", "GB18030" },
    { "x-gbk", "GB18030" },       { "ks_c_5601-1987", "UHC" },
    { "latin2", "ISO-8859-2" },   { "latin5", "WINDOWS-1254" },
    { "x-euc-jp", "EUC-JP" },     { "big5", "BIG5-HKSCS" },
    { "windows-949", "UHC" },
  };
  g_autofree char *upper = g_ascii_strup (label, -1);

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_ascii_strcasecmp (label, labels[i].label) == 0)
      return labels[i].encoding;
  return upper[0] != '\0' && cz_text_encoding_exists (upper)
             ? g_intern_string (widen (upper, FALSE))
             : NULL;
}
