// The playground's view Sentences: a set of sentences as a table, asked of the models on demand.
// Sets of one's own are edited in place. A row that is chosen goes into the prompt.
#pragma once

#include <adwaita.h>

#include "gui/playground/playground.h"

G_BEGIN_DECLS

#define CZ_TYPE_SENTENCES_VIEW (cz_sentences_view_get_type ())
G_DECLARE_FINAL_TYPE (CzSentencesView, cz_sentences_view, CZ, SENTENCES_VIEW, AdwBin)

GtkWidget *cz_sentences_view_new (CzPlayground *playground);

G_END_DECLS
