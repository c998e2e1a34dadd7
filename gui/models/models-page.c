#include "gui/models/models-page.h"

#include <glib/gi18n.h>

#include "data/model-change.h"
#include "engine/format/model-config.h"
#include "gui/fact-row.h"
#include "gui/front-page.h"
#include "gui/models/model-item.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzModelsPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GtkStack *states;
  AdwLeaflet *leaflet;
  GtkListBox *list;
  GtkWidget *content;
  GtkWidget *back_button;
  GtkLabel *name_label;
  GtkLabel *summary_label;
  GtkWidget *try_button;
  GtkWidget *remove_button;
  GtkLabel *trouble_label;
  AdwBin *facts;
  GtkFileChooserNative *chooser;
  gint64 wanted; // to be selected as soon as it is in the list
};

G_DEFINE_FINAL_TYPE (CzModelsPage, cz_models_page, ADW_TYPE_BIN)

static const CzModel *
selected_model (CzModelsPage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  return row != NULL ? cz_model_item_get (g_object_get_data (G_OBJECT (row), "item")) : NULL;
}

// Where a model came from, for people.
static char *
tell_origin (const CzModel *model)
{
  if (g_strcmp0 (model->origin, "shipped") == 0)
    return g_strdup (_ ("comes with the program"));
  if (g_strcmp0 (model->origin, "random") == 0)
    return g_strdup (_ ("random weights"));
  if (model->origin != NULL && g_str_has_prefix (model->origin, "run:"))
    return g_strdup_printf (_ ("made by run %s"), model->origin + 4);
  return g_strdup (_ ("a folder of yours"));
}

static GtkWidget *
make_row (gpointer object, gpointer data)
{
  const CzModel *model = cz_model_item_get (object);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *name = gtk_label_new (model->name);
  g_autofree char *size = cz_numbers_short (model->parameters);
  g_autofree char *text = g_strdup_printf (_ ("%s parameters"), size);
  GtkWidget *facts = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (facts), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (facts, "caption");
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (object), g_object_unref);
  return row;
}

// ---- One model ----

static void
add_fact (AdwPreferencesGroup *group, const char *title, const char *value)
{
  adw_preferences_group_add (group, cz_fact_row_new (title, value));
}

static void
add_count (AdwPreferencesGroup *group, const char *title, gint64 count)
{
  g_autofree char *text = cz_numbers_count (count);

  add_fact (group, title, text);
}

static void
show_model (CzModelsPage *self)
{
  const CzModel *model = selected_model (self);
  AdwPreferencesGroup *group;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *origin = NULL;
  CzModelConfig config;

  if (model == NULL)
    return;
  group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  path = g_build_filename (model->folder, "config.json", NULL);
  origin = tell_origin (model);
  gtk_label_set_label (self->name_label, model->name);
  gtk_label_set_label (self->summary_label, origin);
  if (cz_model_config_load (path, &config, &error))
    {
      add_count (group, _ ("Layers"), config.n_layers);
      add_count (group, _ ("Width"), config.dim);
      add_count (group, _ ("Attention heads"), config.n_heads);
      add_count (group, _ ("Longest text, in tokens"), config.max_position_embeddings);
    }
  add_count (group, _ ("Vocabulary, in word pieces"), model->vocabulary);
  add_count (group, _ ("Parameters"), model->parameters);
  add_fact (group, _ ("Folder"), model->folder);
  gtk_label_set_label (self->trouble_label, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble_label), error != NULL);
  gtk_widget_set_sensitive (self->try_button, error == NULL);
  // The program's own comes back with the next start.
  gtk_widget_set_visible (self->remove_button, g_strcmp0 (model->origin, "shipped") != 0);
  adw_bin_set_child (self->facts, GTK_WIDGET (group));
}

static void
row_activated (CzModelsPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static gboolean
select_model (CzModelsPage *self, gint64 id)
{
  GListModel *models = cz_workbench_get_models (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);

      if (cz_model_item_get (item)->id == id)
        {
          gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int)i));
          return TRUE;
        }
    }
  return FALSE;
}

static void
library_changed (CzModelsPage *self)
{
  guint n = g_list_model_get_n_items (cz_workbench_get_models (self->workbench));

  gtk_stack_set_visible_child_name (self->states, n > 0 ? "list" : "empty");
  if (self->wanted != 0 && select_model (self, self->wanted))
    self->wanted = 0;
  if (n > 0 && gtk_list_box_get_selected_row (self->list) == NULL)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
}

// ---- Adding ----

typedef struct
{
  char *library;
  char *folder;
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_free (adding->library);
  g_free (adding->folder);
  g_free (adding);
}

static void
add_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Adding *adding = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (adding->library, &error);
  g_autoptr (CzModel) model = NULL;

  if (library != NULL)
    model = cz_model_add (library, adding->folder, NULL, NULL, &error);
  if (model == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, (gssize)model->id);
}

static void
added (GObject *object, GAsyncResult *result, gpointer data)
{
  CzModelsPage *self = CZ_MODELS_PAGE (object);
  g_autoptr (GError) error = NULL;
  gssize id = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    {
      cz_window_tell_error (GTK_WIDGET (self), _ ("The model was not added"), error->message);
      return;
    }
  self->wanted = id;
  cz_workbench_refresh (self->workbench);
  cz_window_toast (GTK_WIDGET (self), _ ("The model was added."));
}

static void
folder_chosen (GtkNativeDialog *dialog, int response, CzModelsPage *self)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GFile) file = NULL;
  Adding *adding;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  adding = g_new0 (Adding, 1);
  adding->library = g_strdup (cz_workbench_get_path (self->workbench));
  adding->folder = g_file_get_path (file);
  task = g_task_new (self, NULL, added, NULL);
  g_task_set_task_data (task, adding, adding_free);
  g_task_run_in_thread (task, add_in_thread);
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

// ---- Trying and removing ----

static void
try_clicked (CzModelsPage *self)
{
  const CzModel *model = selected_model (self);

  if (model != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.try", "s", model->name);
}

static void
remove_answered (AdwMessageDialog *dialog, const char *response, CzModelsPage *self)
{
  gint64 *id = g_object_get_data (G_OBJECT (dialog), "model");
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "remove"))
    return;
  if (!cz_model_remove (cz_workbench_get_library (self->workbench), *id, &error))
    cz_window_tell_error (GTK_WIDGET (self), _ ("The model was not removed"), error->message);
  cz_workbench_refresh (self->workbench);
}

static void
remove_clicked (CzModelsPage *self)
{
  const CzModel *model = selected_model (self);
  GtkWidget *dialog;

  if (model == NULL)
    return;
  dialog
      = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, NULL);
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _ ("Remove “%s”?"), model->name);
  adw_message_dialog_set_body (
      ADW_MESSAGE_DIALOG (dialog),
      g_strcmp0 (model->origin, "folder") == 0
          ? _ ("The library forgets the model. Its folder stays where it is.")
          : _ ("The model was made here: its files are removed too."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "model", g_memdup2 (&model->id, sizeof model->id),
                          g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

// ---- Life ----

static void
back_clicked (CzModelsPage *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
folded_changed (CzModelsPage *self)
{
  gtk_widget_set_visible (self->back_button, adw_leaflet_get_folded (self->leaflet));
}

static void
cz_models_page_dispose (GObject *object)
{
  g_clear_object (&CZ_MODELS_PAGE (object)->chooser);
  G_OBJECT_CLASS (cz_models_page_parent_class)->dispose (object);
}

static void
cz_models_page_class_init (CzModelsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_models_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/models-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, list);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, content);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, name_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, summary_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, try_button);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, remove_button);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CzModelsPage, facts);
}

static void
cz_models_page_init (CzModelsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  g_signal_connect_swapped (self->list, "row-selected", G_CALLBACK (show_model), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated), self);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_changed), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_clicked), self);
  g_signal_connect_swapped (self->try_button, "clicked", G_CALLBACK (try_clicked), self);
  g_signal_connect_swapped (self->remove_button, "clicked", G_CALLBACK (remove_clicked), self);
}

void
cz_models_page_set_workbench (CzModelsPage *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  gtk_list_box_bind_model (self->list, cz_workbench_get_models (workbench), make_row, self, NULL);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (library_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_models_page_select (CzModelsPage *self, gint64 model)
{
  self->wanted = select_model (self, model) ? 0 : model;
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}
