// The playground's view Surprisal: how much each word of the text surprises the chosen models when
// it is hidden, and the difference between them.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_VIEW (cz_surprisal_view_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalView, cz_surprisal_view, CZ, SURPRISAL_VIEW, AdwBin)

GtkWidget *cz_surprisal_view_new (CzPlayground *playground);

G_END_DECLS
