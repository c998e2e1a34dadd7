#pragma once

#include "data/hub.h"

// What was fetched from the Hub, in $XDG_CACHE_HOME/clozebench/hub: blobs/ID is a whole file by its
// checksum (sha256, or git's sha1 of small ones), blobs/ID.part what is there of one that isn't
// whole; records/ what the Hub said of a repository.

// Of a file; freed by the caller.
const char *cz_hub_cache_get_id (const CzHubFile *file);
char *cz_hub_cache_get_blob (const CzHubFile *file);

// Bytes of a file that are there.
gint64 cz_hub_cache_measure (const CzHubFile *file);

// Makes the folder and holds the file's lock, so that one process at a time fetches it; what waits
// is called now and then. Returns a descriptor to be closed; -1: an error (CZ_HTTP_ERROR_IO or
// _FULL, G_IO_ERROR_CANCELLED).
int cz_hub_cache_lock (const CzHubFile *file,
                       void (*waits) (gpointer data),
                       gpointer data,
                       GCancellable *cancellable,
                       GError **error);

// The same of a lock's own path, whose folder is there.
int cz_hub_cache_lock_path (const char *path,
                            void (*waits) (gpointer data),
                            gpointer data,
                            GCancellable *cancellable,
                            GError **error);

// Where a data set's files lie while they are imported, the same for all of its revisions so that
// a corpus can be brought up to date; freed by the caller.
char *cz_hub_cache_get_import (const CzHubInfo *info);

// Puts a whole blob into a place of its own as cz_file_link () does, and makes the folders above.
// What is there is replaced.
gboolean cz_hub_cache_put (const CzHubFile *file,
                           const char *path,
                           GCancellable *cancellable,
                           GError **error);

// A record by its repository and revision (NULL: main), as JSON's text; freed by the caller. NULL:
// there is none.
char *cz_hub_cache_recall (CzHubKind kind, const char *repo, const char *revision);
void cz_hub_cache_keep (CzHubKind kind, const char *repo, const char *revision, const char *record);

// Sets CZ_HTTP_ERROR_FULL or _IO of errno's `number` at `path`.
void cz_hub_cache_set_error (const char *path, int number, GError **error);
