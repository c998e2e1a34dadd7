// A corpus of the library as the window shows it; property "name". It stays the same item as long
// as the corpus is there and emits "changed" whenever its documents or its name changed.
#pragma once

#include <glib-object.h>

#include "data/corpus.h"

G_BEGIN_DECLS

#define CZ_TYPE_CORPUS_ITEM (cz_corpus_item_get_type ())
G_DECLARE_FINAL_TYPE (CzCorpusItem, cz_corpus_item, CZ, CORPUS_ITEM, GObject)

// Takes the corpus over.
CzCorpusItem *cz_corpus_item_new (CzCorpus *corpus);
// Takes over what the corpus is now.
void cz_corpus_item_take (CzCorpusItem *self, CzCorpus *corpus);
const CzCorpus *cz_corpus_item_get (CzCorpusItem *self);

G_END_DECLS
