// The playground's view History: all that was tried, the newest first, searched as it is typed. A
// click brings text, models and words to score back.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_HISTORY_VIEW (cz_history_view_get_type ())
G_DECLARE_FINAL_TYPE (CzHistoryView, cz_history_view, CZ, HISTORY_VIEW, AdwBin)

// From then on what is tried in the playground is kept.
GtkWidget *cz_history_view_new (CzPlayground *playground);

// Puts the cursor into the search.
void cz_history_view_search (CzHistoryView *self);

G_END_DECLS
