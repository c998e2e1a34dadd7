#include "data/corpus-journal.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/corpus-count.h"
#include "data/document-row.h"
#include "data/library-private.h"

// Runs a literal statement with up to two numbers.
static gboolean
run (CzLibrary *library, const char *sql, gint64 first, gint64 second, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (library, sql, error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, first);
  cz_bind_int (statement, 2, second);
  return cz_statement_run (statement, error);
}

// ---- Keeping ----

gint64
cz_journal_begin (CzLibrary *library, gint64 corpus, const char *kind, GError **error)
{
  g_autoptr (CzStatement) statement = cz_statement (
      library, "INSERT INTO change (corpus, kind, created) VALUES (?1, ?2, unixepoch ())", error);

  if (statement == NULL)
    return 0;
  cz_bind_int (statement, 1, corpus);
  cz_bind_text (statement, 2, kind);
  return cz_statement_run (statement, error) ? sqlite3_last_insert_rowid (library->database) : 0;
}

gboolean
cz_journal_keep (
    CzLibrary *library, gint64 change, gint64 document, gboolean with_text, GError **error)
{
  static const char narrow[]
      = "INSERT INTO changed_document (change, document, existed, source, row, label, split, bytes,"
        " hash, origin, excluded) SELECT ?1, id, 1, source, row, label, split, bytes, hash, origin,"
        " excluded FROM document WHERE id = ?2";
  static const char whole[]
      = "INSERT INTO changed_document (change, document, existed, source, row, label, split, bytes,"
        " hash, origin, excluded, text) SELECT ?1, d.id, 1, d.source, d.row, d.label, d.split,"
        " d.bytes, d.hash, d.origin, d.excluded, t.text FROM document d JOIN text t ON t.id = d.id"
        " WHERE d.id = ?2";

  return run (library, with_text ? whole : narrow, change, document, error);
}

gboolean
cz_journal_keep_absence (CzLibrary *library, gint64 change, gint64 document, GError **error)
{
  return run (library,
              "INSERT INTO changed_document (change, document, existed) VALUES (?1, ?2, 0)", change,
              document, error);
}

// Drops the oldest changes of a corpus beyond the bounds.
static gboolean
drop_old (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (GError) failed = NULL;
  gint64 oldest = 0, bytes = 0;
  int seen = 0;

  {
    g_autoptr (CzStatement) statement = cz_statement (
        library, "SELECT id, bytes FROM change WHERE corpus = ? ORDER BY id DESC", error);

    if (statement == NULL)
      return FALSE;
    cz_bind_int (statement, 1, corpus);
    while (cz_statement_step (statement, &failed))
      {
        bytes += cz_column_int (statement, 1);
        if (seen > 0 && (seen >= CZ_JOURNAL_CHANGES || bytes > CZ_JOURNAL_BYTES))
          break;
        oldest = cz_column_int (statement, 0);
        seen++;
      }
  }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  return run (library, "DELETE FROM change WHERE corpus = ?1 AND id < ?2", corpus, oldest, error);
}

gboolean
cz_journal_finish (
    CzLibrary *library, gint64 corpus, gint64 change, CzCorpusCount *count, GError **error)
{
  return run (library,
              "UPDATE change SET bytes = coalesce (length (splits), 0) + (SELECT"
              " coalesce (sum (bytes * (text IS NOT NULL)), 0) FROM changed_document"
              " WHERE change = ?1),"
              " documents = max (documents, (SELECT count(*) FROM changed_document"
              " WHERE change = ?1)) WHERE id = ?1 AND ?2 = 0",
              change, 0, error)
         && (count != NULL ? cz_corpus_count_write (count, library, corpus, error)
                           : cz_corpus_recount (library, corpus, error))
         && drop_old (library, corpus, error);
}

// ---- Splits ----

gboolean
cz_journal_keep_splits (CzLibrary *library, gint64 change, GBytes *splits, GError **error)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "UPDATE change SET splits = ?2 WHERE id = ?1", error);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (splits, &length);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, change);
  cz_bind_blob (statement, 2, bytes, length);
  return cz_statement_run (statement, error);
}

static gboolean
restore_splits (CzLibrary *library, gint64 corpus, gint64 change, GError **error)
{
  g_autoptr (CzSplits) splits = NULL;
  g_autoptr (GError) failed = NULL;
  gint64 changed;

  {
    g_autoptr (CzStatement) statement = cz_statement (
        library, "SELECT splits FROM change WHERE id = ? AND splits IS NOT NULL", error);

    if (statement == NULL)
      return FALSE;
    cz_bind_int (statement, 1, change);
    if (cz_statement_step (statement, &failed))
      {
        gsize length;
        const guint8 *bytes = cz_column_blob (statement, 0, &length);

        splits = cz_splits_unpack (bytes, length);
      }
  }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  return splits == NULL || cz_splits_write (splits, library, corpus, NULL, &changed, error);
}

// ---- Undoing ----

// Brings one document back to what row `kept` of the journal says.
static gboolean
restore_document (CzLibrary *library,
                  gint64 kept,
                  gint64 document,
                  gboolean existed,
                  gboolean with_text,
                  GError **error)
{
  static const char row[]
      = "INSERT OR REPLACE INTO document (id, source, row, label, split, bytes, hash, origin,"
        " excluded) SELECT document, source, row, label, split, bytes, hash, origin, excluded"
        " FROM changed_document WHERE id = ?1 AND ?2 = 0";

  if (!existed)
    return cz_document_delete (library, document, FALSE /* remember */, error);
  if (!with_text)
    return run (library, row, kept, 0, error);
  return cz_words_remove (library, document, error) // of the text now there, if any
         && run (library, row, kept, 0, error)
         && run (library,
                 "INSERT OR REPLACE INTO text (id, text) SELECT document, text FROM"
                 " changed_document WHERE id = ?1 AND ?2 = 0",
                 kept, 0, error)
         && cz_words_add (library, document, error)
         && run (library, "DELETE FROM gap WHERE id = ?1 AND ?2 = 0", document, 0, error);
}

gboolean
cz_journal_undo (CzLibrary *library, gint64 corpus, gint64 change, GError **error)
{
  g_autoptr (GError) failed = NULL;
  gint64 last = G_MAXINT64;

  if (!restore_splits (library, corpus, change, error))
    return FALSE;
  // Newest first: a document may have changed twice.
  while (failed == NULL)
    {
      gint64 document = 0;
      gboolean existed = FALSE, with_text = FALSE;

      {
        g_autoptr (CzStatement) next
            = cz_statement (library,
                            "SELECT id, document, existed, text IS NOT NULL FROM changed_document"
                            " WHERE change = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
                            error);

        if (next == NULL)
          return FALSE;
        cz_bind_int (next, 1, change);
        cz_bind_int (next, 2, last);
        if (!cz_statement_step (next, &failed))
          break;
        last = cz_column_int (next, 0);
        document = cz_column_int (next, 1);
        existed = cz_column_int (next, 2) != 0;
        with_text = cz_column_int (next, 3) != 0;
      }
      if (!restore_document (library, last, document, existed, with_text, error))
        return FALSE;
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  return run (library, "DELETE FROM change WHERE id = ?1 AND ?2 = 0", change, 0, error)
         && cz_corpus_recount (library, corpus, error);
}
