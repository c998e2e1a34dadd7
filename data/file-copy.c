#include "data/file-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "data/data-error.h"
#include "engine/format/atomic-file.h"

#define CHUNK (1 << 20)

static gboolean
fail_reading (const char *path, int number, GError **error)
{
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
               _ ("“%s” could not be read: %s. Check the disk it lies on."), path,
               g_strerror (number));
  return FALSE;
}

static gboolean
copy_bytes (
    int from, const char *from_path, CzAtomicFile *to, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (CHUNK);
  ssize_t n;

  while ((n = read (from, bytes, CHUNK)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail_reading (from_path, errno, error);
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !cz_atomic_file_write (to, bytes, (gsize)n, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cz_file_copy (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  int descriptor = g_open (from, O_RDONLY | O_CLOEXEC, 0);

  if (descriptor < 0)
    return fail_reading (from, errno, error);
  g_autoptr (CzAtomicFile) file = cz_atomic_file_new (to, error);
  gboolean copied = file != NULL && copy_bytes (descriptor, from, file, cancellable, error)
                    && cz_atomic_file_finish (file, error);
  close (descriptor);
  return copied;
}

gboolean
cz_file_link (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  return linkat (AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0
         || cz_file_copy (from, to, cancellable, error);
}
