#pragma once

#include <gio/gio.h>

#include "engine/text/text-error.h"
#include "engine/text/vocabulary.h"

// Learns the word pieces of a corpus, as the library `tokenizers` trains WordPiece: words are
// counted, then the pair of neighbouring pieces that occurs most often is joined, again and again,
// until there are enough pieces. The same texts in any order give the same vocabulary.
typedef struct _CzVocabularyTrainer CzVocabularyTrainer;

typedef struct
{
  guint32 size;              // pieces wanted, special tokens among them
  guint limit_alphabet;      // characters kept at most, the most frequent; and no more than fit
  guint64 min_frequency;     // pairs seen less often are not joined
  guint max_word_characters; // longer words are passed over
  gboolean lowercase;
  int strip_accents; // TRUE, FALSE, or -1: as lowercase
  gboolean cjk_spacing;
  gboolean clean_text;
} CzVocabularyTrainerOptions;

#define CZ_VOCABULARY_TRAINER_DEFAULTS                       \
  ((CzVocabularyTrainerOptions){ .size = 30522,              \
                                 .limit_alphabet = 1000,     \
                                 .min_frequency = 2,         \
                                 .max_word_characters = 100, \
                                 .lowercase = TRUE,          \
                                 .strip_accents = -1,        \
                                 .cjk_spacing = TRUE,        \
                                 .clean_text = TRUE })

// Errors: CZ_TEXT_ERROR_INVALID (size too small for the special tokens, or too large).
CzVocabularyTrainer *cz_vocabulary_trainer_new (const CzVocabularyTrainerOptions *options,
                                                GError **error);
void cz_vocabulary_trainer_free (CzVocabularyTrainer *trainer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzVocabularyTrainer, cz_vocabulary_trainer_free)

// Counts the words of a document, or of a chunk of one that ends between words. Any bytes.
void cz_vocabulary_trainer_feed (CzVocabularyTrainer *trainer, const char *text, gssize length);

// Told now and then, from the calling thread: pieces so far, pieces wanted.
typedef void (*CzVocabularyProgress) (guint32 done, guint32 wanted, gpointer data);

// [PAD] [UNK] [CLS] [SEP] [MASK] first, then the characters, then what was joined, in that order.
// May have fewer pieces than asked for if the text gives no more.
// Errors: G_IO_ERROR_CANCELLED, CZ_TEXT_ERROR_TOO_SHORT (no words at all).
CzVocabulary *cz_vocabulary_trainer_train (CzVocabularyTrainer *trainer,
                                           CzVocabularyProgress progress,
                                           gpointer data,
                                           GCancellable *cancellable,
                                           GError **error);
