#pragma once

#include <glib.h>

// Files and folders that are either the old ones or the new ones, never half of them: written
// beside (NAME.tmp-PID-N), fsynced, renamed, the folder fsynced. What was begun and not finished is
// removed.
typedef struct _CzAtomicFile CzAtomicFile;

// Begins a file that will become `path`. Errors: CZ_FORMAT_ERROR_IO, CZ_FORMAT_ERROR_NO_SPACE.
CzAtomicFile *cz_atomic_file_new (const char *path, GError **error);
gboolean cz_atomic_file_write (CzAtomicFile *file, const void *data, gsize size, GError **error);
// Makes it durable and gives it its name. Afterwards only cz_atomic_file_free () may be called.
gboolean cz_atomic_file_finish (CzAtomicFile *file, GError **error);
// Frees it; unless it was finished nothing is left of it.
void cz_atomic_file_free (CzAtomicFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzAtomicFile, cz_atomic_file_free)

// The whole of it at once.
gboolean cz_atomic_file_save (const char *path, const void *data, gsize size, GError **error);

// Begins a folder that will become `path`: makes an empty folder beside it (and its parents) and
// returns that one's path.
char *cz_atomic_folder_new (const char *path, GError **error);
// Fsyncs the folder `beside` and puts it in the place of `path`; a folder that stood there is
// removed afterwards. On failure `path` is as it was and `beside` is left to the caller.
gboolean cz_atomic_folder_finish (const char *beside, const char *path, GError **error);
// Removes a folder made by cz_atomic_folder_new () with all its files; a missing one is fine.
void cz_folder_remove (const char *path);

// Fault seam of the tests: after `bytes` more bytes every write fails as on a full disk;
// G_MAXUINT64 switches it off.
void cz_atomic_file_fault_arm (guint64 bytes);
