#include <errno.h>
#include <poppler.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/pdf-text.h"

// The program cz-pdf-text: a PDF on standard input, which must be a file, to its text on standard
// output, a form feed behind each page. A program of its own because PDFs are large and hostile: a
// crash, a page that takes for ever or all of the memory ends this process and nothing else, and
// the others start without the libraries that drawing needs.

#define PAGE_SECONDS 60
#define MEMORY_MAX   ((rlim_t)4 << 30)

// Whether two letters that follow one another in the text stand apart on the page, in columns or in
// a list's number and its item, where poppler writes no space.
static gboolean
stand_apart (const PopplerRectangle *a, const PopplerRectangle *b)
{
  double height = MAX (a->y2 - a->y1, b->y2 - b->y1);
  gboolean same_line = MIN (a->y2, b->y2) - MAX (a->y1, b->y1) > height / 4;
  double gap = b->x1 - a->x2;

  return height > 0 && (!same_line || gap > height / 4 || gap < -height);
}

static void
write_page (PopplerPage *page)
{
  g_autofree char *text = poppler_page_get_text (page);
  g_autofree PopplerRectangle *places = NULL;
  guint n = 0;
  gunichar before = ' ';
  guint i = 0;

  if (text == NULL || !poppler_page_get_text_layout (page, &places, &n))
    n = 0;
  for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char (at), i++)
    {
      gunichar c = g_utf8_get_char (at);

      if (i > 0 && i < n && !g_unichar_isspace (before) && !g_unichar_isspace (c)
          && stand_apart (&places[i - 1], &places[i]))
        putchar (' ');
      if (c != '\f' && c != '\0')
        fwrite (at, 1, (gsize)(g_utf8_next_char (at) - at), stdout);
      before = c;
    }
  putchar ('\f');
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  PopplerDocument *document;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  alarm (PAGE_SECONDS);
#if !defined(__SANITIZE_ADDRESS__)
  setrlimit (RLIMIT_AS, &(struct rlimit){ MEMORY_MAX, MEMORY_MAX });
#endif
  file = g_mapped_file_new_from_fd (STDIN_FILENO, FALSE, &error);
  if (file == NULL)
    return CZ_PDF_DAMAGED;
  bytes = g_mapped_file_get_bytes (file);
  document = poppler_document_new_from_bytes (bytes, NULL, &error);
  if (document == NULL)
    return g_error_matches (error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? CZ_PDF_ENCRYPTED
                                                                           : CZ_PDF_DAMAGED;
  for (int i = 0; i < poppler_document_get_n_pages (document); i++)
    {
      PopplerPage *page = poppler_document_get_page (document, i);

      alarm (PAGE_SECONDS);
      if (page != NULL)
        write_page (page);
      else
        putchar ('\f');
      g_clear_object (&page);
      if (ferror (stdout))
        return CZ_PDF_DAMAGED;
    }
  g_object_unref (document);
  return fflush (stdout) == 0 ? CZ_PDF_READ : CZ_PDF_DAMAGED;
}
