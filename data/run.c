#include "data/run.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "data/library-private.h"
#include "engine/format/atomic-file.h"

#define COLUMNS                                                                                   \
  "id, name, state, requested_state, resumable, pid, message, activity, coalesce (model_id, 0),"  \
  " model, model_folder, model_hash, coalesce (corpus_id, 0), corpus, corpus_hash, parameters,"   \
  " device, steps, step, epoch, seconds, seconds_left, before, best, after, best_step,"           \
  " tokens_per_second, eval_fingerprint, result_folder, notes, tags, starred, trashed,"           \
  " queue_position, created, started, ended, changes, offered_micro_batch, coalesce (color, -1)," \
  " sweep, memory_bytes, revision, last_loss"

static const char *const state_names[]
    = { "queued", "running", "paused", "finished", "stopped", "failed", "interrupted" };
static const char *const request_names[] = { "run", "pause", "stop" };

const char *
cz_run_state_get_name (CzRunState state)
{
  return state_names[state];
}

const char *
cz_run_state_get_label (CzRunState state)
{
  switch (state)
    {
    case CZ_RUN_QUEUED:
      return _ ("queued");
    case CZ_RUN_RUNNING:
      return _ ("running");
    case CZ_RUN_PAUSED:
      return _ ("paused");
    case CZ_RUN_FINISHED:
      return _ ("finished");
    case CZ_RUN_STOPPED:
      return _ ("stopped");
    case CZ_RUN_FAILED:
      return _ ("failed");
    case CZ_RUN_INTERRUPTED:
    default:
      return _ ("interrupted");
    }
}

const char *
cz_run_get_state_label (const CzRun *run)
{
  // What was taken from the queue, or never was in it, begins when somebody says so.
  return run->state == CZ_RUN_QUEUED && run->queue_position == 0
             ? _ ("not started")
             : cz_run_state_get_label (run->state);
}

static guint
find_name (const char *const *names, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (names[i], name))
      return i;
  return 0;
}

void
cz_run_free (CzRun *run)
{
  if (run == NULL)
    return;
  g_free (run->name);
  g_free (run->message);
  g_free (run->activity);
  g_free (run->model);
  g_free (run->model_folder);
  g_free (run->model_hash);
  g_free (run->corpus);
  g_free (run->corpus_hash);
  g_free (run->parameters);
  g_free (run->changes);
  g_free (run->device);
  g_free (run->eval_fingerprint);
  g_free (run->result_folder);
  g_free (run->notes);
  g_free (run->tags);
  g_free (run);
}

static CzRun *
read_run (CzLibrary *library, CzStatement *s)
{
  CzRun *run = g_new0 (CzRun, 1);
  int i = 0;

  run->id = cz_column_int (s, i++);
  run->name = cz_column_text (s, i++);
  run->state = find_name (state_names, CZ_RUN_INTERRUPTED, cz_column_peek (s, i++, NULL));
  run->requested = find_name (request_names, 3, cz_column_peek (s, i++, NULL));
  run->resumable = cz_column_int (s, i++) != 0;
  run->pid = cz_column_int (s, i++);
  run->message = cz_column_text (s, i++);
  run->activity = cz_column_text (s, i++);
  run->model_id = cz_column_int (s, i++);
  run->model = cz_column_text (s, i++);
  run->model_folder = cz_column_text (s, i++);
  run->model_hash = cz_column_text (s, i++);
  run->corpus_id = cz_column_int (s, i++);
  run->corpus = cz_column_text (s, i++);
  run->corpus_hash = cz_column_text (s, i++);
  run->parameters = cz_column_text (s, i++);
  run->device = cz_column_text (s, i++);
  run->steps = cz_column_int (s, i++);
  run->step = cz_column_int (s, i++);
  run->epoch = cz_column_double (s, i++);
  run->seconds = cz_column_double (s, i++);
  run->seconds_left = cz_column_double (s, i++);
  run->before = cz_column_double (s, i++);
  run->best = cz_column_double (s, i++);
  run->after = cz_column_double (s, i++);
  run->best_step = cz_column_int (s, i++);
  run->tokens_per_second = cz_column_double (s, i++);
  run->eval_fingerprint = cz_column_text (s, i++);
  run->result_folder = cz_column_text (s, i++);
  run->notes = cz_column_text (s, i++);
  run->tags = cz_column_text (s, i++);
  run->starred = cz_column_int (s, i++) != 0;
  run->trashed = cz_column_int (s, i++) != 0;
  run->queue_position = cz_column_int (s, i++);
  run->created = cz_column_int (s, i++);
  run->started = cz_column_int (s, i++);
  run->ended = cz_column_int (s, i++);
  run->changes = cz_column_text (s, i++);
  run->offered_micro_batch = cz_column_int (s, i++);
  run->color = (int)cz_column_int (s, i++);
  run->sweep = cz_column_int (s, i++);
  run->memory_bytes = cz_column_int (s, i++);
  run->revision = cz_column_int (s, i++);
  run->last_loss = cz_column_double (s, i++);
  if (run->state == CZ_RUN_RUNNING && !cz_run_is_alive (library, run->id))
    run->state = CZ_RUN_INTERRUPTED;
  return run;
}

static GPtrArray *
read_runs (CzLibrary *library, CzStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_free);
  g_autoptr (GError) failed = NULL;

  while (cz_statement_step (statement, &failed))
    g_ptr_array_add (list, read_run (library, statement));
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}

CzRun *
cz_run_get (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT " COLUMNS " FROM run WHERE id = ?", error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, id);
  if (cz_statement_step (statement, &failed))
    return read_run (library, statement);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no run %" PRId64 "; “cloze run list” shows those there are."), id);
  return NULL;
}

GPtrArray *
cz_run_list (CzLibrary *library, gboolean trashed, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS " FROM run WHERE trashed = ? ORDER BY id DESC", error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, trashed);
  return read_runs (library, statement, error);
}

GPtrArray *
cz_run_list_changed (CzLibrary *library, gint64 since, gint64 *ret_revision, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  gint64 revision = 0;

  // First the counter: what changes between the two questions is then read once more next time.
  {
    g_autoptr (GError) failed = NULL;
    g_autoptr (CzStatement) statement
        = cz_statement (library, "SELECT revision FROM run_counter", error);

    if (statement == NULL)
      return NULL;
    if (cz_statement_step (statement, &failed))
      revision = cz_column_int (statement, 0);
    if (failed != NULL)
      {
        g_propagate_error (error, g_steal_pointer (&failed));
        return NULL;
      }
  }
  {
    g_autoptr (CzStatement) statement = cz_statement (
        library, "SELECT " COLUMNS " FROM run WHERE revision > ? ORDER BY id DESC", error);

    if (statement == NULL)
      return NULL;
    cz_bind_int (statement, 1, since);
    list = read_runs (library, statement, error);
  }
  if (list != NULL)
    *ret_revision = revision;
  return g_steal_pointer (&list);
}

GArray *
cz_run_list_ids (CzLibrary *library, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT id FROM run ORDER BY id DESC", error);

  if (statement == NULL)
    return NULL;
  while (cz_statement_step (statement, &failed))
    {
      gint64 id = cz_column_int (statement, 0);

      g_array_append_val (ids, id);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&ids);
}

GPtrArray *
cz_run_list_queue (CzLibrary *library, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT " COLUMNS " FROM run WHERE queue_position > 0 AND trashed = 0"
                      " AND state <> 'finished' ORDER BY queue_position, id",
                      error);
  GPtrArray *runs = statement != NULL ? read_runs (library, statement, error) : NULL;

  for (guint i = runs != NULL ? runs->len : 0; i-- > 0;)
    if (((CzRun *)runs->pdata[i])->state == CZ_RUN_RUNNING)
      g_ptr_array_remove_index (runs, i);
  return runs;
}

char *
cz_run_get_folder (CzLibrary *library, gint64 id)
{
  return g_strdup_printf ("%s/runs/%" G_GINT64_FORMAT, cz_library_get_folder (library), id);
}

char *
cz_run_get_log (CzLibrary *library, gint64 id)
{
  return g_strdup_printf ("%s/runs/%" G_GINT64_FORMAT "/log.txt", cz_library_get_folder (library),
                          id);
}

// Runs an update of one run whose last parameter is its id. If no row was changed the run is gone,
// or in a state that the update refuses, as the sentence `refused` says (NULL: it refuses none).
static gboolean
update (CzLibrary *library, CzStatement *statement, gint64 id, const char *refused, GError **error)
{
  g_autoptr (CzRun) run = NULL;

  if (!cz_statement_run (statement, error))
    return FALSE;
  if (cz_database_changes (library) > 0)
    return TRUE;
  run = cz_run_get (library, id, error);
  if (run == NULL)
    return FALSE;
  if (refused == NULL)
    return TRUE;
  g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE, refused);
  return FALSE;
}

gboolean
cz_run_begin (CzLibrary *library, gint64 id, gboolean from_queue, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "UPDATE run SET state = 'running', requested_state = 'run', pid = ?1, message = NULL,"
      " offered_micro_batch = 0,"
      " started = CASE started WHEN 0 THEN unixepoch () ELSE started END, ended = 0,"
      " queue_position = CASE ?3 WHEN 0 THEN 0 ELSE queue_position END"
      " WHERE id = ?2 AND state <> 'finished' AND trashed = 0",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, getpid ());
  cz_bind_int (statement, 2, id);
  cz_bind_int (statement, 3, from_queue != FALSE);
  return update (library, statement, id,
                 _ ("That run has finished or lies in the trash; it cannot be started again. "
                    "Make a new one from its parameters."),
                 error);
}

gboolean
cz_run_end (CzLibrary *library,
            gint64 id,
            CzRunState state,
            gboolean keep_place,
            const char *message,
            GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "UPDATE run SET state = ?1, message = ?2, activity = NULL, seconds_left = NULL, pid = 0,"
      " requested_state = 'run', ended = unixepoch (),"
      " queue_position = CASE ?4 WHEN 0 THEN 0 ELSE queue_position END WHERE id = ?3",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, state_names[state]);
  cz_bind_text (statement, 2, message);
  cz_bind_int (statement, 3, id);
  cz_bind_int (statement, 4, keep_place != FALSE);
  return update (library, statement, id, NULL, error);
}

gboolean
cz_run_report (CzLibrary *library, const CzRun *run, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "UPDATE run SET step = ?1, steps = ?2, epoch = ?3, seconds = ?4,"
                      " seconds_left = ?5, activity = ?6, tokens_per_second = ?7,"
                      " memory_bytes = max (memory_bytes, ?8) WHERE id = ?9",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, run->step);
  cz_bind_int (statement, 2, run->steps);
  cz_bind_double (statement, 3, isnan (run->epoch) ? 0 : run->epoch);
  cz_bind_double (statement, 4, isnan (run->seconds) ? 0 : run->seconds);
  cz_bind_double (statement, 5, run->seconds_left);
  cz_bind_text (statement, 6, run->activity);
  cz_bind_double (statement, 7, run->tokens_per_second);
  cz_bind_int (statement, 8, run->memory_bytes);
  cz_bind_int (statement, 9, run->id);
  return update (library, statement, run->id, NULL, error);
}

gboolean
cz_run_record (CzLibrary *library, const CzRun *run, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "UPDATE run SET device = ?1, before = ?2, best = ?3, best_step = ?4, after = ?5,"
      " eval_fingerprint = ?6, result_folder = ?7, steps = ?8, resumable = ?9, parameters = ?10,"
      " changes = ?11, offered_micro_batch = ?12 WHERE id = ?13",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, run->device);
  cz_bind_double (statement, 2, run->before);
  cz_bind_double (statement, 3, run->best);
  cz_bind_int (statement, 4, run->best_step);
  cz_bind_double (statement, 5, run->after);
  cz_bind_text (statement, 6, run->eval_fingerprint);
  cz_bind_text (statement, 7, run->result_folder);
  cz_bind_int (statement, 8, run->steps);
  cz_bind_int (statement, 9, run->resumable);
  cz_bind_text (statement, 10, run->parameters);
  cz_bind_text (statement, 11, run->changes);
  cz_bind_int (statement, 12, run->offered_micro_batch);
  cz_bind_int (statement, 13, run->id);
  return update (library, statement, run->id, NULL, error);
}

gboolean
cz_run_get_request (CzLibrary *library, gint64 id, CzRunRequest *ret_request, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT requested_state FROM run WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, id);
  if (cz_statement_step (statement, &failed))
    {
      *ret_request = find_name (request_names, 3, cz_column_peek (statement, 0, NULL));
      return TRUE;
    }
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("The run %" PRId64 " was removed from the library."), id);
  return FALSE;
}

gboolean
cz_run_request (CzLibrary *library, gint64 id, CzRunRequest request, GError **error)
{
  g_autoptr (CzRun) run = cz_run_get (library, id, error);

  if (run == NULL)
    return FALSE;
  if (run->state == CZ_RUN_RUNNING)
    {
      g_autoptr (CzStatement) statement = cz_statement (
          library, "UPDATE run SET requested_state = ?1 WHERE id = ?2 AND state = 'running'",
          error);

      if (statement == NULL)
        return FALSE;
      cz_bind_text (statement, 1, request_names[request]);
      cz_bind_int (statement, 2, id);
      return update (library, statement, id, _ ("That run has just ended."), error);
    }
  if (request == CZ_REQUEST_STOP
      && (run->state == CZ_RUN_QUEUED || run->state == CZ_RUN_PAUSED
          || run->state == CZ_RUN_INTERRUPTED))
    return cz_run_end (library, id, CZ_RUN_STOPPED, FALSE /* keep_place */, NULL, error);
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
               _ ("The run “%s” is %s: there is nothing to pause or stop."), run->name,
               cz_run_get_state_label (run));
  return FALSE;
}

static gboolean
set_text (CzLibrary *library, gint64 id, const char *sql, const char *value, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (library, sql, error);

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, value != NULL ? value : "");
  cz_bind_int (statement, 2, id);
  return update (library, statement, id, NULL, error);
}

gboolean
cz_run_rename (CzLibrary *library, gint64 id, const char *name, GError **error)
{
  if (name == NULL || name[strspn (name, " \t\n")] == '\0')
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID, _ ("A run needs a name."));
      return FALSE;
    }
  return set_text (library, id, "UPDATE run SET name = ? WHERE id = ?", name, error);
}

gboolean
cz_run_set_notes (CzLibrary *library, gint64 id, const char *notes, GError **error)
{
  return set_text (library, id, "UPDATE run SET notes = ? WHERE id = ?", notes, error);
}

gboolean
cz_run_set_tags (CzLibrary *library, gint64 id, const char *tags, GError **error)
{
  return set_text (library, id, "UPDATE run SET tags = ? WHERE id = ?", tags, error);
}

gboolean
cz_run_set_starred (CzLibrary *library, gint64 id, gboolean starred, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE run SET starred = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, starred != FALSE);
  cz_bind_int (statement, 2, id);
  return update (library, statement, id, NULL, error);
}

gboolean
cz_run_set_color (CzLibrary *library, gint64 id, int color, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE run SET color = nullif (?, -1) WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, MAX (color, -1));
  cz_bind_int (statement, 2, id);
  return update (library, statement, id, NULL, error);
}

gboolean
cz_run_set_trashed (CzLibrary *library, gint64 id, gboolean trashed, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library, "UPDATE run SET trashed = ?1, queue_position = 0 WHERE id = ?2", error);

  if (statement == NULL)
    return FALSE;
  if (trashed && cz_run_is_alive (library, id))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                           _ ("That run is at work. Pause or stop it first."));
      return FALSE;
    }
  cz_bind_int (statement, 1, trashed != FALSE);
  cz_bind_int (statement, 2, id);
  return update (library, statement, id, NULL, error);
}

gboolean
cz_run_remove (CzLibrary *library, gint64 id, GError **error)
{
  g_autofree char *folder = cz_run_get_folder (library, id);

  if (cz_run_is_alive (library, id))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                           _ ("That run is at work. Pause or stop it first."));
      return FALSE;
    }
  {
    g_autoptr (CzStatement) statement
        = cz_statement (library, "DELETE FROM run WHERE id = ?", error);

    if (statement == NULL)
      return FALSE;
    cz_bind_int (statement, 1, id);
    if (!update (library, statement, id, NULL, error))
      return FALSE;
  }
  cz_folder_remove (folder);
  return TRUE;
}
