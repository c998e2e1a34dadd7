#pragma once

#include "engine/text/tokenizer.h"

// The tokenizer's files in a model folder: vocab.txt, tokenizer_config.json,
// special_tokens_map.json and tokenizer.json. What tokenizer_config.json does not say is taken from
// special_tokens_map.json, then from tokenizer.json, then it is BERT's. Without vocab.txt the words
// are tokenizer.json's.

// Errors: CZ_FORMAT_ERROR_* and CZ_TEXT_ERROR_*, each naming the file.
CzTokenizer *cz_tokenizer_files_load (const char *folder, GError **error);

// Writes the first three into an existing folder. `max_length`: the model's window in tokens.
gboolean cz_tokenizer_files_save (CzTokenizer *tokenizer,
                                  const char *folder,
                                  guint max_length,
                                  GError **error);
