// The documents of a corpus, or those a filter leaves, as a list of CzDocumentItem of any length.
// Pages are read in a thread when someone asks for their items, the last asked for first; only some
// are kept.
#pragma once

#include <gio/gio.h>

#include "data/document-order.h"
#include "gui/corpora/document-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOCUMENT_LISTING (cz_document_listing_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentListing, cz_document_listing, CZ, DOCUMENT_LISTING, GObject)

// library: its path. filter: copied; NULL: all documents. The list is empty until the documents
// were counted; then "counted" is emitted, or "failed" with a sentence.
CzDocumentListing *cz_document_listing_new (const char *library,
                                            gint64 corpus,
                                            const CzDocumentFilter *filter);

// The corpus may have changed: counts anew ("counted" is emitted again) and reads what is shown
// anew. Items keep their places as far as the list is still as long.
void cz_document_listing_refresh (CzDocumentListing *self);

// Lists them by another key, or backwards. Where ids are to be sorted for that, a thread does so:
// the list stays as it is meanwhile, "sorting" (a gboolean) tells when it begins and ends.
void cz_document_listing_sort (CzDocumentListing *self, CzDocumentKey key, gboolean descending);

// The id at a place of a list that is sorted; 0 in the corpus's own order.
gint64 cz_document_listing_get_id (CzDocumentListing *self, guint position);

// The document at a place if it is read already, else NULL; asks for nothing.
const CzDocument *cz_document_listing_peek (CzDocumentListing *self, guint position);

// The list's filter; the list's.
const CzDocumentFilter *cz_document_listing_get_filter (CzDocumentListing *self);

// A filter with strings of its own, as threads need it (from NULL: anything).
void cz_document_filter_copy (CzDocumentFilter *to, const CzDocumentFilter *from);
void cz_document_filter_clear (CzDocumentFilter *filter);

G_END_DECLS
