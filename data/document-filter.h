#pragma once

#include "data/document.h"
#include "data/library-private.h"

// Which documents: what a filter becomes in SQL. Parameters 1 to 6 are the filter's, a statement's
// own begin with 7.

// ?1 corpus, ?2 split, ?3 label, ?4 source, ?5 choice, ?6 last id seen (never NULL); of `document
// d`
#define CZ_FILTER_CORPUS " d.id > ?6 AND d.id < (?1 + 1) << 32"
#define CZ_FILTER_ROWS                                                             \
  " (?2 IS NULL OR d.split = ?2) AND (?3 IS NULL OR d.label = ?3)"                 \
  " AND (?5 IS NULL OR d.excluded = ?5)"                                           \
  " AND (?4 IS NULL OR d.source IN (SELECT id FROM source s WHERE s.id >= ?1"      \
  " << 32 AND s.id < (?1 + 1) << 32 AND (s.path GLOB ?4 OR s.path GLOB '*/' || ?4" \
  " OR s.path GLOB ?4 || '/*' OR s.path GLOB '*/' || ?4 || '/*')))"
#define CZ_FILTER_MATCH 10 // the parameter of a search's words

// A filter's search in FTS5's language. `nothing`: something was asked for that no document can
// hold.
typedef struct
{
  char *match; // NULL: no search; freed by the caller
  gboolean nothing;
} CzFilterSearch;
void cz_filter_search_init (CzFilterSearch *search, const CzDocumentFilter *filter);
void cz_filter_search_clear (CzFilterSearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzFilterSearch, cz_filter_search_clear)

// "SELECT columns FROM document d WHERE … order", with the corpus's words where there is a search.
// In `columns`, %s stands for the name of the table of words. Error: NOT_FOUND.
CzStatement *cz_filter_statement (CzLibrary *library,
                                  gint64 corpus,
                                  const CzDocumentFilter *filter,
                                  const CzFilterSearch *search,
                                  const char *columns,
                                  const char *order,
                                  GError **error);
// Whether all documents that are there pass.
gboolean cz_filter_is_open (const CzDocumentFilter *filter, const CzFilterSearch *search);
