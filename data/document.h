#pragma once

#include "data/corpus.h"

typedef struct
{
  gint64 id;
  gint64 ordinal; // 0-based place in the corpus
  char *path;     // where it came from
  gint64 row;     // 1-based row or line in that file; 0: the whole file
  char *label;    // "" for none
  char *split;    // "" for none
  char *text;     // UTF-8, NUL-terminated; may hold NULs, see length. A listing gives its beginning
  gsize length;   // bytes of text here
  gint64 bytes;   // bytes of the whole text
  gboolean excluded; // kept, but no part of the corpus's hash, counts and blocks
  gboolean edited;   // its text is not what was imported
  // In search results: the place found, the hits between U+0002 and U+0003; else NULL.
  char *snippet;
} CzDocument;

void cz_document_free (CzDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzDocument, cz_document_free)

typedef enum
{
  CZ_DOCUMENTS_ALL,
  CZ_DOCUMENTS_INCLUDED,
  CZ_DOCUMENTS_EXCLUDED
} CzDocumentChoice;

// NULL and 0 fields: anything.
typedef struct
{
  const char *split;
  const char *label;
  // As typed: words that must all occur; "a phrase"; prefix*. Blank: no search. Without a word in
  // it (punctuation alone) nothing is found: cz_document_check_query () says why.
  const char *query;
  // Where documents came from: a path, its last parts (a file's name) or a folder of it; * and ?
  // stand for anything.
  const char *source;
  CzDocumentChoice choice;
  // Only documents behind this one (its id). Going on from the last document of a page is as fast
  // anywhere in a corpus; an offset is not.
  gint64 after;
} CzDocumentFilter;

// Whether a query has something to look for. Error: INVALID, with a sentence for people.
gboolean cz_document_check_query (const char *query, GError **error);

// How many documents pass; without a filter all that are there, excluded ones too. Errors: as
// SQLite's.
gint64 cz_document_count (CzLibrary *library,
                          gint64 corpus,
                          const CzDocumentFilter *filter,
                          GError **error); // -1 on error
// A page of them in order, excluded ones among them: elements CzDocument with at most `preview`
// bytes of text (0: all of it). Without a filter, and from `after` on, a page takes the same short
// time anywhere.
GPtrArray *cz_document_list (CzLibrary *library,
                             gint64 corpus,
                             const CzDocumentFilter *filter,
                             gint64 offset,
                             gint64 limit,
                             gsize preview,
                             GError **error);
// One, whole. Error: NOT_FOUND.
CzDocument *cz_document_get (CzLibrary *library, gint64 id, GError **error);
// The error of a document that is not there.
void cz_document_tell_missing (gint64 ordinal, GError **error);
// By its number. Error: NOT_FOUND, naming it.
CzDocument *cz_document_get_numbered (CzLibrary *library,
                                      gint64 corpus,
                                      gint64 ordinal,
                                      GError **error);

// `count` documents at random without repetition, by CZ_RANDOM_SAMPLE and `seed`, in drawn order:
// the first of a shuffle. Excluded ones are not drawn.
GPtrArray *cz_document_sample (
    CzLibrary *library, gint64 corpus, guint64 seed, gint64 count, GError **error);

// That a corpus is still what it was when it was read into `there`. Errors: STATE, NOT_FOUND.
gboolean cz_document_check_unchanged (CzLibrary *library, const CzCorpus *there, GError **error);

// Calls back with every document in order that is not excluded; the document is valid during the
// call. Returning FALSE with the error set ends it. The corpus must stay as it is meanwhile: error
// STATE where another process changed it, NOT_FOUND where it was removed.
typedef gboolean (*CzDocumentFunc) (const CzDocument *document, gpointer data, GError **error);
gboolean cz_document_each (
    CzLibrary *library, gint64 corpus, CzDocumentFunc func, gpointer data, GError **error);
// The same with those that pass (all of them: excluded ones too unless the filter says otherwise).
gboolean cz_document_each_filtered (CzLibrary *library,
                                    gint64 corpus,
                                    const CzDocumentFilter *filter,
                                    CzDocumentFunc func,
                                    gpointer data,
                                    GError **error);
