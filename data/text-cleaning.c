#include "data/text-cleaning.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/data-error.h"
#include "data/html-markup.h"
#include "data/markdown-text.h"

static const struct
{
  const char *name;
  CzCleaning cleaning;
} names[] = {
  { "html", CZ_CLEAN_HTML },         { "br", CZ_CLEAN_BR },
  { "space", CZ_CLEAN_SPACE },       { "nfc", CZ_CLEAN_NFC },
  { "markdown", CZ_CLEAN_MARKDOWN }, { "all", CZ_CLEAN_ALL },
};

gboolean
cz_cleaning_parse (const char *list, CzCleaning *ret_cleaning, GError **error)
{
  g_auto (GStrv) parts = g_strsplit_set (list, ", ", -1);
  CzCleaning cleaning = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint j = 0;

      while (j < G_N_ELEMENTS (names) && !g_str_equal (parts[i], names[j].name))
        j++;
      if (j < G_N_ELEMENTS (names))
        cleaning |= names[j].cleaning;
      else if (parts[i][0] != '\0')
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                       _ ("“%s” cannot be cleaned away; there are html, br, space, nfc, markdown "
                          "and all, with commas between them."),
                       parts[i]);
          return FALSE;
        }
    }
  *ret_cleaning = cleaning;
  return TRUE;
}

char *
cz_cleaning_describe (CzCleaning cleaning)
{
  g_autoptr (GString) list = g_string_new (NULL);

  if ((cleaning & CZ_CLEAN_ALL) == CZ_CLEAN_ALL)
    {
      g_string_append (list, "all");
      cleaning &= ~CZ_CLEAN_ALL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].cleaning != CZ_CLEAN_ALL && (cleaning & names[i].cleaning) != 0)
      g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", names[i].name);
  return g_strdup (list->str);
}

// Runs of white space to one space, one line break or, with two line breaks in them, two; none at
// the beginning and the end.
static GString *
squeeze (const char *text, gsize length)
{
  GString *out = g_string_sized_new (length);
  const char *end = text + length;
  guint lines = 0;
  gboolean space = FALSE;

  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar)*p < 0x80 ? (guchar)*p : g_utf8_get_char (p);

      if (c != '\0' && (g_unichar_isspace (c) || c == '\v' || c == 0x85))
        {
          space = TRUE;
          if (c == '\n' && p > text && p[-1] == '\r')
            continue;
          lines += c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == 0x85 || c == 0x2028
                   || c == 0x2029;
          lines += c == 0x2029;
          continue;
        }
      if (space && out->len > 0)
        g_string_append (out, lines == 0 ? " " : lines == 1 ? "\n" : "\n\n");
      lines = 0;
      space = FALSE;
      g_string_append_len (out, p, g_utf8_next_char (p) - p);
    }
  return out;
}

// Line by line: neither line ends nor NULs take part in composing.
static GString *
compose (const char *text, gsize length)
{
  GString *out = g_string_sized_new (length);
  gsize at = 0;

  while (at < length)
    {
      gsize end = at;
      gboolean ascii = TRUE;

      while (end < length && text[end] != '\n' && text[end] != '\0')
        ascii = (guchar)text[end++] < 0x80 && ascii;
      if (ascii)
        g_string_append_len (out, text + at, (gssize)(end - at));
      else
        {
          g_autofree char *composed
              = g_utf8_normalize (text + at, (gssize)(end - at), G_NORMALIZE_NFC);

          g_string_append (out, composed);
        }
      if (end < length)
        g_string_append_c (out, text[end]);
      at = end + 1;
    }
  return out;
}

static void
replace (GString **text, GString *with)
{
  if (with == NULL)
    return;
  g_string_free (*text, TRUE);
  *text = with;
}

GString *
cz_text_clean (const char *text, gsize length, CzCleaning cleaning, gboolean is_markdown)
{
  GString *clean = g_string_new_len (text, (gssize)length);

  if ((cleaning & CZ_CLEAN_MARKDOWN) != 0
      || ((cleaning & CZ_CLEAN_MARKDOWN_FILES) != 0 && is_markdown))
    replace (&clean, cz_markdown_get_text (clean->str, clean->len));
  if ((cleaning & CZ_CLEAN_HTML) != 0)
    replace (&clean, cz_markup_strip (clean->str, clean->len));
  else if ((cleaning & CZ_CLEAN_BR) != 0)
    replace (&clean, cz_markup_break_lines (clean->str, clean->len));
  if ((cleaning & CZ_CLEAN_NFC) != 0)
    replace (&clean, compose (clean->str, clean->len));
  if ((cleaning & CZ_CLEAN_SPACE) != 0)
    replace (&clean, squeeze (clean->str, clean->len));
  return clean;
}
