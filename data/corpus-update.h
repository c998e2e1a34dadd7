#pragma once

#include "data/import.h"

// Importing again into a corpus that is there: only what changed.
//
// A document is known by its file and row. The same text and label as were imported: it stays as it
// is, with what was edited, excluded or split here. Another text: it is replaced, under its number.
// Not there yet: it is added at the end; but what was deleted here does not come back unless its
// file has changed. Gone from the files: left alone and counted, or deleted with `remove_missing`.
//
// Few changes are one change of the corpus, which can be undone. Where much changed (see
// CZ_UPDATE_IN_PLACE_*), the corpus is written anew beside the old one, which then gives its name
// and its runs over: that cannot be undone, and forgets what was deleted.
#define CZ_UPDATE_IN_PLACE_DOCUMENTS 2000
#define CZ_UPDATE_IN_PLACE_BYTES     (8 << 20)

typedef struct
{
  CzImportReport import; // of the corpus as it is now; what was skipped in reading
  gint64 added, changed, unchanged;
  gint64 missing; // no longer in the files (removed with `remove_missing`)
  gint64 deleted; // in the files, but deleted here before
  gboolean undoable;
} CzUpdateReport;
void cz_update_report_clear (CzUpdateReport *report);

// Progress, cancelling and errors as cz_import_run (). More errors: NOT_FOUND (the corpus), INVALID
// (a corpus that was derived; files none of which the corpus knows), STATE (another process changed
// it meanwhile).
gboolean cz_corpus_update (CzLibrary *library,
                           gint64 corpus,
                           const char *const *paths,
                           const CzImportOptions *options,
                           gboolean remove_missing,
                           CzImportProgressFunc progress,
                           gpointer data,
                           GCancellable *cancellable,
                           CzUpdateReport *ret_report,
                           GError **error);
