// The header's right: the device, and what is running on it. A click tells more.
#pragma once

#include <adwaita.h>

#include "gui/corpora/imports.h"
#include "gui/hub/downloads.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_ACTIVITY_BUTTON (cz_activity_button_get_type ())
G_DECLARE_FINAL_TYPE (CzActivityButton, cz_activity_button, CZ, ACTIVITY_BUTTON, AdwBin)

void cz_activity_button_set_workbench (CzActivityButton *self, CzWorkbench *workbench);
// Those of the window, which outlive the button.
void cz_activity_button_set_imports (CzActivityButton *self, CzImports *imports);
void cz_activity_button_set_downloads (CzActivityButton *self, CzDownloads *downloads);
// Opens what a click opens.
void cz_activity_button_show (CzActivityButton *self);

G_END_DECLS
