// Where a model came from, in plain words.
#pragma once

#include "data/model.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

// "comes with the program", "from the Hub: REPO", "made by the run “film”"; freed by the caller.
char *cz_model_origin_tell (CzWorkbench *workbench, const CzModel *model);
// The same in a word or two, for a list.
char *cz_model_origin_tell_short (CzWorkbench *workbench, const CzModel *model);

// The Hub's page of a model that came from there; NULL: it did not. Freed by the caller.
char *cz_model_origin_get_page (const CzModel *model);

// The run that made it; 0: none did.
gint64 cz_model_origin_get_run (const CzModel *model);

G_END_DECLS
