#pragma once

#include <gio/gio.h>

// What a person gives to import (files, folders, archives) as a row of entries to be read. An
// archive is a folder; nothing outside what was given is ever touched.

// One file, or one file of an archive, while it is being visited.
typedef struct _CzEntry CzEntry;

const char *cz_entry_get_path (CzEntry *entry); // for people: "film.tar.gz/aclImdb/train/pos/1.txt"
const char *cz_entry_get_inner (CzEntry *entry); // below what was given; tells splits and labels
gboolean cz_entry_is_given (CzEntry *entry);     // itself was named by the person
GCancellable *cz_entry_get_cancellable (CzEntry *entry); // the entry's; NULL: none
// How its contents begin, at most `size` bytes, before anything is read; the entry's. They are read
// again.
const char *cz_entry_peek (CzEntry *entry, gsize size, gsize *ret_length);
// Up to `size` bytes of its contents. 0 at the end, -1 on error (CZ_DATA_ERROR_IO).
gssize cz_entry_read (CzEntry *entry, void *buffer, gsize size, GError **error);
// A plain file's descriptor, the entry's, for formats that do not begin at the beginning; -1: its
// bytes come from an archive, in their order only.
int cz_entry_get_descriptor (CzEntry *entry);
// Tells how many bytes of a plain file have been read by its descriptor. FALSE: cancelled.
gboolean cz_entry_tell (CzEntry *entry, gint64 bytes_read, GError **error);
// Reads all of it to be visited later: an entry of its own. NULL: it is longer than `limit` bytes,
// and is to be read as if nothing had happened.
CzEntry *cz_entry_hold (CzEntry *entry, gsize limit);
void cz_entry_free_held (CzEntry *entry);
gsize cz_entry_measure_held (CzEntry *entry); // about how much memory it takes

typedef struct
{
  // Visits an entry; FALSE with the error set ends everything.
  gboolean (*visit) (CzEntry *entry, gpointer data, GError **error);
  // Tells of something that is left out, and why.
  void (*skip) (const char *path, gint64 row, const char *reason, gpointer data);
  // Tells of something that is damaged, so that not all of it could be read.
  void (*damage) (const char *path, gint64 row, const char *reason, gpointer data);
  // One of the paths is finished; FALSE with the error set ends everything.
  gboolean (*finish) (gpointer data, GError **error);
  // How many bytes of the given files have been read.
  void (*progress) (gint64 bytes_done, const char *path, gpointer data);
  gpointer data;
} CzEntryVisitor;

// Visits all entries of `paths` (NULL-terminated) in a fixed order: folders bytewise sorted,
// archives as they are. Links, devices and names that lead elsewhere are skipped with a reason.
// Errors: CZ_DATA_ERROR_NOT_FOUND, _IO, G_IO_ERROR_CANCELLED and the visitor's.
gboolean cz_entry_source_each (const char *const *paths,
                               const CzEntryVisitor *visitor,
                               GCancellable *cancellable,
                               GError **error);

// Bytes of all files given, as they lie on the disk.
gint64 cz_entry_source_measure (const char *const *paths);
