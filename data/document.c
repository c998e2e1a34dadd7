#include "data/document.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/library-private.h"
#include "engine/text/philox.h"

// Scalar subqueries: rows that OFFSET skips do not look them up.
#define COLUMNS                                                                             \
  "d.id, d.id & 4294967295, (SELECT path FROM source WHERE id = d.source), d.row, d.label," \
  " d.split, d.bytes"
#define TEXT "(SELECT text FROM text WHERE id = d.id)"
// ?6 characters of the text (substr stops at a NUL), 0: all of it
#define PREVIEW \
  "(SELECT CASE ?6 WHEN 0 THEN text ELSE substr (text, 1, ?6) END FROM text WHERE id = d.id)"
// ?1 corpus, ?2 split or NULL, ?3 label or NULL, ?4 words to find
#define CORPUS " d.id >= ?1 << 32 AND d.id < (?1 + 1) << 32"
#define FILTER " (?2 IS NULL OR d.split = ?2) AND (?3 IS NULL OR d.label = ?3)"

#define PAGE 64 // documents that cz_document_each () reads at once

void
cz_document_free (CzDocument *document)
{
  if (document == NULL)
    return;
  g_free (document->path);
  g_free (document->label);
  g_free (document->split);
  g_free (document->text);
  g_free (document->snippet);
  g_free (document);
}

// Columns as in COLUMNS, then the text.
static CzDocument *
read_document (CzStatement *statement)
{
  CzDocument *document = g_new0 (CzDocument, 1);
  const char *text;

  document->id = cz_column_int (statement, 0);
  document->ordinal = cz_column_int (statement, 1);
  document->path = cz_column_text (statement, 2);
  document->row = cz_column_int (statement, 3);
  document->label = cz_column_text (statement, 4);
  document->split = cz_column_text (statement, 5);
  document->bytes = cz_column_int (statement, 6);
  text = cz_column_peek (statement, 7, &document->length);
  document->text = g_malloc (document->length + 1);
  memcpy (document->text, text, document->length);
  document->text[document->length] = '\0';
  return document;
}

// What a person typed as an FTS5 expression: every word must occur; "in quotes" a phrase; a
// trailing
// * any ending. NULL: nothing to look for.
static char *
make_match (const char *query)
{
  g_autoptr (GString) match = g_string_new (NULL);
  gboolean quoted = FALSE;
  const char *from = query;

  if (query == NULL)
    return NULL;
  for (const char *p = query;; p++)
    {
      gboolean ends = *p == '\0' || *p == '"' || (!quoted && g_ascii_isspace (*p));

      if (!ends)
        continue;
      if (p > from)
        {
          gboolean prefix = !quoted && p[-1] == '*';
          gsize length = (gsize)(p - from) - (prefix ? 1 : 0);
          gboolean letters = FALSE;

          for (gsize i = 0; i < length; i++)
            letters = letters || g_ascii_isalnum (from[i]) || (guchar)from[i] >= 0x80;
          if (letters)
            g_string_append_printf (match, "%s\"%.*s\"%s", match->len > 0 ? " " : "", (int)length,
                                    from, prefix ? "*" : "");
        }
      if (*p == '\0')
        break;
      if (*p == '"')
        quoted = !quoted;
      from = p + 1;
    }
  return match->len > 0 ? g_string_free (g_steal_pointer (&match), FALSE) : NULL;
}

static void
bind_filter (CzStatement *statement,
             gint64 corpus,
             const CzDocumentFilter *filter,
             const char *match)
{
  cz_bind_int (statement, 1, corpus);
  if (filter != NULL && filter->split != NULL)
    cz_bind_text (statement, 2, filter->split);
  if (filter != NULL && filter->label != NULL)
    cz_bind_text (statement, 3, filter->label);
  if (match != NULL)
    cz_bind_text (statement, 4, match);
}

// A statement on the words of a corpus: `sql` with its number twice in place of %s.
static CzStatement *
search (CzLibrary *library, gint64 corpus, const char *columns, const char *order, GError **error)
{
  g_autofree char *sql
      = g_strdup_printf ("SELECT %s FROM words_%" G_GINT64_FORMAT
                         " w JOIN document d ON d.id = w.rowid WHERE words_%" G_GINT64_FORMAT
                         " MATCH ?4 AND ?1 > 0 AND" FILTER "%s",
                         columns, corpus, corpus, order);
  // Without the corpus there is no index to be asked.
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);

  return there != NULL ? cz_statement (library, g_intern_string (sql), error) : NULL;
}

gint64
cz_document_count (CzLibrary *library,
                   gint64 corpus,
                   const CzDocumentFilter *filter,
                   GError **error)
{
  g_autofree char *match = filter != NULL ? make_match (filter->query) : NULL;
  g_autoptr (CzStatement) statement = NULL;

  if (match != NULL)
    statement = search (library, corpus, "count(*)", "", error);
  else if (filter == NULL || (filter->split == NULL && filter->label == NULL))
    {
      g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);

      return there != NULL ? there->documents : -1;
    }
  else
    statement = cz_statement (library, "SELECT count(*) FROM document d WHERE" CORPUS " AND" FILTER,
                              error);
  if (statement == NULL)
    return -1;
  bind_filter (statement, corpus, filter, match);
  return cz_statement_step (statement, error) ? cz_column_int (statement, 0) : -1;
}

// Cuts to at most `limit` bytes, between characters.
static void
cut_preview (CzDocument *document, gsize limit)
{
  if (limit == 0 || document->length <= limit)
    return;
  while (limit > 0 && ((guchar)document->text[limit] & 0xc0) == 0x80)
    limit--;
  document->text[limit] = '\0';
  document->length = limit;
}

GPtrArray *
cz_document_list (CzLibrary *library,
                  gint64 corpus,
                  const CzDocumentFilter *filter,
                  gint64 offset,
                  gint64 limit,
                  gsize preview,
                  GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_document_free);
  g_autofree char *match = filter != NULL ? make_match (filter->query) : NULL;
  gboolean all
      = filter == NULL || (filter->split == NULL && filter->label == NULL && match == NULL);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = NULL;

  // Without a filter the ordinal is the place: no need to skip rows one by one.
  if (all)
    statement = cz_statement (library,
                              "SELECT " COLUMNS ", " PREVIEW " FROM document d"
                              " WHERE d.id >= (?1 << 32) + ?7 AND d.id < (?1 + 1) << 32"
                              " ORDER BY d.id LIMIT ?5",
                              error);
  else if (match == NULL)
    statement = cz_statement (library,
                              "SELECT " COLUMNS ", " PREVIEW " FROM document d WHERE" CORPUS
                              " AND" FILTER " ORDER BY d.id LIMIT ?5 OFFSET ?7",
                              error);
  else
    {
      g_autofree char *columns = g_strdup_printf ("%s, %s, snippet (words_%" G_GINT64_FORMAT
                                                  ", 0, char (2), char (3), '…', 24)",
                                                  COLUMNS, PREVIEW, corpus);

      statement = search (library, corpus, columns, " ORDER BY w.rowid LIMIT ?5 OFFSET ?7", error);
    }
  if (statement == NULL)
    return NULL;
  bind_filter (statement, corpus, filter, match);
  cz_bind_int (statement, 5, limit);
  cz_bind_int (statement, 6, (gint64)preview);
  cz_bind_int (statement, 7, offset);
  while (cz_statement_step (statement, &failed))
    {
      CzDocument *document = read_document (statement);

      cut_preview (document, preview);
      if (match != NULL)
        document->snippet = cz_column_text (statement, 8);
      g_ptr_array_add (list, document);
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  return g_steal_pointer (&list);
}

CzDocument *
cz_document_get (CzLibrary *library, gint64 id, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS ", " TEXT " FROM document d WHERE d.id = ?", error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, id);
  if (cz_statement_step (statement, &failed))
    return read_document (statement);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                         _ ("That document is no longer in the library."));
  return NULL;
}

GPtrArray *
cz_document_sample (CzLibrary *library, gint64 corpus, guint64 seed, gint64 count, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_document_free);
  g_autoptr (GHashTable) moved = g_hash_table_new (NULL, NULL);
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT " COLUMNS ", " TEXT " FROM document d WHERE d.id = ?", error);
  gint64 n = statement != NULL ? cz_document_count (library, corpus, NULL, error) : -1;

  if (n < 0)
    return NULL;
  // Fisher–Yates from the front, of which only the touched places are kept.
  for (gint64 i = 0; i < MIN (count, n); i++)
    {
      guint32 draw[4];
      gpointer found;
      gint64 j, chosen, first;

      cz_random (seed, CZ_RANDOM_SAMPLE, 0, 0, (guint32)i, draw);
      j = i + (gint64)(((guint64)draw[0] * (guint64)(n - i)) >> 32);
      chosen = g_hash_table_lookup_extended (moved, GSIZE_TO_POINTER (j), NULL, &found)
                   ? (gint64)GPOINTER_TO_SIZE (found)
                   : j;
      first = g_hash_table_lookup_extended (moved, GSIZE_TO_POINTER (i), NULL, &found)
                  ? (gint64)GPOINTER_TO_SIZE (found)
                  : i;
      g_hash_table_insert (moved, GSIZE_TO_POINTER (j), GSIZE_TO_POINTER (first));

      g_autoptr (GError) failed = NULL;
      cz_bind_int (statement, 1, CZ_DOCUMENT_ID (corpus, chosen));
      if (cz_statement_step (statement, &failed))
        g_ptr_array_add (list, read_document (statement));
      cz_statement_reset (statement);
      if (failed != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return NULL;
        }
    }
  return g_steal_pointer (&list);
}

gboolean
cz_document_each (
    CzLibrary *library, gint64 corpus, CzDocumentFunc func, gpointer data, GError **error)
{
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  gint64 next = CZ_DOCUMENT_ID (corpus, 0), end = CZ_DOCUMENT_ID (corpus + 1, 0), seen = 0;

  if (there == NULL)
    return FALSE;
  // Page by page: a statement that stays open for long keeps the WAL file from being emptied.
  while (seen < there->documents)
    {
      g_autoptr (GError) failed = NULL;
      g_autoptr (CzStatement) statement
          = cz_statement (library,
                          "SELECT " COLUMNS ", " TEXT " FROM document d"
                          " WHERE d.id >= ?1 AND d.id < ?2 ORDER BY d.id LIMIT ?3",
                          error);
      gint64 before = seen;

      if (statement == NULL)
        return FALSE;
      cz_bind_int (statement, 1, next);
      cz_bind_int (statement, 2, end);
      cz_bind_int (statement, 3, PAGE);
      while (cz_statement_step (statement, &failed))
        {
          g_autoptr (CzDocument) document = read_document (statement);

          if (!func (document, data, error))
            return FALSE;
          next = document->id + 1;
          seen++;
        }
      if (failed != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      if (seen == before)
        {
          g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                       _ ("The corpus “%s” was removed while it was being read."), there->name);
          return FALSE;
        }
    }
  return TRUE;
}
