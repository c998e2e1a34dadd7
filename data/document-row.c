#include "data/document-row.h"

#include "data/corpus-count.h"
#include "data/library-private.h"

void
cz_found_document_clear (CzFoundDocument *document)
{
  g_free ((char *)document->path);
  g_free ((char *)document->label);
  g_free ((char *)document->split);
  g_free ((char *)document->text);
  *document = (CzFoundDocument){ 0 };
}

// ---- Words ----

// A statement on the words of a document's corpus: %s in `format` is their table, ?1 the document.
static CzStatement *
words_statement (CzLibrary *library, const char *format, gint64 document, GError **error)
{
  g_autofree char *words = g_strdup_printf ("words_%" G_GINT64_FORMAT, document >> 32);
  g_auto (GStrv) parts = g_strsplit (format, "%s", -1);
  g_autofree char *sql = g_strjoinv (words, parts);
  CzStatement *statement = cz_statement (library, g_intern_string (sql), error);

  if (statement != NULL)
    cz_bind_int (statement, 1, document);
  return statement;
}

// One row of values: before an INSERT from a SELECT the index would write all that it gathers.
static gboolean
add_words (CzLibrary *library, gint64 document, const char *text, gsize length, GError **error)
{
  g_autoptr (CzStatement) statement
      = words_statement (library, "INSERT INTO %s (rowid, text) VALUES (?1, ?2)", document, error);

  if (statement == NULL)
    return FALSE;
  cz_bind_bytes (statement, 2, text, length);
  return cz_statement_run (statement, error);
}

gboolean
cz_words_add (CzLibrary *library, gint64 document, GError **error)
{
  g_autoptr (CzStatement) statement = words_statement (
      library, "INSERT INTO %s (rowid, text) SELECT id, text FROM text WHERE id = ?1", document,
      error);

  return statement != NULL && cz_statement_run (statement, error);
}

gboolean
cz_words_remove (CzLibrary *library, gint64 document, GError **error)
{
  g_autoptr (CzStatement) statement
      = words_statement (library,
                         "INSERT INTO %s (%s, rowid, text) SELECT 'delete', id, text FROM text"
                         " WHERE id = ?1",
                         document, error);

  return statement != NULL && cz_statement_run (statement, error);
}

// ---- Documents ----

gboolean
cz_document_insert (CzLibrary *library,
                    gint64 id,
                    gint64 source,
                    const CzFoundDocument *document,
                    gboolean excluded,
                    const guint8 *origin,
                    guint8 ret_hash[32],
                    GError **error)
{
  g_autoptr (CzStatement) row
      = cz_statement (library,
                      "INSERT INTO document (id, source, row, label, split, bytes, hash, excluded,"
                      " origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                      error);
  g_autoptr (CzStatement) text
      = row != NULL ? cz_statement (library, "INSERT INTO text (id, text) VALUES (?1, ?2)", error)
                    : NULL;

  if (text == NULL)
    return FALSE;
  cz_corpus_hash_text (document->text, document->length, ret_hash);
  cz_bind_int (row, 1, id);
  cz_bind_int (row, 2, source);
  cz_bind_int (row, 3, document->row);
  cz_bind_text (row, 4, document->label);
  cz_bind_text (row, 5, document->split);
  cz_bind_int (row, 6, (gint64)document->length);
  cz_bind_blob (row, 7, ret_hash, 32);
  cz_bind_int (row, 8, excluded);
  if (origin != NULL)
    cz_bind_blob (row, 9, origin, 32);
  cz_bind_int (text, 1, id);
  cz_bind_bytes (text, 2, document->text, document->length);
  return cz_statement_run (row, error) && cz_statement_run (text, error)
         && add_words (library, id, document->text, document->length, error);
}

gboolean
cz_document_set_text (CzLibrary *library, gint64 id, const char *text, gsize length, GError **error)
{
  g_autoptr (CzStatement) row
      = cz_statement (library,
                      "UPDATE document SET origin = nullif (coalesce (origin, hash), ?2),"
                      " bytes = ?3, hash = ?2 WHERE id = ?1",
                      error);
  g_autoptr (CzStatement) body
      = row != NULL ? cz_statement (library, "UPDATE text SET text = ?2 WHERE id = ?1", error)
                    : NULL;
  guint8 hash[32];

  if (body == NULL)
    return FALSE;
  cz_corpus_hash_text (text, length, hash);
  cz_bind_int (row, 1, id);
  cz_bind_blob (row, 2, hash, sizeof hash);
  cz_bind_int (row, 3, (gint64)length);
  cz_bind_int (body, 1, id);
  cz_bind_bytes (body, 2, text, length);
  return cz_words_remove (library, id, error) && cz_statement_run (row, error)
         && cz_statement_run (body, error) && add_words (library, id, text, length, error);
}

gboolean
cz_document_delete (CzLibrary *library, gint64 id, gboolean remember, GError **error)
{
  static const char *const steps[] = {
    "INSERT OR REPLACE INTO gap (id, source, row, hash) SELECT id, source, row,"
    " CASE WHEN ?2 THEN coalesce (origin, hash) ELSE x'' END FROM document WHERE id = ?1",
    "DELETE FROM text WHERE id = ?1",
    "DELETE FROM document WHERE id = ?1",
  };

  if (!cz_words_remove (library, id, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (CzStatement) statement = cz_statement (library, steps[i], error);

      if (statement == NULL)
        return FALSE;
      cz_bind_int (statement, 1, id);
      if (i == 0)
        cz_bind_int (statement, 2, remember);
      if (!cz_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}
