// The documents of a corpus in a table, narrowed by split, label and search, and the chosen one's
// whole text below it.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOCUMENTS_VIEW (cz_documents_view_get_type ())
G_DECLARE_FINAL_TYPE (CzDocumentsView, cz_documents_view, CZ, DOCUMENTS_VIEW, AdwBin)

// corpus: its id.
void cz_documents_view_show (CzDocumentsView *self, CzWorkbench *workbench, gint64 corpus);
void cz_documents_view_search (CzDocumentsView *self, const char *query);

G_END_DECLS
