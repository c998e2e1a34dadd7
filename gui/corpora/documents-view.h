// The documents of a corpus in a table, narrowed by split, label, file and search, or some of them
// drawn at random, and the chosen one's whole text below it; excluding and deleting of what is
// chosen.
#pragma once

#include <adwaita.h>

#include "data/document.h"
#include "gui/corpora/corpus-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOCUMENTS_VIEW (cz_documents_view_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentsView, cz_documents_view, CZ, DOCUMENTS_VIEW, AdwBin)

// Follows the corpus as long as it is shown.
void cz_documents_view_show (CzDocumentsView *self, CzWorkbench *workbench, CzCorpusItem *item);
void cz_documents_view_search (CzDocumentsView *self, const char *query);

// Which documents are listed; strings are the view's, valid until the next call.
void cz_documents_view_get_filter (CzDocumentsView *self, CzDocumentFilter *ret_filter);
// How many these are, if they were counted.
gint64 cz_documents_view_get_count (CzDocumentsView *self);

G_END_DECLS
