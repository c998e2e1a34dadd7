#pragma once

#include "data/entry-source.h"

// What entry-source.c (files and folders) and entry-archive.c (archives) share.

typedef struct _CzArchiveReading CzArchiveReading;

struct _CzEntry
{
  const char *path;
  const char *inner;
  gboolean given;
  int descriptor;            // a plain file's, or -1
  CzArchiveReading *archive; // whose current entry it is, or NULL
  const CzEntryVisitor *visitor;
  GCancellable *cancellable;
  gint64 base;      // bytes of the files before this one
  gint64 read;      // bytes of this one (plain files)
  GByteArray *head; // read ahead, and served first; NULL: nothing was
  gsize head_at;
  GError *failed; // what comes behind the head
  gboolean held;  // path, inner and head are its own, and nothing follows the head
};

typedef struct
{
  const CzEntryVisitor *visitor;
  GCancellable *cancellable;
  gint64 done; // bytes of the files finished
} CzEntryWalk;

// Reads ahead until the head holds `size` bytes, or all there are.
void cz_entry_look_ahead (CzEntry *entry, gsize size);
void cz_entry_clear (CzEntry *entry);

// Whether a file that begins like this is an archive, or compressed. 512 bytes are enough.
gboolean cz_archive_begins (const char *bytes, gsize length);
// Documents that are zip archives inside: their parts are no texts of the person's.
gboolean cz_archive_is_office_file (const char *path);
gboolean cz_archive_visit (CzEntryWalk *walk,
                           const char *path,
                           const char *inner,
                           gboolean given,
                           int descriptor,
                           GError **error);
// As cz_entry_read (), of the archive itself.
gssize cz_archive_read (CzEntry *entry, void *buffer, gsize size, GError **error);
