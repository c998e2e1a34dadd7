#include "engine/format/lfs-pointer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/format/format-error.h"

// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
#define LFS_OPENING "version https://git-lfs.github.com/spec/"

gboolean
cz_lfs_pointer_check (const char *path, const void *data, gsize size, GError **error)
{
  gsize opening = strlen (LFS_OPENING);
  guint64 bytes = 0;

  if (size < opening || memcmp (data, LFS_OPENING, opening) != 0)
    return TRUE;

  g_autofree char *text = g_strndup (data, MIN (size, 1024));
  const char *found = strstr (text, "\nsize ");
  if (found != NULL)
    bytes = g_ascii_strtoull (found + strlen ("\nsize "), NULL, 10);
  g_autofree char *real_size = g_format_size (bytes);
  g_set_error (error, CZ_FORMAT_ERROR, CZ_FORMAT_ERROR_LFS_POINTER,
               _ ("“%s” is a Git-LFS pointer, not the file itself (%s); run “git lfs pull” in its "
                  "folder or download the file from the model's page."),
               path, real_size);
  return FALSE;
}
