#pragma once

#include "engine/predict/predictor.h"

// Words for the masks of a text.

typedef struct
{
  guint32 id;
  char *token;
  double score;           // probability
  double log_probability; // nats
  char *sequence; // the text with it filled in, as Hugging Face's pipeline shows it: special tokens
                  // are left out if the text has one mask, and shown if it has several. NULL where
                  // all together would be more than CZ_FILL_SEQUENCES_MOST bytes
} CzFillTop;

typedef struct
{
  char *word;
  guint32 *ids; // its pieces
  char **pieces;
  guint n_pieces;
  double log_probability; // nats; several pieces: the chain rule, left to right, the mask
                          // widened to as many. -inf never: logits are finite
} CzFillTarget;

typedef struct
{
  guint position; // token index in the whole text, [CLS] is 0
  CzFillTop *top;
  guint n_top;
  CzFillTarget *targets;
  guint n_targets;
  float *logits;     // (vocab_size), NULL unless they are kept
  double normalizer; // ln of the sum of their exp: what turns a logit into a log-probability
} CzFillMask;

typedef struct
{
  CzFillMask *masks;
  guint n_masks;
  guint vocabulary; // how many logits a mask has
  char *note;       // or NULL
} CzFill;

#define CZ_FILL_MASKS_MOST     512       // of a text
#define CZ_FILL_KEPT_MOST      64        // masks of a text whose logits are kept
#define CZ_FILL_SEQUENCES_MOST (8 << 20) // bytes

typedef struct
{
  guint top_k;                // words for each mask, at most the vocabulary's
  const char *const *targets; // words whose probabilities are wanted: NULL-terminated, or NULL
  gboolean keep_logits;       // of the first CZ_FILL_KEPT_MOST masks
  gboolean no_sequences;      // they are NULL: of a long text they are what takes longest
} CzFillOptions;

// The likeliest words for each mask of a text. `length` in bytes, -1: up to NUL; "[MASK]" is the
// tokenizer's own mask token. Errors: CZ_PREDICT_ERROR_TEXT (no mask, or more than
// CZ_FILL_MASKS_MOST; a target without a piece), G_IO_ERROR_CANCELLED, CZ_GPU_ERROR_*.
CzFill *cz_predictor_fill (CzPredictor *predictor,
                           const char *text,
                           gssize length,
                           const CzFillOptions *options,
                           GError **error);
// Where a token stands among all of them at a mask, 1 is the likeliest; 0 where the mask's logits
// are not kept.
guint cz_fill_get_rank (const CzFill *fill, guint mask, guint32 id);
void cz_fill_free (CzFill *fill);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzFill, cz_fill_free)
