#include "data/file-hash.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/data-error.h"

#define CHUNK (1 << 20)

gboolean
cz_file_hash_add (int descriptor,
                  const char *path,
                  GChecksum *sum,
                  CzFileHashProgress progress,
                  gpointer data,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autofree guint8 *bytes = g_malloc (CHUNK);
  guint64 done = 0;
  ssize_t n;

  while ((n = read (descriptor, bytes, CHUNK)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                       _ ("“%s” could not be read: %s. Check the disk it lies on."), path,
                       g_strerror (errno));
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_checksum_update (sum, bytes, n);
      done += (guint64)n;
      if (progress != NULL)
        progress (done, data);
    }
  return TRUE;
}

char *
cz_file_hash (const char *path,
              CzFileHashProgress progress,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  struct stat status;
  // A pipe in its place could be waited for in vain.
  int descriptor = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

  if (descriptor < 0 || fstat (descriptor, &status) != 0 || !S_ISREG (status.st_mode))
    {
      int number = descriptor < 0 ? errno : 0;
      if (descriptor >= 0)
        close (descriptor);
      if (number != 0)
        g_set_error (error, CZ_DATA_ERROR,
                     number == ENOENT ? CZ_DATA_ERROR_NOT_FOUND : CZ_DATA_ERROR_IO,
                     _ ("“%s” cannot be opened: %s. Get the model's folder again."), path,
                     g_strerror (number));
      else
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                     _ ("“%s” is no ordinary file; get the model's folder again."), path);
      return NULL;
    }
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gboolean read_all = cz_file_hash_add (descriptor, path, sum, progress, data, cancellable, error);
  close (descriptor);
  return read_all ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

GChecksum *
cz_file_hash_begin_git (gint64 bytes)
{
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *opening = g_strdup_printf ("blob %" PRId64, bytes);

  g_checksum_update (sum, (const guint8 *)opening, (gssize)strlen (opening) + 1);
  return sum;
}
