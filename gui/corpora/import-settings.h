// How an import reads what was given, and what its corpus is called: the left half of the import
// dialog. Emits "reading-changed" when a person changes how to read, "name-changed" when what
// cz_import_settings_get_trouble () says may have changed.
#pragma once

#include <adwaita.h>

#include "gui/corpora/import-choice.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_IMPORT_SETTINGS (cz_import_settings_get_type ())
G_DECLARE_FINAL_TYPE (CzImportSettings, cz_import_settings, CZ, IMPORT_SETTINGS, AdwBin)

void cz_import_settings_set_workbench (CzImportSettings *self, CzWorkbench *workbench);

// The corpus that what is begun from now on is proposed to bring up to date; 0: a new one.
void cz_import_settings_set_corpus (CzImportSettings *self, gint64 corpus);

// What is begun from now on came from here (as CzImportOptions says) and is called this; NULLs: the
// files say both.
void cz_import_settings_set_source (CzImportSettings *self, const char *source, const char *name);

// Begins anew with these files: everything is to be found out.
void cz_import_settings_begin (CzImportSettings *self, const char *const *files);

// Shows what was found when looking at it the present way; NULL: nothing (all stays as it is).
void cz_import_settings_show (CzImportSettings *self, const CzImportFindings *findings);

// What is chosen now; the settings'.
const CzImportChoice *cz_import_settings_get_choice (CzImportSettings *self);
const char *cz_import_settings_get_name (CzImportSettings *self);

// What is wrong with the name; NULL: nothing.
const char *cz_import_settings_get_trouble (CzImportSettings *self);

void cz_import_settings_grab_focus (CzImportSettings *self);

G_END_DECLS
