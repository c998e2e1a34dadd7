// The page Corpora: the list of corpora, one of them in view, and the dialog that imports another.
#pragma once

#include <adwaita.h>

#include "gui/corpora/imports.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_CORPORA_PAGE (cz_corpora_page_get_type ())
G_DECLARE_FINAL_TYPE (CzCorporaPage, cz_corpora_page, CZ, CORPORA_PAGE, AdwBin)

void cz_corpora_page_set_workbench (CzCorporaPage *self, CzWorkbench *workbench);

// Opens the dialog; files: what was dropped (NULL: the person chooses), NULL-terminated paths.
void cz_corpora_page_import (CzCorporaPage *self, const char *const *files);

// Puts the cursor into the search entry of the corpus in view.
void cz_corpora_page_search (CzCorporaPage *self);

void cz_corpora_page_select (CzCorporaPage *self, gint64 corpus);

// The window's imports; the page's.
CzImports *cz_corpora_page_get_imports (CzCorporaPage *self);

G_END_DECLS
