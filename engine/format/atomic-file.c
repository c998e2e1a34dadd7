#include "engine/format/atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/format/format-error.h"

struct _CzAtomicFile
{
  char *path;
  char *beside;
  int descriptor; // -1 once closed
  gboolean finished;
};

static gint64 fault_bytes = -1; // -1: no fault armed
static gint serial;

void
cz_atomic_file_fault_arm (guint64 bytes)
{
  fault_bytes = bytes > G_MAXINT64 ? -1 : (gint64)bytes;
}

// Fails with ENOSPC or EIO from `number`; `path` is the file that was to be.
static void
set_io_error (GError **error, const char *path, int number)
{
  if (number == ENOSPC || number == EDQUOT)
    g_set_error (
        error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_NO_SPACE,
        _ ("The disk is full, so “%s” could not be written; free some space and try again."), path);
  else
    g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_IO, _ ("“%s” could not be written: %s"),
                 path, g_strerror (number));
}

static char *
name_beside (const char *path)
{
  gsize length = strlen (path);

  while (length > 1 && path[length - 1] == '/')
    length--;
  return g_strdup_printf ("%.*s.tmp-%d-%d", (int)length, path, (int)getpid (),
                          g_atomic_int_add (&serial, 1));
}

static gboolean
sync_folder (const char *path, GError **error)
{
  int descriptor = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  // Some file systems can't sync a folder; then its rename is as durable as they make it.
  if (descriptor < 0 || (fsync (descriptor) != 0 && errno != EINVAL && errno != ENOTSUP))
    {
      int number = errno;
      if (descriptor >= 0)
        close (descriptor);
      set_io_error (error, path, number);
      return FALSE;
    }
  close (descriptor);
  return TRUE;
}

CzAtomicFile *
cz_atomic_file_new (const char *path, GError **error)
{
  g_autofree char *beside = name_beside (path);
  int descriptor = open (beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

  if (descriptor < 0)
    {
      set_io_error (error, path, errno);
      return NULL;
    }
  CzAtomicFile *file = g_new0 (CzAtomicFile, 1);
  file->path = g_strdup (path);
  file->beside = g_steal_pointer (&beside);
  file->descriptor = descriptor;
  return file;
}

gboolean
cz_atomic_file_write (CzAtomicFile *file, const void *data, gsize size, GError **error)
{
  const guint8 *next = data;

  while (size > 0)
    {
      gsize part = MIN (size, (gsize)1 << 30);
      if (fault_bytes >= 0)
        {
          if ((gint64)part > fault_bytes)
            {
              set_io_error (error, file->path, ENOSPC);
              return FALSE;
            }
          fault_bytes -= (gint64)part;
        }
      gssize written = write (file->descriptor, next, part);
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          set_io_error (error, file->path, errno);
          return FALSE;
        }
      next += written;
      size -= (gsize)written;
    }
  return TRUE;
}

gboolean
cz_atomic_file_finish (CzAtomicFile *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file->path);
  gboolean synced = fsync (file->descriptor) == 0;
  int number = errno;

  if (close (file->descriptor) != 0 && synced)
    {
      synced = FALSE;
      number = errno;
    }
  file->descriptor = -1;
  if (!synced)
    {
      set_io_error (error, file->path, number);
      return FALSE;
    }
  if (rename (file->beside, file->path) != 0)
    {
      set_io_error (error, file->path, errno);
      return FALSE;
    }
  file->finished = TRUE;
  return sync_folder (folder, error);
}

void
cz_atomic_file_free (CzAtomicFile *file)
{
  if (file->descriptor >= 0)
    close (file->descriptor);
  if (!file->finished)
    g_unlink (file->beside);
  g_free (file->path);
  g_free (file->beside);
  g_free (file);
}

gboolean
cz_atomic_file_save (const char *path, const void *data, gsize size, GError **error)
{
  g_autoptr (CzAtomicFile) file = cz_atomic_file_new (path, error);

  return file != NULL && cz_atomic_file_write (file, data, size, error)
         && cz_atomic_file_finish (file, error);
}

char *
cz_atomic_folder_new (const char *path, GError **error)
{
  g_autofree char *beside = name_beside (path);

  if (g_mkdir_with_parents (beside, 0777) != 0)
    {
      set_io_error (error, path, errno);
      return NULL;
    }
  return g_steal_pointer (&beside);
}

gboolean
cz_atomic_folder_finish (const char *beside, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *old = NULL;

  if (!sync_folder (beside, error))
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      // Two names change places in one step, so there is no moment without a folder of that name.
      if (renameat2 (AT_FDCWD, beside, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
        old = g_strdup (beside);
      else if (errno == EINVAL || errno == ENOSYS)
        {
          old = name_beside (path);
          if (rename (path, old) != 0)
            {
              set_io_error (error, path, errno);
              return FALSE;
            }
          if (rename (beside, path) != 0)
            {
              int number = errno;
              if (rename (old, path) != 0)
                number = errno;
              set_io_error (error, path, number);
              return FALSE;
            }
        }
      else
        {
          set_io_error (error, path, errno);
          return FALSE;
        }
    }
  else if (rename (beside, path) != 0)
    {
      set_io_error (error, path, errno);
      return FALSE;
    }
  if (!sync_folder (parent, error))
    return FALSE;
  if (old != NULL)
    cz_folder_remove (old);
  return TRUE;
}

void
cz_folder_remove (const char *path)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  // A link is removed as a link: what it points to is not ours.
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    folder = g_dir_open (path, 0, NULL);
  if (folder == NULL)
    {
      g_unlink (path);
      return;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);
      cz_folder_remove (inside);
    }
  g_rmdir (path);
}
