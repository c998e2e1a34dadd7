#pragma once

#include <glib.h>

// Progress on stderr: a bar with the time left on a terminal, else a line now and then; nothing
// when quiet.
typedef struct _CzProgress CzProgress;

CzProgress *cz_progress_new (gboolean quiet);
// Ends the bar's line.
void cz_progress_free (CzProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzProgress, cz_progress_free)

// fraction: 0 … 1, negative: not known. `text` says what is being done. seconds_left: NAN where the
// bar is to reckon it from the fraction. Cheap enough to be called often.
void cz_progress_tell (CzProgress *progress,
                       double fraction,
                       const char *text,
                       double seconds_left);
// The same for functions that call back with a fraction and a text; `data` is a CzProgress.
void cz_progress_callback (double fraction, const char *text, gpointer data);
// A sentence worth keeping, on a line of its own.
void cz_progress_note (CzProgress *progress, const char *sentence);
