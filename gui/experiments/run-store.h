// The runs of a library as lists of CzRunItem, the newest first: those there are, and those in the
// trash. All are read once, in a thread; afterwards only what changed. Items stay, so that rows and
// views stay and only their contents change.
#pragma once

#include <gio/gio.h>

#include "gui/experiments/run-item.h"

G_BEGIN_DECLS

#define CZ_TYPE_RUN_STORE (cz_run_store_get_type ())
G_DECLARE_FINAL_TYPE (CzRunStore, cz_run_store, CZ, RUN_STORE, GObject)

CzRunStore *cz_run_store_new (void);

// The store's.
GListModel *cz_run_store_get_runs (CzRunStore *self);
GListModel *cz_run_store_get_trash (CzRunStore *self);
// NULL: there is none; the store's.
CzRunItem *cz_run_store_find (CzRunStore *self, gint64 id);
// Runs at work, the newest first, and those that wait in the queue, in its order, without a look at
// all the others; elements CzRunItem, g_ptr_array_unref ().
GPtrArray *cz_run_store_list_active (CzRunStore *self);
GPtrArray *cz_run_store_list_waiting (CzRunStore *self);
// Runs that came or changed with the last changes, those in the trash too; all, after the first
// time. Elements CzRunItem; the store's.
GPtrArray *cz_run_store_get_changed (CzRunStore *self);

// What changed in the library since a revision. Any thread.
typedef struct _CzRunChanges CzRunChanges;
CzRunChanges *cz_run_changes_read (CzLibrary *library, gint64 since, GError **error);
void cz_run_changes_free (CzRunChanges *changes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunChanges, cz_run_changes_free)

// Main thread: the revision the lists are at (0: nothing was read), and bringing them to another.
gint64 cz_run_store_get_revision (CzRunStore *self);
void cz_run_store_apply (CzRunStore *self, CzRunChanges *changes);

// Whether a run at work has lost its process, which the library's file does not tell: those are
// read again. Looks at no other runs' locks.
gboolean cz_run_store_look_after (CzRunStore *self, CzLibrary *library);

G_END_DECLS
