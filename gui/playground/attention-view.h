// The playground's view Attention: where the heads of a model look from a mask or a word, by head,
// by word, for one head as a whole map; of another model than the first also the difference. It
// asks while it is seen.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_ATTENTION_VIEW (cz_attention_view_get_type ())
G_DECLARE_FINAL_TYPE (CzAttentionView, cz_attention_view, CZ, ATTENTION_VIEW, AdwBin)

GtkWidget *cz_attention_view_new (CzPlayground *playground);

G_END_DECLS
