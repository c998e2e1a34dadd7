#pragma once

#include "data/corpus-splits.h"

// What a corpus's row tells of its documents: how many there are, their bytes, the groups by split
// and label, and the hash. Fed with all documents in order.
//
// The hash is sha256 over each document's hash (32 bytes), split and label (each with its NUL), in
// order, of those that are not excluded. It comes from narrow rows alone: a million documents take
// some tenths of a second, whatever the size of their texts.
typedef struct _CzCorpusCount CzCorpusCount;

CzCorpusCount *cz_corpus_count_new (void);
void cz_corpus_count_free (CzCorpusCount *count);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzCorpusCount, cz_corpus_count_free)

// sha256 of a document's text.
void cz_corpus_hash_text (const char *text, gsize length, guint8 ret_hash[32]);

void cz_corpus_count_add (CzCorpusCount *count,
                          const guint8 hash[32],
                          const char *split,
                          const char *label,
                          gint64 bytes);
// One that is there but excluded.
void cz_corpus_count_add_excluded (CzCorpusCount *count);
gint64 cz_corpus_count_get_bytes (CzCorpusCount *count);

// Writes hash, counts and groups into the corpus's row, within a transaction. Once.
gboolean cz_corpus_count_write (CzCorpusCount *count,
                                CzLibrary *library,
                                gint64 corpus,
                                GError **error);
// Counts a corpus from its documents' narrow rows, as if they had `splits` already (NULL: as it
// is).
CzCorpusCount *cz_corpus_count_read (CzLibrary *library,
                                     gint64 corpus,
                                     const CzSplits *splits,
                                     GError **error);
// Counts a corpus anew and writes it, within a transaction.
gboolean cz_corpus_recount (CzLibrary *library, gint64 corpus, GError **error);
