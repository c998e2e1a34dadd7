#include "data/file-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

#include "data/data-error.h"

// A moment of patience: a look by cz_file_lock_is_held () may hold it just now.
#define TRIES  20
#define NAP_US 5000

static int
lock_with_patience (int descriptor)
{
  for (int try = 0; flock (descriptor, LOCK_EX | LOCK_NB) != 0; try++)
    {
      if ((errno != EWOULDBLOCK && errno != EINTR) || try == TRIES)
        return errno;
      g_usleep (NAP_US);
    }
  return 0;
}

int
cz_file_lock_take (const char *path, const char *taken, GError **error)
{
  int descriptor = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  int reason = descriptor < 0 ? errno : lock_with_patience (descriptor);

  if (reason == 0)
    return descriptor;
  if (descriptor >= 0)
    close (descriptor);
  if (reason == EWOULDBLOCK)
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE, taken);
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
                 _ ("“%s” could not be locked: %s. Check the disk it lies on."), path,
                 g_strerror (reason));
  return -1;
}

gboolean
cz_file_lock_is_held (const char *path)
{
  int descriptor = open (path, O_RDONLY | O_CLOEXEC);
  gboolean held;

  if (descriptor < 0)
    return FALSE;
  held = flock (descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (descriptor);
  return held;
}
