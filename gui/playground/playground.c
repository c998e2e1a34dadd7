#include "gui/playground/playground.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "gui/kept-setting.h"
#include "gui/models/model-item.h"
#include "gui/playground/known-model.h"
#include "gui/playground/prompt.h"

// The setting that remembers text and models, and how long after the last change it is written;
// how long after a folder's last change it counts as written, in milliseconds.
#define SETTING    "playground"
#define REST       1000
#define WRITE_REST 300

// The course's sentence. Not translated: the models here speak English.
#define FIRST_TEXT "This is a great [MASK]."

struct _CzPlayground
{
  GObject parent_instance;
  CzWorkbench *workbench;
  CzPredictor *predictor;
  char *text;
  char **targets;
  char *view;
  GPtrArray *models;   // of CzPlaygroundModel
  GPtrArray *stamps;   // of char *, one a model
  GPtrArray *monitors; // of GFileMonitor: the models' folders
  gboolean chosen;     // a person chose the models; else the first and the newest run's are there
  gboolean recalled;
  guint remembering; // timeout sources
  guint looking;
};

G_DEFINE_FINAL_TYPE (CzPlayground, cz_playground, G_TYPE_OBJECT)

enum
{
  TEXT_CHANGED,
  MODELS_CHANGED,
  TARGETS_CHANGED,
  SHOW_VIEW,
  TOLD,
  INSERT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

// ---- Remembering ----

static gboolean
remember (gpointer data)
{
  CzPlayground *self = data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  self->remembering = 0;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, self->text);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; self->chosen && i < self->models->len; i++)
    json_builder_add_string_value (builder, ((CzPlaygroundModel *)self->models->pdata[i])->model);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  cz_kept_setting_write (self->workbench, SETTING, text);
  return G_SOURCE_REMOVE;
}

static void
remember_soon (CzPlayground *self)
{
  if (!self->recalled)
    return;
  g_clear_handle_id (&self->remembering, g_source_remove);
  self->remembering = g_timeout_add (REST, remember, self);
}

// ---- Models ----

static void
model_free (gpointer data)
{
  CzPlaygroundModel *model = data;

  g_free (model->model);
  g_free (model->title);
  g_free (model);
}

static void folder_changed (CzPlayground *self);

static void
watch_folders (CzPlayground *self, GPtrArray *folders)
{
  g_ptr_array_set_size (self->monitors, 0);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (folders->pdata[i]);
      GFileMonitor *monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);

      // Where it can't be watched, the library's changes still tell.
      if (monitor == NULL)
        continue;
      g_signal_connect_object (monitor, "changed", G_CALLBACK (folder_changed), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_add (self->monitors, monitor);
    }
}

// Takes over what `names` names, as far as it is known; says whether anything differs.
static gboolean
take_models (CzPlayground *self, const char *const *names)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (model_free);
  g_autoptr (GPtrArray) stamps = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  gboolean same = TRUE;

  for (guint i = 0; names[i] != NULL && models->len < CZ_PLAYGROUND_MOST_MODELS; i++)
    {
      g_autoptr (CzKnownModel) known = cz_known_model_find (self->workbench, names[i]);
      CzPlaygroundModel *model, *old;
      gboolean there = FALSE;

      for (guint j = 0; j < models->len; j++)
        there = there || g_str_equal (((CzPlaygroundModel *)models->pdata[j])->model, names[i]);
      if (known == NULL || there)
        continue;
      old = models->len < self->models->len ? self->models->pdata[models->len] : NULL;
      same = same && old != NULL && g_str_equal (old->model, known->model)
             && g_str_equal (old->title, known->title) && old->color == known->color
             && g_str_equal (self->stamps->pdata[models->len], known->stamp);
      model = g_new0 (CzPlaygroundModel, 1);
      model->model = g_steal_pointer (&known->model);
      model->title = g_steal_pointer (&known->title);
      model->color = known->color;
      g_ptr_array_add (models, model);
      g_ptr_array_add (stamps, g_steal_pointer (&known->stamp));
      g_ptr_array_add (folders, g_steal_pointer (&known->folder));
    }
  if (same && models->len == self->models->len)
    return FALSE;
  g_ptr_array_unref (self->models);
  self->models = g_steal_pointer (&models);
  g_ptr_array_unref (self->stamps);
  self->stamps = g_steal_pointer (&stamps);
  watch_folders (self, folders);
  return TRUE;
}

// The first model there is, and the newest run's beside it.
static char **
choose_models (CzPlayground *self)
{
  GListModel *models = cz_workbench_get_models (self->workbench);
  GListModel *runs = cz_workbench_get_runs (self->workbench);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (CzModelItem) first = g_list_model_get_item (models, 0);

  if (first != NULL)
    g_strv_builder_add (names, cz_model_item_get (first)->name);
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);
      g_autofree char *name
          = g_strdup_printf ("run:%" G_GINT64_FORMAT "@best", cz_run_item_get (item)->id);

      if (cz_run_item_get (item)->result_folder == NULL)
        continue;
      g_strv_builder_add (names, name);
      break;
    }
  return g_strv_builder_end (names);
}

static void
follow_library (CzPlayground *self)
{
  g_auto (GStrv) before = cz_playground_dup_model_names (self);
  g_autoptr (GPtrArray) old = g_ptr_array_ref (self->models);
  g_auto (GStrv) names = self->chosen ? g_strdupv (before) : choose_models (self);
  gboolean changed = take_models (self, (const char *const *)names);

  if (self->models->len == 0)
    {
      g_auto (GStrv) others = choose_models (self);

      self->chosen = FALSE;
      changed = take_models (self, (const char *const *)others) || changed;
    }
  if (!changed)
    return;
  for (guint i = 0; self->recalled && i < old->len; i++)
    {
      CzPlaygroundModel *model = old->pdata[i];
      g_autoptr (CzKnownModel) known = cz_known_model_find (self->workbench, model->model);
      // Translators: %s is a model's name.
      g_autofree char *told
          = known != NULL ? NULL
                          : g_strdup_printf (_ ("“%s” is not there any more."), model->title);

      if (told != NULL)
        cz_playground_tell (self, told);
    }
  g_signal_emit (self, signals[MODELS_CHANGED], 0);
}

static gboolean
look (gpointer data)
{
  CzPlayground *self = data;

  self->looking = 0;
  follow_library (self);
  return G_SOURCE_REMOVE;
}

static void
folder_changed (CzPlayground *self)
{
  g_clear_handle_id (&self->looking, g_source_remove);
  self->looking = g_timeout_add (WRITE_REST, look, self);
}

static void
recall (CzPlayground *self)
{
  g_autofree char *text
      = cz_library_get_setting (cz_workbench_get_library (self->workbench), SETTING);
  g_autoptr (JsonNode) root = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *object
      = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *models = object != NULL ? json_object_get_member (object, "models") : NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; models != NULL && JSON_NODE_HOLDS_ARRAY (models)
                    && i < json_array_get_length (json_node_get_array (models));
       i++)
    {
      const char *name
          = json_node_get_string (json_array_get_element (json_node_get_array (models), i));

      if (name != NULL)
        g_strv_builder_add (names, name);
    }
  list = g_strv_builder_end (names);
  self->chosen = list[0] != NULL;
  if (self->chosen)
    take_models (self, (const char *const *)list);
  if (object != NULL && !g_str_equal (self->text, FIRST_TEXT))
    return; // a person was faster
  if (object != NULL)
    cz_playground_set_text (
        self, json_object_get_string_member_with_default (object, "text", FIRST_TEXT));
}

static void
library_changed (CzPlayground *self)
{
  if (cz_workbench_get_library (self->workbench) == NULL)
    return;
  if (!self->recalled)
    {
      recall (self);
      follow_library (self);
      self->recalled = TRUE;
      g_signal_emit (self, signals[MODELS_CHANGED], 0);
      return;
    }
  follow_library (self);
}

// ---- Life ----

static void
cz_playground_dispose (GObject *object)
{
  CzPlayground *self = CZ_PLAYGROUND (object);

  g_clear_handle_id (&self->remembering, g_source_remove);
  g_clear_handle_id (&self->looking, g_source_remove);
  if (self->predictor != NULL)
    cz_predictor_stop (self->predictor);
  g_ptr_array_set_size (self->monitors, 0);
  G_OBJECT_CLASS (cz_playground_parent_class)->dispose (object);
}

static void
cz_playground_finalize (GObject *object)
{
  CzPlayground *self = CZ_PLAYGROUND (object);

  g_clear_object (&self->predictor);
  g_clear_object (&self->workbench);
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->stamps);
  g_ptr_array_unref (self->monitors);
  g_free (self->text);
  g_strfreev (self->targets);
  g_free (self->view);
  G_OBJECT_CLASS (cz_playground_parent_class)->finalize (object);
}

static void
cz_playground_class_init (CzPlaygroundClass *klass)
{
  GType type = CZ_TYPE_PLAYGROUND;

  G_OBJECT_CLASS (klass)->dispose = cz_playground_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_playground_finalize;
  signals[TEXT_CHANGED]
      = g_signal_new ("text-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MODELS_CHANGED] = g_signal_new ("models-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  signals[TARGETS_CHANGED] = g_signal_new ("targets-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SHOW_VIEW] = g_signal_new ("show-view", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TOLD] = g_signal_new ("told", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[INSERT] = g_signal_new ("insert", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
}

static void
cz_playground_init (CzPlayground *self)
{
  self->targets = g_new0 (char *, 1);
  self->view = g_strdup ("predictions");
  self->text = g_strdup (FIRST_TEXT);
  self->models = g_ptr_array_new_with_free_func (model_free);
  self->stamps = g_ptr_array_new_with_free_func (g_free);
  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
}

CzPlayground *
cz_playground_new (CzWorkbench *workbench)
{
  CzPlayground *self = g_object_new (CZ_TYPE_PLAYGROUND, NULL);

  self->workbench = g_object_ref (workbench);
  self->predictor = cz_predictor_new (cz_workbench_get_path (workbench));
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

// ---- Shared ----

CzWorkbench *
cz_playground_get_workbench (CzPlayground *self)
{
  return self->workbench;
}

CzPredictor *
cz_playground_get_predictor (CzPlayground *self)
{
  return self->predictor;
}

const char *
cz_playground_get_text (CzPlayground *self)
{
  return self->text;
}

void
cz_playground_set_text (CzPlayground *self, const char *text)
{
  if (g_str_equal (text, self->text))
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  remember_soon (self);
  g_signal_emit (self, signals[TEXT_CHANGED], 0);
}

guint
cz_playground_get_n_masks (CzPlayground *self)
{
  guint n = 0;

  for (const char *at = strstr (self->text, CZ_MASK_TEXT); at != NULL;
       at = strstr (at + strlen (CZ_MASK_TEXT), CZ_MASK_TEXT))
    n++;
  return n;
}

GPtrArray *
cz_playground_get_models (CzPlayground *self)
{
  return self->models;
}

void
cz_playground_set_models (CzPlayground *self, const char *const *models)
{
  gboolean known = FALSE;

  for (guint i = 0; models[i] != NULL; i++)
    {
      g_autoptr (CzKnownModel) model = cz_known_model_find (self->workbench, models[i]);

      known = known || model != NULL;
    }
  if (!known)
    return;
  self->chosen = TRUE;
  if (!take_models (self, models))
    return;
  remember_soon (self);
  g_signal_emit (self, signals[MODELS_CHANGED], 0);
}

char **
cz_playground_dup_model_names (CzPlayground *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < self->models->len; i++)
    g_strv_builder_add (names, ((CzPlaygroundModel *)self->models->pdata[i])->model);
  return g_strv_builder_end (names);
}

void
cz_playground_add_model (CzPlayground *self, const char *model)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) before = cz_playground_dup_model_names (self);
  g_autoptr (CzKnownModel) known = cz_known_model_find (self->workbench, model);
  g_auto (GStrv) after = NULL;

  if (known == NULL || g_strv_contains ((const char *const *)before, model))
    return;
  for (guint i = 0; before[i] != NULL && i < CZ_PLAYGROUND_MOST_MODELS - 1; i++)
    g_strv_builder_add (names, before[i]);
  g_strv_builder_add (names, model);
  after = g_strv_builder_end (names);
  cz_playground_set_models (self, (const char *const *)after);
}

void
cz_playground_remove_model (CzPlayground *self, const char *model)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) before = cz_playground_dup_model_names (self);
  g_auto (GStrv) after = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    {
      if (!g_str_equal (before[i], model))
        g_strv_builder_add (names, before[i]);
    }
  after = g_strv_builder_end (names);
  cz_playground_set_models (self, (const char *const *)after);
}

char **
cz_playground_dup_targets (CzPlayground *self)
{
  return g_strdupv (self->targets);
}

void
cz_playground_set_targets (CzPlayground *self, const char *const *targets)
{
  if (g_strv_equal ((const char *const *)self->targets, targets))
    return;
  g_strfreev (self->targets);
  self->targets = g_strdupv ((char **)targets);
  g_signal_emit (self, signals[TARGETS_CHANGED], 0);
}

const char *
cz_playground_get_view (CzPlayground *self)
{
  return self->view;
}

void
cz_playground_set_view (CzPlayground *self, const char *view)
{
  g_autofree char *old = g_steal_pointer (&self->view);

  self->view = g_strdup (view);
}

void
cz_playground_show_view (CzPlayground *self, const char *view)
{
  g_signal_emit (self, signals[SHOW_VIEW], 0, view);
}

void
cz_playground_tell (CzPlayground *self, const char *sentence)
{
  g_signal_emit (self, signals[TOLD], 0, sentence);
}

void
cz_playground_insert (CzPlayground *self, guint mask, const char *token)
{
  g_signal_emit (self, signals[INSERT], 0, mask, token);
}
