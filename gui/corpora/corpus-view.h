// One corpus in view: documents, statistics, what the model sees; search and removal. Emits "back"
// when the page is folded.
#pragma once

#include <adwaita.h>

#include "gui/corpora/corpus-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_CORPUS_VIEW (cz_corpus_view_get_type ())
G_DECLARE_FINAL_TYPE (CzCorpusView, cz_corpus_view, CZ, CORPUS_VIEW, AdwBin)

void cz_corpus_view_set_workbench (CzCorpusView *self, CzWorkbench *workbench);

// item: NULL for none.
void cz_corpus_view_show (CzCorpusView *self, CzCorpusItem *item);

// Puts the cursor into the search entry.
void cz_corpus_view_search (CzCorpusView *self);

void cz_corpus_view_set_folded (CzCorpusView *self, gboolean folded);

G_END_DECLS
