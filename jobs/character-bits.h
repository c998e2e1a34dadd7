#pragma once

#include "data/corpus.h"
#include "engine/format/model-folder.h"
#include "engine/gpu/device.h"
#include "engine/text/token-file.h"
#include "jobs/job.h"

// Bits per character: how well a model foresees the words of a text, told such that models with
// different vocabularies compare. Perplexity does not: it is a mean over tokens, and who has longer
// tokens has fewer of them, each harder to guess.
//
// The text is that of the corpus's test part as `evaluate` takes it (its test split, else a tenth
// of its documents), cut into stretches of whole words by the first model's tokens. Of their words
// 15 % are drawn, the same ones for every model, and all pieces of a drawn word are [MASK]. With p
// the probability that the model gives a piece that was masked,
//   bits per character = sum over these pieces of -log2 p / characters of the words drawn,
// that is cross-entropy in nats × scored tokens / ln 2 / characters. Words that are [UNK] to a
// model are left out for all. The pieces of a word are guessed each on its own, and how many [MASK]
// stand side by side tells how many there are: that is a hint which only a model that cuts the word
// gets, so this measure rather favours the smaller vocabulary.

typedef struct
{
  double bits; // per character
  guint64 scored_tokens;
} CzCharacterBits;

typedef struct
{
  CzModelFolder *folder;
  CzTokenFile *tokens; // of the same corpus, by the folder's tokenizer
} CzCharacterBitsModel;

// Measures `n` models whose tokenizers cut text into the same words, the first with the most pieces
// of each. `blocks`: how many stretches at most, each a block of 128 tokens or the shortest window.
// Errors: CZ_JOB_ERROR_INVALID (the words differ, nothing to score), G_IO_ERROR_CANCELLED,
// CZ_TEXT_ERROR_*, CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*.
gboolean cz_character_bits_measure (CzDevice *device,
                                    const CzCharacterBitsModel *models,
                                    guint n,
                                    guint blocks,
                                    CzJobProgress progress,
                                    gpointer data,
                                    GCancellable *cancellable,
                                    CzCharacterBits *ret_bits,
                                    guint64 *ret_characters,
                                    GError **error);
