#include "gui/experiments/checked-runs.h"

GListStore *
cz_checked_runs_new (void)
{
  return g_list_store_new (CZ_TYPE_RUN_ITEM);
}

void
cz_checked_runs_follow (GListStore *self, CzRunItem *item)
{
  guint position;

  if (cz_run_item_is_checked (item))
    {
      if (!g_list_store_find (self, item, NULL))
        g_list_store_append (self, item);
    }
  else if (g_list_store_find (self, item, &position))
    g_list_store_remove (self, position);
}

void
cz_checked_runs_follow_all (GListStore *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self)); i-- > 0;)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (!cz_run_item_is_checked (item))
        g_list_store_remove (self, i);
    }
}

void
cz_checked_runs_check (GListStore *self, CzRunItem *item)
{
  cz_run_item_set_checked (item, TRUE);
  cz_checked_runs_follow (self, item);
}

void
cz_checked_runs_check_none (GListStore *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (G_LIST_MODEL (self), i);

      cz_run_item_set_checked (item, FALSE);
    }
  g_list_store_remove_all (self);
}
