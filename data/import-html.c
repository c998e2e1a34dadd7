#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/html-text.h"
#include "data/import-file.h"
#include "data/text-decoding.h"

// HTML: a page is a document, its text as html-text.h tells. As in a browser a byte that the page's
// encoding does not have costs that character, not the page.

static void
tell_broken (CzImportFile *file, gsize broken)
{
  g_autofree char *what = g_strdup_printf (
      ngettext ("%zu character of it could not be read and is “\uFFFD” now",
                "%zu characters of it could not be read and are “\uFFFD” now", (gulong)broken),
      broken);

  file->sink->note (file->path, 0, what, file->sink->data);
}

// Mends what is not UTF-8. NULL: it is as it should be.
static char *
mend (CzImportFile *file, const char *bytes, gsize length, gsize *ret_length)
{
  gsize at, broken = 0;
  char *mended;

  switch (cz_text_decode (bytes, length, cz_input_is_strict (file->input), &file->guess, &mended,
                          ret_length, &at))
    {
    case CZ_DECODED_AS_IS:
      return NULL;
    case CZ_DECODED_GUESSED:
      file->guessed.n = 1;
      return mended;
    default:
      mended = cz_text_convert (bytes, length, "UTF-8", ret_length, &broken);
      tell_broken (file, broken);
      return mended;
    }
}

gboolean
cz_import_read_html (CzImportFile *file, GError **error)
{
  g_autoptr (GString) text = NULL;
  g_autofree char *mended = NULL;
  gsize length, mended_length;
  const char *html = cz_import_file_gather (file, &length, error);

  if (html == NULL)
    return FALSE;
  if (length > CZ_DOCUMENT_BYTES_MAX)
    {
      cz_import_file_skip (file, 0, _ ("it is longer than 64 MiB; split it"));
      return TRUE;
    }
  mended = mend (file, html, length, &mended_length);
  text = cz_html_get_text (mended != NULL ? mended : html, mended != NULL ? mended_length : length);
  if (text == NULL)
    {
      cz_import_file_skip (file, 0, _ ("its elements lie too deep in one another"));
      return TRUE;
    }
  return cz_import_file_add (file, 0, text->str, text->len, NULL, NULL, error);
}
