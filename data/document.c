#include "data/document.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/document-filter.h"
#include "engine/text/philox.h"

// Scalar subqueries: rows that OFFSET skips do not look them up.
#define COLUMNS                                                                             \
  "d.id, d.id & 4294967295, (SELECT path FROM source WHERE id = d.source), d.row, d.label," \
  " d.split, d.bytes, d.excluded, d.origin IS NOT NULL"
#define TEXT "(SELECT text FROM text WHERE id = d.id)"
// ?7 characters of the text (substr stops at a NUL), 0: all of it
#define PREVIEW \
  "(SELECT CASE ?7 WHEN 0 THEN text ELSE substr (text, 1, ?7) END FROM text WHERE id = d.id)"

// What cz_document_each () reads at once: documents, and bytes of text that end it.
#define PAGE       64
#define PAGE_BYTES (1 << 20)

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
  document->excluded = cz_column_int (statement, 7) != 0;
  document->edited = cz_column_int (statement, 8) != 0;
  text = cz_column_peek (statement, 9, &document->length);
  document->text = g_malloc (document->length + 1);
  memcpy (document->text, text, document->length);
  document->text[document->length] = '\0';
  return document;
}

gint64
cz_document_count (CzLibrary *library,
                   gint64 corpus,
                   const CzDocumentFilter *filter,
                   GError **error)
{
  g_auto (CzFilterSearch) search = { 0 };
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = NULL;
  gint64 count = -1;

  cz_filter_search_init (&search, filter);
  if (cz_filter_is_open (filter, &search) || search.nothing)
    {
      g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);

      return there == NULL ? -1 : search.nothing ? 0 : there->documents + there->excluded;
    }
  statement = cz_filter_statement (library, corpus, filter, &search, "count(*)", "", error);
  if (statement == NULL)
    return -1;
  if (cz_statement_step (statement, &failed))
    count = cz_column_int (statement, 0);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return count;
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

// How many deleted documents have an ordinal below `ordinal`.
static gint64
count_gaps (CzLibrary *library, gint64 corpus, gint64 ordinal)
{
  g_autoptr (CzStatement) statement
      = cz_statement (library, "SELECT count(*) FROM gap WHERE id >= ?1 AND id < ?2", NULL);

  if (statement == NULL)
    return 0;
  cz_bind_int (statement, 1, CZ_DOCUMENT_ID (corpus, 0));
  cz_bind_int (statement, 2, CZ_DOCUMENT_ID (corpus, 0) + ordinal);
  return cz_statement_step (statement, NULL) ? cz_column_int (statement, 0) : 0;
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
  g_auto (CzFilterSearch) search = { 0 };
  CzDocumentFilter from = filter != NULL ? *filter : (CzDocumentFilter){ 0 };
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = NULL;

  cz_filter_search_init (&search, filter);
  if (search.nothing)
    return g_steal_pointer (&list);
  // Without a filter the place tells the ordinal, but for the gaps before it: no need to skip all
  // rows one by one.
  if (offset > 0 && cz_filter_is_open (filter, &search))
    {
      from.after = CZ_DOCUMENT_ID (corpus, 0) + offset - 1;
      offset = count_gaps (library, corpus, offset);
    }
  statement = cz_filter_statement (library, corpus, &from, &search,
                                   search.match != NULL ? COLUMNS
                                       ", " PREVIEW ", snippet (%s, 0, char (2), char (3), '…', 24)"
                                                        : COLUMNS ", " PREVIEW,
                                   "LIMIT ?8 OFFSET ?9", error);
  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 7, (gint64)preview);
  cz_bind_int (statement, 8, limit);
  cz_bind_int (statement, 9, offset);
  while (cz_statement_step (statement, &failed))
    {
      CzDocument *document = read_document (statement);

      cut_preview (document, preview);
      if (search.match != NULL)
        document->snippet = cz_column_text (statement, 10);
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

void
cz_document_tell_missing (gint64 ordinal, GError **error)
{
  g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
               _ ("The corpus has no document %" PRId64
                  " (they are numbered from 0; deleted ones leave gaps)."),
               ordinal);
}

CzDocument *
cz_document_get_numbered (CzLibrary *library, gint64 corpus, gint64 ordinal, GError **error)
{
  g_autoptr (GError) failed = NULL;
  CzDocument *document = NULL;

  if (ordinal >= 0 && ordinal < CZ_DOCUMENTS_MAX)
    document = cz_document_get (library, CZ_DOCUMENT_ID (corpus, ordinal), &failed);
  if (document == NULL && (failed == NULL || failed->code == CZ_DATA_ERROR_NOT_FOUND))
    cz_document_tell_missing (ordinal, error);
  else if (document == NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return document;
}

// The ordinals of the documents that are not excluded, in order (guint32). NULL on error.
static GArray *
list_included (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (GArray) ordinals = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "SELECT id & 4294967295 FROM document WHERE id >= ?1 << 32 AND"
                      " id < (?1 + 1) << 32 AND excluded = 0 ORDER BY id",
                      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    {
      guint32 ordinal = (guint32)cz_column_int (statement, 0);

      g_array_append_val (ordinals, ordinal);
    }
  if (failed == NULL)
    return g_steal_pointer (&ordinals);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

GPtrArray *
cz_document_sample (CzLibrary *library, gint64 corpus, guint64 seed, gint64 count, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_document_free);
  g_autoptr (GHashTable) moved = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) included = NULL; // NULL: the ordinals from 0 on, without gaps
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);
  gint64 n;

  if (there == NULL)
    return NULL;
  if (there->documents != there->slots
      && (included = list_included (library, corpus, error)) == NULL)
    return NULL;
  n = included != NULL ? included->len : there->documents;
  // Fisher–Yates from the front, of which only the touched places are kept.
  for (gint64 i = 0; i < MIN (count, n); i++)
    {
      guint32 draw[4];
      gpointer found;
      gint64 j, chosen, first;
      CzDocument *document;

      cz_random (seed, CZ_RANDOM_SAMPLE, 0, 0, (guint32)i, draw);
      j = i + (gint64)(((guint64)draw[0] * (guint64)(n - i)) >> 32);
      chosen = g_hash_table_lookup_extended (moved, GSIZE_TO_POINTER (j), NULL, &found)
                   ? (gint64)GPOINTER_TO_SIZE (found)
                   : j;
      first = g_hash_table_lookup_extended (moved, GSIZE_TO_POINTER (i), NULL, &found)
                  ? (gint64)GPOINTER_TO_SIZE (found)
                  : i;
      g_hash_table_insert (moved, GSIZE_TO_POINTER (j), GSIZE_TO_POINTER (first));
      if (included != NULL)
        chosen = g_array_index (included, guint32, chosen);
      document = cz_document_get (library, CZ_DOCUMENT_ID (corpus, chosen), error);
      if (document == NULL)
        return NULL;
      g_ptr_array_add (list, document);
    }
  return g_steal_pointer (&list);
}

gboolean
cz_document_check_unchanged (CzLibrary *library, const CzCorpus *there, GError **error)
{
  g_autoptr (CzCorpus) now = cz_corpus_get (library, there->id, NULL);

  if (now != NULL && g_str_equal (now->hash, there->hash))
    return TRUE;
  if (now != NULL)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_STATE,
                 _ ("The corpus “%s” was changed while it was being read; try again."),
                 there->name);
  else
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_NOT_FOUND,
                 _ ("The corpus “%s” was removed while it was being read."), there->name);
  return FALSE;
}

// The next documents behind `from->after`, which moves on: PAGE at most, fewer where they are
// large. NULL on error.
static GPtrArray *
read_page (CzLibrary *library,
           gint64 corpus,
           CzDocumentFilter *from,
           const CzFilterSearch *search,
           GError **error)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_document_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement
      = cz_filter_statement (library, corpus, from, search, COLUMNS ", " TEXT, "LIMIT ?8", error);
  gsize bytes = 0;

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 8, PAGE);
  while (bytes < PAGE_BYTES && cz_statement_step (statement, &failed))
    {
      CzDocument *document = read_document (statement);

      bytes += document->length;
      from->after = document->id;
      g_ptr_array_add (page, document);
    }
  if (failed == NULL)
    return g_steal_pointer (&page);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

gboolean
cz_document_each_filtered (CzLibrary *library,
                           gint64 corpus,
                           const CzDocumentFilter *filter,
                           CzDocumentFunc func,
                           gpointer data,
                           GError **error)
{
  CzDocumentFilter from = filter != NULL ? *filter : (CzDocumentFilter){ 0 };
  g_auto (CzFilterSearch) search = { 0 };
  g_autoptr (CzCorpus) there = cz_corpus_get (library, corpus, error);

  cz_filter_search_init (&search, filter);
  if (there == NULL || search.nothing)
    return there != NULL;
  // Page by page, and no statement is open while `func` is called: it would keep the WAL file from
  // being emptied, and `func` from writing once another process has written.
  for (guint seen = 1; seen > 0;)
    {
      g_autoptr (GPtrArray) page = NULL;

      if (!cz_document_check_unchanged (library, there, error)
          || (page = read_page (library, corpus, &from, &search, error)) == NULL)
        return FALSE;
      seen = page->len;
      for (guint i = 0; i < seen; i++)
        if (!func (page->pdata[i], data, error))
          return FALSE;
    }
  return cz_document_check_unchanged (library, there, error);
}

gboolean
cz_document_each (
    CzLibrary *library, gint64 corpus, CzDocumentFunc func, gpointer data, GError **error)
{
  const CzDocumentFilter included = { .choice = CZ_DOCUMENTS_INCLUDED };

  return cz_document_each_filtered (library, corpus, &included, func, data, error);
}
