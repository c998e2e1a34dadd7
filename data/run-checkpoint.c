#include "data/library-private.h"
#include "data/run.h"

// A run's checkpoints as the library knows them.

void
cz_run_checkpoint_free (CzRunCheckpoint *checkpoint)
{
  if (checkpoint == NULL)
    return;
  g_free (checkpoint->folder);
  g_free (checkpoint->kind);
  g_free (checkpoint);
}

static gboolean
enter_checkpoint (CzLibrary *library, gint64 id, const CzRunCheckpoint *checkpoint, GError **error)
{
  // Of "last" and "best" there is one; of "epoch" one a step.
  g_autoptr (CzStatement) older = cz_statement (
      library,
      "DELETE FROM checkpoint WHERE run = ?1 AND kind = ?2 AND (kind <> 'epoch' OR step = ?3)",
      error);
  g_autoptr (CzStatement) newer
      = older == NULL ? NULL
                      : cz_statement (library,
                                      "INSERT INTO checkpoint (run, kind, step, epoch, folder,"
                                      " cross_entropy) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                      error);
  g_autoptr (CzStatement) resumable
      = newer == NULL ? NULL
                      : cz_statement (library, "UPDATE run SET resumable = 1 WHERE id = ?", error);

  if (resumable == NULL)
    return FALSE;
  cz_bind_int (older, 1, id);
  cz_bind_text (older, 2, checkpoint->kind);
  cz_bind_int (older, 3, checkpoint->step);
  cz_bind_int (newer, 1, id);
  cz_bind_text (newer, 2, checkpoint->kind);
  cz_bind_int (newer, 3, checkpoint->step);
  cz_bind_double (newer, 4, checkpoint->epoch);
  cz_bind_text (newer, 5, checkpoint->folder);
  cz_bind_double (newer, 6, checkpoint->cross_entropy);
  cz_bind_int (resumable, 1, id);
  return cz_statement_run (older, error) && cz_statement_run (newer, error)
         && (!g_str_equal (checkpoint->kind, "last") || cz_statement_run (resumable, error));
}

gboolean
cz_run_add_checkpoint (CzLibrary *library,
                       gint64 id,
                       const CzRunCheckpoint *checkpoint,
                       GError **error)
{
  if (!cz_database_begin (library, error))
    return FALSE;
  if (!enter_checkpoint (library, id, checkpoint, error))
    {
      cz_database_rollback (library);
      return FALSE;
    }
  return cz_database_commit (library, error);
}

gboolean
cz_run_remove_checkpoint (CzLibrary *library, gint64 id, const char *folder, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "DELETE FROM checkpoint WHERE run = ? AND folder = ?", error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, id);
  cz_bind_text (statement, 2, folder);
  return cz_statement_run (statement, error);
}

GPtrArray *
cz_run_list_checkpoints (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_run_checkpoint_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "SELECT kind, step, epoch, folder, cross_entropy FROM checkpoint WHERE run = ?"
      " ORDER BY step, kind",
      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, id);
  while (cz_statement_step (statement, &failed))
    {
      CzRunCheckpoint *checkpoint = g_new0 (CzRunCheckpoint, 1);

      checkpoint->kind = cz_column_text (statement, 0);
      checkpoint->step = cz_column_int (statement, 1);
      checkpoint->epoch = cz_column_double (statement, 2);
      checkpoint->folder = cz_column_text (statement, 3);
      checkpoint->cross_entropy = cz_column_double (statement, 4);
      g_ptr_array_add (list, checkpoint);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}
