#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/import-file.h"

// Plain text: a file or a line is a document.

gboolean
cz_import_read_text (CzImportFile *file, GError **error)
{
  gsize length;
  const char *text = cz_import_file_gather (file, &length, error);

  return text != NULL && cz_import_file_add (file, 0, text, length, NULL, NULL, error);
}

// A line is ended by \n or \r\n and by nothing else: a form feed, a lone \r, U+0085 and U+2029
// belong to the text.
gboolean
cz_import_read_lines (CzImportFile *file, GError **error)
{
  gboolean end = FALSE, too_long = FALSE;
  gint64 row = 0;
  gsize searched = 0; // bytes of the window known to hold no \n

  while (TRUE)
    {
      gsize length, line;
      const char *window = cz_input_peek (file->input, &length);
      const char *found = memchr (window + searched, '\n', length - searched);

      if (found == NULL && !end)
        {
          searched = length;
          if (length > CZ_DOCUMENT_BYTES_MAX)
            {
              too_long = TRUE;
              cz_input_skip (file->input, length);
              searched = 0;
            }
          if (!cz_input_fill (file->input, &end, error))
            return FALSE;
          continue;
        }
      if (found == NULL && length == 0 && !too_long)
        return TRUE;
      row++;
      line = found != NULL ? (gsize)(found - window) : length;
      if (too_long)
        cz_import_file_skip (file, row, _ ("it is longer than 64 MiB; split it"));
      else if (!cz_import_file_add (
                   file, row, window,
                   line - (found != NULL && line > 0 && window[line - 1] == '\r' ? 1 : 0), NULL,
                   NULL, error))
        return FALSE;
      if (found == NULL)
        return TRUE;
      too_long = FALSE;
      cz_input_skip (file->input, line + 1);
      searched = 0;
    }
}
