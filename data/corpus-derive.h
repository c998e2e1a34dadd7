#pragma once

#include "data/selection.h"

// New corpora made of those in the library. They hold copies: what happens to the old ones later
// does not change them. They record what they were made of.

typedef struct
{
  gint64 corpus;
  const CzSelection *selection; // NULL: all that is not excluded
} CzDerivation;

typedef void (*CzDeriveProgress) (double fraction, gint64 documents, gpointer data);

// Makes corpus `name` of the selected documents, one part behind the other: a part of one corpus,
// or several merged. The progress function is called in this thread. Cancelled
// (G_IO_ERROR_CANCELLED) or failed: the library is as it was.
// Errors: EXISTS, INVALID (a name; nothing selected), NOT_FOUND, STATE (changed meanwhile), FULL,
// IO, BUSY.
gboolean cz_corpus_derive (CzLibrary *library,
                           const char *name,
                           const CzDerivation *parts,
                           gsize n_parts,
                           CzDeriveProgress progress,
                           gpointer data,
                           GCancellable *cancellable,
                           gint64 *ret_corpus,
                           GError **error);

// What a corpus was derived from; strings freed with it.
typedef struct
{
  char *name, *hash; // of the corpus as it was then
  char *selection;   // as options of `cloze corpus derive`, "" for all
} CzCorpusOrigin;
void cz_corpus_origin_free (CzCorpusOrigin *origin);
// Elements CzCorpusOrigin, none for an imported corpus.
GPtrArray *cz_corpus_get_origins (CzLibrary *library, gint64 corpus, GError **error);
