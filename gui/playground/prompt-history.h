// What was done to the prompt's text, to be taken back and done again exactly: a mask brings its
// hidden word along. Positions and lengths are characters of the text. It holds no text itself:
// the prompt's buffer carries steps out.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

// A mask that hides a word: its place and the word, NULL where none is known.
typedef struct
{
  guint offset;
  char *word; // owned by the array it lies in
} CzPromptMask;
// An array of them, empty, that frees its words.
GArray *cz_prompt_masks_new (void);

typedef struct
{
  gboolean insertion; // else a deletion
  guint offset;
  guint n_characters;
  char *text;
  // The words of the masks that doing this, or taking it back, destroyed; NULL: none.
  GArray *undone_masks, *redone_masks;
} CzPromptEdit;

// Done and taken back as one; of CzPromptEdit.
typedef GPtrArray CzPromptStep;

typedef struct _CzPromptHistory CzPromptHistory;

CzPromptHistory *cz_prompt_history_new (void);
void cz_prompt_history_free (CzPromptHistory *self);

// What is added between these is one step; they nest.
void cz_prompt_history_begin (CzPromptHistory *self);
void cz_prompt_history_end (CzPromptHistory *self);

// Adds what was just done; what was taken back can't be done again after that. Letters typed one
// after another make one step up to the word's end. masks: those it destroyed, NULL: none; taken.
void cz_prompt_history_add (
    CzPromptHistory *self, gboolean insertion, guint offset, const char *text, GArray *masks);

gboolean cz_prompt_history_can_undo (CzPromptHistory *self);
gboolean cz_prompt_history_can_redo (CzPromptHistory *self);
// The step to take back, from its last edit to its first, or to do again; NULL: none. The
// history's.
CzPromptStep *cz_prompt_history_undo (CzPromptHistory *self);
CzPromptStep *cz_prompt_history_redo (CzPromptHistory *self);
// Forgets what could be done again.
void cz_prompt_history_drop_undone (CzPromptHistory *self);

G_END_DECLS
