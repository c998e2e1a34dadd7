// A button whose popover narrows a list of documents by split, label, file and whether they are
// excluded; it is labelled with what it leaves. Emits "changed" and "filled".
#pragma once

#include <adwaita.h>

#include "data/document.h"

G_BEGIN_DECLS

#define CZ_TYPE_NARROW_BUTTON (cz_narrow_button_get_type ())
G_DECLARE_FINAL_TYPE (CzNarrowButton, cz_narrow_button, CZ, NARROW_BUTTON, AdwBin)

// Offers what a corpus has, once a thread has read that; what was chosen stays where the corpus
// still has it, else "changed" is emitted. "filled" tells (two gboolean) whether it has labels and
// splits at all. library: its path.
void cz_narrow_button_fill (CzNarrowButton *self, const char *library, gint64 corpus);
// The fields split, label, source and choice; strings are the button's.
void cz_narrow_button_get (CzNarrowButton *self, CzDocumentFilter *ret_filter);
// Back to all documents.
void cz_narrow_button_clear (CzNarrowButton *self);

G_END_DECLS
