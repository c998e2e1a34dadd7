// The words most typical of a corpus beside another one that is chosen, as bars.
#pragma once

#include <adwaita.h>

#include "gui/corpora/corpus-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_TYPICAL_WORDS (cz_typical_words_get_type ())
G_DECLARE_FINAL_TYPE (CzTypicalWords, cz_typical_words, CZ, TYPICAL_WORDS, AdwBin)

// Worked out when another corpus is chosen.
void cz_typical_words_show (CzTypicalWords *self, CzWorkbench *workbench, CzCorpusItem *item);

G_END_DECLS
