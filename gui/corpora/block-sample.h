// The first blocks of a corpus as a model's tokenizer cuts them, masked as the first epoch of a run
// would: for looking at. Documents of the split "train" (all, where there is none) one behind the
// other, each in [CLS] and [SEP], cut into blocks of equal length.
#pragma once

#include <gio/gio.h>

#include "engine/text/masking.h"
#include "engine/text/tokenizer.h"

G_BEGIN_DECLS

typedef struct
{
  CzTokenizer *tokenizer;
  guint block_size; // tokens
  guint n_blocks;
  gboolean masked;
  guint32 *words;  // (n_blocks, block_size) token words
  guint32 *ids;    // (n_blocks, block_size) what the model sees
  gint32 *labels;  // (n_blocks, block_size) CZ_MASKING_IGNORED where nothing is hidden
  guint64 unknown; // how many of the words' ids are [UNK]
} CzBlockSample;

typedef struct
{
  const char *library; // path
  gint64 corpus;
  const char *model; // folder
  guint block_size;
  guint n_blocks; // wanted at most
  gboolean masked;
  CzMaskingStrategy strategy;
  double probability;
  guint64 seed;
} CzBlockSampleOptions;

// Reads, tokenizes, cuts and masks; call it in a thread. Errors: the library's, the model folder's,
// CZ_TEXT_ERROR_TOO_SHORT when the corpus gives not one block.
CzBlockSample *cz_block_sample_new (const CzBlockSampleOptions *options,
                                    GCancellable *cancellable,
                                    GError **error);
void cz_block_sample_free (CzBlockSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBlockSample, cz_block_sample_free)

G_END_DECLS
