#pragma once

#include "data/hub-push.h"
#include "data/push-record.h"
#include "jobs/job.h"

// A run's models to the Hub: by hand, and after each epoch by a process of its own that follows the
// run and only reads what it has written. Nothing that happens to a push reaches the run.

// Starts `cloze run push ID --follow` in a session of its own, with this process' environment and
// its output in the run's folder (push.log). Without a target (cz_push_target_get ()) nothing is
// started.
gboolean cz_run_push_start_follower (CzLibrary *library, gint64 run, GError **error);

// Pushes each epoch's model as it comes, the newest where they come faster than they go, and when
// the run has ended its best. Ends with the run. What fails is entered in the library and the next
// epoch is waited for. The token is asked for without a question to the person. Returns whether all
// that was to go went. Errors: as cz_push_lock (), CZ_DATA_ERROR_*.
gboolean cz_run_push_follow (CzLibrary *library,
                             gint64 run,
                             CzJobProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error);

typedef struct
{
  const char *repo; // NULL: where its epochs go
  gboolean is_private;
  const char *token;
  CzJobProgress progress;
  gpointer data;
} CzRunPush;

// Repeats the run's last push where it failed and what it was to push is still there, else pushes
// its best model. ret_step: of what was pushed. Errors: CZ_JOB_ERROR_NOT_FOUND (no model yet, no
// repository, no token), as cz_push_lock (), cz_hub_push ().
CzHubPushed *cz_run_push (CzLibrary *library,
                          gint64 run,
                          const CzRunPush *push,
                          gint64 *ret_step,
                          GCancellable *cancellable,
                          GError **error);
