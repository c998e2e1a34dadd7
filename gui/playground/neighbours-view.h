// The playground's view Neighbours: the words whose embeddings point the same way as a word's,
// under each of the chosen models.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_NEIGHBOURS_VIEW (cz_neighbours_view_get_type ())
G_DECLARE_FINAL_TYPE (CzNeighboursView, cz_neighbours_view, CZ, NEIGHBOURS_VIEW, AdwBin)

GtkWidget *cz_neighbours_view_new (CzPlayground *playground);

G_END_DECLS
