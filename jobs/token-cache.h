#pragma once

#include "data/corpus.h"
#include "engine/text/token-file.h"
#include "engine/text/tokenizer.h"
#include "jobs/job.h"

// Corpora as tokens, kept in the library's folder: tokens/CORPUSHASH-TOKENIZERHASH.tokens. What has
// the same content and tokenizer has the same file, whatever it is called.

// The token file of a corpus: opened if it is there and sound, else made by all processors at once.
// Of a corpus that is not in the library (id 0), known by its hash alone, it can only be opened.
// Errors: G_IO_ERROR_CANCELLED, CZ_JOB_ERROR_NOT_FOUND, CZ_TEXT_ERROR_*, CZ_DATA_ERROR_*.
CzTokenFile *cz_token_cache_open (CzLibrary *library,
                                  const CzCorpus *corpus,
                                  CzTokenizer *tokenizer,
                                  CzJobProgress progress,
                                  gpointer data,
                                  GCancellable *cancellable,
                                  GError **error);

// Removes token files of what is no longer in the library, but those that unfinished runs were made
// with.
void cz_token_cache_sweep (CzLibrary *library);
