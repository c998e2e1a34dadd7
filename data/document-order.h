#pragma once

#include <gio/gio.h>

#include "data/document.h"

// Documents in another order than that of the corpus: all ids are sorted once, then a page is read
// from anywhere in them.

typedef enum
{
  CZ_DOCUMENTS_BY_NUMBER,
  CZ_DOCUMENTS_BY_SIZE // bytes of text
} CzDocumentKey;

// The ids (gint64) of the documents that pass, the smallest first; of the same size in order. About
// a second for a million. Errors: NOT_FOUND, as SQLite's, G_IO_ERROR_CANCELLED.
GArray *cz_document_order (CzLibrary *library,
                           gint64 corpus,
                           const CzDocumentFilter *filter,
                           CzDocumentKey key,
                           GCancellable *cancellable,
                           GError **error);

// The documents with these ids: elements CzDocument as of cz_document_list (), NULL where one is
// gone or does not pass any more. The list is freed with its elements.
GPtrArray *cz_document_list_these (CzLibrary *library,
                                   gint64 corpus,
                                   const CzDocumentFilter *filter,
                                   const gint64 *ids,
                                   guint n,
                                   gsize preview,
                                   GError **error);
