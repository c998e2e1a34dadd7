#include "gui/workbench.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "gui/cloze.h"
#include "gui/corpora/corpus-item.h"
#include "gui/experiments/run-store.h"
#include "gui/models/model-item.h"
#include "gui/surroundings.h"

// How often the library is looked at, in milliseconds.
#define LOOK 500

struct _CzWorkbench
{
  GObject parent_instance;
  char *path;
  CzLibrary *library;
  GListStore *corpora;
  GListStore *models;
  CzRunStore *runs;
  guint looking;
  gboolean stale; // a list could not be read
  GCancellable *cancellable;
  char *device;
  char *device_trouble;
  gboolean gpu;
};

G_DEFINE_FINAL_TYPE (CzWorkbench, cz_workbench, G_TYPE_OBJECT)

enum
{
  PROP_DEVICE = 1,
  N_PROPS
};

enum
{
  OPENED,
  FAILED,
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

// ---- Lists ----

// What could not be read now, since the library was busy, is read at the next look.
static void
read_failed (CzWorkbench *self, const GError *error)
{
  g_message ("The library could not be read: %s", error->message);
  self->stale = TRUE;
}

// The item of a corpus that is in the list already; NULL: it is new.
static CzCorpusItem *
find_corpus (CzWorkbench *self, gint64 id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->corpora)); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (G_LIST_MODEL (self->corpora), i);

      if (cz_corpus_item_get (item)->id == id)
        return g_steal_pointer (&item);
    }
  return NULL;
}

// Corpora keep their items, so that the view of one stays and only its contents change. The list
// itself changes only where a corpus came, went, or took another place by its new name.
static void
fill_corpora (CzWorkbench *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = cz_corpus_list (self->library, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->corpora));
  gboolean same;

  if (list == NULL)
    {
      read_failed (self, error);
      return;
    }
  same = list->len == before;
  g_ptr_array_set_free_func (list, NULL);
  for (guint i = 0; i < list->len; i++)
    {
      CzCorpus *corpus = g_ptr_array_index (list, i);
      CzCorpusItem *item = find_corpus (self, corpus->id);
      g_autoptr (CzCorpusItem) there = g_list_model_get_item (G_LIST_MODEL (self->corpora), i);

      same = same && item != NULL && item == there;
      if (item == NULL)
        item = cz_corpus_item_new (corpus);
      else
        cz_corpus_item_take (item, corpus);
      g_ptr_array_add (items, item);
    }
  if (!same)
    g_list_store_splice (self->corpora, 0, before, items->pdata, items->len);
}

// As with corpora.
static void
fill_models (CzWorkbench *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = cz_model_list (self->library, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->models));
  gboolean same;

  if (list == NULL)
    {
      read_failed (self, error);
      return;
    }
  same = list->len == before;
  g_ptr_array_set_free_func (list, NULL);
  for (guint i = 0; i < list->len; i++)
    {
      CzModel *model = g_ptr_array_index (list, i);
      CzModelItem *item = cz_workbench_find_model (self, model->id);
      g_autoptr (CzModelItem) there = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      same = same && item != NULL && item == there;
      if (item == NULL)
        item = cz_model_item_new (model);
      else
        cz_model_item_take (g_object_ref (item), model);
      g_ptr_array_add (items, item);
    }
  if (!same)
    g_list_store_splice (self->models, 0, before, items->pdata, items->len);
}

static void
fill_runs (CzWorkbench *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRunChanges) changes
      = cz_run_changes_read (self->library, cz_run_store_get_revision (self->runs), &error);

  if (changes == NULL)
    read_failed (self, error);
  else
    cz_run_store_apply (self->runs, changes);
}

static void
fill (CzWorkbench *self)
{
  self->stale = FALSE;
  fill_corpora (self);
  fill_models (self);
  fill_runs (self);
}

static gboolean
look (gpointer data)
{
  CzWorkbench *self = data;

  gboolean changed = cz_library_has_changed (self->library) || self->stale;

  if (changed)
    fill (self);
  if (cz_run_store_look_after (self->runs, self->library) || changed)
    g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_CONTINUE;
}

// ---- Devices ----

static void
devices_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzWorkbench) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);
  JsonArray *devices = NULL;
  JsonObject *best = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_ARRAY (answer))
    devices = json_node_get_array (answer);
  for (guint i = 0; devices != NULL && i < json_array_get_length (devices); i++)
    {
      JsonObject *device = json_array_get_object_element (devices, i);
      const char *type = json_object_get_string_member_with_default (device, "type", "");

      if (best == NULL || (!self->gpu && g_strcmp0 (type, "cpu") != 0))
        {
          best = device;
          self->gpu = g_strcmp0 (type, "cpu") != 0;
        }
    }
  g_free (self->device);
  self->device = NULL;
  if (best != NULL)
    self->device = g_strdup (json_object_get_string_member_with_default (best, "name", ""));
  else
    self->device_trouble
        = g_strdup (error != NULL ? error->message
                                  : _ ("There is no Vulkan device: install the package "
                                       "mesa-vulkan-drivers or your graphics card's driver."));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
}

// ---- Opening ----

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (data, &error);
  g_autofree char *starter = cz_surroundings_find_data ("starter/model");
  CzRunChanges *runs;

  if (library == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (starter != NULL && !cz_models_ensure_starter (library, starter, &error))
    {
      // The program works without it; the page Models says what is there.
      g_message ("The starter model was not entered: %s", error->message);
      g_clear_error (&error);
    }
  runs = cz_run_changes_read (library, 0, &error);
  if (runs != NULL)
    g_task_return_pointer (task, runs, (GDestroyNotify)cz_run_changes_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
opened (GObject *object, GAsyncResult *result, gpointer data)
{
  static const char *const devices[] = { "devices", NULL };
  CzWorkbench *self = CZ_WORKBENCH (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRunChanges) runs = g_task_propagate_pointer (G_TASK (result), &error);

  if (runs != NULL)
    self->library = cz_library_open (self->path, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->library == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  cz_library_has_changed (self->library);
  // What took long was done in the thread; what changed since is read with the rest.
  cz_run_store_apply (self->runs, runs);
  fill (self);
  g_signal_emit (self, signals[OPENED], 0);
  self->looking = g_timeout_add (LOOK, look, self);
  cz_cloze_ask_async (self->path, devices, self->cancellable, devices_known, g_object_ref (self));
}

// ---- Life ----

static void
cz_workbench_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DEVICE)
    g_value_set_string (value, cz_workbench_get_device (CZ_WORKBENCH (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cz_workbench_dispose (GObject *object)
{
  CzWorkbench *self = CZ_WORKBENCH (object);

  g_clear_handle_id (&self->looking, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->corpora);
  g_clear_object (&self->models);
  g_clear_object (&self->runs);
  g_clear_pointer (&self->library, cz_library_close);
  G_OBJECT_CLASS (cz_workbench_parent_class)->dispose (object);
}

static void
cz_workbench_finalize (GObject *object)
{
  CzWorkbench *self = CZ_WORKBENCH (object);

  g_free (self->path);
  g_free (self->device);
  g_free (self->device_trouble);
  G_OBJECT_CLASS (cz_workbench_parent_class)->finalize (object);
}

static void
cz_workbench_class_init (CzWorkbenchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cz_workbench_get_property;
  object_class->dispose = cz_workbench_dispose;
  object_class->finalize = cz_workbench_finalize;
  properties[PROP_DEVICE]
      = g_param_spec_string ("device", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[OPENED] = g_signal_new ("opened", CZ_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CZ_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHANGED] = g_signal_new ("changed", CZ_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cz_workbench_init (CzWorkbench *self)
{
  self->corpora = g_list_store_new (CZ_TYPE_CORPUS_ITEM);
  self->models = g_list_store_new (CZ_TYPE_MODEL_ITEM);
  self->runs = cz_run_store_new ();
  self->cancellable = g_cancellable_new ();
}

CzWorkbench *
cz_workbench_new (const char *library)
{
  CzWorkbench *self = g_object_new (CZ_TYPE_WORKBENCH, NULL);

  self->path = library != NULL ? g_strdup (library) : cz_library_get_default_path ();
  return self;
}

void
cz_workbench_open (CzWorkbench *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->library != NULL)
    {
      g_signal_emit (self, signals[OPENED], 0);
      return;
    }
  task = g_task_new (self, self->cancellable, opened, NULL);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

CzLibrary *
cz_workbench_get_library (CzWorkbench *self)
{
  return self->library;
}

const char *
cz_workbench_get_path (CzWorkbench *self)
{
  return self->path;
}

GListModel *
cz_workbench_get_corpora (CzWorkbench *self)
{
  return G_LIST_MODEL (self->corpora);
}

GListModel *
cz_workbench_get_models (CzWorkbench *self)
{
  return G_LIST_MODEL (self->models);
}

GListModel *
cz_workbench_get_runs (CzWorkbench *self)
{
  return cz_run_store_get_runs (self->runs);
}

GListModel *
cz_workbench_get_trash (CzWorkbench *self)
{
  return cz_run_store_get_trash (self->runs);
}

CzRunItem *
cz_workbench_find_run (CzWorkbench *self, gint64 id)
{
  return cz_run_store_find (self->runs, id);
}

CzModelItem *
cz_workbench_find_model (CzWorkbench *self, gint64 id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (cz_model_item_get (item)->id == id)
        return item; // the list holds it
    }
  return NULL;
}

CzModelItem *
cz_workbench_find_model_named (CzWorkbench *self, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (g_str_equal (cz_model_item_get (item)->name, name))
        return item; // the list holds it
    }
  return NULL;
}

GPtrArray *
cz_workbench_list_active (CzWorkbench *self)
{
  return cz_run_store_list_active (self->runs);
}

GPtrArray *
cz_workbench_list_waiting (CzWorkbench *self)
{
  return cz_run_store_list_waiting (self->runs);
}

GPtrArray *
cz_workbench_get_changed_runs (CzWorkbench *self)
{
  return cz_run_store_get_changed (self->runs);
}

void
cz_workbench_refresh (CzWorkbench *self)
{
  if (self->library == NULL)
    return;
  cz_library_has_changed (self->library);
  fill (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
cz_workbench_get_device (CzWorkbench *self)
{
  return self->device != NULL ? self->device : "";
}

gboolean
cz_workbench_has_gpu (CzWorkbench *self)
{
  return self->gpu;
}

const char *
cz_workbench_get_device_trouble (CzWorkbench *self)
{
  return self->device_trouble;
}
