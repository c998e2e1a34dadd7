#pragma once

#include "data/document.h"

// Every place of a corpus where a search's words stand, each with what is to its left and right
// (keyword in context).
typedef struct
{
  gint64 document; // its id
  gint64 ordinal;
  char *path;
  gint64 row;
  char *label, *split;
  gboolean excluded;
  gsize start, end;         // of the hit, in bytes of the document's text
  char *left, *hit, *right; // one line each: white space and control characters are one space
} CzConcordanceLine;
void cz_concordance_line_free (CzConcordanceLine *line);

// Where a page ended; { 0 }: the beginning.
typedef struct
{
  gint64 document;
  gsize start;
} CzConcordancePlace;

// Up to `limit` lines behind `after`, in the order of the text: elements CzConcordanceLine with at
// most `context` characters on each side. `ret_more` (may be NULL): whether there are more; the
// last line tells where to go on. The first lines come as fast in a large corpus as in a small one.
// A query without a word gives none (cz_document_check_query () says why).
// Errors: NOT_FOUND, as SQLite's, G_IO_ERROR_CANCELLED.
GPtrArray *cz_concordance_list (CzLibrary *library,
                                gint64 corpus,
                                const CzDocumentFilter *filter,
                                const CzConcordancePlace *after,
                                guint context,
                                guint limit,
                                gboolean *ret_more,
                                GCancellable *cancellable,
                                GError **error);
