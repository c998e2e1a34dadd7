// Writes down when a key was pressed in the prompt, when the answer to what it changed came, and
// when that was on the screen: `./dev bench playground` reads it. Only where CZ_KEY_TRACE names a
// file.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

// Follows a prompt's keys, edits (its signal "prompt-changed") and frames.
void cz_key_trace_follow (GtkWidget *prompt);
// Predictions were asked for.
void cz_key_trace_asked (void);
// Predictions were shown.
void cz_key_trace_answered (void);

G_END_DECLS
