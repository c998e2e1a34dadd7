#include "gui/corpora/corpus-operation.h"

#include <glib/gi18n.h>

#include "data/corpus-change.h"
#include "data/corpus-derive.h"
#include "data/corpus-export.h"
#include "gui/corpora/document-listing.h"

CzCorpusOperation *
cz_corpus_operation_new (CzCorpusOperationKind kind, gint64 corpus)
{
  CzCorpusOperation *operation = g_new0 (CzCorpusOperation, 1);

  operation->kind = kind;
  operation->corpus = corpus;
  operation->permille = -1;
  operation->others = g_array_new (FALSE, FALSE, sizeof (gint64));
  return operation;
}

void
cz_corpus_operation_set_filter (CzCorpusOperation *operation, const CzDocumentFilter *filter)
{
  cz_document_filter_clear (&operation->selection.filter);
  cz_document_filter_copy (&operation->selection.filter, filter);
}

void
cz_corpus_operation_free (gpointer data)
{
  CzCorpusOperation *operation = data;

  g_free (operation->name);
  g_free (operation->path);
  g_free (operation->undone);
  cz_document_filter_clear (&operation->selection.filter);
  g_array_unref (operation->others);
  g_free (operation);
}

static void
note_progress (double fraction, gint64 documents, gpointer data)
{
  g_atomic_int_set (&((CzCorpusOperation *)data)->permille, (gint)(1000 * fraction));
}

static gboolean
split (CzLibrary *library,
       const CzCorpusOperation *operation,
       GCancellable *cancellable,
       GError **error)
{
  CzSplitPart parts[2];
  gsize n = 0;

  if (operation->test > 0)
    parts[n++] = (CzSplitPart){ .name = "test", .share = operation->test };
  if (operation->validation > 0)
    parts[n++] = (CzSplitPart){ .name = "validation", .share = operation->validation };
  return cz_corpus_split (library, operation->corpus, parts, n, "train", operation->seed,
                          cancellable, error);
}

static gboolean
merge (CzLibrary *library, CzCorpusOperation *operation, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (CzDerivation));
  const CzDerivation first = { .corpus = operation->corpus };

  g_array_append_val (parts, first);
  for (guint i = 0; i < operation->others->len; i++)
    {
      const CzDerivation part = { .corpus = g_array_index (operation->others, gint64, i) };

      g_array_append_val (parts, part);
    }
  return cz_corpus_derive (library, operation->name, (const CzDerivation *)(gpointer)parts->data,
                           parts->len, note_progress, operation, cancellable, &operation->made,
                           error);
}

static gboolean
undo (CzLibrary *library, CzCorpusOperation *operation, GError **error)
{
  g_autoptr (CzCorpusChange) change = cz_corpus_undo (library, operation->corpus, error);

  if (change == NULL)
    return FALSE;
  operation->undone = g_strdup (change->kind);
  return TRUE;
}

gboolean
cz_corpus_operation_do (CzLibrary *library,
                        gpointer data,
                        GCancellable *cancellable,
                        GError **error)
{
  CzCorpusOperation *operation = data;
  const CzDerivation part = { operation->corpus, &operation->selection };

  switch (operation->kind)
    {
    case CZ_CORPUS_RENAME:
      return cz_corpus_rename (library, operation->corpus, operation->name, error);
    case CZ_CORPUS_SPLIT:
      return split (library, operation, cancellable, error);
    case CZ_CORPUS_DERIVE:
      return cz_corpus_derive (library, operation->name, &part, 1, note_progress, operation,
                               cancellable, &operation->made, error);
    case CZ_CORPUS_MERGE:
      return merge (library, operation, cancellable, error);
    case CZ_CORPUS_EXPORT:
      return cz_corpus_export (library, operation->corpus, operation->path, &operation->selection,
                               cancellable, error);
    case CZ_CORPUS_UNDO:
    default:
      return undo (library, operation, error);
    }
}

const char *
cz_corpus_operation_get_title (const CzCorpusOperation *operation)
{
  switch (operation->kind)
    {
    case CZ_CORPUS_RENAME:
      return _ ("Renaming…");
    case CZ_CORPUS_SPLIT:
      return _ ("Splitting…");
    case CZ_CORPUS_DERIVE:
    case CZ_CORPUS_MERGE:
      return _ ("Making the new corpus…");
    case CZ_CORPUS_EXPORT:
      return _ ("Exporting…");
    case CZ_CORPUS_UNDO:
    default:
      return _ ("Undoing…");
    }
}

static const struct
{
  const char *kind;
  const char *sentence;
} undone[] = {
  { "edit", N_ ("The text is as it was before.") },
  { "exclude", N_ ("The documents are included again.") },
  { "include", N_ ("The documents are excluded again.") },
  { "delete", N_ ("The documents are back.") },
  { "split", N_ ("The splits are as they were before.") },
  { "update", N_ ("The corpus is as it was before the update.") },
};

char *
cz_corpus_operation_tell_done (const CzCorpusOperation *operation)
{
  g_autofree char *file = NULL;

  switch (operation->kind)
    {
    case CZ_CORPUS_RENAME:
      return g_strdup_printf (_ ("The corpus is named “%s” now."), operation->name);
    case CZ_CORPUS_SPLIT:
      return g_strdup (_ ("The documents were split."));
    case CZ_CORPUS_DERIVE:
    case CZ_CORPUS_MERGE:
      return g_strdup_printf (_ ("“%s” was made."), operation->name);
    case CZ_CORPUS_EXPORT:
      file = g_filename_display_basename (operation->path);
      return g_strdup_printf (_ ("Exported to %s."), file);
    case CZ_CORPUS_UNDO:
    default:
      for (guint i = 0; i < G_N_ELEMENTS (undone); i++)
        {
          if (g_strcmp0 (undone[i].kind, operation->undone) == 0)
            return g_strdup (_ (undone[i].sentence));
        }
      return g_strdup (_ ("The last change was undone."));
    }
}

const char *
cz_corpus_operation_tell_failed (const CzCorpusOperation *operation)
{
  switch (operation->kind)
    {
    case CZ_CORPUS_RENAME:
      return _ ("The corpus was not renamed");
    case CZ_CORPUS_SPLIT:
      return _ ("The documents were not split");
    case CZ_CORPUS_DERIVE:
    case CZ_CORPUS_MERGE:
      return _ ("The new corpus was not made");
    case CZ_CORPUS_EXPORT:
      return _ ("The corpus was not exported");
    case CZ_CORPUS_UNDO:
    default:
      return _ ("Nothing was undone");
    }
}
