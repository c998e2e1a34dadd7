#pragma once

#include "data/corpus.h"

// Changes of a corpus's documents: each is one transaction, enters the journal and gives the corpus
// the hash of what it now holds, from narrow rows (a million documents: some tenths of a second).
//
// A run is not disturbed: it reads its token file, which is kept as long as the run is unfinished,
// and its record names the hash it was made with. Undone, a corpus has its old hash again.
//
// Threads: call with a library of the thread's own; another process that writes is waited for.
// Errors of all: NOT_FOUND (a document, the corpus), INVALID, BUSY, FULL, IO.

// So many documents at once; for more, derive a corpus.
#define CZ_CHANGE_DOCUMENTS_MAX 100000 // to be excluded or included
#define CZ_CHANGE_TEXTS_MAX     10000  // to be deleted
// A document's text: as an import takes it at most.
#define CZ_CHANGE_TEXT_BYTES_MAX ((gsize)64 << 20)

// Gives a document another text (UTF-8, NULs allowed). The same text again changes nothing.
gboolean cz_corpus_edit (CzLibrary *library,
                         gint64 corpus,
                         gint64 ordinal,
                         const char *text,
                         gsize length,
                         GError **error);
// Excluded documents stay in the corpus, and in searches, but no block is made of them: hash and
// counts are as if they were not there. Those that are so already do not count. ret_changed may be
// NULL, here and below.
gboolean cz_corpus_exclude (CzLibrary *library,
                            gint64 corpus,
                            const gint64 *ordinals,
                            gsize n,
                            gboolean excluded,
                            gint64 *ret_changed,
                            GError **error);
// Takes documents out of the library. Their numbers are not given again.
gboolean cz_corpus_delete (CzLibrary *library,
                           gint64 corpus,
                           const gint64 *ordinals,
                           gsize n,
                           gint64 *ret_changed,
                           GError **error);

// What can be undone: the last 100 changes at most (see corpus-journal.h).
typedef struct
{
  gint64 id;
  char *kind; // "edit", "exclude", "include", "delete", "split", "update"
  gint64 documents;
  gint64 created; // seconds since 1970
} CzCorpusChange;
void cz_corpus_change_free (CzCorpusChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzCorpusChange, cz_corpus_change_free)

// Elements CzCorpusChange, the last one first.
GPtrArray *cz_corpus_list_changes (CzLibrary *library, gint64 corpus, GError **error);
// Undoes the last change and tells which it was. Error: STATE (there is none).
CzCorpusChange *cz_corpus_undo (CzLibrary *library, gint64 corpus, GError **error);
