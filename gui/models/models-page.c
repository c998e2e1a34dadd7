#include "gui/models/models-page.h"

#include <glib/gi18n.h>

#include "gui/front-page.h"
#include "gui/models/model-check.h"
#include "gui/models/model-forms.h"
#include "gui/models/model-item.h"
#include "gui/models/model-list.h"
#include "gui/models/model-view.h"
#include "gui/models/work-bar.h"
#include "gui/window.h"

// From so many on models are found by words.
#define MANY 8

struct _CzModelsPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzWorkBar *bar;
  GtkStack *states;
  AdwLeaflet *leaflet;
  GtkWidget *search_bar;
  GtkEditable *search_entry;
  GtkListBox *list;
  GtkLabel *none_label;
  CzModelView *view;
  GtkFilterListModel *models; // those listed
  GtkFileChooserNative *chooser;
  gint64 shown;  // the model in view; 0: none
  gint64 wanted; // to be selected as soon as it is in the list
};

G_DEFINE_FINAL_TYPE (CzModelsPage, cz_models_page, ADW_TYPE_BIN)

// ---- The list ----

static void
row_selected (CzModelsPage *self)
{
  CzModelItem *item = cz_model_list_get_item (gtk_list_box_get_selected_row (self->list));

  // While the list is filled anew nothing is selected; the model in view stays in view.
  if (item == NULL)
    return;
  self->shown = cz_model_item_get (item)->id;
  cz_model_view_show (self->view, item);
}

static void
row_activated (CzModelsPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->view));
}

static gboolean
select_model (CzModelsPage *self, gint64 id)
{
  GListModel *models = G_LIST_MODEL (self->models);

  for (guint i = 0; id != 0 && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);

      if (cz_model_item_get (item)->id != id)
        continue;
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int)i));
      return TRUE;
    }
  return FALSE;
}

static void
search_changed (CzModelsPage *self)
{
  cz_model_list_search (self->models, self->workbench, gtk_editable_get_text (self->search_entry));
  gtk_widget_set_visible (GTK_WIDGET (self->none_label),
                          g_list_model_get_n_items (G_LIST_MODEL (self->models)) == 0);
  if (gtk_list_box_get_selected_row (self->list) == NULL)
    select_model (self, self->shown);
}

static void
library_changed (CzModelsPage *self)
{
  guint n = g_list_model_get_n_items (cz_workbench_get_models (self->workbench));

  gtk_stack_set_visible_child_name (self->states, n > 0 ? "list" : "empty");
  if (n < MANY && gtk_editable_get_text (self->search_entry)[0] == '\0')
    gtk_widget_set_visible (self->search_bar, FALSE);
  else
    gtk_widget_set_visible (self->search_bar, TRUE);
  if (n == 0)
    cz_model_view_show (self->view, NULL);
  if (self->wanted != 0 && select_model (self, self->wanted))
    self->wanted = 0;
  if (n > 0 && gtk_list_box_get_selected_row (self->list) == NULL
      && !select_model (self, self->shown)
      && cz_workbench_find_model (self->workbench, self->shown) == NULL)
    {
      // The model in view is gone, or nothing was in view.
      cz_model_list_search (self->models, self->workbench, "");
      gtk_editable_set_text (self->search_entry, "");
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
    }
  cz_model_view_refresh (self->view);
}

// Folders come and go without the library.
static void
look_at_folders (CzModelsPage *self)
{
  if (cz_workbench_get_library (self->workbench) == NULL
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  cz_model_check_all (self->workbench);
  cz_model_view_look_again (self->view);
}

static void
models_changed (CzModelsPage *self)
{
  cz_model_check_all (self->workbench);
}

static void
active_changed (GtkWindow *window, GParamSpec *property, CzModelsPage *self)
{
  if (gtk_window_is_active (window))
    look_at_folders (self);
}

static void
root_changed (CzModelsPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    g_signal_connect_object (root, "notify::is-active", G_CALLBACK (active_changed), self, 0);
}

// ---- Adding ----

// What a folder was found to be.
static void
added (CzWorkBar *bar, JsonNode *answer, const GError *error, gpointer data)
{
  CzModelsPage *self = data;
  const char *name = NULL;
  CzModelItem *item;

  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    name = json_object_get_string_member_with_default (json_node_get_object (answer), "name", NULL);
  if (name == NULL)
    {
      cz_window_tell_error (GTK_WIDGET (self), _ ("The model was not added"),
                            error != NULL ? error->message
                                          : _ ("The command cloze gave no answer."));
      return;
    }
  cz_workbench_refresh (self->workbench);
  item = cz_workbench_find_model_named (self->workbench, name);
  if (item != NULL)
    cz_models_page_select (self, cz_model_item_get (item)->id);
  cz_window_toast (GTK_WIDGET (self), _ ("The model was added."));
}

// The model that lies in a folder; 0: none of the library does.
static gint64
find_folder (CzModelsPage *self, const char *folder)
{
  GListModel *models = cz_workbench_get_models (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);

      if (g_strcmp0 (cz_model_item_get (item)->folder, folder) == 0)
        return cz_model_item_get (item)->id;
    }
  return 0;
}

static void
add_folder (CzModelsPage *self, const char *path)
{
  // As the library writes it.
  g_autofree char *folder = g_canonicalize_filename (path, NULL);
  g_autofree char *shown = g_filename_display_basename (folder);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  const char *arguments[] = { "model", "add", folder, "--name", NULL, NULL };
  gint64 known = find_folder (self, folder);

  if (known != 0)
    {
      cz_models_page_select (self, known);
      cz_window_toast (GTK_WIDGET (self), _ ("The library has this folder already."));
      return;
    }
  name = cz_model_form_find_name (self->workbench, shown);
  arguments[4] = name;
  // Translators: %s is a folder's name.
  title = g_strdup_printf (_ ("Adding “%s”…"), shown);
  if (!cz_work_bar_ask (self->bar, self->workbench, title, arguments, added, self, NULL))
    cz_model_form_tell_busy (GTK_WIDGET (self));
}

static void
folder_chosen (GtkNativeDialog *dialog, int response, CzModelsPage *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  path = g_file_get_path (file);
  if (path != NULL)
    add_folder (self, path);
  else
    cz_window_tell_error (GTK_WIDGET (self), _ ("The model was not added"),
                          _ ("Choose a folder of this computer."));
}

void
cz_models_page_add (CzModelsPage *self)
{
  if (cz_workbench_get_library (self->workbench) == NULL || self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      _ ("Add a model's folder"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Add"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (folder_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

// The folder of a model that was dropped; who drops a file of it means the folder. NULL: it is
// none.
static char *
get_model_folder (const char *path)
{
  g_autofree char *config = g_build_filename (path, "config.json", NULL);

  if (g_str_has_suffix (path, ".safetensors") || g_str_has_suffix (path, "config.json"))
    return g_path_get_dirname (path);
  return g_file_test (config, G_FILE_TEST_EXISTS) ? g_strdup (path) : NULL;
}

// Texts are imported wherever they are dropped.
static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, CzModelsPage *self)
{
  g_auto (GStrv) paths = cz_window_get_dropped_paths (value);
  g_autofree char *folder = NULL;

  if (cz_workbench_get_library (self->workbench) == NULL)
    return FALSE;
  folder = g_strv_length (paths) == 1 ? get_model_folder (paths[0]) : NULL;
  if (folder == NULL)
    return cz_window_import (GTK_WIDGET (self), (const char *const *)paths);
  add_folder (self, folder);
  return TRUE;
}

// ---- Life ----

static void
go_back (CzModelsPage *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
folded_changed (CzModelsPage *self)
{
  cz_model_view_set_folded (self->view, adw_leaflet_get_folded (self->leaflet));
}

static void
cz_models_page_dispose (GObject *object)
{
  CzModelsPage *self = CZ_MODELS_PAGE (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->models);
  G_OBJECT_CLASS (cz_models_page_parent_class)->dispose (object);
}

static void
cz_models_page_class_init (CzModelsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_models_page_dispose;
  g_type_ensure (CZ_TYPE_MODEL_VIEW);
  g_type_ensure (CZ_TYPE_WORK_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/models-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, bar);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, list);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, none_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, view);
  gtk_widget_class_bind_template_callback (widget_class, row_selected);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, go_back);
  gtk_widget_class_bind_template_callback (widget_class, folded_changed);
}

static void
cz_models_page_init (CzModelsPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect (self, "notify::root", G_CALLBACK (root_changed), NULL);
  g_signal_connect (self, "map", G_CALLBACK (look_at_folders), NULL);
}

void
cz_models_page_set_workbench (CzModelsPage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  self->models = cz_model_list_new (workbench);
  cz_model_view_set_workbench (self->view, workbench, self->bar);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->models), cz_model_list_make_row,
                           workbench, NULL);
  g_signal_connect_object (cz_workbench_get_models (workbench), "items-changed",
                           G_CALLBACK (models_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_models_page_select (CzModelsPage *self, gint64 model)
{
  // What a search hides is to be seen.
  gtk_editable_set_text (self->search_entry, "");
  cz_model_list_search (self->models, self->workbench, "");
  self->wanted = select_model (self, model) ? 0 : model;
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->view));
}

void
cz_models_page_search (CzModelsPage *self)
{
  gtk_widget_set_visible (self->search_bar, TRUE);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
