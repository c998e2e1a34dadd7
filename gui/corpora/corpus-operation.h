// What is done with a whole corpus: told by a form, carried out in a thread.
#pragma once

#include <gio/gio.h>

#include "data/corpus-split.h"
#include "data/selection.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_CORPUS_RENAME,
  CZ_CORPUS_SPLIT,
  CZ_CORPUS_DERIVE,
  CZ_CORPUS_MERGE,
  CZ_CORPUS_EXPORT,
  CZ_CORPUS_UNDO
} CzCorpusOperationKind;

typedef struct
{
  CzCorpusOperationKind kind;
  gint64 corpus;
  char *name;              // rename, derive, merge: the new one
  char *path;              // export
  CzSelection selection;   // derive, export; strings are the operation's
  GArray *others;          // merge: gint64, beside corpus
  double test, validation; // split: shares
  guint64 seed;            // split
  gint permille;           // how far it is (atomic); -1: not known
  gint64 made;             // derive, merge: the new corpus
  char *undone;            // undo: the kind of change
} CzCorpusOperation;

CzCorpusOperation *cz_corpus_operation_new (CzCorpusOperationKind kind, gint64 corpus);
// Takes copies of the strings.
void cz_corpus_operation_set_filter (CzCorpusOperation *operation, const CzDocumentFilter *filter);
void cz_corpus_operation_free (gpointer operation);

// A CzLibraryFunc.
gboolean cz_corpus_operation_do (CzLibrary *library,
                                 gpointer operation,
                                 GCancellable *cancellable,
                                 GError **error);
// What is being done ("Splitting…"), what was done, what failed: for people; undone: freed by the
// caller.
const char *cz_corpus_operation_get_title (const CzCorpusOperation *operation);
char *cz_corpus_operation_tell_done (const CzCorpusOperation *operation);
const char *cz_corpus_operation_tell_failed (const CzCorpusOperation *operation);

G_END_DECLS
