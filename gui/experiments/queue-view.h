// The queue to look at and to order: what is at work, what waits, when each will be about done. To
// be put into any place of the window.
#pragma once

#include <adwaita.h>

#include "gui/workbench.h"

G_BEGIN_DECLS

#define CZ_TYPE_QUEUE_VIEW (cz_queue_view_get_type ())
G_DECLARE_FINAL_TYPE (CzQueueView, cz_queue_view, CZ, QUEUE_VIEW, AdwBin)

// Shows nothing at all while no run waits and none of the queue is at work. Emits "go-to" (gint64
// run) when a run is to be shown.
void cz_queue_view_set_workbench (CzQueueView *self, CzWorkbench *workbench);

G_END_DECLS
