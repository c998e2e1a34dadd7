// A corpus as a model reads it: tokens, blocks, pieces per word, unknown tokens, and the words that
// are cut into many pieces. Asked of the command cloze, which keeps what it tokenized.
#pragma once

#include <adwaita.h>

#include "gui/corpora/corpus-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_TOKEN_STATISTICS (cz_token_statistics_get_type ())
G_DECLARE_FINAL_TYPE (CzTokenStatistics, cz_token_statistics, CZ, TOKEN_STATISTICS, AdwBin)

// Worked out when it is seen, for this state of the corpus.
void cz_token_statistics_show (CzTokenStatistics *self, CzWorkbench *workbench, CzCorpusItem *item);

G_END_DECLS
