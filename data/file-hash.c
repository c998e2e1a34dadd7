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
