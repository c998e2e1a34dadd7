#include "data/csv-cell.h"

#include <string.h>

void
cz_csv_append_cell (GString *out, const char *text, gsize length)
{
  gboolean quote = FALSE;

  for (gsize i = 0; i < length && !quote; i++)
    quote = strchr (",\"\r\n ", text[i]) != NULL; // strchr also finds the NUL
  if (!quote)
    {
      g_string_append_len (out, text, (gssize)length);
      return;
    }
  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, text[i]);
    }
  g_string_append_c (out, '"');
}
