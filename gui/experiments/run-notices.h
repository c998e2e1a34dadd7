// Tells of runs that have ended: in the window, and to the desktop while the window is not in
// front. What went wrong stays until it was seen; what a person did themselves is not told.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_NOTICES (cz_run_notices_get_type ())
G_DECLARE_FINAL_TYPE (CzRunNotices, cz_run_notices, CZ, RUN_NOTICES, AdwBin)

void cz_run_notices_set_workbench (CzRunNotices *self, CzWorkbench *workbench);

G_END_DECLS
