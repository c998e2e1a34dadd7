#pragma once

#include "data/run.h"
#include "jobs/job.h"
#include "jobs/run-plan.h"

// Runs: making the record, and carrying the run out in this process.
//
// What lies in a run's folder: lock, log.txt, checkpoint-STEP (weights, optimizer, position; the
// one the library knows counts, others are left-overs), best, epoch-N and last (model folders).

// Makes the records of what `n` plans say, in state queued, all or none: `names` of them, each of
// which may be NULL. Their ids (gint64), g_array_unref (); NULL on error.
GArray *cz_run_job_create (CzLibrary *library,
                           CzRunMaterial *material,
                           const CzRunPlan *plans,
                           const char *const *names,
                           gsize n,
                           CzRunCreateFlags flags,
                           GError **error);

// Who looks on.
typedef struct
{
  // fraction of the whole run, what is being done, seconds left (NAN: not known).
  void (*progress) (double fraction, const char *text, double seconds_left, gpointer data);
  void (*note) (const char *sentence, gpointer data); // something the person should know
  void (*begun) (gint64 id, gpointer data); // the record says it is at work; NULL: nothing
  gpointer data;
  GCancellable *cancellable; // cancelled: pause
  gboolean from_queue;       // it is the queue that carries the run out: see cz_run_begin ()
} CzRunWatcher;

// Starts a run, or goes on from its last checkpoint where there is one, and returns when it is
// finished, paused or stopped (ret_state), or has failed: then the record says so too, with the
// same sentence, and it can be resumed if a checkpoint is whole. Where memory was refused the
// record says paused, not failed, and offers a smaller micro-batch. `selector` chooses the device;
// NULL: the one it ran on before, else the best. `micro_batch` is the micro-batch from now on, as
// cz_micro_batch_parse () gives it; NULL: as it was. Errors: CZ_DATA_ERROR_STATE (another process
// has it, it has finished, it is in the trash), CZ_TRAIN_ERROR_PARAMETER (a micro-batch larger than
// the batch) and those of all that a run needs.
gboolean cz_run_job_carry_out (CzLibrary *library,
                               gint64 id,
                               const char *selector,
                               const char *micro_batch,
                               const CzRunWatcher *watcher,
                               CzRunState *ret_state,
                               GError **error);
