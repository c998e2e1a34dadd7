#include "gui/progress-line.h"

#include <math.h>
#include <string.h>

void
cz_progress_line_clear (CzProgressLine *line)
{
  g_clear_pointer (&line->text, g_free);
  g_clear_pointer (&line->what, g_free);
  g_clear_pointer (&line->status, g_free);
}

// Cuts "(91 of 268 MB)" off the end of what is said; NULL: there is none.
static char *
cut_amounts (char *what)
{
  gsize n = strlen (what);
  char *open = g_strrstr (what, " (");
  char *amounts;

  if (n == 0 || what[n - 1] != ')' || open == NULL || !g_ascii_isdigit (open[2]))
    return NULL;
  amounts = g_strndup (open + 2, n - 1 - (gsize)(open + 2 - what));
  *open = '\0';
  return amounts;
}

CzProgressLine
cz_progress_line_read (const char *line)
{
  CzProgressLine read = { .share = -1 };
  char *end = NULL;
  double percent = g_ascii_strtod (line, &end);
  const char *rest = line;
  g_auto (GStrv) parts = NULL;
  g_autofree char *amounts = NULL;
  const char *left;

  while (end != line && *end == ' ')
    end++;
  if (end != line && *end == '%' && isfinite (percent))
    {
      read.share = CLAMP (percent / 100, 0, 1);
      rest = end + 1;
    }
  while (*rest == ' ')
    rest++;
  read.text = g_strdup (rest);
  // A note in plain words has no second part.
  parts = g_strsplit (rest, "  ", 2);
  read.what = g_strstrip (g_strdup (parts[0] != NULL ? parts[0] : ""));
  left = parts[0] != NULL && parts[1] != NULL ? g_strstrip (parts[1]) : "";
  amounts = cut_amounts (read.what);
  read.status = g_strdup_printf ("%s%s%s", amounts != NULL ? amounts : read.what,
                                 left[0] != '\0' ? " · " : "", left);
  return read;
}
