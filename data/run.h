#pragma once

#include "data/library.h"

// A run's record: everything needed to show it and to repeat it.

typedef enum
{
  CZ_RUN_QUEUED,
  CZ_RUN_RUNNING,
  CZ_RUN_PAUSED,
  CZ_RUN_FINISHED,
  CZ_RUN_STOPPED,
  CZ_RUN_FAILED,
  CZ_RUN_INTERRUPTED, // derived: running in the record, but no process holds the run's lock
} CzRunState;

typedef enum
{
  CZ_REQUEST_RUN,
  CZ_REQUEST_PAUSE,
  CZ_REQUEST_STOP
} CzRunRequest;

// Numbers not known yet are NAN; strings not known yet are NULL.
typedef struct
{
  gint64 id;
  char *name;
  CzRunState state;
  CzRunRequest requested;
  gboolean resumable;         // a whole checkpoint is there
  gint64 pid;                 // of the process last at work, 0: none yet
  char *message;              // why it failed, or was paused though nobody asked
  gint64 offered_micro_batch; // paused for want of memory: what to go on with; 0: nothing
  char *activity;             // what it is doing right now, for people

  gint64 model_id;                         // 0: gone from the library
  char *model, *model_folder, *model_hash; // the base model when the run was made
  gint64 corpus_id;                        // 0: gone
  char *corpus, *corpus_hash;
  char *parameters; // a JSON object, key → value as text
  char *changes;    // a JSON array: what became of a parameter from which step on; NULL: nothing
  char
      *device; // a JSON object: device, driver, kernel table, subgroup, micro-batch, engine, chosen

  gint64 steps, step;
  double epoch;
  double seconds;             // at work so far
  double seconds_left;        // NAN: not known
  double before, best, after; // cross-entropy, nats
  gint64 best_step;
  double last_loss; // of training: its last train_loss, nats
  double tokens_per_second;
  char *eval_fingerprint;
  char *result_folder; // the best model's folder, once written

  char *notes;
  char *tags; // separated by ", "
  gboolean starred;
  gboolean trashed;
  int color;                      // a place in the palette, -1: by the id
  gint64 sweep;                   // the id of the first run of its grid, 0: none
  gint64 memory_bytes;            // in use at work, the most; 0: not known
  gint64 revision;                // grows with every change of any run
  gint64 queue_position;          // 0: not in the queue
  gint64 created, started, ended; // seconds since 1970, 0: not yet
  char **sentences;      // only for making it: the caller's, its example sentences; NULL: none
  const char *push_repo; // only for making it: each epoch goes there on the Hub; NULL: nowhere
  gboolean push_private; // as a private repository, where it is not there yet
} CzRun;

void cz_run_free (CzRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRun, cz_run_free)
const char *cz_run_state_get_name (CzRunState state); // "queued", …: in --json and in the library
const char *cz_run_state_get_label (CzRunState state); // the same in the person's language
// Of a run as people read it: one that waits in no queue is not called queued.
const char *cz_run_get_state_label (const CzRun *run);

typedef enum
{
  CZ_RUN_CREATE_PLAIN = 0,
  CZ_RUN_CREATE_SWEEP = 1 << 0, // they are a grid: `sweep` of each is the first one's id
  CZ_RUN_CREATE_QUEUE = 1 << 1, // at the queue's end, in this order
} CzRunCreateFlags;

// A new run in state queued; takes from `run` name (NULL: made up), model_*, corpus_*, parameters,
// steps and seconds_left (what it is expected to take). Makes its folder. Returns its id, 0 on
// error.
gint64 cz_run_create (CzLibrary *library, const CzRun *run, GError **error);
// The same for `n` runs, all of them or none, with example sentences (NULL-terminated; NULL: none)
// of each. Their ids (gint64), g_array_unref (); NULL on error.
GArray *cz_run_create_all (CzLibrary *library,
                           const CzRun *runs,
                           gsize n,
                           const char *const *sentences,
                           CzRunCreateFlags flags,
                           GError **error);
// The name that is made up for a run without one; freed by the caller.
char *cz_run_make_name (const CzRun *run);
CzRun *cz_run_get (CzLibrary *library, gint64 id, GError **error); // NOT_FOUND
// The newest first: elements CzRun.
GPtrArray *cz_run_list (CzLibrary *library, gboolean trashed, GError **error);
// All runs, those in the trash too, that were changed after the revision `since` (0: all there
// are), the newest first. ret_revision: what to ask with next time; runs removed for good move it
// too, but are in no list: compare with cz_run_list_ids ().
GPtrArray *cz_run_list_changed (CzLibrary *library,
                                gint64 since,
                                gint64 *ret_revision,
                                GError **error);
// The ids (gint64) of all runs there are, those in the trash too, the newest first.
GArray *cz_run_list_ids (CzLibrary *library, GError **error);
// Those that wait in the queue, in its order; the one at work is not among them, one that was
// interrupted at its turn is the first.
GPtrArray *cz_run_list_queue (CzLibrary *library, GError **error);

// The run's folder (in the library's folder) and files in it; freed by the caller.
char *cz_run_get_folder (CzLibrary *library, gint64 id);
char *cz_run_get_log (CzLibrary *library, gint64 id);

// ---- The process that owns a run ----
// Takes the run's lock (flock on FOLDER/lock, held until the descriptor is closed or the process is
// gone). Returns the descriptor, -1 with STATE where another process has it, or IO.
int cz_run_lock (CzLibrary *library, gint64 id, GError **error);
// Whether some process holds it.
gboolean cz_run_is_alive (CzLibrary *library, gint64 id);

// Sets state running, pid, started, requested=run and takes message and offer back; only by who
// holds the lock. from_queue: it keeps its place in the queue until it ends, else it loses it.
// Error: STATE (finished, trashed).
gboolean cz_run_begin (CzLibrary *library, gint64 id, gboolean from_queue, GError **error);
// Leaves running: to paused, finished, stopped or failed (message: a sentence, may be NULL).
// keep_place: it waits where it was in the queue, if it came from there, else it leaves the queue.
gboolean cz_run_end (CzLibrary *library,
                     gint64 id,
                     CzRunState state,
                     gboolean keep_place,
                     const char *message,
                     GError **error);
// What the process writes while at work: step, steps, epoch, seconds, seconds_left, activity,
// tokens_per_second of `run`, and memory_bytes where it is more than before.
gboolean cz_run_report (CzLibrary *library, const CzRun *run, GError **error);
// Writes the fields that tell what was found: device, before, best, best_step, after,
// eval_fingerprint, result_folder, steps, resumable, parameters, changes, offered_micro_batch.
gboolean cz_run_record (CzLibrary *library, const CzRun *run, GError **error);
gboolean cz_run_get_request (CzLibrary *library,
                             gint64 id,
                             CzRunRequest *ret_request,
                             GError **error);

// ---- What a person may do ----
// Asks a running run to pause or stop; a queued or paused one that is to stop becomes stopped at
// once. Error: STATE (nothing to pause or stop).
gboolean cz_run_request (CzLibrary *library, gint64 id, CzRunRequest request, GError **error);
gboolean cz_run_rename (CzLibrary *library, gint64 id, const char *name, GError **error);
gboolean cz_run_set_notes (CzLibrary *library, gint64 id, const char *notes, GError **error);
gboolean cz_run_set_tags (CzLibrary *library, gint64 id, const char *tags, GError **error);
gboolean cz_run_set_starred (CzLibrary *library, gint64 id, gboolean starred, GError **error);
// color: from 0, a place in the palette; -1: by the id again.
gboolean cz_run_set_color (CzLibrary *library, gint64 id, int color, GError **error);
gboolean cz_run_set_trashed (CzLibrary *library, gint64 id, gboolean trashed, GError **error);
// In the queue at the end (one that waits already stays where it is), or out of it. Paused,
// stopped, failed and interrupted runs go on where they were. Error: STATE (finished, in the trash,
// at work).
gboolean cz_run_set_queued (CzLibrary *library, gint64 id, gboolean queued, GError **error);
// position: from 1; beyond the end: to the end. Error: STATE (it does not wait).
gboolean cz_run_move_in_queue (CzLibrary *library, gint64 id, gint64 position, GError **error);
// Removes record, metrics and folder for good. Error: STATE (alive).
gboolean cz_run_remove (CzLibrary *library, gint64 id, GError **error);

// What a run that waits is expected to take still, in seconds: as long as the last run like it,
// else as long as its plan said; NAN: not known.
double cz_run_expect_seconds (CzLibrary *library, const CzRun *run);

// ---- The queue's process ----
// Takes the queue's lock, held until the descriptor is closed or the process is gone: one process
// works on a library's queue. Returns the descriptor, -1 with STATE where another has it, or IO.
int cz_run_queue_lock (CzLibrary *library, GError **error);
gboolean cz_run_queue_is_worked_on (CzLibrary *library);
// While it is paused nothing in it is begun, and its run that is at work pauses and waits first.
gboolean cz_run_queue_is_paused (CzLibrary *library);
gboolean cz_run_queue_set_paused (CzLibrary *library, gboolean paused, GError **error);

// ---- Checkpoints ----
typedef struct
{
  gint64 step;
  double epoch;
  char *folder;         // within the run's folder
  char *kind;           // "last", "best" or "epoch"
  double cross_entropy; // NAN: not evaluated
} CzRunCheckpoint;
void cz_run_checkpoint_free (CzRunCheckpoint *checkpoint);
// Enters one, in place of an earlier one of the same kind and epoch; kind "last" sets resumable.
gboolean cz_run_add_checkpoint (CzLibrary *library,
                                gint64 id,
                                const CzRunCheckpoint *checkpoint,
                                GError **error);
gboolean cz_run_remove_checkpoint (CzLibrary *library,
                                   gint64 id,
                                   const char *folder,
                                   GError **error);
GPtrArray *cz_run_list_checkpoints (CzLibrary *library, gint64 id, GError **error);
