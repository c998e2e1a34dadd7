// The playground's sentence: a text view in which each [MASK] is drawn as a rounded chip, with the
// word it hides as its tooltip. A click on a word masks it, one on a chip brings the word back; a
// click between words or with Ctrl held places the cursor, a double click chooses the word. Tab
// leaves the view. "prompt-changed" is emitted when the text has changed.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/prompt-buffer.h"

G_BEGIN_DECLS

#define CZ_TYPE_PROMPT (cz_prompt_get_type ())
G_DECLARE_FINAL_TYPE (CzPrompt, cz_prompt, CZ, PROMPT, GtkTextView)

// The caller frees it.
char *cz_prompt_get_text (CzPrompt *self);
// As if the person had typed it: it can be taken back.
void cz_prompt_set_text (CzPrompt *self, const char *text);
guint cz_prompt_get_n_masks (CzPrompt *self);

// Masks each word of the selection, or the word at the cursor; where they are masked already, the
// words come back. FALSE when there is no word. A mask that was typed hides none: it stays.
gboolean cz_prompt_toggle_mask (CzPrompt *self);

// Puts a word in the place of the mask (from 0); the cursor goes behind it.
void cz_prompt_fill_mask (CzPrompt *self, guint mask, const char *word);

G_END_DECLS
