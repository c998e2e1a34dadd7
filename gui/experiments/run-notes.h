// A person's own words about a run: tags and notes, written to the library a moment after the last
// key.
#pragma once

#include <adwaita.h>

#include "gui/experiments/run-item.h"
#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_NOTES (cz_run_notes_get_type ())
G_DECLARE_FINAL_TYPE (CzRunNotes, cz_run_notes, CZ, RUN_NOTES, AdwBin)

void cz_run_notes_set_workbench (CzRunNotes *self, CzWorkbench *workbench);

// item: NULL for none. What was typed about the one before is written first.
void cz_run_notes_show (CzRunNotes *self, CzRunItem *item);

// The run's record changed: takes over what another window wrote, unless something is being typed.
void cz_run_notes_update (CzRunNotes *self);

// Writes now what has not been written.
void cz_run_notes_flush (CzRunNotes *self);

G_END_DECLS
