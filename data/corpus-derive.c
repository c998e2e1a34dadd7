#include "data/corpus-derive.h"

#include <glib/gi18n-lib.h>

#include "data/import-writer.h"
#include "data/library-private.h"

typedef struct
{
  CzImportWriter *writer;
  gsize part, n_parts;
  CzDeriveProgress progress;
  gpointer data;
} Deriving;

static gboolean
copy_document (const CzDocument *document, gpointer data, GError **error)
{
  Deriving *deriving = data;
  const CzFoundDocument found = { .path = document->path,
                                  .row = document->row,
                                  .label = document->label,
                                  .split = document->split,
                                  .text = document->text,
                                  .length = document->length };

  return cz_import_writer_add (deriving->writer, &found, error);
}

static void
tell (double fraction, gpointer data)
{
  Deriving *deriving = data;

  if (deriving->progress != NULL)
    deriving->progress (((double)deriving->part + fraction) / (double)deriving->n_parts,
                        cz_import_writer_get_documents (deriving->writer), deriving->data);
}

// Enters where part `i` comes from.
static gboolean
write_origin (CzLibrary *library,
              gint64 corpus,
              gsize i,
              const CzCorpus *from,
              const CzSelection *selection,
              GError **error)
{
  g_autofree char *described = cz_selection_describe (selection);
  g_autoptr (CzStatement) statement
      = cz_statement (library,
                      "INSERT INTO corpus_origin (corpus, position, name, hash, selection)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      error);

  if (statement == NULL)
    return FALSE;
  cz_bind_int (statement, 1, corpus);
  cz_bind_int (statement, 2, (gint64)i);
  cz_bind_text (statement, 3, from->name);
  cz_bind_text (statement, 4, from->hash);
  cz_bind_text (statement, 5, described);
  return cz_statement_run (statement, error);
}

// The corpora to be read, by name; freed with the array. NULL on error.
static GPtrArray *
find_parts (
    CzLibrary *library, const CzDerivation *parts, gsize n, char **ret_source, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_corpus_free);
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    {
      CzCorpus *corpus = cz_corpus_get (library, parts[i].corpus, error);

      if (corpus == NULL)
        return NULL;
      g_ptr_array_add (list, corpus);
      g_string_append_printf (names, _ ("%s“%s”"), i == 0 ? "" : ", ", corpus->name);
    }
  *ret_source = g_string_free (g_steal_pointer (&names), FALSE);
  return g_steal_pointer (&list);
}

gboolean
cz_corpus_derive (CzLibrary *library,
                  const char *name,
                  const CzDerivation *parts,
                  gsize n_parts,
                  CzDeriveProgress progress,
                  gpointer data,
                  GCancellable *cancellable,
                  gint64 *ret_corpus,
                  GError **error)
{
  g_autofree char *source = NULL;
  g_autoptr (GPtrArray) corpora = find_parts (library, parts, n_parts, &source, error);
  g_autoptr (CzImportWriter) writer
      = corpora != NULL ? cz_import_writer_new (library, name, source, error) : NULL;
  Deriving deriving
      = { .writer = writer, .n_parts = MAX (n_parts, 1), .progress = progress, .data = data };
  gint64 bytes;

  if (writer == NULL)
    return FALSE;
  for (gsize i = 0; i < n_parts; i++)
    {
      deriving.part = i;
      if (!cz_selection_each (library, parts[i].corpus, parts[i].selection, copy_document,
                              &deriving, tell, &deriving, cancellable, error)
          || !write_origin (library, cz_import_writer_get_corpus (writer), i, corpora->pdata[i],
                            parts[i].selection, error))
        return FALSE;
    }
  if (cz_import_writer_get_documents (writer) == 0)
    {
      g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                           _ ("No document was chosen: none is like that, or all are excluded."));
      return FALSE;
    }
  return cz_import_writer_publish (writer, ret_corpus, &bytes, error);
}

void
cz_corpus_origin_free (CzCorpusOrigin *origin)
{
  g_free (origin->name);
  g_free (origin->hash);
  g_free (origin->selection);
  g_free (origin);
}

GPtrArray *
cz_corpus_get_origins (CzLibrary *library, gint64 corpus, GError **error)
{
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_corpus_origin_free);
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = cz_statement (
      library, "SELECT name, hash, selection FROM corpus_origin WHERE corpus = ? ORDER BY position",
      error);

  if (statement == NULL)
    return NULL;
  cz_bind_int (statement, 1, corpus);
  while (cz_statement_step (statement, &failed))
    {
      CzCorpusOrigin *origin = g_new0 (CzCorpusOrigin, 1);

      origin->name = cz_column_text (statement, 0);
      origin->hash = cz_column_text (statement, 1);
      origin->selection = cz_column_text (statement, 2);
      g_ptr_array_add (list, origin);
    }
  if (failed == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}
