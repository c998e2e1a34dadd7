#pragma once

#include "data/library.h"

// A corpus: a named set of documents.
typedef struct
{
  gint64 id;
  char *name;
  char *source; // what it was imported from, for people
  char *hash;   // sha256 (hex) over its documents' hashes, splits, labels in order; the key of
                // token files and of runs' records
  gint64 documents;
  gint64 bytes;    // of text, UTF-8
  gint64 created;  // seconds since 1970
  gint64 excluded; // documents beside those counted: kept, but no part of hash and counts
  gint64 slots;    // ordinals ever given; deleted documents leave gaps
} CzCorpus;

// How many documents carry a split or a label.
typedef struct
{
  char *name; // "" for none
  gint64 documents;
  gint64 bytes;
} CzCorpusGroup;

void cz_corpus_free (CzCorpus *corpus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzCorpus, cz_corpus_free)
void cz_corpus_group_free (CzCorpusGroup *group);

// All published corpora by name: elements CzCorpus, freed with the array.
GPtrArray *cz_corpus_list (CzLibrary *library, GError **error);
// Errors: NOT_FOUND (the message lists what there is).
CzCorpus *cz_corpus_find (CzLibrary *library, const char *name, GError **error);
// Whether corpus `id` (0: a new one) may have this name: before work is spent on it, and once more
// within the transaction that gives it. Errors: INVALID (empty), EXISTS.
gboolean cz_corpus_check_name (CzLibrary *library, const char *name, gint64 id, GError **error);
CzCorpus *cz_corpus_get (CzLibrary *library, gint64 id, GError **error);

// The hashes of all corpora and of those that unfinished runs were made with, as they were then:
// elements char *, freed with the array. Their token files are kept.
GPtrArray *cz_corpus_list_hashes (CzLibrary *library, GError **error);

// Elements CzCorpusGroup, the largest first.
GPtrArray *cz_corpus_get_splits (CzLibrary *library, gint64 id, GError **error);
GPtrArray *cz_corpus_get_labels (CzLibrary *library, gint64 id, GError **error);

// Errors: EXISTS, INVALID (empty name), NOT_FOUND.
gboolean cz_corpus_rename (CzLibrary *library, gint64 id, const char *name, GError **error);
// It disappears from all lists at once, its rows in small transactions after that. Runs keep their
// record of it (name, hash). Error: NOT_FOUND, STATE (a run that is under way uses it).
gboolean cz_corpus_remove (CzLibrary *library, gint64 id, GError **error);

// Lengths and counts of what is not excluded. Reads all the text: call it in a thread. `progress`
// (may be NULL) gets the share that is done. Takes 4 bytes a document of memory.
typedef struct
{
  gint64 documents, empty, bytes, words; // words: runs of letters and digits
  gint64 shortest, median, longest;      // words in a document
  gint64 histogram[24];                  // documents of 2^i … 2^(i+1) − 1 words; [0]: 0 and 1
} CzCorpusStatistics;
gboolean cz_corpus_get_statistics (CzLibrary *library,
                                   gint64 id,
                                   void (*progress) (double fraction, gpointer data),
                                   gpointer data,
                                   GCancellable *cancellable,
                                   CzCorpusStatistics *ret_statistics,
                                   GError **error);
