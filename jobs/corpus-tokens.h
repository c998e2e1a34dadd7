#pragma once

#include "data/corpus.h"
#include "data/word-table.h"
#include "engine/text/token-file.h"
#include "engine/text/tokenizer.h"

// A corpus as a tokenizer sees it, counted from its token file (token-cache.h): what was tokenized
// once is not tokenized again.
typedef struct
{
  gint64 tokens;  // [CLS] and [SEP] of each document among them, as blocks hold them
  gint64 words;   // the tokenizer's, those with a letter or digit
  gint64 pieces;  // that these words were cut into
  gint64 unknown; // tokens that are [UNK]
  gint64 train_blocks, test_blocks; // as a run cuts all there are, with split=auto
  // Words cut into three or more pieces: elements CzBrokenWord, those first that take the most
  // pieces in all. As exact as a CzWordTable of CZ_WORD_TABLE_LIMIT words.
  GPtrArray *broken;
  gint64 broken_words; // how many they are in all, each as often as it stands
} CzCorpusTokens;

typedef struct
{
  char *word;   // its pieces, joined
  char *pieces; // "em ##bed ##ding"
  gint64 n_pieces;
  gint64 count;
} CzBrokenWord;

void cz_corpus_tokens_clear (CzCorpusTokens *tokens);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzCorpusTokens, cz_corpus_tokens_clear)

// Errors: G_IO_ERROR_CANCELLED. A corpus too short for one block has none.
gboolean cz_corpus_tokens_count (CzTokenFile *file,
                                 CzTokenizer *tokenizer,
                                 guint block_size,
                                 guint n_broken,
                                 GCancellable *cancellable,
                                 CzCorpusTokens *ret_tokens,
                                 GError **error);
