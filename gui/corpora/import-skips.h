// A list of what an import left out, or has to tell: file, row and reason; searched, and copied as
// text.
#pragma once

#include <adwaita.h>

#include "data/import.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORT_SKIPS (cz_import_skips_get_type ())
G_DECLARE_FINAL_TYPE (CzImportSkips, cz_import_skips, CZ, IMPORT_SKIPS, AdwBin)

// skips: CzImportSkip, copied; NULL: none. more: how many there are that are not in the list.
// folder: what their paths begin with and is not shown (but copied).
void cz_import_skips_show (CzImportSkips *self, GPtrArray *skips, gint64 more, const char *folder);

G_END_DECLS
