#include "gui/experiments/run-store.h"

struct _CzRunStore
{
  GObject parent_instance;
  GListStore *runs;
  GListStore *trash;
  GHashTable *items;   // id (in the item's record) → item, of both lists
  GHashTable *active;  // the items of runs at work
  GHashTable *waiting; // the items of runs that wait in the queue
  GPtrArray *changed;  // the items of the last changes
  gint64 revision;
};

G_DEFINE_FINAL_TYPE (CzRunStore, cz_run_store, G_TYPE_OBJECT)

struct _CzRunChanges
{
  gint64 revision;
  GPtrArray *items; // CzRunItem, the newest first
  GArray *ids;      // gint64: of all runs there are; NULL: nothing changed
};

// ---- Reading ----

void
cz_run_changes_free (CzRunChanges *changes)
{
  if (changes == NULL)
    return;
  g_clear_pointer (&changes->items, g_ptr_array_unref);
  g_clear_pointer (&changes->ids, g_array_unref);
  g_free (changes);
}

CzRunChanges *
cz_run_changes_read (CzLibrary *library, gint64 since, GError **error)
{
  g_autoptr (CzRunChanges) changes = g_new0 (CzRunChanges, 1);
  g_autoptr (GPtrArray) list = cz_run_list_changed (library, since, &changes->revision, error);

  if (list == NULL)
    return NULL;
  changes->items = g_ptr_array_new_full (list->len, g_object_unref);
  g_ptr_array_set_free_func (list, NULL);
  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (changes->items, cz_run_item_new (g_ptr_array_index (list, i)));
  if (changes->revision == since && list->len == 0)
    return g_steal_pointer (&changes);
  changes->ids = cz_run_list_ids (library, error);
  return changes->ids != NULL ? g_steal_pointer (&changes) : NULL;
}

// ---- The lists ----

static gint64
get_id (CzRunItem *item)
{
  return cz_run_item_get (item)->id;
}

// What a list is to become: its own items that still belong to it, and those that come.
static GPtrArray *
merge (CzRunStore *self, GListStore *list, GPtrArray *coming, gboolean trashed)
{
  GListModel *model = G_LIST_MODEL (list);
  guint n = g_list_model_get_n_items (model), at = 0;
  GPtrArray *merged = g_ptr_array_new_full (n + coming->len, g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (model, i);

      while (at < coming->len && get_id (g_ptr_array_index (coming, at)) > get_id (item))
        g_ptr_array_add (merged, g_object_ref (g_ptr_array_index (coming, at++)));
      if (cz_run_item_get (item)->trashed == trashed
          && cz_run_store_find (self, get_id (item)) == item)
        g_ptr_array_add (merged, g_steal_pointer (&item));
    }
  while (at < coming->len)
    g_ptr_array_add (merged, g_object_ref (g_ptr_array_index (coming, at++)));
  return merged;
}

// Brings a list to `wanted`, from its end, one splice for each stretch that differs: what else is
// chosen or in view stays so. Both go from the newest to the oldest.
static void
splice (GListStore *list, GPtrArray *wanted)
{
  GListModel *model = G_LIST_MODEL (list);
  guint at = g_list_model_get_n_items (model), to = wanted->len;

  while (at > 0 || to > 0)
    {
      guint at_end = at, to_end = to;

      for (;;)
        {
          g_autoptr (CzRunItem) there = at > 0 ? g_list_model_get_item (model, at - 1) : NULL;
          CzRunItem *want = to > 0 ? g_ptr_array_index (wanted, to - 1) : NULL;

          if (there == want)
            break;
          if (want == NULL || (there != NULL && get_id (there) < get_id (want)))
            at--;
          else
            to--;
        }
      if (at != at_end || to != to_end)
        g_list_store_splice (list, at, at_end - at, wanted->pdata + to, to_end - to);
      if (at > 0)
        {
          at--;
          to--;
        }
    }
}

static void
follow_state (CzRunStore *self, CzRunItem *item)
{
  if (cz_run_item_is_active (item))
    g_hash_table_add (self->active, item);
  else
    g_hash_table_remove (self->active, item);
  if (cz_run_item_waits (item))
    g_hash_table_add (self->waiting, item);
  else
    g_hash_table_remove (self->waiting, item);
}

// Forgets runs that were removed for good.
static gboolean
forget (CzRunStore *self, const GArray *ids)
{
  g_autoptr (GHashTable) there = NULL;
  GHashTableIter iter;
  gpointer item;

  if (ids->len == g_hash_table_size (self->items))
    return FALSE;
  there = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (there, &g_array_index (ids, gint64, i));
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      if (g_hash_table_contains (there, &cz_run_item_get (item)->id))
        continue;
      g_hash_table_remove (self->active, item);
      g_hash_table_remove (self->waiting, item);
      cz_run_item_set_checked (item, FALSE);
      g_hash_table_iter_remove (&iter);
    }
  return TRUE;
}

void
cz_run_store_apply (CzRunStore *self, CzRunChanges *changes)
{
  g_autoptr (GPtrArray) to_runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) to_trash = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean moved = FALSE;

  g_ptr_array_set_size (self->changed, 0);
  for (guint i = 0; i < changes->items->len; i++)
    {
      CzRunItem *newer = g_ptr_array_index (changes->items, i);
      CzRunItem *item = cz_run_store_find (self, get_id (newer));
      gboolean trashed = cz_run_item_get (newer)->trashed;

      if (item == NULL)
        {
          item = newer;
          g_hash_table_insert (self->items,
                               g_memdup2 (&cz_run_item_get (item)->id, sizeof (gint64)),
                               g_object_ref (item));
        }
      else if (cz_run_item_get (item)->trashed == trashed)
        {
          cz_run_item_take_from (item, newer);
          follow_state (self, item);
          g_ptr_array_add (self->changed, g_object_ref (item));
          continue;
        }
      else
        {
          moved = TRUE;
          cz_run_item_take_from (item, newer);
        }
      if (trashed)
        cz_run_item_set_checked (item, FALSE);
      g_ptr_array_add (trashed ? to_trash : to_runs, g_object_ref (item));
      follow_state (self, item);
      g_ptr_array_add (self->changed, g_object_ref (item));
    }
  moved = (changes->ids != NULL && forget (self, changes->ids)) || moved;
  self->revision = changes->revision;
  if (moved || to_runs->len > 0)
    {
      g_autoptr (GPtrArray) wanted = merge (self, self->runs, to_runs, FALSE);

      splice (self->runs, wanted);
    }
  if (moved || to_trash->len > 0)
    {
      g_autoptr (GPtrArray) wanted = merge (self, self->trash, to_trash, TRUE);

      splice (self->trash, wanted);
    }
}

gboolean
cz_run_store_look_after (CzRunStore *self, CzLibrary *library)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      if (!cz_run_is_alive (library, get_id (item)))
        g_ptr_array_add (lost, g_object_ref (item));
    }
  for (guint i = 0; i < lost->len; i++)
    {
      CzRun *run = cz_run_get (library, get_id (g_ptr_array_index (lost, i)), NULL);

      // One that is gone altogether is found by cz_run_changes_read ().
      if (run == NULL)
        continue;
      cz_run_item_take (g_ptr_array_index (lost, i), run);
      follow_state (self, g_ptr_array_index (lost, i));
      g_ptr_array_add (self->changed, g_object_ref (g_ptr_array_index (lost, i)));
    }
  return lost->len > 0;
}

// ---- Life ----

static void
cz_run_store_finalize (GObject *object)
{
  CzRunStore *self = CZ_RUN_STORE (object);

  g_object_unref (self->runs);
  g_object_unref (self->trash);
  g_hash_table_unref (self->active);
  g_hash_table_unref (self->waiting);
  g_ptr_array_unref (self->changed);
  g_hash_table_unref (self->items);
  G_OBJECT_CLASS (cz_run_store_parent_class)->finalize (object);
}

static void
cz_run_store_class_init (CzRunStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_run_store_finalize;
}

static void
cz_run_store_init (CzRunStore *self)
{
  self->runs = g_list_store_new (CZ_TYPE_RUN_ITEM);
  self->trash = g_list_store_new (CZ_TYPE_RUN_ITEM);
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->active = g_hash_table_new (NULL, NULL);
  self->waiting = g_hash_table_new (NULL, NULL);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
}

CzRunStore *
cz_run_store_new (void)
{
  return g_object_new (CZ_TYPE_RUN_STORE, NULL);
}

GListModel *
cz_run_store_get_runs (CzRunStore *self)
{
  return G_LIST_MODEL (self->runs);
}

GListModel *
cz_run_store_get_trash (CzRunStore *self)
{
  return G_LIST_MODEL (self->trash);
}

CzRunItem *
cz_run_store_find (CzRunStore *self, gint64 id)
{
  return g_hash_table_lookup (self->items, &id);
}

static int
compare_age (gconstpointer a, gconstpointer b)
{
  gint64 x = get_id (*(CzRunItem **)a), y = get_id (*(CzRunItem **)b);

  return (x < y) - (x > y);
}

static int
compare_position (gconstpointer a, gconstpointer b)
{
  const CzRun *x = cz_run_item_get (*(CzRunItem **)a), *y = cz_run_item_get (*(CzRunItem **)b);

  if (x->queue_position != y->queue_position)
    return x->queue_position < y->queue_position ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

static GPtrArray *
list (GHashTable *items, GCompareFunc compare)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      if (!cz_run_item_get (item)->trashed)
        g_ptr_array_add (array, g_object_ref (item));
    }
  g_ptr_array_sort (array, compare);
  return array;
}

GPtrArray *
cz_run_store_list_active (CzRunStore *self)
{
  return list (self->active, compare_age);
}

GPtrArray *
cz_run_store_list_waiting (CzRunStore *self)
{
  return list (self->waiting, compare_position);
}

GPtrArray *
cz_run_store_get_changed (CzRunStore *self)
{
  return self->changed;
}

gint64
cz_run_store_get_revision (CzRunStore *self)
{
  return self->revision;
}
