// A document in a list: empty until its page was read; "changed" is emitted then and whenever it
// was read anew.
#pragma once

#include <glib-object.h>

#include "data/document.h"

G_BEGIN_DECLS

// How much of a text a list reads, in bytes.
#define CZ_DOCUMENT_PREVIEW 8192

#define CZ_TYPE_DOCUMENT_ITEM (cz_document_item_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentItem, cz_document_item, CZ, DOCUMENT_ITEM, GObject)

CzDocumentItem *cz_document_item_new (void);

// Takes the document over and emits "changed".
void cz_document_item_take (CzDocumentItem *self, CzDocument *document);

// NULL while it is not read.
const CzDocument *cz_document_item_get (CzDocumentItem *self);

// Its text's beginning (or the place a search found, the hits in bold) on one line, as markup.
const char *cz_document_item_get_markup (CzDocumentItem *self);

// Its words, "~" before the number when it is estimated from the beginning of a long text.
const char *cz_document_item_get_words (CzDocumentItem *self);

G_END_DECLS
