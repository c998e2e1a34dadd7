// The downloads of a window as rows of what is running: each leads to its dialog.
#pragma once

#include <adwaita.h>

#include "gui/hub/downloads.h"

G_BEGIN_DECLS

#define CZ_TYPE_DOWNLOAD_ROWS (cz_download_rows_get_type ())
G_DECLARE_FINAL_TYPE (CzDownloadRows, cz_download_rows, CZ, DOWNLOAD_ROWS, AdwBin)

// Emits "changed" whenever what is told of them may have, "shown" when a person goes to one.
void cz_download_rows_set_downloads (CzDownloadRows *self, CzDownloads *downloads);

gboolean cz_download_rows_is_empty (CzDownloadRows *self);
// How many are under way; *ret_title and *ret_share are of the first (untouched without any).
guint cz_download_rows_count (CzDownloadRows *self, const char **ret_title, double *ret_share);

G_END_DECLS
