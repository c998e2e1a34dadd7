#pragma once

#include "data/corpus.h"

// Documents with exactly the same text, by their hashes alone; excluded ones do not count. Training
// documents are those of the split "train" or of none, test documents those of "test",
// "validation", "valid", "val" or "dev".
typedef struct
{
  gint64 texts;  // that stand more than once
  gint64 copies; // documents beyond each text's first
  gint64 leaked; // test documents whose text stands in a training document, too
  GArray *leaks; // CzCorpusLeak: the first CZ_LEAKS_KEPT of them
} CzCorpusDuplicates;

#define CZ_LEAKS_KEPT 100
typedef struct
{
  gint64 train, test; // the documents' numbers
} CzCorpusLeak;

// Takes 16 bytes a document of memory. Errors: NOT_FOUND, as SQLite's, G_IO_ERROR_CANCELLED.
gboolean cz_corpus_find_duplicates (CzLibrary *library,
                                    gint64 corpus,
                                    GCancellable *cancellable,
                                    CzCorpusDuplicates *ret_duplicates,
                                    GError **error);
void cz_corpus_duplicates_clear (CzCorpusDuplicates *duplicates);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzCorpusDuplicates, cz_corpus_duplicates_clear)
