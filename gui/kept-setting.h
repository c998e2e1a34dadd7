// A setting of the library that the window keeps for itself, as the way a list is shown: it is
// written in a thread, since another process may be writing to the library for a while and nobody
// waits for this. What was asked for last is what stays. Where it can't be written it is worth no
// complaint.
#pragma once

#include "gui/workbench.h"

G_BEGIN_DECLS

void cz_kept_setting_write (CzWorkbench *workbench, const char *name, const char *value);

G_END_DECLS
