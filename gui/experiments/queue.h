// The queue as the window sees it: which runs wait, what they will take, and that a process is at
// work on it whenever it should be. One for each workbench.
#pragma once

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_QUEUE (cz_queue_get_type ())
G_DECLARE_FINAL_TYPE (CzQueue, cz_queue, CZ, QUEUE, GObject)

// The workbench's, made at the first call. Starts `cloze run queue start` whenever runs wait, no
// run is at work, and the queue isn't paused. Emits "changed" after anything about it changed, and
// "failed" with a sentence when its process could not do its work.
CzQueue *cz_queue_get (CzWorkbench *workbench);

// Runs that wait, in their order; elements CzRunItem, g_ptr_array_unref ().
GPtrArray *cz_queue_list (CzQueue *self);
// The queue's run that is at work; NULL: none. The workbench's.
CzRunItem *cz_queue_get_current (CzQueue *self);
gboolean cz_queue_is_paused (CzQueue *self);

// Seconds a run still takes; NAN: not known.
double cz_queue_expect (const CzRun *run);

// Pausing pauses the queue's run at work too; going on begins with it.
gboolean cz_queue_set_paused (CzQueue *self, gboolean paused, GError **error);
// position: from 1.
gboolean cz_queue_move (CzQueue *self, gint64 run, gint64 position, GError **error);
gboolean cz_queue_remove (CzQueue *self, gint64 run, GError **error);
gboolean cz_queue_add (CzQueue *self, gint64 run, GError **error);

G_END_DECLS
