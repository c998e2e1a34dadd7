#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/library-private.h"
#include "data/push-record.h"
#include "data/run-prediction.h"
#include "engine/format/atomic-file.h"

// New runs: one, or a whole grid in one transaction.

// Enters a run; `sweep`: 0 none, −1 the run's own id.
static gint64
enter (CzLibrary *library, const CzRun *run, gint64 sweep, GError **error)
{
  g_autofree char *made_up = run->name == NULL ? cz_run_make_name (run) : NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "INSERT INTO run (name, state, model_id, model, model_folder, model_hash, corpus_id, corpus,"
      " corpus_hash, parameters, steps, seconds_left, created) VALUES (?1, 'queued',"
      " nullif (?2, 0), ?3, ?4, ?5, nullif (?6, 0), ?7, ?8, ?9, ?10, ?11, unixepoch ())"
      " RETURNING id",
      error);

  if (statement == NULL)
    return 0;
  cz_bind_text (statement, 1, run->name != NULL ? run->name : made_up);
  cz_bind_int (statement, 2, run->model_id);
  cz_bind_text (statement, 3, run->model);
  cz_bind_text (statement, 4, run->model_folder);
  cz_bind_text (statement, 5, run->model_hash);
  cz_bind_int (statement, 6, run->corpus_id);
  cz_bind_text (statement, 7, run->corpus);
  cz_bind_text (statement, 8, run->corpus_hash);
  cz_bind_text (statement, 9, run->parameters);
  cz_bind_int (statement, 10, run->steps);
  cz_bind_double (statement, 11, run->seconds_left > 0 ? run->seconds_left : NAN);
  if (!cz_statement_step (statement, error))
    return 0;
  gint64 id = cz_column_int (statement, 0);

  if (run->sentences != NULL
      && !cz_run_sentences_enter (library, id, (const char *const *)run->sentences, error))
    return 0;
  if (run->push_repo != NULL
      && !cz_push_target_enter (library, id, run->push_repo, run->push_private, error))
    return 0;
  if (sweep != 0)
    {
      g_autoptr (CzStatement) grid
          = cz_statement (library, "UPDATE run SET sweep = ?1 WHERE id = ?2", error);
      if (grid == NULL)
        return 0;
      cz_bind_int (grid, 1, sweep > 0 ? sweep : id);
      cz_bind_int (grid, 2, id);
      if (!cz_statement_run (grid, error))
        return 0;
    }
  return id;
}

char *
cz_run_make_name (const CzRun *run)
{
  return g_strdup_printf ("%s, %s", run->corpus, run->model);
}

static gboolean
make_folder (CzLibrary *library, gint64 id, GError **error)
{
  g_autofree char *folder = cz_run_get_folder (library, id);

  if (g_mkdir_with_parents (folder, 0755) == 0)
    return TRUE;
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_IO,
               _ ("The run's folder %s cannot be made. Check the disk and its permissions."),
               folder);
  return FALSE;
}

static gboolean
enter_all (CzLibrary *library,
           const CzRun *runs,
           gsize n,
           const char *const *sentences,
           CzRunCreateFlags flags,
           GArray *ids,
           GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      gint64 sweep = (flags & CZ_RUN_CREATE_SWEEP) == 0 ? 0
                     : i == 0                           ? -1
                                                        : g_array_index (ids, gint64, 0);
      gint64 id = enter (library, &runs[i], sweep, error);
      if (id == 0)
        return FALSE;
      g_array_append_val (ids, id);
      if (!make_folder (library, id, error)
          || (sentences != NULL && !cz_run_sentences_enter (library, id, sentences, error))
          || ((flags & CZ_RUN_CREATE_QUEUE) != 0
              && !cz_run_set_queued (library, id, TRUE /* queued */, error)))
        return FALSE;
    }
  return TRUE;
}

GArray *
cz_run_create_all (CzLibrary *library,
                   const CzRun *runs,
                   gsize n,
                   const char *const *sentences,
                   CzRunCreateFlags flags,
                   GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!cz_database_begin (library, error))
    return NULL;
  gboolean entered = enter_all (library, runs, n, sentences, flags, ids, error);
  if (entered && cz_database_commit (library, error))
    return g_steal_pointer (&ids);
  if (!entered)
    cz_database_rollback (library);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autofree char *folder = cz_run_get_folder (library, g_array_index (ids, gint64, i));
      cz_folder_remove (folder);
    }
  return NULL;
}

gint64
cz_run_create (CzLibrary *library, const CzRun *run, GError **error)
{
  g_autoptr (GArray) ids
      = cz_run_create_all (library, run, 1, NULL /* sentences */, CZ_RUN_CREATE_PLAIN, error);

  return ids != NULL ? g_array_index (ids, gint64, 0) : 0;
}
