// The documents of a corpus, or those a filter leaves, as a list of CzDocumentItem of any length.
// Pages are read in threads when someone asks for their items; only some are kept.
#pragma once

#include <gio/gio.h>

#include "gui/corpora/document-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOCUMENT_LISTING (cz_document_listing_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentListing, cz_document_listing, CZ, DOCUMENT_LISTING, GObject)

// library: its path. NULL in split, label and query: any. The list is empty until the documents
// were counted; then "counted" is emitted, or "failed" with a sentence.
CzDocumentListing *cz_document_listing_new (
    const char *library, gint64 corpus, const char *split, const char *label, const char *query);

G_END_DECLS
