// A model, or a data set, from the Hub: name a repository, see what it is, get it with progress.
// Closed while it fetches, that goes on. What happens when something was fetched is left to those
// who opened it.
#pragma once

#include <adwaita.h>

#include "gui/hub/download.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_HUB_DIALOG (cz_hub_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CzHubDialog, cz_hub_dialog, CZ, HUB_DIALOG, AdwWindow)

// Emits "started" (CzDownload *) when one begins, "left" (CzDownload *) when a person goes back
// from one that stopped, "account" when a person wants to sign in, and "other-kind" (a repository)
// when what was named is a data set instead of a model, or the other way round, and a person wants
// that. downloads: of the window, CzDownload: what is under way is not fetched a second time.
CzHubDialog *cz_hub_dialog_new (GtkWindow *parent,
                                CzWorkbench *workbench,
                                GListModel *downloads,
                                gboolean dataset);

gboolean cz_hub_dialog_is_dataset (CzHubDialog *self);

// Looks at a repository at once, as if it had been typed; "": waits for a name.
void cz_hub_dialog_look_at (CzHubDialog *self, const char *repository);

// Shows a download: its progress, or why it ended.
void cz_hub_dialog_show_download (CzHubDialog *self, CzDownload *download);
// The download that is shown; NULL: none.
CzDownload *cz_hub_dialog_get_download (CzHubDialog *self);

G_END_DECLS
