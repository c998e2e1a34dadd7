// Every place where a search's words stand, one line each, the hits below one another in the
// middle. Lines are read as they are scrolled to. Emits "chosen" (gint64 document, gint64 byte of
// its text).
#pragma once

#include <adwaita.h>

#include "data/document.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_CONCORDANCE_VIEW (cz_concordance_view_get_type ())
G_DECLARE_FINAL_TYPE (CzConcordanceView, cz_concordance_view, CZ, CONCORDANCE_VIEW, AdwBin)

// filter: copied; without a query nothing is listed. It is read when the view is seen.
void cz_concordance_view_show (CzConcordanceView *self,
                               CzWorkbench *workbench,
                               gint64 corpus,
                               const CzDocumentFilter *filter);

G_END_DECLS
