#include "data/model-change.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "data/file-copy.h"
#include "data/library-private.h"
#include "data/model-private.h"
#include "data/run.h"
#include "engine/format/atomic-file.h"

// Whether the library made the folder, and no other model has it.
static gboolean
is_own (CzLibrary *library, const char *folder)
{
  g_autofree char *models = g_build_filename (cz_library_get_folder (library), "models", NULL);
  g_autofree char *real = realpath (models, NULL);
  g_autofree char *prefix = g_strconcat (real != NULL ? real : models, "/", NULL);

  if (!g_str_has_prefix (folder, prefix))
    return FALSE;
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT 1 FROM model WHERE folder = ?", NULL);
  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, folder);
  return !cz_statement_step (statement, NULL);
}

// ---- Renaming ----

gboolean
cz_model_rename (CzLibrary *library, gint64 id, const char *name, GError **error)
{
  g_autoptr (CzModel) model = cz_model_get (library, id, error);

  if (model == NULL)
    return FALSE;
  if (strcmp (model->name, name) == 0)
    return TRUE;
  if (strcmp (model->origin, "shipped") == 0)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                   _ ("“%s” comes with the program and keeps its name; duplicate it under another "
                      "one."),
                   model->name);
      return FALSE;
    }
  if (!cz_model_check_name (library, name, error))
    return FALSE;
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE model SET name = ?2 WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, id);
  cz_bind_text (statement, 2, name);
  return cz_statement_run (statement, error);
}

// ---- Duplicating ----

// Weights are never written in place, so two names of one file are as good as two files. The small
// ones a person may edit.
static gboolean
fill_folder (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  const char *const *files = cz_model_get_files ();

  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *source = g_build_filename (from, files[i], NULL);
      g_autofree char *target = g_build_filename (to, files[i], NULL);

      if (g_file_test (source, G_FILE_TEST_IS_REGULAR)
          && !(i == 0 ? cz_file_link : cz_file_copy) (source, target, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

// What processes that died were writing: NAME.tmp-PID-N, see atomic-file.h.
static void
sweep (CzLibrary *library)
{
  g_autofree char *path = g_build_filename (cz_library_get_folder (library), "models", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      const char *mark = g_strrstr (name, ".tmp-");
      gint64 pid = mark != NULL ? g_ascii_strtoll (mark + strlen (".tmp-"), NULL, 10) : 0;

      if (pid <= 1 || pid > G_MAXINT32 || kill ((pid_t)pid, 0) == 0 || errno != ESRCH)
        continue;
      g_autofree char *left = g_build_filename (path, name, NULL);
      g_autofree char *real = realpath (left, NULL);
      if (real != NULL && is_own (library, real)) // a person may call a model so
        cz_folder_remove (left);
    }
}

CzModel *
cz_model_duplicate (CzLibrary *library,
                    const char *folder,
                    const char *name,
                    const CzModelDetails *details,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *beside = NULL;
  g_auto (CzModelFacts) facts = { 0 };

  if (!cz_model_check_name (library, name, error) || !cz_model_facts_read (folder, &facts, error))
    return NULL;
  sweep (library);
  path = cz_model_make_path (library, name);
  beside = cz_atomic_folder_new (path, error);
  if (beside == NULL)
    return NULL;
  if (!fill_folder (folder, beside, cancellable, error)
      || !cz_atomic_folder_finish (beside, path, error))
    {
      cz_folder_remove (beside);
      return NULL;
    }
  CzModel *model = cz_model_add (library, path, name, details, error);
  if (model == NULL)
    cz_folder_remove (path);
  return model;
}

// ---- What depends on a model, and removing ----

void
cz_model_dependent_free (CzModelDependent *dependent)
{
  g_free (dependent->name);
  g_free (dependent->state);
  g_free (dependent);
}

static gboolean
add_runs (CzLibrary *library, const CzModel *model, GPtrArray *dependents, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) failed = NULL;
  // One that was removed and added again is the same to a run.
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "SELECT id FROM run WHERE model_id = ?1"
      " OR (model_id IS NULL AND model_folder = ?2 AND model_hash = ?3) ORDER BY id",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, model->id);
  cz_bind_text (statement, 2, model->folder);
  cz_bind_text (statement, 3, model->hash);
  while (cz_statement_step (statement, &failed))
    {
      gint64 id = cz_column_int (statement, 0);
      g_array_append_val (ids, id);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (CzRun) run = cz_run_get (library, g_array_index (ids, gint64, i), error);
      if (run == NULL)
        return FALSE;
      CzModelDependent *dependent = g_new0 (CzModelDependent, 1);
      dependent->is_run = TRUE;
      dependent->id = run->id;
      dependent->name = g_strdup (run->name);
      dependent->state = g_strdup (cz_run_state_get_name (run->state));
      dependent->at_work = run->state == CZ_RUN_RUNNING;
      dependent->waiting = run->queue_position > 0 && run->state != CZ_RUN_RUNNING;
      dependent->unfinished = run->state != CZ_RUN_FINISHED && !run->trashed;
      g_ptr_array_add (dependents, dependent);
    }
  return TRUE;
}

static gboolean
add_models (CzLibrary *library, const CzModel *model, GPtrArray *dependents, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "SELECT id, name FROM model WHERE id <> ?1"
      " AND (parent = ?1 OR (parent IS NULL AND parent_hash = ?2 AND hash <> ?2)) ORDER BY id",
      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, model->id);
  cz_bind_text (statement, 2, model->hash);
  while (cz_statement_step (statement, &failed))
    {
      CzModelDependent *dependent = g_new0 (CzModelDependent, 1);
      dependent->id = cz_column_int (statement, 0);
      dependent->name = cz_column_text (statement, 1);
      g_ptr_array_add (dependents, dependent);
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

GPtrArray *
cz_model_list_dependents (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) dependents
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_model_dependent_free);
  g_autoptr (CzModel) model = cz_model_get (library, id, error);

  if (model == NULL || !add_runs (library, model, dependents, error)
      || !add_models (library, model, dependents, error))
    return NULL;
  return g_steal_pointer (&dependents);
}

// Whether no run is about to read its files.
static gboolean
check_unused (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) dependents = cz_model_list_dependents (library, id, error);

  if (dependents == NULL)
    return FALSE;
  for (guint i = 0; i < dependents->len; i++)
    {
      const CzModelDependent *dependent = dependents->pdata[i];
      if (dependent->at_work)
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                     _ ("The run “%s” is using this model. Stop it first, or remove the model when "
                        "it has finished."),
                     dependent->name);
      else if (dependent->waiting)
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                     _ ("The run “%s” waits in the queue and starts from this model. Take it out "
                        "of the queue first, or remove the model when it has finished."),
                     dependent->name);
      else
        continue;
      return FALSE;
    }
  return TRUE;
}

gboolean
cz_model_remove (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (CzModel) model = cz_model_get (library, id, error);

  if (model == NULL || !cz_database_begin (library, error))
    return FALSE;
  g_autoptr (CzStatement) statement
      = check_unused (library, id, error)
            ? cz_statement (library, "DELETE FROM model WHERE id = ?", error)
            : NULL;
  if (statement != NULL)
    cz_bind_int (statement, 1, id);
  if (statement == NULL || !cz_statement_run (statement, error))
    {
      cz_database_rollback (library);
      return FALSE;
    }
  if (!cz_database_commit (library, error))
    return FALSE;
  if (is_own (library, model->folder))
    cz_folder_remove (model->folder);
  return TRUE;
}
