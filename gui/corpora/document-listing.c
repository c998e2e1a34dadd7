#include "gui/corpora/document-listing.h"

#include <string.h>

#include "gui/corpora/library-task.h"

#define PAGE  50 // documents read at once
#define PAGES 60 // kept
#define FRESH 8  // of those, read anew when the corpus changed: more than a window shows

// Invariants: pages holds at most PAGES arrays of PAGE items (the last page fewer), those asked for
// most recently first in recent. An item stays the same as long as its page is kept. wanted are
// pages to be read, the last asked for first; one is read at a time, so that a list that is
// scrolled fast reads what is in sight instead of all it passed.
// ids are kept until the corpus changes; the list follows them while sorted.
struct _CzDocumentListing
{
  GObject parent_instance;
  char *library;
  gint64 corpus;
  CzDocumentFilter filter; // its strings are the list's
  guint n;
  GHashTable *pages; // page number → GPtrArray of CzDocumentItem
  GArray *ends;      // by page number: the last document's id, 0 while unknown (gint64)
  GQueue recent;     // page numbers
  GQueue wanted;     // page numbers
  gboolean reading;
  CzDocumentKey key;   // asked for
  gboolean descending; // asked for
  GArray *ids;         // of all documents by ids_key, ascending (gint64), NULL: not read
  CzDocumentKey ids_key;
  gboolean sorted, backwards; // what is listed: by ids, from their end
  gboolean sorting;
  guint order;      // what was sorted for an earlier one is not wanted any more
  guint generation; // what was read of an earlier one says nothing about places
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
  SORTING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
cz_document_filter_copy (CzDocumentFilter *to, const CzDocumentFilter *from)
{
  *to = from != NULL ? *from : (CzDocumentFilter){ 0 };
  to->split = g_strdup (to->split);
  to->label = g_strdup (to->label);
  to->query = g_strdup (to->query);
  to->source = g_strdup (to->source);
}

void
cz_document_filter_clear (CzDocumentFilter *filter)
{
  g_free ((char *)filter->split);
  g_free ((char *)filter->label);
  g_free ((char *)filter->query);
  g_free ((char *)filter->source);
}

// ---- In the thread: nothing of the list itself ----

typedef struct
{
  gint64 corpus;
  CzDocumentFilter filter;
  guint generation;
  guint page;
  gint64 offset; // behind filter.after
  gint64 n;
  CzDocumentKey key;
  guint order;
  GArray *ids;          // gint64: of the page, NULL: by its offset; or the answer to all
  GPtrArray *documents; // elements may be NULL
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  cz_document_filter_clear (&question->filter);
  g_clear_pointer (&question->documents, g_ptr_array_unref);
  g_clear_pointer (&question->ids, g_array_unref);
  g_free (question);
}

static gboolean
read_page (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  if (question->ids != NULL)
    question->documents = cz_document_list_these (library, question->corpus, &question->filter,
                                                  (const gint64 *)(gpointer)question->ids->data,
                                                  question->ids->len, CZ_DOCUMENT_PREVIEW, error);
  else
    question->documents = cz_document_list (library, question->corpus, &question->filter,
                                            question->offset, PAGE, CZ_DOCUMENT_PREVIEW, error);
  return question->documents != NULL;
}

static gboolean
sort (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  question->ids = cz_document_order (library, question->corpus, &question->filter, question->key,
                                     cancellable, error);
  return question->ids != NULL;
}

static gboolean
count (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  question->n = cz_document_count (library, question->corpus, &question->filter, error);
  return question->n >= 0;
}

static Question *
make_question (CzDocumentListing *self)
{
  Question *question = g_new0 (Question, 1);

  question->corpus = self->corpus;
  question->generation = self->generation;
  cz_document_filter_copy (&question->filter, &self->filter);
  return question;
}

// ---- Pages ----

static void read_next (CzDocumentListing *self);

static void
fill_page (CzDocumentListing *self, Question *question)
{
  GPtrArray *items = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (question->page));
  GPtrArray *documents = question->documents;

  if (question->ids == NULL && documents->len == PAGE && question->page < self->ends->len)
    g_array_index (self->ends, gint64, question->page)
        = ((CzDocument *)g_ptr_array_index (documents, PAGE - 1))->id;
  if (items == NULL)
    return;
  g_ptr_array_set_free_func (documents, NULL);
  for (guint i = 0; i < documents->len; i++)
    {
      CzDocument *document = g_ptr_array_index (documents, i);

      if (i < items->len && document != NULL)
        cz_document_item_take (g_ptr_array_index (items, i), document);
      else
        cz_document_free (document);
    }
}

static void
page_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  self->reading = FALSE;
  if (question != NULL && question->generation == self->generation)
    fill_page (self, question);
  else if (question == NULL && !cz_library_task_is_cancelled (error))
    g_signal_emit (self, signals[FAILED], 0, error->message);
  else if (question != NULL)
    // Still listed, perhaps with others: read_next () knows.
    g_queue_push_tail (&self->wanted, GUINT_TO_POINTER (question->page));
  read_next (self);
}

// Going on behind a document whose place is known is as fast anywhere; skipping rows is not.
static void
find_start (CzDocumentListing *self, Question *question)
{
  guint page = question->page;

  while (page > 0 && g_array_index (self->ends, gint64, page - 1) == 0)
    page--;
  if (page > 0)
    question->filter.after = g_array_index (self->ends, gint64, page - 1);
  question->offset = (gint64)(question->page - page) * PAGE;
}

static gint64
get_id (const GArray *ids, gboolean backwards, guint place)
{
  return g_array_index (ids, gint64, backwards ? ids->len - 1 - place : place);
}

static void
find_ids (CzDocumentListing *self, Question *question)
{
  guint first = question->page * PAGE;

  question->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint place = first; place < self->ids->len && place < first + PAGE; place++)
    {
      gint64 id = get_id (self->ids, self->backwards, place);

      g_array_append_val (question->ids, id);
    }
}

static void
read_next (CzDocumentListing *self)
{
  while (!self->reading && self->wanted.length > 0)
    {
      gpointer page = g_queue_pop_head (&self->wanted);
      Question *question;

      if (!g_hash_table_contains (self->pages, page))
        continue;
      question = make_question (self);
      question->page = GPOINTER_TO_UINT (page);
      if (self->sorted)
        find_ids (self, question);
      else
        find_start (self, question);
      self->reading = TRUE;
      cz_library_task_run (self, self->library, read_page, question, question_free,
                           self->cancellable, page_read);
    }
}

// ---- Counting ----

static void
drop_pages (CzDocumentListing *self, guint first)
{
  for (GList *at = self->recent.head, *next; at != NULL; at = next)
    {
      next = at->next;
      if (GPOINTER_TO_UINT (at->data) < first)
        continue;
      g_hash_table_remove (self->pages, at->data);
      g_queue_delete_link (&self->recent, at);
    }
}

// From page `first` on the list has other documents, n in all.
static void
list_others (CzDocumentListing *self, guint first, guint n)
{
  guint from = first * PAGE, before = self->n;

  drop_pages (self, first);
  self->n = n;
  g_array_set_size (self->ends, n / PAGE + 1);
  g_list_model_items_changed (G_LIST_MODEL (self), from, before - from, n - from);
}

static void
counted (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);
  guint before = self->n, n;

  if (question == NULL)
    {
      if (!cz_library_task_is_cancelled (error))
        g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  if (question->generation != self->generation)
    return;
  n = (guint)MIN (question->n, G_MAXINT);
  if (n != before)
    // From the page on which the shorter list ends everything is another item.
    list_others (self, MIN (n, before) / PAGE, n);
  g_signal_emit (self, signals[COUNTED], 0);
}

static void
begin_counting (CzDocumentListing *self)
{
  cz_library_task_run (self, self->library, count, make_question (self), question_free,
                       self->cancellable, counted);
}

// ---- Sorting ----

static void
tell_sorting (CzDocumentListing *self, gboolean sorting)
{
  if (self->sorting == sorting)
    return;
  self->sorting = sorting;
  g_signal_emit (self, signals[SORTING], 0, sorting);
}

// Lists by ids (taken), or in the corpus's order where they are NULL; before: what was listed.
static void
list_sorted (CzDocumentListing *self, gboolean sorted, const GArray *before)
{
  guint same = 0;

  // What was changed in a list that stays sorted the same way is often nothing of its order.
  if (sorted && self->sorted && before != NULL && self->backwards == self->descending)
    while (same < MIN (before->len, self->ids->len)
           && get_id (before, self->backwards, same) == get_id (self->ids, self->backwards, same))
      same++;
  self->sorted = sorted;
  self->backwards = self->descending;
  self->generation++;
  if (self->ends->len > 0)
    memset (self->ends->data, 0, self->ends->len * sizeof (gint64));
  if (!sorted)
    list_others (self, 0, self->n);
  else if (same < self->ids->len || self->ids->len != self->n)
    list_others (self, same / PAGE, self->ids->len);
}

static void
ids_sorted (GObject *object, GAsyncResult *result, gpointer data)
{
  CzDocumentListing *self = CZ_DOCUMENT_LISTING (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) before = NULL;
  Question *question = cz_library_task_finish (result, &error);

  if (question == NULL)
    {
      if (!cz_library_task_is_cancelled (error))
        {
          tell_sorting (self, FALSE);
          g_signal_emit (self, signals[FAILED], 0, error->message);
        }
      return;
    }
  // Another order is wanted by now, or what was read is older than the corpus.
  if (question->key != self->key || question->order != self->order)
    return;
  before = self->ids;
  self->ids = g_steal_pointer (&question->ids);
  self->ids_key = question->key;
  list_sorted (self, TRUE, before);
  tell_sorting (self, FALSE);
  g_signal_emit (self, signals[COUNTED], 0);
  read_next (self);
}

static void
begin_sorting (CzDocumentListing *self)
{
  Question *question = make_question (self);

  question->key = self->key;
  question->order = ++self->order;
  tell_sorting (self, TRUE);
  cz_library_task_run (self, self->library, sort, question, question_free, self->cancellable,
                       ids_sorted);
}

void
cz_document_listing_sort (CzDocumentListing *self, CzDocumentKey key, gboolean descending)
{
  if (key == self->key && descending == self->descending)
    return;
  self->key = key;
  self->descending = descending;
  if (key == CZ_DOCUMENTS_BY_NUMBER && !descending)
    {
      self->order++;
      tell_sorting (self, FALSE);
      if (!self->sorted)
        return;
      list_sorted (self, FALSE, NULL);
      begin_counting (self);
    }
  else if (self->ids != NULL && self->ids_key == key)
    {
      self->order++;
      tell_sorting (self, FALSE);
      list_sorted (self, TRUE, NULL);
      g_signal_emit (self, signals[COUNTED], 0);
    }
  else
    begin_sorting (self);
}

gint64
cz_document_listing_get_id (CzDocumentListing *self, guint position)
{
  return self->sorted && position < self->ids->len ? get_id (self->ids, self->backwards, position)
                                                   : 0;
}

void
cz_document_listing_refresh (CzDocumentListing *self)
{
  guint kept = 0;

  self->generation++;
  if (self->ends->len > 0)
    memset (self->ends->data, 0, self->ends->len * sizeof (gint64));
  g_queue_clear (&self->wanted);
  for (GList *at = self->recent.head, *next; at != NULL; at = next, kept++)
    {
      next = at->next;
      if (kept < FRESH)
        g_queue_push_tail (&self->wanted, at->data);
      else
        {
          g_hash_table_remove (self->pages, at->data);
          g_queue_delete_link (&self->recent, at);
        }
    }
  if (!self->sorted)
    {
      g_clear_pointer (&self->ids, g_array_unref);
      begin_counting (self);
    }
  if (self->key != CZ_DOCUMENTS_BY_NUMBER || self->descending)
    begin_sorting (self);
  read_next (self);
}

// ---- As a list ----

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

      items = g_ptr_array_new_full (here, g_object_unref);
      for (guint i = 0; i < here; i++)
        g_ptr_array_add (items, cz_document_item_new ());
      g_hash_table_insert (self->pages, page, items);
      g_queue_push_head (&self->recent, page);
      if (self->recent.length > PAGES)
        g_hash_table_remove (self->pages, g_queue_pop_tail (&self->recent));
      g_queue_push_head (&self->wanted, page);
      read_next (self);
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

const CzDocument *
cz_document_listing_peek (CzDocumentListing *self, guint position)
{
  GPtrArray *items = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (position / PAGE));

  return items != NULL && position % PAGE < items->len
             ? cz_document_item_get (g_ptr_array_index (items, position % PAGE))
             : NULL;
}

const CzDocumentFilter *
cz_document_listing_get_filter (CzDocumentListing *self)
{
  return &self->filter;
}

// ---- Life ----

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
  cz_document_filter_clear (&self->filter);
  g_hash_table_unref (self->pages);
  g_array_unref (self->ends);
  g_clear_pointer (&self->ids, g_array_unref);
  g_queue_clear (&self->recent);
  g_queue_clear (&self->wanted);
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
  signals[SORTING] = g_signal_new ("sorting", CZ_TYPE_DOCUMENT_LISTING, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
cz_document_listing_init (CzDocumentListing *self)
{
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  self->ends = g_array_new (FALSE, TRUE, sizeof (gint64));
  g_queue_init (&self->recent);
  g_queue_init (&self->wanted);
  self->cancellable = g_cancellable_new ();
}

CzDocumentListing *
cz_document_listing_new (const char *library, gint64 corpus, const CzDocumentFilter *filter)
{
  CzDocumentListing *self = g_object_new (CZ_TYPE_DOCUMENT_LISTING, NULL);

  self->library = g_strdup (library);
  self->corpus = corpus;
  cz_document_filter_copy (&self->filter, filter);
  begin_counting (self);
  return self;
}
