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
  char
      *snippet; // in search results: the place found, the hits between U+0002 and U+0003; else NULL
} CzDocument;

void cz_document_free (CzDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzDocument, cz_document_free)

// NULL fields: anything.
typedef struct
{
  const char *split;
  const char *label;
  const char *query; // words to be found, as typed; all of them must occur
} CzDocumentFilter;

// How many documents pass. Errors: as SQLite's.
gint64 cz_document_count (CzLibrary *library,
                          gint64 corpus,
                          const CzDocumentFilter *filter,
                          GError **error); // -1 on error
// A page of them in order: elements CzDocument with at most `preview` bytes of text (0: all of it).
GPtrArray *cz_document_list (CzLibrary *library,
                             gint64 corpus,
                             const CzDocumentFilter *filter,
                             gint64 offset,
                             gint64 limit,
                             gsize preview,
                             GError **error);
// One, whole. Error: NOT_FOUND.
CzDocument *cz_document_get (CzLibrary *library, gint64 id, GError **error);

// `count` documents at random without repetition, by CZ_RANDOM_SAMPLE and `seed`, in drawn order.
GPtrArray *cz_document_sample (
    CzLibrary *library, gint64 corpus, guint64 seed, gint64 count, GError **error);

// Calls back with every document in order; the document is valid during the call. Returning FALSE
// with the error set ends it.
typedef gboolean (*CzDocumentFunc) (const CzDocument *document, gpointer data, GError **error);
gboolean cz_document_each (
    CzLibrary *library, gint64 corpus, CzDocumentFunc func, gpointer data, GError **error);
