// The prompt's text and the masks in it. Each "[MASK]" of the text is a mask, however it came
// there; one that was put on a word knows the word. Positions are characters of the text, as
// cz_prompt_buffer_get_text () gives it.
//
// The buffer holds more than the text: laying out a paragraph takes time with its length, 200 ms
// for 100,000 characters at each letter typed. So a long one is cut by U+2029, which is no part of
// the text: where that is typed or pasted it becomes a space.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/prompt-history.h"

G_BEGIN_DECLS

#define CZ_MASK_TEXT   "[MASK]"
#define CZ_MASK_LENGTH 6
// What cuts a paragraph.
#define CZ_PROMPT_CUT 0x2029

#define CZ_TYPE_PROMPT_BUFFER (cz_prompt_buffer_get_type ())
G_DECLARE_FINAL_TYPE (CzPromptBuffer, cz_prompt_buffer, CZ, PROMPT_BUFFER, GtkTextBuffer)

// "edited" is emitted when the text has changed, once for each user action.
CzPromptBuffer *cz_prompt_buffer_new (void);

// The caller frees it.
char *cz_prompt_buffer_get_text (CzPromptBuffer *self);
// The text from start to end; the caller frees it.
char *cz_prompt_buffer_get_part (CzPromptBuffer *self, guint start, guint end);
guint cz_prompt_buffer_get_n_characters (CzPromptBuffer *self);

guint cz_prompt_buffer_offset_of (CzPromptBuffer *self, const GtkTextIter *iter);
void cz_prompt_buffer_get_iter (CzPromptBuffer *self, guint offset, GtkTextIter *ret_iter);

// ---- Masks, in the text's order ----

guint cz_prompt_buffer_get_n_masks (CzPromptBuffer *self);
// Its place.
guint cz_prompt_buffer_get_mask (CzPromptBuffer *self, guint mask);
// The word that it hides; NULL where it was typed or pasted as a mask.
const char *cz_prompt_buffer_get_word (CzPromptBuffer *self, guint mask);
// The first mask that ends behind offset; the number of masks where there is none.
guint cz_prompt_buffer_find_mask (CzPromptBuffer *self, guint offset);

// The words that are hidden from start to end, with their places from start on; the caller's.
GArray *cz_prompt_buffer_get_words (CzPromptBuffer *self, guint start, guint end);

// Puts text in the place of what is there, as one step to take back. masks: what its masks hide, of
// CzPromptMask with places from start on; NULL: nothing. The cursor goes behind the new text.
void cz_prompt_buffer_replace (
    CzPromptBuffer *self, guint start, guint end, const char *text, GArray *masks);

// ---- Taking back ----

gboolean cz_prompt_buffer_can_undo (CzPromptBuffer *self);
gboolean cz_prompt_buffer_can_redo (CzPromptBuffer *self);
// FALSE where there is nothing to take back. The cursor goes to the place.
gboolean cz_prompt_buffer_take_back (CzPromptBuffer *self);
gboolean cz_prompt_buffer_do_again (CzPromptBuffer *self);
// Takes back the last step as if it had never been done.
void cz_prompt_buffer_forget_last (CzPromptBuffer *self);

// What was copied or cut: where the same text comes back, its masks know their words again.
void cz_prompt_buffer_remember (CzPromptBuffer *self, guint start, guint end);

G_END_DECLS
