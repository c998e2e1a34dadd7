#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

#include "data/run.h"

// Who holds a run's lock is its process. The kernel lets go of it however the process ends.

static char *
get_lock_path (CzLibrary *library, gint64 id)
{
  g_autofree char *folder = cz_run_get_folder (library, id);

  return g_build_filename (folder, "lock", NULL);
}

int
cz_run_lock (CzLibrary *library, gint64 id, GError **error)
{
  g_autofree char *path = get_lock_path (library, id);
  g_autofree char *folder = g_path_get_dirname (path);
  int descriptor;

  g_mkdir_with_parents (folder, 0755);
  descriptor = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                   _ ("The run's lock %s cannot be opened (%s)."), path, g_strerror (errno));
      return -1;
    }
  // A moment of patience: a look by cz_run_is_alive () may hold it just now.
  for (int try = 0; flock (descriptor, LOCK_EX | LOCK_NB) != 0; try++)
    {
      if (try >= 20)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                       _ ("Run %" PRId64 " is at work in another process already."), id);
          close (descriptor);
          return -1;
        }
      g_usleep (5000);
    }
  return descriptor;
}

gboolean
cz_run_is_alive (CzLibrary *library, gint64 id)
{
  g_autofree char *path = get_lock_path (library, id);
  int descriptor = open (path, O_RDONLY | O_CLOEXEC);
  gboolean alive;

  if (descriptor < 0)
    return FALSE;
  alive = flock (descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (descriptor);
  return alive;
}
