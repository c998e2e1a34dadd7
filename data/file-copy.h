#pragma once

#include <gio/gio.h>

// A file at a second place: all of it or nothing, and what stood at `to` is there until the whole
// of the new one is. Errors: CZ_DATA_ERROR_IO (`from` cannot be read), CZ_FORMAT_ERROR_IO and
// CZ_FORMAT_ERROR_NO_SPACE (`to` cannot be written), G_IO_ERROR_CANCELLED.

gboolean cz_file_copy (const char *from, const char *to, GCancellable *cancellable, GError **error);

// As a second name of the same bytes where the file system can and nothing stands at `to`, else as
// a copy: for files that are never written in place. Of a symbolic link it is what that leads to.
gboolean cz_file_link (const char *from, const char *to, GCancellable *cancellable, GError **error);
