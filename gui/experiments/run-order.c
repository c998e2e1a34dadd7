#include "gui/experiments/run-order.h"

struct _CzRunOrder
{
  GtkSorter parent_instance;
  guint column;
  gboolean descending;
  GHashTable *groups; // fingerprint (a GRefString) → number
};

G_DEFINE_FINAL_TYPE (CzRunOrder, cz_run_order, GTK_TYPE_SORTER)

static int
compare_groups (CzRunOrder *self, CzRunItem *a, CzRunItem *b)
{
  guint x, y;

  if (cz_run_item_get_fingerprint (a) == cz_run_item_get_fingerprint (b))
    return 0;
  x = cz_run_order_get_group (self, a);
  y = cz_run_order_get_group (self, b);
  // Those not evaluated come behind all groups.
  return x == 0 ? 1 : y == 0 ? -1 : (x > y) - (x < y);
}

static GtkOrdering
cz_run_order_compare (GtkSorter *sorter, gpointer a, gpointer b)
{
  CzRunOrder *self = CZ_RUN_ORDER (sorter);
  gboolean has_a = cz_run_column_has (self->column, a), has_b = cz_run_column_has (self->column, b);
  int result = 0;

  if (has_a != has_b)
    return has_a ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
  if (self->column == CZ_RUN_COLUMN_MASKS)
    {
      result = compare_groups (self, a, b);
      result = self->descending ? -result : result;
    }
  else if (has_a)
    {
      if (cz_run_column_is_perplexity (self->column))
        result = compare_groups (self, a, b);
      if (result == 0)
        {
          result = cz_run_column_compare (self->column, a, b);
          result = self->descending ? -result : result;
        }
    }
  // Equal ones: the newest first.
  if (result == 0)
    result = cz_run_item_get (a)->id < cz_run_item_get (b)->id ? 1 : -1;
  return result < 0 ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
}

static GtkSorterOrder
cz_run_order_get_order (GtkSorter *sorter)
{
  return GTK_SORTER_ORDER_TOTAL;
}

static void
cz_run_order_finalize (GObject *object)
{
  g_hash_table_unref (CZ_RUN_ORDER (object)->groups);
  G_OBJECT_CLASS (cz_run_order_parent_class)->finalize (object);
}

static void
cz_run_order_class_init (CzRunOrderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_order_finalize;
  GTK_SORTER_CLASS (klass)->compare = cz_run_order_compare;
  GTK_SORTER_CLASS (klass)->get_order = cz_run_order_get_order;
}

static GHashTable *
new_groups (void)
{
  return g_hash_table_new_full (NULL, NULL, (GDestroyNotify)g_ref_string_release, NULL);
}

static void
cz_run_order_init (CzRunOrder *self)
{
  self->column = CZ_RUN_COLUMN_CREATED;
  self->descending = TRUE;
  self->groups = new_groups ();
}

CzRunOrder *
cz_run_order_new (void)
{
  return g_object_new (CZ_TYPE_RUN_ORDER, NULL);
}

void
cz_run_order_set (CzRunOrder *self, guint column, gboolean descending)
{
  gboolean inverted = column == self->column && descending != self->descending;

  if (column == self->column && !inverted)
    return;
  self->column = column;
  self->descending = descending;
  gtk_sorter_changed (GTK_SORTER (self), GTK_SORTER_CHANGE_DIFFERENT);
}

guint
cz_run_order_get_column (CzRunOrder *self)
{
  return self->column;
}

gboolean
cz_run_order_is_descending (CzRunOrder *self)
{
  return self->descending;
}

void
cz_run_order_number_groups (CzRunOrder *self, GListModel *runs)
{
  g_autoptr (GHashTable) groups = new_groups ();
  guint n = g_list_model_get_n_items (runs);
  gboolean same = TRUE;
  const char *last = NULL;

  // From the oldest.
  for (guint i = n; i-- > 0;)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);
      const char *fingerprint = cz_run_item_get_fingerprint (item);

      if (fingerprint == NULL || fingerprint == last || g_hash_table_contains (groups, fingerprint))
        continue;
      last = fingerprint;
      g_hash_table_insert (groups, g_ref_string_acquire ((char *)fingerprint),
                           GUINT_TO_POINTER (g_hash_table_size (groups) + 1));
      same = same
             && g_hash_table_lookup (self->groups, fingerprint)
                    == g_hash_table_lookup (groups, fingerprint);
    }
  if (same && g_hash_table_size (groups) == g_hash_table_size (self->groups))
    return;
  g_hash_table_unref (self->groups);
  self->groups = g_steal_pointer (&groups);
  if (cz_run_column_is_perplexity (self->column) || self->column == CZ_RUN_COLUMN_MASKS)
    gtk_sorter_changed (GTK_SORTER (self), GTK_SORTER_CHANGE_DIFFERENT);
}

guint
cz_run_order_get_group (CzRunOrder *self, CzRunItem *item)
{
  const char *fingerprint = cz_run_item_get_fingerprint (item);

  return fingerprint != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->groups, fingerprint))
                             : 0;
}

guint
cz_run_order_count_groups (CzRunOrder *self, GListModel *runs)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);

      if (cz_run_item_get_fingerprint (item) != NULL)
        g_hash_table_add (seen, (gpointer)cz_run_item_get_fingerprint (item));
    }
  return g_hash_table_size (seen);
}
