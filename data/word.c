#include "data/word.h"

const char *
cz_word_next (const char **at, const char *end, gsize *ret_length)
{
  const char *begin = NULL, *p = *at;

  for (; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar)*p < 0x80 ? (guchar)*p : g_utf8_get_char (p);
      gboolean letter = c < 0x80 ? g_ascii_isalnum (c)
                                 : g_unichar_isalnum (c) || (begin != NULL && g_unichar_ismark (c));

      if (letter && begin == NULL)
        begin = p;
      else if (!letter && begin != NULL)
        break;
    }
  *at = p;
  if (begin != NULL)
    *ret_length = (gsize)(p - begin);
  return begin;
}

gint64
cz_word_count (const char *text, gsize length)
{
  const char *at = text, *end = text + length;
  gint64 words = 0;
  gsize n;

  while (cz_word_next (&at, end, &n) != NULL)
    words++;
  return words;
}
