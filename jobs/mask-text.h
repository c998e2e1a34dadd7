#pragma once

#include "engine/text/tokenizer.h"

// The gaps of a text as people write them, "[MASK]", for a tokenizer whose mask token may be
// another.
#define CZ_MASK_TEXT_USUAL "[MASK]"

// Whether the tokenizer finds its mask token in the text.
gboolean cz_mask_text_has (CzTokenizer *tokenizer, const char *text);
// The text with the tokenizer's own mask token; freed by the caller. Unchanged where it has that
// token already.
char *cz_mask_text_put (CzTokenizer *tokenizer, const char *text);
