// What a model sees of a corpus, in four steps: text, word pieces, blocks, and what a training step
// hides. Every value redraws at once.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_BLOCKS_VIEW (cz_blocks_view_get_type ())
G_DECLARE_FINAL_TYPE (CzBlocksView, cz_blocks_view, CZ, BLOCKS_VIEW, AdwBin)

// corpus: its id. Worked out when the view is seen.
void cz_blocks_view_show (CzBlocksView *self, CzWorkbench *workbench, gint64 corpus);

G_END_DECLS
