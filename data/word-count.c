#include "data/word-count.h"

gint64
cz_text_count_words (const char *text, gsize length)
{
  const char *end = text + length;
  gboolean inside = FALSE;
  gint64 words = 0;

  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar)*p < 0x80 ? (guchar)*p : g_utf8_get_char (p);
      gboolean letter = g_unichar_isalnum (c) || (inside && c >= 0x80 && g_unichar_ismark (c));

      words += letter && !inside;
      inside = letter;
    }
  return words;
}
