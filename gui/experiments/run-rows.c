#include "gui/experiments/run-rows.h"

// ---- A row ----

struct _CzRunRow
{
  GObject parent_instance;
  CzRunItem *item;
  guint watchers;
  gulong following; // the run's "changed", while someone watches
  gulong checking;  // and its "notify::checked"
};

G_DEFINE_FINAL_TYPE (CzRunRow, cz_run_row, G_TYPE_OBJECT)

static guint changed_signal;

static void
tell (CzRunRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
follow (CzRunRow *self, gboolean follows)
{
  if (self->item == NULL)
    return;
  g_clear_signal_handler (&self->following, self->item);
  g_clear_signal_handler (&self->checking, self->item);
  if (!follows)
    return;
  self->following = g_signal_connect_swapped (self->item, "changed", G_CALLBACK (tell), self);
  self->checking
      = g_signal_connect_swapped (self->item, "notify::checked", G_CALLBACK (tell), self);
}

static void
cz_run_row_dispose (GObject *object)
{
  CzRunRow *self = CZ_RUN_ROW (object);

  follow (self, FALSE);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_run_row_parent_class)->dispose (object);
}

static void
cz_run_row_class_init (CzRunRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_run_row_dispose;
  changed_signal = g_signal_new ("changed", CZ_TYPE_RUN_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
cz_run_row_init (CzRunRow *self)
{
}

// Takes the item.
static void
put (CzRunRow *self, CzRunItem *item)
{
  if (item == self->item)
    {
      g_object_unref (item);
      return;
    }
  follow (self, FALSE);
  g_clear_object (&self->item);
  self->item = item;
  if (self->watchers == 0)
    return;
  follow (self, TRUE);
  tell (self);
}

CzRunItem *
cz_run_row_get (CzRunRow *self)
{
  return self->item;
}

void
cz_run_row_watch (CzRunRow *self)
{
  if (self->watchers++ == 0)
    follow (self, TRUE);
}

void
cz_run_row_unwatch (CzRunRow *self)
{
  if (--self->watchers == 0)
    follow (self, FALSE);
}

// ---- All of them ----

struct _CzRunRows
{
  GObject parent_instance;
  GListModel *runs;
  gulong watching;
  GPtrArray *rows;
  GtkSelectionModel *selection;
  gboolean carrying;
};

static GType
get_item_type (GListModel *model)
{
  return CZ_TYPE_RUN_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return CZ_RUN_ROWS (model)->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *rows = CZ_RUN_ROWS (model)->rows;

  return position < rows->len ? g_object_ref (rows->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CzRunRows,
                               cz_run_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

// The runs that are selected, as a set; NULL: none.
static GHashTable *
list_selected (CzRunRows *self)
{
  g_autoptr (GtkBitset) selected = NULL;
  GHashTable *set;
  GtkBitsetIter iter;
  guint position;

  if (self->selection == NULL)
    return NULL;
  selected = gtk_selection_model_get_selection (self->selection);
  if (gtk_bitset_is_empty (selected))
    return NULL;
  set = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    if (position < self->rows->len)
      g_hash_table_add (set, g_object_ref (cz_run_row_get (self->rows->pdata[position])));
  return set;
}

static void
unselect (CzRunRows *self)
{
  if (GTK_IS_SINGLE_SELECTION (self->selection))
    gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (self->selection),
                                       GTK_INVALID_LIST_POSITION);
  else if (self->selection != NULL)
    gtk_selection_model_unselect_all (self->selection);
}

static void
select_again (CzRunRows *self, GHashTable *set)
{
  g_autoptr (GtkBitset) selected = gtk_bitset_new_empty ();
  g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, self->rows->len);

  for (guint i = 0; i < self->rows->len; i++)
    if (g_hash_table_contains (set, cz_run_row_get (self->rows->pdata[i])))
      gtk_bitset_add (selected, i);
  if (GTK_IS_SINGLE_SELECTION (self->selection))
    gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (self->selection),
                                       gtk_bitset_is_empty (selected)
                                           ? GTK_INVALID_LIST_POSITION
                                           : gtk_bitset_get_minimum (selected));
  else
    gtk_selection_model_set_selection (self->selection, selected, all);
}

// Puts the runs where they stand now, from a position on.
static void
place (CzRunRows *self, guint from, guint to)
{
  g_autoptr (GHashTable) selected = list_selected (self);
  guint n = self->runs != NULL ? g_list_model_get_n_items (self->runs) : 0;
  guint before = self->rows->len;

  self->carrying = TRUE;
  if (n == 0)
    {
      // Whoever finds nothing, or turns to something else, comes back.
      unselect (self);
      self->carrying = FALSE;
      return;
    }
  for (guint i = from; i < MIN (MIN (n, before), to); i++)
    put (self->rows->pdata[i], g_list_model_get_item (self->runs, i));
  for (guint i = before; i < n; i++)
    {
      CzRunRow *row = g_object_new (CZ_TYPE_RUN_ROW, NULL);

      put (row, g_list_model_get_item (self->runs, i));
      g_ptr_array_add (self->rows, row);
    }
  if (n < before)
    g_ptr_array_set_size (self->rows, (int)n);
  if (n != before)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (n, before), before > n ? before - n : 0,
                                n > before ? n - before : 0);
  if (selected != NULL)
    select_again (self, selected);
  self->carrying = FALSE;
}

static void
runs_changed (CzRunRows *self, guint position, guint removed, guint added)
{
  place (self, position, removed == added ? position + added : G_MAXUINT);
}

static void
cz_run_rows_dispose (GObject *object)
{
  CzRunRows *self = CZ_RUN_ROWS (object);

  if (self->runs != NULL)
    g_clear_signal_handler (&self->watching, self->runs);
  g_clear_object (&self->runs);
  cz_run_rows_carry (self, NULL);
  G_OBJECT_CLASS (cz_run_rows_parent_class)->dispose (object);
}

static void
cz_run_rows_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_RUN_ROWS (object)->rows);
  G_OBJECT_CLASS (cz_run_rows_parent_class)->finalize (object);
}

static void
cz_run_rows_class_init (CzRunRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_run_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_run_rows_finalize;
}

static void
cz_run_rows_init (CzRunRows *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
}

CzRunRows *
cz_run_rows_new (void)
{
  return g_object_new (CZ_TYPE_RUN_ROWS, NULL);
}

void
cz_run_rows_set_runs (CzRunRows *self, GListModel *runs)
{
  if (runs == self->runs)
    return;
  if (self->runs != NULL)
    g_clear_signal_handler (&self->watching, self->runs);
  g_set_object (&self->runs, runs);
  if (runs != NULL)
    self->watching
        = g_signal_connect_swapped (runs, "items-changed", G_CALLBACK (runs_changed), self);
  place (self, 0, G_MAXUINT);
}

void
cz_run_rows_carry (CzRunRows *self, GtkSelectionModel *selection)
{
  g_set_weak_pointer (&self->selection, selection);
}

gboolean
cz_run_rows_is_carrying (CzRunRows *self)
{
  return self->carrying;
}
