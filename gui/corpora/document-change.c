#include "gui/corpora/document-change.h"

#include <glib/gi18n.h>

#include "gui/numbers.h"

#define PAGE 1000 // documents looked up at once

static CzDocumentChange *
make_change (CzDocumentChangeKind kind, gint64 corpus)
{
  CzDocumentChange *change = g_new0 (CzDocumentChange, 1);

  change->kind = kind;
  change->corpus = corpus;
  change->ordinals = g_array_new (FALSE, FALSE, sizeof (gint64));
  change->places = g_array_new (FALSE, FALSE, sizeof (guint));
  return change;
}

CzDocumentChange *
cz_document_change_new (CzDocumentChangeKind kind,
                        gint64 corpus,
                        CzDocumentListing *listing,
                        GListModel *items,
                        const GtkBitset *chosen)
{
  CzDocumentChange *change = make_change (kind, corpus);
  GtkBitsetIter iter;
  guint place;

  if (listing != NULL)
    cz_document_filter_copy (&change->filter, cz_document_listing_get_filter (listing));
  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &place); more;
       more = gtk_bitset_iter_next (&iter, &place))
    {
      const CzDocument *document = NULL;

      if (listing != NULL)
        document = cz_document_listing_peek (listing, place);
      else
        {
          g_autoptr (CzDocumentItem) item = g_list_model_get_item (items, place);

          document = item != NULL ? cz_document_item_get (item) : NULL;
        }
      if (document != NULL)
        g_array_append_val (change->ordinals, document->ordinal);
      else if (listing != NULL && cz_document_listing_get_id (listing, place) != 0)
        {
          gint64 ordinal = cz_document_listing_get_id (listing, place) & 0xffffffff;

          g_array_append_val (change->ordinals, ordinal);
        }
      else
        g_array_append_val (change->places, place);
    }
  return change;
}

CzDocumentChange *
cz_document_change_new_of_one (CzDocumentChangeKind kind, gint64 corpus, gint64 document)
{
  CzDocumentChange *change = make_change (kind, corpus);
  gint64 ordinal = document & 0xffffffff;

  g_array_append_val (change->ordinals, ordinal);
  return change;
}

void
cz_document_change_free (gpointer data)
{
  CzDocumentChange *change = data;

  g_array_unref (change->ordinals);
  g_array_unref (change->places);
  cz_document_filter_clear (&change->filter);
  g_free (change);
}

// Looks up what documents are at the places that were not read: those in order, from page to page.
static gboolean
look_up (CzLibrary *library, CzDocumentChange *change, GError **error)
{
  for (guint i = 0; i < change->places->len;)
    {
      guint first = g_array_index (change->places, guint, i);
      g_autoptr (GPtrArray) page
          = cz_document_list (library, change->corpus, &change->filter, first, PAGE, 1, error);

      if (page == NULL)
        return FALSE;
      for (; i < change->places->len && g_array_index (change->places, guint, i) < first + PAGE;
           i++)
        {
          guint at = g_array_index (change->places, guint, i) - first;

          if (at < page->len)
            g_array_append_val (change->ordinals,
                                ((CzDocument *)g_ptr_array_index (page, at))->ordinal);
        }
    }
  return TRUE;
}

gboolean
cz_document_change_do (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  CzDocumentChange *change = data;
  gint64 most
      = change->kind == CZ_DOCUMENT_CHANGE_DELETE ? CZ_CHANGE_TEXTS_MAX : CZ_CHANGE_DOCUMENTS_MAX;
  const gint64 *ordinals;

  if ((gint64)change->ordinals->len + change->places->len > most)
    {
      g_autofree char *count = cz_numbers_count (most);

      g_set_error (
          error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
          _ ("At most %s documents are changed at once. Choose fewer, or make a new corpus "
             "of those you want to keep."),
          count);
      return FALSE;
    }
  if (!look_up (library, change, error))
    return FALSE;
  ordinals = (const gint64 *)(gpointer)change->ordinals->data;
  if (change->kind == CZ_DOCUMENT_CHANGE_DELETE)
    return cz_corpus_delete (library, change->corpus, ordinals, change->ordinals->len,
                             &change->changed, error);
  return cz_corpus_exclude (library, change->corpus, ordinals, change->ordinals->len,
                            change->kind == CZ_DOCUMENT_CHANGE_EXCLUDE, &change->changed, error);
}
