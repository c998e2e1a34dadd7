#include "gui/corpora/document-listing.h"

#define PAGE  50 // documents read at once
#define PAGES 60 // kept

// Invariant: pages holds at most PAGES arrays of PAGE items (the last page fewer), those asked for
// most recently first in recent. An item stays the same as long as its page is kept.
struct _CzDocumentListing
{
  GObject parent_instance;
  char *library;
  gint64 corpus;
  char *split;
  char *label;
  char *query;
  guint n;
  GHashTable *pages; // page number → GPtrArray of CzDocumentItem
  GQueue recent;     // page numbers
  GCancellable *cancellable;
};

static void cz_document_listing_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CzDocumentListing,
                               cz_document_listing,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      cz_document_listing_iface_init))

enum
{
  COUNTED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

// What a thread needs to know: nothing of the list itself.
typedef struct
{
  char *library;
  gint64 corpus;
  char *split;
  char *label;
  char *query;
  guint page;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->library);
  g_free (question->split);
  g_free (question->label);
  g_free (question->query);
  g_free (question);
}

static GTask *
make_task (CzDocumentListing *self, guint page, GAsyncReadyCallback callback)
{
  GTask *task = g_task_new (self, self->cancellable, callback, GUINT_TO_POINTER (page));
  Question *question = g_new0 (Question, 1);

  question->library = g_strdup (self->library);
  question->corpus = self->corpus;
  question->split = g_strdup (self->split);
  question->label = g_strdup (self->label);
  question->query = g_strdup (self->query);
  question->page = page;
  g_task_set_task_data (task, question, question_free);
  return task;
}

static CzDocumentFilter
make_filter (const Question *question)
{
  return (CzDocumentFilter){ .split = question->split,
                             .label = question->label,
                             .query = question->query };
}

static void
read_page (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  CzDocumentFilter filter = make_filter (question);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (question->library, &error);
  GPtrArray *documents = NULL;

  if (library != NULL)
    documents = cz_document_list (library, question->corpus, &filter, (gint64)question->page * PAGE,
                                  PAGE, CZ_DOCUMENT_PREVIEW, &error);
  if (documents != NULL)
    g_task_return_pointer (task, documents, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
page_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) documents = g_task_propagate_pointer (G_TASK (result), &error);
  GPtrArray *items = g_hash_table_lookup (self->pages, data);

  if (documents == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  if (items == NULL)
    return;
  g_ptr_array_set_free_func (documents, NULL);
  for (guint i = 0; i < documents->len; i++)
    {
      if (i < items->len)
        cz_document_item_take (g_ptr_array_index (items, i), g_ptr_array_index (documents, i));
      else
        cz_document_free (g_ptr_array_index (documents, i));
    }
}

static void
count (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  CzDocumentFilter filter = make_filter (question);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (question->library, &error);
  gint64 n = -1;

  if (library != NULL)
    n = cz_document_count (library, question->corpus, &filter, &error);
  if (n >= 0)
    g_task_return_int (task, (gssize)n);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
counted (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (object);
  g_autoptr (GError) error = NULL;
  gssize n = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  self->n = (guint)MIN (n, G_MAXINT);
  if (self->n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->n);
  g_signal_emit (self, signals[COUNTED], 0);
}

static GType
get_item_type (GListModel *list)
{
  return CZ_TYPE_DOCUMENT_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return CZ_DOCUMENT_LISTING (list)->n;
}

static gpointer
get_item (GListModel *list, guint position)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (list);
  gpointer page = GUINT_TO_POINTER (position / PAGE);
  GPtrArray *items;

  if (position >= self->n)
    return NULL;
  items = g_hash_table_lookup (self->pages, page);
  if (items == NULL)
    {
      guint here = MIN (PAGE, self->n - position / PAGE * PAGE);
      g_autoptr (GTask) task = make_task (self, position / PAGE, page_read);

      items = g_ptr_array_new_full (here, g_object_unref);
      for (guint i = 0; i < here; i++)
        g_ptr_array_add (items, cz_document_item_new ());
      g_hash_table_insert (self->pages, page, items);
      g_queue_push_head (&self->recent, page);
      if (self->recent.length > PAGES)
        g_hash_table_remove (self->pages, g_queue_pop_tail (&self->recent));
      g_task_run_in_thread (task, read_page);
    }
  else if (g_queue_peek_head (&self->recent) != page)
    {
      g_queue_remove (&self->recent, page);
      g_queue_push_head (&self->recent, page);
    }
  return g_object_ref (g_ptr_array_index (items, position % PAGE));
}

static void
cz_document_listing_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
cz_document_listing_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_DOCUMENT_LISTING (object)->cancellable);
  G_OBJECT_CLASS (cz_document_listing_parent_class)->dispose (object);
}

static void
cz_document_listing_finalize (GObject *object)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (object);

  g_free (self->library);
  g_free (self->split);
  g_free (self->label);
  g_free (self->query);
  g_hash_table_unref (self->pages);
  g_queue_clear (&self->recent);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (cz_document_listing_parent_class)->finalize (object);
}

static void
cz_document_listing_class_init (CzDocumentListingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_document_listing_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_document_listing_finalize;
  signals[COUNTED] = g_signal_new ("counted", CZ_TYPE_DOCUMENT_LISTING, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CZ_TYPE_DOCUMENT_LISTING, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cz_document_listing_init (CzDocumentListing *self)
{
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_queue_init (&self->recent);
  self->cancellable = g_cancellable_new ();
}

CzDocumentListing *
cz_document_listing_new (
    const char *library, gint64 corpus, const char *split, const char *label, const char *query)
{
  CzDocumentListing *self = g_object_new (CZ_TYPE_DOCUMENT_LISTING, NULL);
  g_autoptr (GTask) task = NULL;

  self->library = g_strdup (library);
  self->corpus = corpus;
  self->split = g_strdup (split);
  self->label = g_strdup (label);
  self->query = g_strdup (query);
  task = make_task (self, 0, counted);
  g_task_run_in_thread (task, count);
  return self;
}
