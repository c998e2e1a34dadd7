// What the pages share: the library, its lists (kept up to date), the device, and who asks for what
// in a thread. One for each library; main thread only, unless said otherwise.
#pragma once

#include <gio/gio.h>

#include "data/library.h"
#include "gui/experiments/run-item.h"
#include "gui/models/model-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_WORKBENCH (cz_workbench_get_type ())
G_DECLARE_FINAL_TYPE (CzWorkbench, cz_workbench, CZ, WORKBENCH, GObject)

// library: its path, NULL: the person's own. Nothing is opened yet.
CzWorkbench *cz_workbench_new (const char *library);

// Opens the library in a thread, enters the starter model, fills the lists, asks for the devices
// and begins to watch. "opened" is emitted then, or "failed" with a sentence. Later, "changed"
// whenever anyone changed the library, after the lists were brought up to date.
void cz_workbench_open (CzWorkbench *self);

// The main thread's connection; NULL before "opened".
CzLibrary *cz_workbench_get_library (CzWorkbench *self);

// For connections of other threads and for cloze; the workbench's.
const char *cz_workbench_get_path (CzWorkbench *self);

// Lists of CzCorpusItem, CzModelItem and CzRunItem (newest first); the workbench's.
GListModel *cz_workbench_get_corpora (CzWorkbench *self);
GListModel *cz_workbench_get_models (CzWorkbench *self);
GListModel *cz_workbench_get_runs (CzWorkbench *self);
// Runs in the trash.
GListModel *cz_workbench_get_trash (CzWorkbench *self);
// A run, in the trash too; NULL: there is none of this id. The workbench's.
CzRunItem *cz_workbench_find_run (CzWorkbench *self, gint64 id);
// A model by its id, and by its name; NULL: the library has none such. The workbench's.
CzModelItem *cz_workbench_find_model (CzWorkbench *self, gint64 id);
CzModelItem *cz_workbench_find_model_named (CzWorkbench *self, const char *name);
// Runs at work, the newest first, and those that wait, in the queue's order: cheap, however many
// runs there are. Elements CzRunItem, g_ptr_array_unref ().
GPtrArray *cz_workbench_list_active (CzWorkbench *self);
GPtrArray *cz_workbench_list_waiting (CzWorkbench *self);
// In "opened" and "changed": the runs that came or changed, all of them at first; the workbench's.
GPtrArray *cz_workbench_get_changed_runs (CzWorkbench *self);

// Looks at the library now instead of within half a second: after a change of our own.
void cz_workbench_refresh (CzWorkbench *self);

// The best device's name, "" while unknown or when there is none.
const char *cz_workbench_get_device (CzWorkbench *self);
// Whether the best device is a real GPU (not the processor).
gboolean cz_workbench_has_gpu (CzWorkbench *self);
// What stands in the way of using any device; NULL: nothing.
const char *cz_workbench_get_device_trouble (CzWorkbench *self);

G_END_DECLS
