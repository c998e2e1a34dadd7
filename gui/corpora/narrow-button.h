// A button whose popover narrows a list of documents by split, label, file and whether they are
// excluded; it is labelled with what it leaves. Emits "changed".
#pragma once

#include <adwaita.h>

#include "data/document.h"

G_BEGIN_DECLS

#define CZ_TYPE_NARROW_BUTTON (cz_narrow_button_get_type ())
G_DECLARE_FINAL_TYPE (CzNarrowButton, cz_narrow_button, CZ, NARROW_BUTTON, AdwBin)

// Offers what a corpus has; what was chosen stays where the corpus still has it. Tells whether it
// has labels and splits at all.
void cz_narrow_button_fill (CzNarrowButton *self,
                            CzLibrary *library,
                            const CzCorpus *corpus,
                            gboolean *ret_labels,
                            gboolean *ret_splits);
// The fields split, label, source and choice; strings are the button's.
void cz_narrow_button_get (CzNarrowButton *self, CzDocumentFilter *ret_filter);
// Back to all documents.
void cz_narrow_button_clear (CzNarrowButton *self);

G_END_DECLS
