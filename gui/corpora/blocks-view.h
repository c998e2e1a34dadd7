// What the model sees: the first blocks of a corpus as word pieces, with the words a training step
// would hide.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_BLOCKS_VIEW (cz_blocks_view_get_type ())
G_DECLARE_FINAL_TYPE (CzBlocksView, cz_blocks_view, CZ, BLOCKS_VIEW, AdwBin)

void cz_blocks_view_show (CzBlocksView *self, CzWorkbench *workbench, gint64 corpus);

G_END_DECLS
