#pragma once

#include <glib.h>

// Git-LFS leaves a small text file in place of a big one that was not fetched.
// FALSE with CZ_FORMAT_ERROR_LFS_POINTER if `data`, the contents of `path` or their beginning, is
// one.
gboolean cz_lfs_pointer_check (const char *path, const void *data, gsize size, GError **error);
