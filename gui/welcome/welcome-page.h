// The page a person begins with: what this computer is, and three ways in. It is shown by itself
// over a library with nothing in it until one of the ways was taken or it was left; later from the
// main menu.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_WELCOME_PAGE (cz_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (CzWelcomePage, cz_welcome_page, CZ, WELCOME_PAGE, AdwBin)

void cz_welcome_page_set_workbench (CzWelcomePage *self, CzWorkbench *workbench);

// Whether the library is one that nobody has begun with: no corpora, no runs, and the page was not
// left before.
gboolean cz_welcome_page_is_due (CzWelcomePage *self);
// Remembers that it was left.
void cz_welcome_page_leave (CzWelcomePage *self);

G_END_DECLS
