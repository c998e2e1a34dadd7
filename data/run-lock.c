#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "data/file-lock.h"
#include "data/run.h"

// Who holds a run's lock is its process.

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
  g_autofree char *taken
      = g_strdup_printf (_ ("Run %" PRId64 " is at work in another process already."), id);

  g_mkdir_with_parents (folder, 0755);
  return cz_file_lock_take (path, taken, error);
}

gboolean
cz_run_is_alive (CzLibrary *library, gint64 id)
{
  g_autofree char *path = get_lock_path (library, id);

  return cz_file_lock_is_held (path);
}
