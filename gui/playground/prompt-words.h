// The words of a text as the model's tokenizer cuts them before it makes word pieces: at white
// space and punctuation, each mark of which and each Chinese character is a word.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint start, end; // characters of the text
  gboolean is_mark; // of punctuation
} CzPromptWord;

// An array of CzPromptWord; the caller's.
GArray *cz_prompt_words_new (const char *text);

// The word at the cursor: the one it is in or behind, else the one it stands before, else the last
// one before it; a mark only where there is nothing else. NULL: none.
const CzPromptWord *cz_prompt_words_find_at_cursor (GArray *words, guint cursor);
// The word that a character is a part of; NULL: none.
const CzPromptWord *cz_prompt_words_find (GArray *words, guint character);

G_END_DECLS
