#include "jobs/run-push.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "data/file-copy.h"
#include "data/hub-token.h"
#include "data/run.h"
#include "engine/format/atomic-file.h"
#include "jobs/model-push.h"
#include "jobs/priority.h"

// How often the library is asked whether an epoch has ended.
#define INTERVAL (G_USEC_PER_SEC / 2)
#define COPY     "push-"

// A model of a run on its way.
typedef struct
{
  char *folder;
  gint64 step;
  double epoch;
  double cross_entropy; // NAN: not known
  gboolean best;
} State;

static void
state_clear (State *state)
{
  g_clear_pointer (&state->folder, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (State, state_clear)

// ---- What there is to push ----

static gboolean
is_there (const char *folder)
{
  g_autofree char *weights
      = folder != NULL ? g_build_filename (folder, "model.safetensors", NULL) : NULL;

  return weights != NULL && g_file_test (weights, G_FILE_TEST_IS_REGULAR);
}

static double
count_epochs (const CzRun *run, gint64 step)
{
  return run->step > 0 ? run->epoch * (double)step / (double)run->step : 0;
}

// The run's best model; FALSE: there is none yet.
static gboolean
find_best (const CzRun *run, State *state)
{
  if (!is_there (run->result_folder))
    return FALSE;
  *state = (State){ .folder = g_strdup (run->result_folder),
                    .step = run->best_step,
                    .epoch = count_epochs (run, run->best_step),
                    .cross_entropy = run->best,
                    .best = TRUE };
  return TRUE;
}

// The newest epoch's model behind step `after` (step 0: of any); FALSE: none.
static gboolean
find_epoch (CzLibrary *library, gint64 run, gint64 after, gint64 step, State *state)
{
  g_autoptr (GPtrArray) list = cz_run_list_checkpoints (library, run, NULL);
  g_autofree char *place = cz_run_get_folder (library, run);

  for (guint i = list != NULL ? list->len : 0; i > 0; i--)
    {
      const CzRunCheckpoint *checkpoint = list->pdata[i - 1];
      if (!g_str_equal (checkpoint->kind, "epoch") || checkpoint->step <= after
          || (step > 0 && checkpoint->step != step))
        continue;
      *state = (State){ .folder = g_build_filename (place, checkpoint->folder, NULL),
                        .step = checkpoint->step,
                        .epoch = checkpoint->epoch,
                        .cross_entropy = checkpoint->cross_entropy };
      if (is_there (state->folder))
        return TRUE;
      state_clear (state);
    }
  return FALSE;
}

static char *
make_message (const CzRun *run, const State *state)
{
  g_autofree char *what
      = state->best ? g_strdup_printf ("the best model, step %" PRId64, state->step)
                    : g_strdup_printf ("epoch %.4g, step %" PRId64, state->epoch, state->step);

  return isfinite (state->cross_entropy) ? g_strdup_printf ("%s: %s, perplexity %.2f", run->name,
                                                            what, exp (state->cross_entropy))
                                         : g_strdup_printf ("%s: %s", run->name, what);
}

// ---- A copy that stays ----

// The run drops the folders of older epochs while they may be on their way: the files are linked
// into a folder push-… beside them, which takes no room. All of them or nothing: a part of a model
// must not be pushed. Freed by the caller.
static char *
keep_copy (
    CzLibrary *library, gint64 run, const State *state, GCancellable *cancellable, GError **error)
{
  g_autofree char *place = cz_run_get_folder (library, run);
  g_autofree char *path = g_strdup_printf ("%s/" COPY "%" PRId64, place, state->step);
  g_autoptr (GDir) dir = g_dir_open (state->folder, 0, NULL);
  gboolean whole = TRUE;
  const char *file;

  if (dir == NULL)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("“%s” is gone: a newer model took its place. Push again."), state->folder);
      return NULL;
    }
  g_autofree char *copy = cz_atomic_folder_new (path, error);
  while (copy != NULL && whole && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (state->folder, file, NULL);
      g_autofree char *to = g_build_filename (copy, file, NULL);
      whole = g_file_test (from, G_FILE_TEST_IS_DIR) || cz_file_link (from, to, cancellable, error);
    }
  if (whole)
    return g_steal_pointer (&copy);
  cz_folder_remove (copy);
  return NULL;
}

// Takes the lock, and what a process that died left goes.
static int
begin (CzLibrary *library, gint64 run, GError **error)
{
  int lock = cz_push_lock (library, run, error);
  g_autofree char *place = cz_run_get_folder (library, run);
  g_autoptr (GDir) dir = lock >= 0 ? g_dir_open (place, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, COPY))
      {
        g_autofree char *path = g_build_filename (place, name, NULL);
        cz_folder_remove (path);
      }
  return lock;
}

// ---- One push ----

static void
enter_end (CzLibrary *library, gint64 id, const CzHubPushed *pushed, const GError *reason)
{
  g_autoptr (GError) failed = NULL;
  CzPushRecord record = { .id = id, .state = CZ_PUSH_PUSHED };

  if (pushed != NULL)
    {
      record.url = pushed->url;
      record.commit = pushed->commit;
      record.bytes = pushed->uploaded_bytes;
    }
  else
    {
      record.state = g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? CZ_PUSH_CANCELLED
                                                                                : CZ_PUSH_FAILED;
      record.message = record.state == CZ_PUSH_FAILED ? reason->message : NULL;
    }
  if (!cz_push_record_end (library, &record, &failed))
    g_debug ("The push's end was not entered: %s", failed->message);
}

// With the lock held.
static CzHubPushed *
push_state (CzLibrary *library,
            const CzRun *run,
            const State *state,
            const CzRunPush *push,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *message = make_message (run, state);
  gint64 id = cz_push_record_begin (library, run->id, push->repo, state->step, state->epoch, error);
  g_autoptr (GError) reason = NULL;

  if (id == 0)
    return NULL;
  g_autofree char *copy = keep_copy (library, run->id, state, cancellable, &reason);
  const CzModelPush model = { .folder = copy,
                              .name = run->name,
                              .repo = push->repo,
                              .is_private = push->is_private,
                              .message = message,
                              .token = push->token,
                              .progress = push->progress,
                              .data = push->data };
  g_autoptr (CzHubPushed) pushed
      = copy != NULL ? cz_model_push (&model, cancellable, &reason) : NULL;
  if (copy != NULL)
    cz_folder_remove (copy);
  enter_end (library, id, pushed, reason);
  if (pushed == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return g_steal_pointer (&pushed);
}

// ---- By hand ----

// What the last push to `repo` was to bring there; FALSE: it was brought, or is gone.
static gboolean
find_failed (CzLibrary *library, const CzRun *run, const char *repo, State *state)
{
  g_autoptr (GPtrArray) list = cz_push_record_list (library, run->id, NULL);
  const CzPushRecord *last = NULL;

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (g_str_equal (((CzPushRecord *)list->pdata[i])->repo, repo))
      last = list->pdata[i];
  return last != NULL && last->state != CZ_PUSH_PUSHED && last->step != run->best_step
         && find_epoch (library, run->id, 0, last->step, state);
}

CzHubPushed *
cz_run_push (CzLibrary *library,
             gint64 run,
             const CzRunPush *push,
             gint64 *ret_step,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (CzRun) record = cz_run_get (library, run, error);
  g_auto (State) state = { 0 };
  CzRunPush chosen = *push;
  gboolean is_private = FALSE;

  if (record == NULL)
    return NULL;
  g_autofree char *target
      = push->repo == NULL ? cz_push_target_get (library, run, &is_private, NULL) : NULL;
  if (push->repo == NULL && target == NULL)
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("Run %" PRId64 " has no repository yet; give one: “cloze run push %" PRId64
                      " OWNER/NAME”."),
                   run, run);
      return NULL;
    }
  if (target != NULL)
    {
      chosen.repo = target;
      chosen.is_private = chosen.is_private || is_private;
    }
  if (!find_failed (library, record, chosen.repo, &state) && !find_best (record, &state)
      && !find_epoch (library, run, 0, 0, &state))
    {
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_NOT_FOUND,
                   _ ("Run %" PRId64 " has no model yet that could be pushed; wait for its first "
                      "evaluation."),
                   run);
      return NULL;
    }
  int lock = begin (library, run, error);
  if (lock < 0)
    return NULL;
  CzHubPushed *pushed = push_state (library, record, &state, &chosen, cancellable, error);
  close (lock);
  if (pushed != NULL)
    *ret_step = state.step;
  return pushed;
}

// ---- Following ----

typedef struct
{
  CzLibrary *library;
  gint64 run;
  char *repo;
  gboolean is_private;
  CzJobProgress progress;
  gpointer data;
  GCancellable *cancellable;
  gint64 step;    // of the newest that was tried
  gboolean whole; // all went so far
} Follow;

static gint64
find_last_step (Follow *follow)
{
  g_autoptr (GPtrArray) list = cz_push_record_list (follow->library, follow->run, NULL);
  gint64 step = 0;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const CzPushRecord *record = list->pdata[i];
      if (g_str_equal (record->repo, follow->repo))
        step = MAX (step, record->step);
    }
  return step;
}

static void
push_followed (Follow *follow, const CzRun *run, const State *state)
{
  g_autoptr (GError) reason = NULL;
  char *token = cz_hub_token_find (FALSE /* unlock */, NULL, follow->cancellable, &reason);
  const CzRunPush push = { .repo = follow->repo,
                           .is_private = follow->is_private,
                           .token = token,
                           .progress = follow->progress,
                           .data = follow->data };

  if (reason != NULL)
    {
      gint64 id = cz_push_record_begin (follow->library, run->id, follow->repo, state->step,
                                        state->epoch, NULL);
      if (id != 0)
        enter_end (follow->library, id, NULL, reason);
    }
  else
    {
      g_autoptr (CzHubPushed) pushed
          = push_state (follow->library, run, state, &push, follow->cancellable, &reason);
    }
  cz_hub_token_free (token);
  follow->step = MAX (follow->step, state->step);
  follow->whole = reason == NULL;
  if (reason != NULL)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("Step %" PRId64 ": %s"), state->step, reason->message);
      follow->progress (-1, text, follow->data);
    }
}

// A look at the run: pushes what is new. *ret_ended: nothing new will come.
static gboolean
look (Follow *follow, gboolean *ret_ended, GError **error)
{
  gboolean alive = cz_run_is_alive (follow->library, follow->run); // asked first: nothing is missed
  g_autoptr (CzRun) run = cz_run_get (follow->library, follow->run, error);
  g_auto (State) state = { 0 };

  if (run == NULL)
    return FALSE;
  gboolean over = run->state == CZ_RUN_FINISHED || run->state == CZ_RUN_STOPPED;
  *ret_ended = !alive;
  if (over && !alive && find_best (run, &state))
    push_followed (follow, run, &state);
  else if (find_epoch (follow->library, follow->run, follow->step, 0, &state))
    push_followed (follow, run, &state);
  return TRUE;
}

gboolean
cz_run_push_follow (CzLibrary *library,
                    gint64 run,
                    CzJobProgress progress,
                    gpointer data,
                    GCancellable *cancellable,
                    GError **error)
{
  Follow follow = { .library = library,
                    .run = run,
                    .progress = progress,
                    .data = data,
                    .cancellable = cancellable,
                    .whole = TRUE };
  gboolean ended = FALSE, looked = TRUE;

  cz_priority_lower_most ();
  int lock = begin (library, run, error);
  if (lock < 0)
    return FALSE;
  follow.repo = cz_push_target_get (library, run, &follow.is_private, error);
  if (follow.repo != NULL)
    follow.step = find_last_step (&follow);
  while (follow.repo != NULL && !ended && looked && !g_cancellable_is_cancelled (cancellable))
    {
      g_autoptr (GError) reason = NULL;
      looked = look (&follow, &ended, &reason);
      if (!looked && g_error_matches (reason, CZ_DATA_ERROR, CZ_DATA_ERROR_BUSY))
        looked = TRUE;
      else if (!looked)
        g_propagate_error (error, g_steal_pointer (&reason));
      if (!ended && looked)
        g_usleep (INTERVAL);
    }
  g_free (follow.repo);
  close (lock);
  return looked && follow.whole;
}

// Only what is safe between fork and exec.
static void
leave_session (gpointer data)
{
  setsid ();
}

gboolean
cz_run_push_start_follower (CzLibrary *library, gint64 run, GError **error)
{
  g_autofree char *repo = cz_push_target_get (library, run, NULL, error);
  g_autofree char *folder = cz_run_get_folder (library, run);
  g_autofree char *log = g_build_filename (folder, "push.log", NULL);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *id = g_strdup_printf ("%" PRId64, run);
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

  if (repo == NULL)
    return error == NULL || *error == NULL;
  const char *const line[] = { program,    "--library", cz_library_get_path (library),
                               "run",      "push",      id,
                               "--follow", NULL };
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  g_subprocess_launcher_set_child_setup (launcher, leave_session, NULL, NULL);
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawnv (launcher, line, error);
  return process != NULL;
}
