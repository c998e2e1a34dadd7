#include "gui/corpora/document-rows.h"

// How many rows are made or destroyed in one turn of the main loop, and how many GTK 4.8 makes at
// most for a list, whatever is in sight.
#define STEP 20
#define MADE 240

// ---- A row ----

struct _CzDocumentRow
{
  GObject parent_instance;
  CzDocumentRows *rows; // that it belongs to; NULL: they are gone
  guint position;
  CzDocumentItem *item;
  guint watchers;
  gulong following; // the document's "changed", while someone watches
};

struct _CzDocumentRows
{
  GObject parent_instance;
  GListModel *documents;
  gulong watching;
  guint n;          // as told
  GHashTable *rows; // position → CzDocumentRow that someone holds
  GtkSelectionModel *selection;
  guint step; // idle source
};

G_DEFINE_FINAL_TYPE (CzDocumentRow, cz_document_row, G_TYPE_OBJECT)

static guint changed_signal;

static void
tell (CzDocumentRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
follow (CzDocumentRow *self, gboolean follows)
{
  if (self->item == NULL)
    return;
  g_clear_signal_handler (&self->following, self->item);
  if (follows)
    self->following = g_signal_connect_swapped (self->item, "changed", G_CALLBACK (tell), self);
}

static void
cz_document_row_dispose (GObject *object)
{
  CzDocumentRow *self = CZ_DOCUMENT_ROW (object);

  if (self->rows != NULL)
    g_hash_table_remove (self->rows->rows, GUINT_TO_POINTER (self->position));
  self->rows = NULL;
  follow (self, FALSE);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_document_row_parent_class)->dispose (object);
}

static void
cz_document_row_class_init (CzDocumentRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_document_row_dispose;
  changed_signal = g_signal_new ("changed", CZ_TYPE_DOCUMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_document_row_init (CzDocumentRow *self)
{
}

// Takes the item, which may be NULL. told: those who watch learn of it.
static void
put (CzDocumentRow *self, CzDocumentItem *item, gboolean told)
{
  gboolean same = item == self->item && item != NULL;

  follow (self, FALSE);
  g_clear_object (&self->item);
  self->item = item;
  if (self->watchers == 0)
    return;
  follow (self, TRUE);
  if (told && !same)
    tell (self);
}

CzDocumentItem *
cz_document_row_get (CzDocumentRow *self)
{
  return self->item;
}

void
cz_document_row_watch (CzDocumentRow *self)
{
  if (self->watchers++ == 0)
    follow (self, TRUE);
}

void
cz_document_row_unwatch (CzDocumentRow *self)
{
  if (--self->watchers == 0)
    follow (self, FALSE);
}

// ---- All of them ----

static GType
get_item_type (GListModel *model)
{
  return CZ_TYPE_DOCUMENT_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return CZ_DOCUMENT_ROWS (model)->n;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CzDocumentRows *self = CZ_DOCUMENT_ROWS (model);
  CzDocumentRow *row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (position));

  if (position >= self->n)
    return NULL;
  if (row != NULL)
    return g_object_ref (row);
  row = g_object_new (CZ_TYPE_DOCUMENT_ROW, NULL);
  row->rows = self;
  row->position = position;
  if (self->documents != NULL)
    put (row, g_list_model_get_item (self->documents, position), FALSE);
  g_hash_table_insert (self->rows, GUINT_TO_POINTER (position), row);
  return row;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CzDocumentRows,
                               cz_document_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static guint
count_documents (CzDocumentRows *self)
{
  return self->documents != NULL ? g_list_model_get_n_items (self->documents) : 0;
}

// From the last on: the listing reads first what it was asked for last.
static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const CzDocumentRow *x = *(const CzDocumentRow *const *)a, *y = *(const CzDocumentRow *const *)b;

  return (x->position < y->position) - (x->position > y->position);
}

// The rows that someone holds, from a position up to another, the last first.
static GPtrArray *
list_held (CzDocumentRows *self, guint from, guint to)
{
  GPtrArray *held = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (((CzDocumentRow *)row)->position >= from && ((CzDocumentRow *)row)->position < to)
      g_ptr_array_add (held, g_object_ref (row));
  g_ptr_array_sort (held, compare_rows);
  return held;
}

// The end of the list one step nearer to where it belongs; TRUE: it is not there yet.
static gboolean
move_end (CzDocumentRows *self)
{
  guint goal = count_documents (self), before = self->n;

  if (goal == 0)
    return FALSE; // for now
  if (goal > before)
    self->n = before >= MADE ? goal : MIN (goal, before + STEP);
  else if (goal < before)
    {
      g_autoptr (GPtrArray) held = list_held (self, goal, before);

      self->n = held->len > STEP ? ((CzDocumentRow *)held->pdata[STEP - 1])->position : goal;
    }
  if (self->n != before)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (self->n, before),
                                before > self->n ? before - self->n : 0,
                                self->n > before ? self->n - before : 0);
  return self->n != goal;
}

static gboolean
take_step (gpointer data)
{
  CzDocumentRows *self = data;

  if (move_end (self))
    return G_SOURCE_CONTINUE;
  self->step = 0;
  return G_SOURCE_REMOVE;
}

static void
unselect (CzDocumentRows *self, guint from, guint to)
{
  g_autoptr (GtkBitset) selected = NULL;
  g_autoptr (GtkBitset) none = NULL;
  g_autoptr (GtkBitset) which = NULL;

  if (self->selection == NULL || from >= MIN (to, self->n))
    return;
  which = gtk_bitset_new_range (from, MIN (to, self->n) - from);
  selected = gtk_selection_model_get_selection (self->selection);
  none = gtk_bitset_copy (selected); // which is the selection's own
  gtk_bitset_intersect (none, which);
  if (gtk_bitset_is_empty (none))
    return;
  gtk_bitset_remove_all (none);
  gtk_selection_model_set_selection (self->selection, none, which);
}

// Puts the documents where they stand now, from a position on.
static void
place (CzDocumentRows *self, guint from, guint to)
{
  g_autoptr (GPtrArray) held = list_held (self, from, to);
  guint n = count_documents (self);

  for (guint i = 0; i < held->len; i++)
    {
      CzDocumentRow *row = held->pdata[i];

      put (row, row->position < n ? g_list_model_get_item (self->documents, row->position) : NULL,
           n > 0);
    }
  unselect (self, from, to);
  if (move_end (self) && self->step == 0)
    self->step = g_idle_add (take_step, self);
}

static void
documents_changed (CzDocumentRows *self, guint position, guint removed, guint added)
{
  place (self, position, removed == added ? position + added : G_MAXUINT);
}

static void
cz_document_rows_dispose (GObject *object)
{
  CzDocumentRows *self = CZ_DOCUMENT_ROWS (object);

  g_clear_handle_id (&self->step, g_source_remove);
  if (self->documents != NULL)
    g_clear_signal_handler (&self->watching, self->documents);
  g_clear_object (&self->documents);
  cz_document_rows_unselect_in (self, NULL);
  G_OBJECT_CLASS (cz_document_rows_parent_class)->dispose (object);
}

static void
cz_document_rows_finalize (GObject *object)
{
  CzDocumentRows *self = CZ_DOCUMENT_ROWS (object);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    ((CzDocumentRow *)row)->rows = NULL;
  g_hash_table_unref (self->rows);
  G_OBJECT_CLASS (cz_document_rows_parent_class)->finalize (object);
}

static void
cz_document_rows_class_init (CzDocumentRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_document_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_document_rows_finalize;
}

static void
cz_document_rows_init (CzDocumentRows *self)
{
  self->rows = g_hash_table_new (NULL, NULL);
}

CzDocumentRows *
cz_document_rows_new (void)
{
  return g_object_new (CZ_TYPE_DOCUMENT_ROWS, NULL);
}

void
cz_document_rows_set_documents (CzDocumentRows *self, GListModel *documents)
{
  if (documents == self->documents)
    return;
  if (self->documents != NULL)
    g_clear_signal_handler (&self->watching, self->documents);
  g_set_object (&self->documents, documents);
  if (documents != NULL)
    self->watching = g_signal_connect_swapped (documents, "items-changed",
                                               G_CALLBACK (documents_changed), self);
  place (self, 0, G_MAXUINT);
}

void
cz_document_rows_unselect_in (CzDocumentRows *self, GtkSelectionModel *selection)
{
  g_set_weak_pointer (&self->selection, selection);
}
