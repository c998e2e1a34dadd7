#pragma once

#include "engine/format/model-folder.h"
#include "jobs/corpus-tokens.h"
#include "jobs/job.h"

// Words that are to become entries of a model's vocabulary. The new entries stand behind the old
// ones, whose rows stay bit for bit what they were; so everything the model knew is still there,
// but text with these words is cut into fewer tokens.
//
// A new word's row of the word embeddings (which is the output matrix, too) begins as the mean of
// the rows of the pieces that stood for it until now: as the model saw them side by side, so their
// mean is near what it took the word for. Its output bias begins as the mean of theirs. Of the
// starts that were tried, on the starter with 200 words of a medical and of a legal corpus, none
// foresaw either corpus's test part better, before any training; engine/NOTES.md has the numbers.
typedef struct _CzModelExtension CzModelExtension;

// How many words may be added at once.
#define CZ_MODEL_EXTENSION_MAX 50000

// The folder stays the caller's and must outlive it.
CzModelExtension *cz_model_extension_new (CzModelFolder *folder);
void cz_model_extension_free (CzModelExtension *extension);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzModelExtension, cz_model_extension_free)

// Adds a word as the tokenizer sees it: of an uncased model in small letters. `count`: how often it
// stands in the text at hand, 0: not known. Errors: CZ_JOB_ERROR_INVALID with the reason: empty,
// not UTF-8, cut apart by the tokenizer, in the vocabulary already, given twice, too long, too
// many.
gboolean cz_model_extension_add (CzModelExtension *extension,
                                 const char *word,
                                 gint64 count,
                                 GError **error);
// Adds the words of a text that take the most pieces in all, `n` at most: those with a letter and
// without a digit that are cut into three or more pieces and stand there at least twice.
// Errors: G_IO_ERROR_CANCELLED, CZ_JOB_ERROR_INVALID (there is none).
gboolean cz_model_extension_propose (CzModelExtension *extension,
                                     CzTokenFile *tokens,
                                     guint n,
                                     GCancellable *cancellable,
                                     GError **error);
// What was added, in order: elements CzBrokenWord, the extension's.
GPtrArray *cz_model_extension_get_words (CzModelExtension *extension);

// Writes the larger model to `path`, its README.md and training.json left out as they speak of
// another, and so does its tokenizer.json: vocab.txt holds all words. Errors: CZ_FORMAT_ERROR_*,
// CZ_TEXT_ERROR_*, CZ_JOB_ERROR_INVALID (no word was added).
gboolean cz_model_extension_save (CzModelExtension *extension, const char *path, GError **error);
