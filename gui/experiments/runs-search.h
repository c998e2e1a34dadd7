// Finding runs: an entry for words, a menu of choices (state, star, model, corpus, tag), and what
// is chosen, with a way to clear it. Several of them may show one filter.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-filter.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUNS_SEARCH (cz_runs_search_get_type ())
G_DECLARE_FINAL_TYPE (CzRunsSearch, cz_runs_search, CZ, RUNS_SEARCH, AdwBin)

// runs: all there are to choose from.
void cz_runs_search_set_filter (CzRunsSearch *self, CzRunFilter *filter, GListModel *runs);
// Puts the cursor into the entry.
void cz_runs_search_begin (CzRunsSearch *self);

G_END_DECLS
