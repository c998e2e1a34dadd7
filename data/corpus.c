#include "data/corpus.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "data/library-private.h"

#define COLUMNS "id, name, source, hash, documents, bytes, created"
#define ROWS_AT_ONCE 200 // deleted in one transaction: some tens of milliseconds

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
  return corpus;
}

GPtrArray *
cz_corpus_list (CzLibrary *library, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_corpus_free);
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

static void
tell_not_found (CzLibrary *library, const char *name, GError **error)
{
  g_autoptr (GPtrArray) list = cz_corpus_list (library, NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; list != NULL && i < list->len && i < 8; i++)
    g_string_append_printf (names, "%s“%s”", i == 0 ? "" : ", ",
                            ((CzCorpus *) g_ptr_array_index (list, i))->name);
  if (names->len == 0)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no corpus “%s”: the library has none yet. Import one first."), name);
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("There is no corpus “%s”. The library has %s."), name, names->str);
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
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) cz_corpus_group_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
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
cz_corpus_rename (CzLibrary *library, gint64 id, const char *name, GError **error)
{
  g_autoptr (CzStatement) statement = NULL;
  g_autoptr (CzCorpus) other = NULL;

  if (name == NULL || name[strspn (name, " \t\n")] == '\0')
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("A corpus needs a name."));
      return FALSE;
    }
  other = cz_corpus_find (library, name, NULL);
  if (other != NULL && other->id != id)
    {
      g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_EXISTS,
                   _ ("There is a corpus “%s” already; choose another name."), name);
      return FALSE;
    }
  statement = cz_statement (library, "UPDATE corpus SET name = ? WHERE id = ? AND state = 'ready'",
                            error);
  if (statement == NULL)
    return FALSE;
  cz_bind_text (statement, 1, name);
  cz_bind_int (statement, 2, id);
  if (!cz_statement_run (statement, error))
    return FALSE;
  if (cz_database_changes (library) == 0)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                           _ ("That corpus is no longer in the library."));
      return FALSE;
    }
  return TRUE;
}

// One transaction that deletes the next documents; *ret_more says whether there were any.
static gboolean
delete_some (CzLibrary *library, gint64 id, gboolean *ret_more, GError **error)
{
  g_autoptr (CzStatement) words
      = cz_statement (library,
                      "INSERT INTO document_words (document_words, rowid, text)"
                      " SELECT 'delete', id, text FROM document"
                      " WHERE corpus = ?1 ORDER BY ordinal LIMIT ?2",
                      error);
  g_autoptr (CzStatement) rows
      = words == NULL ? NULL
                      : cz_statement (library,
                                      "DELETE FROM document WHERE id IN (SELECT id FROM document"
                                      " WHERE corpus = ?1 ORDER BY ordinal LIMIT ?2)",
                                      error);

  if (rows == NULL || !cz_database_begin (library, error))
    return FALSE;
  cz_bind_int (words, 1, id);
  cz_bind_int (words, 2, ROWS_AT_ONCE);
  cz_bind_int (rows, 1, id);
  cz_bind_int (rows, 2, ROWS_AT_ONCE);
  if (!cz_statement_run (words, error) || !cz_statement_run (rows, error))
    {
      cz_database_rollback (library);
      return FALSE;
    }
  *ret_more = cz_database_changes (library) > 0;
  return cz_database_commit (library, error);
}

gboolean
cz_corpus_delete_rows (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (CzStatement) corpus
      = cz_statement (library, "DELETE FROM corpus WHERE id = ? AND state <> 'ready'", error);
  gboolean more = TRUE;

  if (corpus == NULL)
    return FALSE;
  while (more)
    if (!delete_some (library, id, &more, error))
      return FALSE;
  cz_bind_int (corpus, 1, id);
  return cz_statement_run (corpus, error);
}

gboolean
cz_corpus_remove (CzLibrary *library, gint64 id, GError **error)
{
  {
    g_autoptr (CzStatement) used = cz_statement (
        library, "SELECT name FROM run WHERE corpus_id = ? AND state = 'running' LIMIT 1", error);

    if (used == NULL)
      return FALSE;
    cz_bind_int (used, 1, id);
    if (cz_statement_step (used, NULL))
      {
        g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                     _ ("The run “%s” is using this corpus. Stop it first, or remove the corpus "
                        "when it has finished."),
                     cz_column_peek (used, 0, NULL));
        return FALSE;
      }
  }
  {
    g_autoptr (CzStatement) hide = cz_statement (
        library,
        "UPDATE corpus SET state = 'removing', owner_pid = ?2, owner_start = ?3"
        " WHERE id = ?1 AND state = 'ready'",
        error);

    if (hide == NULL)
      return FALSE;
    cz_bind_int (hide, 1, id);
    cz_bind_int (hide, 2, getpid ());
    cz_bind_int (hide, 3, cz_process_start_time (getpid ()));
    if (!cz_statement_run (hide, error))
      return FALSE;
    if (cz_database_changes (library) == 0)
      {
        g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                             _ ("That corpus is no longer in the library."));
        return FALSE;
      }
  }
  // It is gone for everybody; what fails from here on is swept later.
  cz_corpus_delete_rows (library, id, NULL);
  return TRUE;
}
