#include "data/corpus.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "data/library-private.h"
#include "data/run.h"

#define COLUMNS        "id, name, source, hash, documents, bytes, created, present - documents, slots"
#define TRANSACTION_US 50000 // how long others may have to wait
#define PAUSE_US       2000  // between two transactions, so that others get their turn

void
cz_corpus_free (CzCorpus *corpus)
{
  if (corpus == NULL)
    return;
  g_free (corpus->name);
  g_free (corpus->source);
  g_free (corpus->hash);
  g_free (corpus);
}

void
cz_corpus_group_free (CzCorpusGroup *group)
{
  g_free (group->name);
  g_free (group);
}

static CzCorpus *
read_corpus (CzStatement *statement)
{
  CzCorpus *corpus = g_new0 (CzCorpus, 1);

  corpus->id = cz_column_int (statement, 0);
  corpus->name = cz_column_text (statement, 1);
  corpus->source = cz_column_text (statement, 2);
  corpus->hash = cz_column_text (statement, 3);
  corpus->documents = cz_column_int (statement, 4);
  corpus->bytes = cz_column_int (statement, 5);
  corpus->created = cz_column_int (statement, 6);
  corpus->excluded = cz_column_int (statement, 7);
  corpus->slots = cz_column_int (statement, 8);
  return corpus;
}

GPtrArray *
cz_corpus_list (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_corpus_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS " FROM corpus WHERE state = 'ready' ORDER BY name", error);

  if (statement == NULL)
    return NULL;
  while (cz_statement_step (statement, &failed))
    g_ptr_array_add (list, read_corpus (statement));
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}

GPtrArray *
cz_corpus_list_hashes (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT hash FROM corpus WHERE state = 'ready' UNION SELECT corpus_hash FROM"
                      " run WHERE state IN ('queued', 'running', 'paused') OR resumable = 1",
                      error);

  if (statement == NULL)
    return NULL;
  while (cz_statement_step (statement, &failed))
    g_ptr_array_add (list, cz_column_text (statement, 0));
  if (failed == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

static void
tell_not_found (CzLibrary *library, const char *name, GError **error)
{
  g_autofree char *names = cz_library_list_names (
      library, "SELECT name FROM corpus WHERE state = 'ready' ORDER BY name LIMIT 8");

  if (names == NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no corpus “%s”: the library has none yet. Import one first."), name);
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no corpus “%s”. The library has %s."), name, names);
}

CzCorpus *
cz_corpus_find (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS " FROM corpus WHERE state = 'ready' AND name = ?", error);

  if (statement == NULL)
    return NULL;
  cz_bind_text (statement, 1, name);
  if (cz_statement_step (statement, &failed))
    return read_corpus (statement);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    tell_not_found (library, name, error);
  return NULL;
}

CzCorpus *
cz_corpus_get (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS " FROM corpus WHERE state = 'ready' AND id = ?", error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, id);
  if (cz_statement_step (statement, &failed))
    return read_corpus (statement);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                         _ ("That corpus is no longer in the library."));
  return NULL;
}

static GPtrArray *
get_groups (CzLibrary *library, gint64 id, const char *kind, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_corpus_group_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library,
      "SELECT name, documents, bytes FROM corpus_group WHERE corpus = ? AND kind = ?"
      " ORDER BY documents DESC, name",
      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, id);
  cz_bind_text (statement, 2, kind);
  while (cz_statement_step (statement, &failed))
    {
      CzCorpusGroup *group = g_new0 (CzCorpusGroup, 1);

      group->name = cz_column_text (statement, 0);
      group->documents = cz_column_int (statement, 1);
      group->bytes = cz_column_int (statement, 2);
      g_ptr_array_add (list, group);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}

GPtrArray *
cz_corpus_get_splits (CzLibrary *library, gint64 id, GError **error)
{
  return get_groups (library, id, "split", error);
}

GPtrArray *
cz_corpus_get_labels (CzLibrary *library, gint64 id, GError **error)
{
  return get_groups (library, id, "label", error);
}

gboolean
cz_corpus_check_name (CzLibrary *library, const char *name, gint64 id, GError **error)
{
  g_autoptr (CzStatement) taken = NULL;
  g_autoptr (GError) failed = NULL;

  if (name == NULL || name[strspn (name, " \t\n")] == '\0' || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("A corpus needs a name."));
      return FALSE;
    }
  taken = cz_statement (
      library, "SELECT state FROM corpus WHERE name = ? AND id <> ? AND state <> 'removing'",
      error);
  if (taken == NULL)
    return FALSE;
  cz_bind_text (taken, 1, name);
  cz_bind_int (taken, 2, id);
  if (cz_statement_step (taken, &failed))
    {
      gboolean ready = g_str_equal (cz_column_peek (taken, 0, NULL), "ready");

      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                   !ready ? _ ("A corpus “%s” is being imported just now; choose another name.")
                   : id != 0
                       ? _ ("There is a corpus “%s” already; choose another name.")
                       : _ ("There is a corpus “%s” already; choose another name, or update it "
                            "from the files (cloze corpus import --update)."),
                   name);
      return FALSE;
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
write_name (CzLibrary *library, gint64 id, const char *name, GError **error)
{
  g_autoptr (CzCorpus) there = cz_corpus_get (library, id, error);
  g_autoptr (CzStatement) statement
      = there != NULL && cz_corpus_check_name (library, name, id, error)
            ? cz_statement (library, "UPDATE corpus SET name = ? WHERE id = ?", error)
            : NULL;

  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, name);
  cz_bind_int (statement, 2, id);
  return cz_statement_run (statement, error);
}

gboolean
cz_corpus_rename (CzLibrary *library, gint64 id, const char *name, GError **error)
{
  if (!cz_database_begin (library, error))
    return FALSE;
  if (write_name (library, id, name, error))
    return cz_database_commit (library, error);
  cz_database_rollback (library);
  return FALSE;
}

// Runs one statement again and again, each time in a transaction of its own of some 50 ms, until it
// changes nothing. ?1 is bound to `id`, ?2 to how many rows to take at once. FALSE without an error
// at the deadline.
static gboolean
delete_in_steps (CzLibrary *library, const char *sql, gint64 id, gint64 deadline, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (library, sql, error);
  gint64 rows = 500, changed = 1;

  if (statement == NULL)
    return FALSE;
  while (changed > 0)
    {
      gint64 begun = g_get_monotonic_time (), took;

      cz_bind_int (statement, 1, id);
      cz_bind_int (statement, 2, rows);
      if (!cz_statement_run (statement, error))
        return FALSE;
      changed = cz_database_changes (library);
      if (deadline != 0 && changed > 0 && g_get_monotonic_time () >= deadline)
        return FALSE;
      took = MAX (g_get_monotonic_time () - begun, 1);
      rows = CLAMP (rows * TRANSACTION_US / took, 100, 4 * rows);
      g_usleep (PAUSE_US);
    }
  return TRUE;
}

// The index first empties page by page: dropped as a whole it would hold the library for long.
static gboolean
drop_words (CzLibrary *library, gint64 id, gint64 deadline, GError **error)
{
  g_autofree char *name = g_strdup_printf ("words_%" G_GINT64_FORMAT, id);
  g_autofree char *empty
      = g_strdup_printf ("DELETE FROM %s_data WHERE ?1 > 0 AND id IN (SELECT id FROM %s_data"
                         " WHERE id > 10 LIMIT ?2)",
                         name, name);
  g_autofree char *drop = g_strdup_printf ("DROP TABLE %s", name);

  {
    g_autoptr (CzStatement) there
        = cz_statement (library, "SELECT 1 FROM sqlite_schema WHERE name = ?", error);
    g_autoptr (GError) failed = NULL;

    if (there == NULL)
      return FALSE;
    cz_bind_text (there, 1, name);
    if (!cz_statement_step (there, &failed))
      {
        if (failed == NULL)
          return TRUE;
        g_propagate_error (error, g_steal_pointer (&failed));
        return FALSE;
      }
  }
  return delete_in_steps (library, g_intern_string (empty), id, deadline, error)
         && cz_database_execute (library, drop, error);
}

gboolean
cz_corpus_delete_rows (CzLibrary *library, gint64 id, gint64 deadline, GError **error)
{
  static const char *const steps[] = {
    "DELETE FROM text WHERE id IN (SELECT id FROM text WHERE id >= ?1 << 32 AND"
    " id < (?1 + 1) << 32 LIMIT ?2)",
    "DELETE FROM document WHERE id IN (SELECT id FROM document WHERE id >= ?1 << 32 AND"
    " id < (?1 + 1) << 32 LIMIT ?2)",
    "DELETE FROM source WHERE id IN (SELECT id FROM source WHERE id >= ?1 << 32 AND"
    " id < (?1 + 1) << 32 LIMIT ?2)",
    "DELETE FROM gap WHERE id IN (SELECT id FROM gap WHERE id >= ?1 << 32 AND"
    " id < (?1 + 1) << 32 LIMIT ?2)",
    "DELETE FROM changed_document WHERE id IN (SELECT d.id FROM change c JOIN changed_document d"
    " ON d.change = c.id WHERE c.corpus = ?1 LIMIT ?2)",
    "DELETE FROM corpus_group WHERE (corpus, kind, name) IN (SELECT corpus, kind, name"
    " FROM corpus_group WHERE corpus = ?1 LIMIT ?2)",
    "DELETE FROM corpus WHERE id = ?1 AND state <> 'ready' AND ?2 > 0",
  };

  if (!drop_words (library, id, deadline, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (!delete_in_steps (library, steps[i], id, deadline, error))
      return FALSE;
  return TRUE;
}

gboolean
cz_corpus_discard (CzLibrary *library, gint64 id, gint64 deadline, GError **error)
{
  {
    g_autoptr (CzStatement) hide = cz_statement (
        library,
        "UPDATE corpus SET state = 'removing', owner_pid = ?2, owner_start = ?3 WHERE id = ?1",
        error);

    if (hide == NULL)
      return FALSE;
    cz_bind_int (hide, 1, id);
    cz_bind_int (hide, 2, getpid ());
    cz_bind_int (hide, 3, cz_process_start_time (getpid ()));
    if (!cz_statement_run (hide, error))
      return FALSE;
  }
  if (cz_corpus_delete_rows (library, id, deadline, error))
    return TRUE;
  // Nobody's now: whoever opens the library next removes the rest.
  {
    g_autoptr (CzStatement) leave
        = cz_statement (library, "UPDATE corpus SET owner_pid = 0 WHERE id = ?", NULL);

    if (leave != NULL)
      {
        cz_bind_int (leave, 1, id);
        cz_statement_run (leave, NULL);
      }
  }
  return FALSE;
}

static gboolean
still_there (CzLibrary *library, gint64 id)
{
  g_autoptr (CzCorpus) corpus = cz_corpus_get (library, id, NULL);

  return corpus != NULL;
}

gboolean
cz_corpus_remove (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GError) failed = NULL;

  {
    g_autoptr (CzStatement) used = cz_statement (
        library, "SELECT name, id FROM run WHERE corpus_id = ? AND state = 'running'", error);

    if (used == NULL)
      return FALSE;
    cz_bind_int (used, 1, id);
    while (cz_statement_step (used, NULL))
      {
        if (!cz_run_is_alive (library, cz_column_int (used, 1)))
          continue;
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                     _ ("The run “%s” is using this corpus. Stop it first, or remove the corpus "
                        "when it has finished."),
                     cz_column_peek (used, 0, NULL));
        return FALSE;
      }
  }
  {
    g_autoptr (CzCorpus) corpus = cz_corpus_get (library, id, error);

    if (corpus == NULL)
      return FALSE;
  }
  // Once it is marked it is gone for everybody; what fails from there on is swept later.
  if (cz_corpus_discard (library, id, 0 /* deadline */, &failed) || !still_there (library, id))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}
