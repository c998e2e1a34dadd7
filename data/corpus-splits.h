#pragma once

#include "data/library.h"

// Which split each document of a corpus has, by its ordinal: two bytes a document.
typedef struct _CzSplits CzSplits;

void cz_splits_free (CzSplits *splits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzSplits, cz_splits_free)

// Those that the documents have now. Errors: INVALID (too many for this), as SQLite's.
CzSplits *cz_splits_read (CzLibrary *library, gint64 corpus, GError **error);
// Gives a document that is there another one. Error: INVALID (too many names).
gboolean cz_splits_set (CzSplits *splits, guint32 ordinal, const char *name, GError **error);
// NULL for a document that is not there.
const char *cz_splits_get (const CzSplits *splits, gint64 ordinal);

// As bytes to be kept, and from them.
GBytes *cz_splits_pack (const CzSplits *splits);
CzSplits *cz_splits_unpack (const guint8 *bytes, gsize length);

// Gives the documents these splits, within the caller's transaction. One statement for all: a
// million documents take a second or two. `ret_changed`: how many had another one.
// Errors: as SQLite's, G_IO_ERROR_CANCELLED.
gboolean cz_splits_write (const CzSplits *splits,
                          CzLibrary *library,
                          gint64 corpus,
                          GCancellable *cancellable,
                          gint64 *ret_changed,
                          GError **error);
