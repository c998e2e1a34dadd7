#include "data/push-record.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "data/file-lock.h"
#include "data/library-private.h"
#include "data/run.h"

static const char *const names[] = { "uploading", "pushed", "failed", "cancelled", "interrupted" };

const char *
cz_push_state_get_name (CzPushState state)
{
  return names[state];
}

void
cz_push_record_free (CzPushRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->repo);
  g_free (record->message);
  g_free (record->url);
  g_free (record->commit);
  g_free (record);
}

// ---- Where a run's epochs go ----

char *
cz_push_target_get (CzLibrary *library, gint64 run, gboolean *ret_private, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT repo, private FROM push_target WHERE run = ?", error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  if (!cz_statement_step (statement, error))
    return NULL;
  if (ret_private != NULL)
    *ret_private = cz_column_int (statement, 1) != 0;
  return cz_column_text (statement, 0);
}

gboolean
cz_push_target_enter (
    CzLibrary *library, gint64 run, const char *repo, gboolean is_private, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library, "INSERT OR REPLACE INTO push_target (run, repo, private) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, run);
  cz_bind_text (statement, 2, repo);
  cz_bind_int (statement, 3, is_private);
  return cz_statement_run (statement, error);
}

// ---- What became of it ----

static CzPushState
parse_state (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], name) == 0)
      return (CzPushState)i;
  return CZ_PUSH_FAILED;
}

static CzPushRecord *
read_record (CzStatement *statement)
{
  CzPushRecord *record = g_new0 (CzPushRecord, 1);
  g_autofree char *state = cz_column_text (statement, 5);

  record->id = cz_column_int (statement, 0);
  record->run = cz_column_int (statement, 1);
  record->repo = cz_column_text (statement, 2);
  record->step = cz_column_int (statement, 3);
  record->epoch = cz_column_double (statement, 4);
  record->state = parse_state (state);
  record->message = cz_column_text (statement, 6);
  record->url = cz_column_text (statement, 7);
  record->commit = cz_column_text (statement, 8);
  record->bytes = cz_column_int (statement, 9);
  record->began = cz_column_int (statement, 10);
  record->ended = cz_column_int (statement, 11);
  return record;
}

GPtrArray *
cz_push_record_list (CzLibrary *library, gint64 run, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_push_record_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "SELECT id, run, repo, step, epoch, state, message, url, commit_id, bytes, began, ended"
      " FROM push WHERE run = ? ORDER BY began, id",
      error);
  gboolean under_way = FALSE;

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, run);
  while (cz_statement_step (statement, &failed))
    {
      CzPushRecord *record = read_record (statement);
      under_way = under_way || record->state == CZ_PUSH_UPLOADING;
      g_ptr_array_add (list, record);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  if (under_way && !cz_push_is_alive (library, run))
    for (guint i = 0; i < list->len; i++)
      if (((CzPushRecord *)list->pdata[i])->state == CZ_PUSH_UPLOADING)
        ((CzPushRecord *)list->pdata[i])->state = CZ_PUSH_INTERRUPTED;
  return g_steal_pointer (&list);
}

gint64
cz_push_record_begin (
    CzLibrary *library, gint64 run, const char *repo, gint64 step, double epoch, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "INSERT INTO push (run, repo, step, epoch, state, began)"
      " VALUES (?1, ?2, ?3, ?4, 'uploading', unixepoch ())"
      " ON CONFLICT (run, repo, step) DO UPDATE SET state = 'uploading', message = NULL,"
      " began = excluded.began, ended = 0 RETURNING id",
      error);

  if (statement == NULL)
    return 0;
  cz_bind_int (statement, 1, run);
  cz_bind_text (statement, 2, repo);
  cz_bind_int (statement, 3, step);
  cz_bind_double (statement, 4, epoch);
  if (!cz_statement_step (statement, error))
    return 0;
  gint64 id = cz_column_int (statement, 0);
  return cz_statement_run (statement, error) ? id : 0;
}

gboolean
cz_push_record_end (CzLibrary *library, const CzPushRecord *record, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "UPDATE push SET state = ?2, message = ?3, url = coalesce (?4, url),"
      " commit_id = coalesce (?5, commit_id), bytes = ?6, ended = unixepoch () WHERE id = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, record->id);
  cz_bind_text (statement, 2, names[record->state]);
  cz_bind_text (statement, 3, record->message);
  cz_bind_text (statement, 4, record->url);
  cz_bind_text (statement, 5, record->commit);
  cz_bind_int (statement, 6, record->bytes);
  return cz_statement_run (statement, error);
}

// ---- The lock ----

static char *
get_lock_path (CzLibrary *library, gint64 run)
{
  g_autofree char *folder = cz_run_get_folder (library, run);

  return g_build_filename (folder, "push.lock", NULL);
}

int
cz_push_lock (CzLibrary *library, gint64 run, GError **error)
{
  g_autofree char *path = get_lock_path (library, run);
  g_autofree char *taken = g_strdup_printf (
      _ ("Run %" PRId64 " is being pushed by another process already; wait for it."), run);

  return cz_file_lock_take (path, taken, error);
}

gboolean
cz_push_is_alive (CzLibrary *library, gint64 run)
{
  g_autofree char *path = get_lock_path (library, run);

  return cz_file_lock_is_held (path);
}
