// A text whose words are tinted by their surprisal under one model: it wraps, can be selected, and
// the caret walks through it. "word-pointed" (int word) tells which word the pointer or the caret
// is on, -1: none.
#pragma once

#include <gtk/gtk.h>

#include "gui/playground/surprisal-scores.h"
#include "gui/playground/surprisal-tint.h"

G_BEGIN_DECLS

#define CZ_TYPE_SURPRISAL_TEXT (cz_surprisal_text_get_type ())
G_DECLARE_FINAL_TYPE (CzSurprisalText, cz_surprisal_text, CZ, SURPRISAL_TEXT, GtkTextView)

GtkWidget *cz_surprisal_text_new (void);

// Shows the scores' text as their model-th model sees it. A long text is tinted bit by bit.
void cz_surprisal_text_show (CzSurprisalText *self,
                             CzSurprisalScores *scores,
                             guint model,
                             CzTintKind kind);

// Frames a word; -1: none.
void cz_surprisal_text_frame (CzSurprisalText *self, int word);

// Where a word is, in the widget's coordinates; FALSE when it is scrolled out of sight.
gboolean cz_surprisal_text_get_area (CzSurprisalText *self, int word, GdkRectangle *ret_area);

G_END_DECLS
