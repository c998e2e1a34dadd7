#pragma once

#include <gio/gio.h>

// What files are known by.

typedef void (*CzFileHashProgress) (guint64 bytes, gpointer data);

// sha256 (hex) of one of a model's files, read once from front to end; freed by the caller. Errors:
// CZ_DATA_ERROR_NOT_FOUND, CZ_DATA_ERROR_IO, G_IO_ERROR_CANCELLED.
char *cz_file_hash (const char *path,
                    CzFileHashProgress progress,
                    gpointer data,
                    GCancellable *cancellable,
                    GError **error);

// Adds all that a descriptor still has to give to `sum`. `path` names it in messages. Errors:
// CZ_DATA_ERROR_IO, G_IO_ERROR_CANCELLED.
gboolean cz_file_hash_add (int descriptor,
                           const char *path,
                           GChecksum *sum,
                           CzFileHashProgress progress,
                           gpointer data,
                           GCancellable *cancellable,
                           GError **error);

// Begins what git knows a file of that many bytes by: the sha1 of "blob BYTES\0" and its contents,
// which the caller adds.
GChecksum *cz_file_hash_begin_git (gint64 bytes);
