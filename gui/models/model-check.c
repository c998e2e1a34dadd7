#include "gui/models/model-check.h"

#include <glib/gi18n.h>

#include "engine/format/model-folder.h"
#include "gui/models/model-item.h"

// ---- All folders ----

typedef struct
{
  GPtrArray *items;  // CzModelItem, touched in the main thread alone
  char **folders;    // theirs
  gboolean *missing; // the answer
} All;

static void
all_free (gpointer data)
{
  All *all = data;

  g_ptr_array_unref (all->items);
  g_strfreev (all->folders);
  g_free (all->missing);
  g_free (all);
}

static gboolean
is_missing (const char *folder)
{
  g_autofree char *config = g_build_filename (folder, "config.json", NULL);
  g_autofree char *weights = g_build_filename (folder, "model.safetensors", NULL);

  return !g_file_test (config, G_FILE_TEST_EXISTS) || !g_file_test (weights, G_FILE_TEST_EXISTS);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  All *all = data;

  for (guint i = 0; all->folders[i] != NULL; i++)
    all->missing[i] = is_missing (all->folders[i]);
  g_task_return_boolean (task, TRUE);
}

static void
looked (GObject *object, GAsyncResult *result, gpointer data)
{
  All *all = g_task_get_task_data (G_TASK (result));

  for (guint i = 0; i < all->items->len; i++)
    if (g_strcmp0 (cz_model_item_get (all->items->pdata[i])->folder, all->folders[i]) == 0)
      cz_model_item_set_missing (all->items->pdata[i], all->missing[i]);
}

void
cz_model_check_all (CzWorkbench *workbench)
{
  GListModel *models = cz_workbench_get_models (workbench);
  guint n = g_list_model_get_n_items (models);
  g_autoptr (GTask) task = g_task_new (workbench, NULL, looked, NULL);
  All *all = g_new0 (All, 1);

  all->items = g_ptr_array_new_with_free_func (g_object_unref);
  all->folders = g_new0 (char *, n + 1);
  all->missing = g_new0 (gboolean, n + 1);
  for (guint i = 0; i < n; i++)
    {
      CzModelItem *item = g_list_model_get_item (models, i);

      g_ptr_array_add (all->items, item);
      all->folders[i] = g_strdup (cz_model_item_get (item)->folder);
    }
  g_task_set_task_data (task, all, all_free);
  g_task_run_in_thread (task, look_in_thread);
}

// ---- One folder ----

void
cz_model_check_free (CzModelCheck *check)
{
  if (check == NULL)
    return;
  g_free (check->folder);
  g_free (check->trouble);
  g_strfreev (check->notes);
  g_free (check);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  CzModelCheck *check = g_new0 (CzModelCheck, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzModelFolder) folder = NULL;

  check->folder = g_strdup (path);
  if (is_missing (path))
    check->trouble = g_strdup_printf (
        _ ("Its folder is not there, or no longer holds a model: %s. If it was moved or lies on "
           "a drive that is not connected, bring it back; the model works again at once. If it "
           "is gone for good, remove the model here: runs and their results stay."),
        path);
  else
    folder = cz_model_folder_open (path, &error);
  if (error != NULL)
    check->trouble
        // Translators: %s is a sentence that says what is wrong with a model's folder.
        = g_strdup_printf (_ ("The model can't be used as it is: %s Put back the files it was "
                              "added with, or remove it and add it again."),
                           error->message);
  if (folder != NULL)
    {
      const CzModelConfig *config = cz_model_folder_get_config (folder);

      check->layers = config->n_layers;
      check->width = config->dim;
      check->heads = config->n_heads;
      check->positions = config->max_position_embeddings;
      check->lowercase
          = cz_tokenizer_get_options (cz_model_folder_get_tokenizer (folder))->lowercase;
      check->notes = g_strdupv ((char **)cz_model_folder_get_notes (folder));
    }
  g_task_return_pointer (task, check, (GDestroyNotify)cz_model_check_free);
}

void
cz_model_check_async (gpointer owner,
                      const char *folder,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, NULL);

  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

CzModelCheck *
cz_model_check_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
