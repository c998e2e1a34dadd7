// Counts and lengths of a corpus, its splits and labels; worked out in a thread when first shown.
#pragma once

#include <adwaita.h>

#include "gui/corpora/corpus-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_STATISTICS_VIEW (cz_statistics_view_get_type ())
G_DECLARE_FINAL_TYPE (CzStatisticsView, cz_statistics_view, CZ, STATISTICS_VIEW, AdwBin)

void cz_statistics_view_show (CzStatisticsView *self, CzWorkbench *workbench, CzCorpusItem *item);

G_END_DECLS
