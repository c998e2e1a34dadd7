// An import on its way, in a thread with its own connection to the library: nobody has to watch it.
// Properties for those who do: "share" (0 to 1), "status" (a sentence) and "path" (what is being
// read). Main thread only.
#pragma once

#include "data/corpus-update.h"
#include "gui/corpora/import-choice.h"

G_BEGIN_DECLS

typedef enum
{
  CZ_IMPORT_RUNNING,
  CZ_IMPORT_CANCELLING, // what was written is being taken back
  CZ_IMPORT_DONE,
  CZ_IMPORT_CANCELLED,
  CZ_IMPORT_FAILED,
} CzImportState;

#define CZ_TYPE_IMPORT_TASK (cz_import_task_get_type ())
G_DECLARE_FINAL_TYPE (CzImportTask, cz_import_task, CZ, IMPORT_TASK, GObject)

// Begins at once. "ended" is emitted when nothing of it is under way any more.
CzImportTask *cz_import_task_new (const char *library,
                                  const char *name,
                                  const CzImportChoice *choice);

// What was published meanwhile stays: the task then ends as done.
void cz_import_task_cancel (CzImportTask *self);

// A number of its own, to find it by.
guint cz_import_task_get_id (CzImportTask *self);
CzImportState cz_import_task_get_state (CzImportTask *self);
gboolean cz_import_task_is_active (CzImportTask *self);
// The corpus's name.
const char *cz_import_task_get_name (CzImportTask *self);
double cz_import_task_get_share (CzImportTask *self);
const char *cz_import_task_get_status (CzImportTask *self);
const CzImportChoice *cz_import_task_get_choice (CzImportTask *self);
// DONE: the report, else NULL. Of a new corpus it counts no changes.
const CzUpdateReport *cz_import_task_get_report (CzImportTask *self);
// FAILED: why, else NULL.
const char *cz_import_task_get_trouble (CzImportTask *self);

G_END_DECLS
