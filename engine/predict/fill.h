#pragma once

#include "engine/predict/predictor.h"

// Words for the masks of a text.

typedef struct
{
  guint32 id;
  char *token;
  double score;   // probability
  char *sequence; // the text with it filled in, as Hugging Face's pipeline shows it: special tokens
                  // are left out if the text has one mask, and shown if it has several
} CzFillTop;

typedef struct
{
  char *word;
  guint32 *ids; // its pieces
  char **pieces;
  guint n_pieces;
  double log_probability; // nats; several pieces: the chain rule, left to right, the mask
                          // widened to as many. -inf never: logits are finite
  guint rank;             // among all pieces of the vocabulary, from 1; 0: several pieces
} CzFillTarget;

typedef struct
{
  guint position; // token index in the whole text, [CLS] is 0
  CzFillTop *top;
  guint n_top;
  CzFillTarget *targets;
  guint n_targets;
} CzFillMask;

typedef struct
{
  CzFillMask *masks;
  guint n_masks;
  char *note; // or NULL
} CzFill;

// The `top_k` likeliest words for each mask (at most the vocabulary's) and the probabilities of
// `targets` (NULL-terminated, or NULL). `length` in bytes, -1: up to NUL; "[MASK]" is the
// tokenizer's own mask token. Errors: CZ_PREDICT_ERROR_TEXT (no mask; a target without a piece),
// CZ_GPU_ERROR_*.
CzFill *cz_predictor_fill (CzPredictor *predictor,
                           const char *text,
                           gssize length,
                           guint top_k,
                           const char *const *targets,
                           GError **error);
void cz_fill_free (CzFill *fill);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzFill, cz_fill_free)
