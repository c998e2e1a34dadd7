// The beginning of a corpus as a model's tokenizer cuts it, as a run would cut and mask it: for
// looking at. Documents of one part (training: the split "train", or all where there is none) one
// behind the other, each in [CLS] and [SEP].
#pragma once

#include <gio/gio.h>

#include "data/library.h"
#include "engine/text/masking.h"
#include "engine/text/tokenizer.h"

G_BEGIN_DECLS

// A document among the sample's tokens.
typedef struct
{
  gint64 ordinal;
  char *text; // its beginning
  gboolean whole;
  guint start, n; // tokens, as far as the sample goes
} CzSampleDocument;

typedef struct
{
  CzTokenizer *tokenizer;
  GArray *words;        // guint32: token words
  GPtrArray *documents; // CzSampleDocument
  gboolean has_test;    // the corpus has a split to test on
  guint unknown;        // how many of the words are [UNK]
  // What cz_block_sample_cut () made of it.
  guint block_size, n_blocks;
  guint32 *ids;   // (n_blocks, block_size) what the model sees
  gint32 *labels; // (n_blocks, block_size) CZ_MASKING_IGNORED where nothing is hidden
} CzBlockSample;

typedef struct
{
  gint64 corpus;
  char *model; // folder
  gboolean test;
  guint tokens; // wanted at most
} CzBlockSampleOptions;

// Reads and tokenizes; call it in a thread. Errors: the library's, the model folder's,
// CZ_TEXT_ERROR_TOO_SHORT when the part has no documents.
CzBlockSample *cz_block_sample_new (CzLibrary *library,
                                    const CzBlockSampleOptions *options,
                                    GCancellable *cancellable,
                                    GError **error);
void cz_block_sample_free (CzBlockSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzBlockSample, cz_block_sample_free)

// Cuts into whole blocks and masks them as epoch `epoch` of a run does (of a test: 0). masking: its
// vocabulary_size and mask_id are filled in; NULL: nothing is masked. In no time.
void cz_block_sample_cut (CzBlockSample *sample,
                          guint block_size,
                          const CzMasking *masking,
                          guint32 epoch);

G_END_DECLS
