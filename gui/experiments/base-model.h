// What a new run begins with: a model of the library, or what an earlier run has kept. A group of
// rows for the dialog New run. Emits "changed".
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_BASE_MODEL (cz_base_model_get_type ())
G_DECLARE_FINAL_TYPE (CzBaseModel, cz_base_model, CZ, BASE_MODEL, AdwPreferencesGroup)

void cz_base_model_set_workbench (CzBaseModel *self, CzWorkbench *workbench);

// As cloze names it ("starter", "run:3@epoch:2"), until the choice changes; NULL: there is none.
const char *cz_base_model_get (CzBaseModel *self);

// Chooses as cloze names it; FALSE: there is none of that name, and the choice stays.
gboolean cz_base_model_set (CzBaseModel *self, const char *name);

G_END_DECLS
