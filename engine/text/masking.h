#pragma once

#include "engine/text/philox.h"
#include "engine/text/tokenizer.h"

// Which tokens of a block are to be guessed: the reference of the shader, bit for bit.
//
// A draw is cz_random (seed, purpose, step, slot, element). For masks step is the epoch (from 0;
// 0 in evaluation) and slot the block's hash (blocks.h). Special tokens are never scored.
//   token: element is the position; scored if draw[0] < threshold; then [MASK] if draw[1] <
//          CZ_MASKING_REPLACE, else the id draw[2] * vocabulary_size >> 32 if draw[1] <
//          CZ_MASKING_RANDOM, else the token itself.
//   word:  element is the position of the word's first piece in the block: walk back from the
//          token to the nearest CZ_TOKEN_WORD_START, or to position 0; scored pieces are [MASK].

#define CZ_MASKING_REPLACE 3435973836u // floor (0.8 * 2^32)
#define CZ_MASKING_RANDOM  3865470566u // floor (0.9 * 2^32)
#define CZ_MASKING_IGNORED (-100)      // the label of a token that is not scored

typedef enum
{
  CZ_MASKING_TOKEN,
  CZ_MASKING_WORD
} CzMaskingStrategy;

typedef struct
{
  CzMaskingStrategy strategy;
  guint64 seed;
  guint32 purpose;         // CZ_RANDOM_MASK or CZ_RANDOM_EVAL_MASK
  guint32 threshold;       // cz_random_threshold (probability)
  guint32 vocabulary_size; // random ids are below it
  guint32 mask_id;
} CzMasking;

// Masks a block of `n` token words: `ret_ids` (n) are what the model sees, `ret_labels` (n) the
// true id where scored, else CZ_MASKING_IGNORED. Returns how many are scored.
guint cz_mask_block (const CzMasking *masking,
                     guint32 step,
                     guint32 slot,
                     const guint32 *words,
                     guint n,
                     guint32 *ret_ids,
                     gint32 *ret_labels);
