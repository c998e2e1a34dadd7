// Masking words of the prompt's text and bringing them back, each as one step to take back.
#pragma once

#include "gui/playground/prompt-buffer.h"

G_BEGIN_DECLS

// The mask that a place lies in or, where touching counts, at the edge of; FALSE: none.
gboolean cz_prompt_masking_find_mask (CzPromptBuffer *self,
                                      guint offset,
                                      gboolean touching,
                                      guint *ret_mask);
// What a click on a character would mask or unmask: a word, but no mark of punctuation, or a mask.
gboolean cz_prompt_masking_find (CzPromptBuffer *self,
                                 guint character,
                                 guint *ret_start,
                                 guint *ret_end);

// Masks what lies between; it holds no mask.
void cz_prompt_masking_hide (CzPromptBuffer *self, guint start, guint end);
// FALSE: the mask hides no word, and stays.
gboolean cz_prompt_masking_show (CzPromptBuffer *self, guint mask);
// Masks each word of the selection, or the word at the cursor; where they are masked already, the
// words come back. FALSE when there is no word.
gboolean cz_prompt_masking_toggle (CzPromptBuffer *self);

G_END_DECLS
