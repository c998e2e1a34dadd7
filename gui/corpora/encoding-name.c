#include "gui/corpora/encoding-name.h"

#include <glib/gi18n.h>

static const struct
{
  const char *encoding;
  const char *title;
} names[] = {
  { "UTF-8", "UTF-8" },
  { "WINDOWS-1252", N_ ("Windows-1252 (Western European)") },
  { "ISO-8859-1", N_ ("ISO 8859-1 (Western European)") },
  { "ISO-8859-15", N_ ("ISO 8859-15 (Western European, with €)") },
  { "MACINTOSH", N_ ("Mac Roman (Western European)") },
  { "CP850", N_ ("DOS 850 (Western European)") },
  { "UTF-16", "UTF-16" },
  { "UTF-32", "UTF-32" },
  { "WINDOWS-1250", N_ ("Windows-1250 (Central European)") },
  { "ISO-8859-2", N_ ("ISO 8859-2 (Central European)") },
  { "WINDOWS-1257", N_ ("Windows-1257 (Baltic)") },
  { "WINDOWS-1251", N_ ("Windows-1251 (Cyrillic)") },
  { "KOI8-R", N_ ("KOI8-R (Russian)") },
  { "KOI8-U", N_ ("KOI8-U (Ukrainian)") },
  { "WINDOWS-1253", N_ ("Windows-1253 (Greek)") },
  { "ISO-8859-7", N_ ("ISO 8859-7 (Greek)") },
  { "WINDOWS-1254", N_ ("Windows-1254 (Turkish)") },
  { "WINDOWS-1255", N_ ("Windows-1255 (Hebrew)") },
  { "WINDOWS-1256", N_ ("Windows-1256 (Arabic)") },
  { "WINDOWS-1258", N_ ("Windows-1258 (Vietnamese)") },
  { "WINDOWS-874", N_ ("Windows-874 (Thai)") },
  { "GB18030", N_ ("GB 18030 (Chinese, simplified)") },
  { "BIG5", N_ ("Big5 (Chinese, traditional)") },
  { "SHIFT_JIS", N_ ("Shift JIS (Japanese)") },
  { "EUC-JP", N_ ("EUC-JP (Japanese)") },
  { "EUC-KR", N_ ("EUC-KR (Korean)") },
};

const char *
cz_encoding_name_at (guint index)
{
  return index < G_N_ELEMENTS (names) ? names[index].encoding : NULL;
}

const char *
cz_encoding_name_get_title (const char *encoding)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (names[i].encoding, encoding) == 0)
      return _ (names[i].title);
  return encoding;
}
