// The page Playground: a sentence with masks, and what the chosen models put in their place, side
// by side. Predictions follow typing.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_PLAYGROUND_PAGE (cz_playground_page_get_type ())
G_DECLARE_FINAL_TYPE (CzPlaygroundPage, cz_playground_page, CZ, PLAYGROUND_PAGE, AdwBin)

void cz_playground_page_set_workbench (CzPlaygroundPage *self, CzWorkbench *workbench);

// Masks the word at the cursor, or shows it again.
void cz_playground_page_mask (CzPlaygroundPage *self);

// Adds a column for a model ("starter", "run:3@best") if it is not there.
void cz_playground_page_show_model (CzPlaygroundPage *self, const char *model);

// Shows two models side by side, on a text with masks, with what they predict in front.
void cz_playground_page_show_pair (CzPlaygroundPage *self,
                                   const char *base,
                                   const char *adapted,
                                   const char *text);

// Turns to the history and puts the cursor into its search.
void cz_playground_page_search (CzPlaygroundPage *self);

G_END_DECLS
