#include "cli/line-reader.h"

#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define PIECE     (256 * 1024)
#define LINE_MOST ((gsize)1 << 30)

struct _CzLineReader
{
  char *name;
  int descriptor;
  char *bytes;
  gsize capacity;
  gsize from, to; // what was read and not yet given out
  gsize looked;   // no line ends before
  gboolean ended;
  guint64 number;
};

static void
set_error (CzLineReader *reader, int code, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
               _ ("“%s” could not be read: %s."), reader->name, g_strerror (code));
}

CzLineReader *
cz_line_reader_new (const char *path, GError **error)
{
  gboolean standard = path == NULL || strcmp (path, "-") == 0;
  g_autoptr (CzLineReader) reader = g_new0 (CzLineReader, 1);

  reader->name = standard ? g_strdup (_ ("standard input")) : g_filename_display_name (path);
  reader->descriptor = standard ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  if (reader->descriptor < 0)
    {
      set_error (reader, errno, error);
      return NULL;
    }
  return g_steal_pointer (&reader);
}

void
cz_line_reader_free (CzLineReader *reader)
{
  if (reader->descriptor > STDIN_FILENO)
    close (reader->descriptor);
  g_free (reader->name);
  g_free (reader->bytes);
  g_free (reader);
}

// Room for a piece more behind what is there.
static gboolean
make_room (CzLineReader *reader, GError **error)
{
  if (reader->from > 0 && reader->from >= reader->capacity / 2)
    {
      memmove (reader->bytes, reader->bytes + reader->from, reader->to - reader->from);
      reader->looked -= reader->from;
      reader->to -= reader->from;
      reader->from = 0;
    }
  if (reader->capacity - reader->to >= PIECE)
    return TRUE;
  if (reader->to - reader->from > LINE_MOST)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                   _ ("Line %" PRIu64 " of “%s” is longer than 1 GiB; break it up."),
                   reader->number + 1, reader->name);
      return FALSE;
    }
  gsize capacity = MAX (2 * reader->capacity, 2 * PIECE);
  char *bytes = g_try_realloc (reader->bytes, capacity);
  if (bytes == NULL)
    {
      set_error (reader, ENOMEM, error);
      return FALSE;
    }
  reader->bytes = bytes;
  reader->capacity = capacity;
  return TRUE;
}

static gboolean
read_more (CzLineReader *reader, GError **error)
{
  gssize n;

  if (!make_room (reader, error))
    return FALSE;
  do
    n = read (reader->descriptor, reader->bytes + reader->to, PIECE);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      set_error (reader, errno, error);
      return FALSE;
    }
  reader->ended = n == 0;
  reader->to += (gsize)n;
  return TRUE;
}

const char *
cz_line_reader_next (
    CzLineReader *reader, gsize *ret_length, void (*idle) (gpointer), gpointer data, GError **error)
{
  for (;;)
    {
      const char *stop = reader->to > reader->looked ? memchr (reader->bytes + reader->looked, '\n',
                                                               reader->to - reader->looked)
                                                     : NULL;

      reader->looked = reader->to;
      if (stop != NULL || (reader->ended && reader->to > reader->from))
        {
          const char *line = reader->bytes + reader->from;
          *ret_length = stop != NULL ? (gsize)(stop - line) : reader->to - reader->from;
          reader->from = MIN (reader->from + *ret_length + 1, reader->to);
          reader->looked = reader->from;
          reader->number++;
          return line;
        }
      if (reader->ended)
        return NULL;
      if (idle != NULL)
        idle (data);
      if (!read_more (reader, error))
        return NULL;
    }
}

guint64
cz_line_reader_get_number (CzLineReader *reader)
{
  return reader->number;
}

const char *
cz_line_reader_get_name (CzLineReader *reader)
{
  return reader->name;
}
