#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/import-file.h"

// Plain text: a file, a line or a paragraph is a document.

gboolean
cz_import_read_text (CzImportFile *file, GError **error)
{
  gsize length;
  const char *text;

  if (cz_import_file_can_stream (file, CZ_UNIT_LINE))
    return cz_import_read_lines (file, error);
  if (cz_import_file_can_stream (file, CZ_UNIT_PARAGRAPH))
    return cz_import_read_paragraphs (file, error);
  text = cz_import_file_gather (file, &length, error);
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

// Where the first lines that are not blank end, from a line's beginning on: the place of their last
// \n or \r\n; *ret_next is behind the blank line that ends them. FALSE: more is to be read.
// *line is the last line's beginning, to go on from, *searched what holds no other \n.
static gboolean
find_paragraph (const char *window,
                gsize length,
                gboolean end,
                gsize *line,
                gsize *searched,
                gint64 *lines,
                gsize *ret_end,
                gsize *ret_next)
{
  while (*line < length)
    {
      gsize from = MAX (*line, *searched);
      const char *found = memchr (window + from, '\n', length - from);
      gsize next = found != NULL ? (gsize)(found - window) + 1 : length;

      *searched = next;
      if (found == NULL && !end)
        return FALSE;
      (*lines)++;
      if (cz_import_line_is_blank (window + *line, next - *line))
        {
          *ret_end = *line;
          *ret_next = next;
          return TRUE;
        }
      *line = next;
    }
  *ret_end = *ret_next = length;
  return end;
}

// Paragraphs are set apart by lines with nothing but white space; the line breaks within them stay.
gboolean
cz_import_read_paragraphs (CzImportFile *file, GError **error)
{
  gboolean end = FALSE, too_long = FALSE;
  gint64 row = 1, lines = 0; // the paragraph's first line, and how many were looked at
  gsize line = 0, searched = 0;

  while (TRUE)
    {
      gsize length, paragraph, next;
      const char *window = cz_input_peek (file->input, &length);

      if (!find_paragraph (window, length, end, &line, &searched, &lines, &paragraph, &next))
        {
          if (line > CZ_DOCUMENT_BYTES_MAX || length - line > CZ_DOCUMENT_BYTES_MAX)
            {
              too_long = TRUE;
              cz_input_skip (file->input, line > 0 ? line : length);
              line = searched = 0;
            }
          if (!cz_input_fill (file->input, &end, error))
            return FALSE;
          continue;
        }
      while (paragraph > 0 && (window[paragraph - 1] == '\n' || window[paragraph - 1] == '\r'))
        paragraph--;
      if (too_long)
        cz_import_file_skip (file, row, _ ("it is longer than 64 MiB; split it"));
      else if (paragraph > 0
               && !cz_import_file_add (file, row, window, paragraph, NULL, NULL, error))
        return FALSE;
      if (end && next == length)
        return TRUE;
      cz_input_skip (file->input, next);
      row += lines;
      lines = 0;
      line = searched = 0;
      too_long = FALSE;
    }
}
