#pragma once

#include "data/corpus-count.h"

// The journal of a corpus: what its documents were before the last changes, so that these can be
// undone, also after a restart. All of it within the caller's transaction.
//
// Bounded: the last CZ_JOURNAL_CHANGES changes of a corpus are kept, and of those no more than hold
// CZ_JOURNAL_BYTES of text; the last one always.
#define CZ_JOURNAL_CHANGES 100
#define CZ_JOURNAL_BYTES   ((gint64)64 << 20)

// Opens a change; 0 on error.
gint64 cz_journal_begin (CzLibrary *library, gint64 corpus, const char *kind, GError **error);
// Keeps a document as it is now, its text only where that is going to change or to be deleted.
gboolean cz_journal_keep (
    CzLibrary *library, gint64 change, gint64 document, gboolean with_text, GError **error);
// Notes that a document is going to be added.
gboolean cz_journal_keep_absence (CzLibrary *library,
                                  gint64 change,
                                  gint64 document,
                                  GError **error);
// Closes the change and counts the corpus anew, unless its `count` is given; drops what is too old.
gboolean cz_journal_finish (
    CzLibrary *library, gint64 corpus, gint64 change, CzCorpusCount *count, GError **error);
// Puts everything back as it was before the change and forgets it; counts anew.
gboolean cz_journal_undo (CzLibrary *library, gint64 corpus, gint64 change, GError **error);

// Keeps all splits as they are now (cz_splits_pack ()).
gboolean cz_journal_keep_splits (CzLibrary *library, gint64 change, GBytes *splits, GError **error);
