#pragma once

#include "engine/text/trie.h"
#include "engine/text/vocabulary.h"

// For the tokenizer: the pieces as a trie whose values are ids. The vocabulary's.
const CzTrie *cz_vocabulary_get_trie (CzVocabulary *vocabulary);
