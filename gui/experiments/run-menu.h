// The menu of what can be done with runs: those chosen, checked, or under the pointer.
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

// trash: for runs in the trash. The actions are those of the page, "runs.…".
GMenuModel *cz_run_menu_new (gboolean trash);

G_END_DECLS
