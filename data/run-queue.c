#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/file-lock.h"
#include "data/library-private.h"
#include "data/run.h"

// The queue. A run waits while its queue_position is above 0 and nobody is at work on it; the
// queue's process leaves a run its place until it has ended, so that what a crash interrupted comes
// first again.

#define PAUSED_SETTING "queue-paused"

gboolean
cz_run_set_queued (CzLibrary *library, gint64 id, gboolean queued, GError **error)
{
  // Who holds the lock alone may change a run that is at work.
  if (queued && cz_run_is_alive (library, id))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                           _ ("That run is at work; it needs no queue."));
      return FALSE;
    }
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "UPDATE run SET queue_position = CASE WHEN ?1 = 0 THEN 0"
                      " WHEN queue_position > 0 THEN queue_position"
                      " ELSE (SELECT max (queue_position) + 1 FROM run) END"
                      " WHERE id = ?2 AND (?1 = 0 OR (state <> 'finished' AND trashed = 0))",
                      error);
  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, queued != FALSE);
  cz_bind_int (statement, 2, id);
  if (!cz_statement_run (statement, error))
    return FALSE;
  if (cz_database_changes (library) > 0)
    return TRUE;
  g_autoptr (CzRun) run = cz_run_get (library, id, error);
  if (run != NULL)
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                         _ ("That run has finished or lies in the trash; only runs that have "
                            "something left to do can wait in the queue."));
  return FALSE;
}

static gboolean
set_position (CzLibrary *library, gint64 id, gint64 position, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library, "UPDATE run SET queue_position = ?1 WHERE id = ?2 AND queue_position <> ?1", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, position);
  cz_bind_int (statement, 2, id);
  return cz_statement_run (statement, error);
}

// The places that the waiting runs have are given to them anew, in the order wanted.
static gboolean
move (CzLibrary *library, gint64 id, gint64 position, GError **error)
{
  g_autoptr (GPtrArray) runs = cz_run_list_queue (library, error);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint from = 0;

  if (runs == NULL)
    return FALSE;
  while (from < runs->len && ((CzRun *)runs->pdata[from])->id != id)
    from++;
  if (from == runs->len)
    {
      g_autoptr (CzRun) run = cz_run_get (library, id, error);
      if (run != NULL)
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                     _ ("The run “%s” does not wait in the queue."), run->name);
      return FALSE;
    }
  for (guint i = 0; i < runs->len; i++)
    g_array_append_val (places, ((CzRun *)runs->pdata[i])->queue_position);
  CzRun *moved = g_ptr_array_steal_index (runs, from);
  g_ptr_array_insert (runs, (gint)CLAMP (position - 1, 0, (gint64)runs->len), moved);
  for (guint i = 0; i < runs->len; i++)
    if (!set_position (library, ((CzRun *)runs->pdata[i])->id, g_array_index (places, gint64, i),
                       error))
      return FALSE;
  return TRUE;
}

gboolean
cz_run_move_in_queue (CzLibrary *library, gint64 id, gint64 position, GError **error)
{
  if (!cz_database_begin (library, error))
    return FALSE;
  if (move (library, id, position, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}

// ---- How long it will take ----

double
cz_run_expect_seconds (CzLibrary *library, const CzRun *run)
{
#define SAME(key) \
  " AND json_extract (a.parameters, '$." key "') IS json_extract (b.parameters, '$." key "')"
  // Another run counts once a tenth of it is done: what comes first is not like the rest.
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "SELECT b.seconds / b.step FROM run a, run b WHERE a.id = ? AND b.model_hash = a.model_hash"
      " AND b.seconds > 0 AND b.step > 0 AND b.step * 10 >= b.steps" SAME ("block_size")
          SAME ("batch_size") SAME ("precision") SAME ("freeze") SAME ("test_blocks")
              SAME ("eval_every") " ORDER BY b.id = a.id DESC, b.ended DESC LIMIT 1",
      NULL);
#undef SAME

  if (statement == NULL)
    return NAN;
  cz_bind_int (statement, 1, run->id);
  if (cz_statement_step (statement, NULL))
    return cz_column_double (statement, 0) * (double)MAX (run->steps - run->step, 0);
  return run->seconds_left;
}

// ---- Who works on it ----

static char *
get_lock_path (CzLibrary *library)
{
  return g_build_filename (cz_library_get_folder (library), "queue.lock", NULL);
}

int
cz_run_queue_lock (CzLibrary *library, GError **error)
{
  g_autofree char *path = get_lock_path (library);

  return cz_file_lock_take (
      path, _ ("Another process is working on the queue; its runs will come up there."), error);
}

gboolean
cz_run_queue_is_worked_on (CzLibrary *library)
{
  g_autofree char *path = get_lock_path (library);

  return cz_file_lock_is_held (path);
}

gboolean
cz_run_queue_is_paused (CzLibrary *library)
{
  g_autofree char *paused = cz_library_get_setting (library, PAUSED_SETTING);

  return paused != NULL;
}

gboolean
cz_run_queue_set_paused (CzLibrary *library, gboolean paused, GError **error)
{
  return cz_library_set_setting (library, PAUSED_SETTING, paused ? "yes" : NULL, error);
}
