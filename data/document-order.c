#include "data/document-order.h"

#include <stdlib.h>

#include "data/document-filter.h"

#define ASKED_EVERY 4096 // rows between two looks whether it was cancelled

typedef struct
{
  gint64 bytes, id;
} Place;

static int
compare_places (const void *a, const void *b)
{
  const Place *x = a, *y = b;

  if (x->bytes != y->bytes)
    return x->bytes < y->bytes ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

// The narrow rows that pass, in order.
static GArray *
collect_places (CzLibrary *library,
                gint64 corpus,
                const CzDocumentFilter *filter,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_auto (CzFilterSearch) search = { 0 };
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzStatement) statement = NULL;

  cz_filter_search_init (&search, filter);
  if (search.nothing)
    return g_steal_pointer (&places);
  statement = cz_filter_statement (library, corpus, filter, &search, "d.bytes, d.id",
                                   "LIMIT -1" /* all, in order */, error);
  if (statement == NULL)
    return NULL;
  while (cz_statement_step (statement, &failed))
    {
      Place place = { cz_column_int (statement, 0), cz_column_int (statement, 1) };

      g_array_append_val (places, place);
      if (places->len % ASKED_EVERY == 0
          && g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
    }
  if (failed == NULL)
    return g_steal_pointer (&places);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

GArray *
cz_document_order (CzLibrary *library,
                   gint64 corpus,
                   const CzDocumentFilter *filter,
                   CzDocumentKey key,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GArray) places = collect_places (library, corpus, filter, cancellable, error);
  GArray *ids;

  if (places == NULL)
    return NULL;
  if (key == CZ_DOCUMENTS_BY_SIZE && places->len > 0)
    qsort (places->data, places->len, sizeof (Place), compare_places);
  ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), places->len);
  for (guint i = 0; i < places->len; i++)
    g_array_append_val (ids, g_array_index (places, Place, i).id);
  return ids;
}

static void
free_document (gpointer document)
{
  cz_document_free (document);
}

GPtrArray *
cz_document_list_these (CzLibrary *library,
                        gint64 corpus,
                        const CzDocumentFilter *filter,
                        const gint64 *ids,
                        guint n,
                        gsize preview,
                        GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_document);
  CzDocumentFilter from = filter != NULL ? *filter : (CzDocumentFilter){ 0 };

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) found = NULL;
      CzDocument *document;

      // The next one that passes is it, if it is still there.
      from.after = ids[i] - 1;
      found = cz_document_list (library, corpus, &from, 0, 1, preview, error);
      if (found == NULL)
        return NULL;
      document = found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
      if (document != NULL && document->id == ids[i])
        g_ptr_array_add (list, g_ptr_array_steal_index (found, 0));
      else
        g_ptr_array_add (list, NULL);
    }
  return g_steal_pointer (&list);
}
