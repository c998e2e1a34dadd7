#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/import-file.h"
#include "data/pdf-text.h"

// PDF: a file is a document, its pages joined by empty lines. Another process reads it
// (pdf-text.c).

#define PDF_BYTES_MAX ((gsize)256 << 20)

// Beside this program's folder when installed, else where it was built.
static char *
find_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup ("/usr/bin");
  g_autofree char *installed
      = g_build_filename (folder, "..", "libexec", "clozebench", "cz-pdf-text", NULL);

  return g_strdup (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE) ? installed : CZ_PDF_TEXT);
}

static gboolean
write_all (int descriptor, const char *bytes, gsize n)
{
  while (n > 0)
    {
      gssize written = write (descriptor, bytes, n);

      if (written < 0 && errno != EINTR)
        return FALSE;
      bytes += MAX (written, 0);
      n -= (gsize)MAX (written, 0);
    }
  return TRUE;
}

// The whole file in memory, as a file that another process can read; -1 without an error: it is too
// large, and that was told.
static int
spool (CzImportFile *file, GError **error)
{
  int descriptor = memfd_create ("pdf", MFD_CLOEXEC);
  gboolean end = FALSE;
  gsize total = 0;

  while (descriptor >= 0)
    {
      gsize n;
      const char *window = cz_input_peek (file->input, &n);

      total += n;
      if (total > PDF_BYTES_MAX)
        {
          cz_import_file_skip (file, 0, _ ("it is longer than 256 MiB; split it"));
          break;
        }
      if (!write_all (descriptor, window, n))
        {
          cz_import_file_skip (file, 0, _ ("there is not enough memory to read it"));
          break;
        }
      cz_input_skip (file->input, n);
      if (end)
        {
          lseek (descriptor, 0, SEEK_SET);
          return descriptor;
        }
      if (!cz_input_fill (file->input, &end, error))
        break;
    }
  if (descriptor >= 0)
    close (descriptor);
  else
    cz_import_file_skip (file, 0, _ ("there is not enough memory to read it"));
  return -1;
}

// The pages' texts. Cut off at what a document may have at most and a byte.
static GString *
read_pages (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char block[1 << 16];
  gssize n;

  while ((n = g_input_stream_read (stream, block, sizeof block, cancellable, error)) > 0)
    {
      g_string_append_len (text, block, n);
      if (text->len > CZ_DOCUMENT_BYTES_MAX)
        break;
    }
  return n < 0 ? NULL : g_steal_pointer (&text);
}

GString *
cz_pdf_join_pages (const char *text, gsize length)
{
  GString *joined = g_string_sized_new (length);
  const char *end = text + length;

  for (const char *page = text, *next; page < end; page = next)
    {
      const char *feed = memchr (page, '\f', (gsize)(end - page));
      gsize n = (gsize)((feed != NULL ? feed : end) - page);

      next = feed != NULL ? feed + 1 : end;
      while (n > 0 && g_ascii_isspace (page[n - 1]))
        n--;
      if (n > 0 && joined->len > 0)
        g_string_append (joined, "\n\n");
      g_string_append_len (joined, page, (gssize)n);
    }
  return joined;
}

static const char *
describe_end (GSubprocess *process)
{
  int status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;

  if (status == CZ_PDF_READ)
    return NULL;
  if (status == CZ_PDF_ENCRYPTED)
    return _ ("it is encrypted; save it without a password first");
  if (status == CZ_PDF_DAMAGED)
    return _ ("it is no PDF, or a damaged one");
  return _ ("the PDF cannot be read: it is damaged, or takes too much time or memory");
}

static gboolean
read_text (CzImportFile *file, int descriptor, GError **error)
{
  g_autofree char *program = find_program ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GString) text = NULL, joined = NULL;
  g_autoptr (GError) failed = NULL;
  GCancellable *cancellable = cz_input_get_cancellable (file->input);
  const char *problem = NULL;

  g_subprocess_launcher_take_stdin_fd (launcher, descriptor);
  process = g_subprocess_launcher_spawn (launcher, &failed, program, NULL);
  if (process == NULL)
    {
      g_autofree char *reason = g_strdup_printf (
          _ ("the program that reads PDFs cannot be started (%s)"), failed->message);

      cz_import_file_skip (file, 0, reason);
      return TRUE;
    }
  text = read_pages (g_subprocess_get_stdout_pipe (process), cancellable, error);
  if (text == NULL || text->len > CZ_DOCUMENT_BYTES_MAX)
    g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL); // nothing cancels it
  if (text == NULL)
    return FALSE;
  joined = cz_pdf_join_pages (text->str, text->len);
  if (text->len > CZ_DOCUMENT_BYTES_MAX)
    problem = _ ("it is longer than 64 MiB; split it");
  else if ((problem = describe_end (process)) == NULL && joined->len == 0)
    problem = _ ("it has no text, only images; recognise its text (OCR) first");
  if (problem == NULL)
    return cz_import_file_add (file, 0, joined->str, joined->len, NULL, NULL, error);
  cz_import_file_skip (file, 0, problem);
  return TRUE;
}

gboolean
cz_import_read_pdf (CzImportFile *file, GError **error)
{
  GError *failed = NULL;
  int descriptor = spool (file, &failed);

  if (descriptor >= 0)
    return read_text (file, descriptor, error);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}
