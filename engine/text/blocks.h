#pragma once

#include "engine/text/token-file.h"

// The documents of a token file cut into blocks of a fixed number of tokens, for training and for
// testing. The documents of a part are put one behind the other and cut without regard to where
// they end. Immutable and safe to use from many threads.
typedef struct _CzBlocks CzBlocks;

typedef enum
{
  CZ_SPLIT_AUTO,      // corpus if it has a test split, else documents
  CZ_SPLIT_CORPUS,    // the corpus's own train and test splits
  CZ_SPLIT_DOCUMENTS, // whole documents, shuffled; the corpus's splits do not count, but for unsup
  CZ_SPLIT_BLOCKS,    // the train split (all, if there is none) is cut, its blocks shuffled
} CzSplitMode;

typedef enum
{
  CZ_PART_TRAIN,
  CZ_PART_TEST
} CzBlockPart;

typedef struct
{
  guint block_size;  // tokens in a block
  gboolean pad_last; // the last, short block is padded, else dropped
  guint32 pad_word;  // cz_tokenizer_get_pad_word
  CzSplitMode split;
  guint64 split_seed;
  guint train_blocks;      // as many at random; 0: all
  guint test_blocks;       // 0: all (of a split made here: a tenth)
  const char *train_split; // NULL: "train"
  const char *test_split;  // NULL: "test", else "validation", "valid" or "dev"
} CzBlockOptions;

// Documents without a split belong to train in CZ_SPLIT_CORPUS. Of a split made here (documents,
// blocks) the test part is at most a fifth, unless train_blocks leaves more.
// Takes a reference of the file, copies the options.
// Errors: CZ_TEXT_ERROR_TOO_SHORT (not one block for training and for testing), INVALID.
CzBlocks *cz_blocks_new (CzTokenFile *file, const CzBlockOptions *options, GError **error);
CzBlocks *cz_blocks_ref (CzBlocks *blocks);
void cz_blocks_unref (CzBlocks *blocks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBlocks, cz_blocks_unref)

guint cz_blocks_get_block_size (CzBlocks *blocks);
guint32 cz_blocks_get_count (CzBlocks *blocks, CzBlockPart part);
// Puts a block into `ret_words` (block_size words, padded behind). Returns its length.
guint cz_blocks_copy (CzBlocks *blocks, CzBlockPart part, guint32 index, guint32 *ret_words);
// Where a block's token (`position` below the block's length) lies among all tokens of the file.
guint64 cz_blocks_locate (CzBlocks *blocks, CzBlockPart part, guint32 index, guint position);
// How the documents were split, auto resolved.
CzSplitMode cz_blocks_get_split (CzBlocks *blocks);
// What the person should know: fewer blocks than asked for, no test part. One sentence each,
// NULL-terminated, translated; the blocks'.
const char *const *cz_blocks_get_notes (CzBlocks *blocks);

// A hash of a block's ids (not of the flags): FNV-1a over their little-endian bytes. It names the
// block where masks are drawn, wherever the block lies in a batch.
guint32 cz_block_hash (const guint32 *words, gsize n);
