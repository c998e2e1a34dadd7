// The playground's sentence: a text view in which each [MASK] is drawn as a rounded chip. Tab
// leaves it. "prompt-changed" is emitted when the text changes.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CZ_MASK_TEXT "[MASK]"

#define CZ_TYPE_PROMPT (cz_prompt_get_type ())
G_DECLARE_FINAL_TYPE (CzPrompt, cz_prompt, CZ, PROMPT, GtkTextView)

// The caller frees it.
char *cz_prompt_get_text (CzPrompt *self);
void cz_prompt_set_text (CzPrompt *self, const char *text);
guint cz_prompt_get_n_masks (CzPrompt *self);

// Masks the selection, or the word at the cursor; on a mask that Ctrl+M put there, the word it
// hides comes back. FALSE when there is no word.
gboolean cz_prompt_toggle_mask (CzPrompt *self);

G_END_DECLS
