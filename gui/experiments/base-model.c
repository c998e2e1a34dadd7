#include "gui/experiments/base-model.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gui/experiments/run-chooser.h"
#include "gui/models/model-item.h"
#include "gui/window.h"

struct _CzBaseModel
{
  AdwPreferencesGroup parent_instance;
  CzWorkbench *workbench; // the dialog's
  GtkWidget *further_button;
  AdwComboRow *model;
  AdwComboRow *kept; // what the run has kept
  gint64 run;        // whose models `kept` lists; 0: the library's are chosen from
  GPtrArray *names;  // of `kept`, as cloze names them
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzBaseModel, cz_base_model, ADW_TYPE_PREFERENCES_GROUP)

static guint changed_signal;

static void
choice_changed (CzBaseModel *self)
{
  if (!self->filling)
    g_signal_emit (self, changed_signal, 0);
}

static void
add_kept (CzBaseModel *self, GtkStringList *titles, char *name, const char *title)
{
  g_ptr_array_add (self->names, name);
  gtk_string_list_append (titles, title);
}

// Best first, then the end, then epochs.
static gboolean
list_kept (CzBaseModel *self, const CzRun *run, GtkStringList *titles, GError **error)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (GPtrArray) checkpoints = cz_run_list_checkpoints (library, run->id, error);
  g_autofree char *folder = cz_run_get_folder (library, run->id);
  g_autofree char *last = g_build_filename (folder, "last", NULL);

  if (checkpoints == NULL)
    return FALSE;
  g_ptr_array_set_size (self->names, 0);
  for (guint i = 0; i < checkpoints->len; i++)
    if (g_str_equal (((CzRunCheckpoint *)checkpoints->pdata[i])->kind, "best"))
      add_kept (self, titles, g_strdup_printf ("run:%" PRId64 "@best", run->id),
                _ ("The best one"));
  if (g_file_test (last, G_FILE_TEST_IS_DIR))
    add_kept (self, titles, g_strdup_printf ("run:%" PRId64 "@last", run->id),
              _ ("The one at the end"));
  for (guint i = 0; i < checkpoints->len; i++)
    {
      const CzRunCheckpoint *checkpoint = checkpoints->pdata[i];
      int epoch = (int)(checkpoint->epoch + 0.5);
      g_autofree char *title = g_strdup_printf (_ ("After epoch %d"), epoch);

      if (g_str_equal (checkpoint->kind, "epoch"))
        add_kept (self, titles, g_strdup_printf ("run:%" PRId64 "@epoch:%d", run->id, epoch),
                  title);
    }
  return TRUE;
}

static gboolean
take_run (CzBaseModel *self, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRun) run = cz_run_get (cz_workbench_get_library (self->workbench), id, &error);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autofree char *told = NULL;

  if (run == NULL || !list_kept (self, run, titles, &error))
    {
      cz_window_tell_error (GTK_WIDGET (self), _ ("The run could not be read"), error->message);
      return FALSE;
    }
  if (self->names->len == 0)
    return FALSE;
  // Translators: a run's model that is trained further.
  told = g_strdup_printf (_ ("From run %" PRId64 ", “%s”"), run->id, run->name);
  self->filling = TRUE;
  self->run = id;
  adw_combo_row_set_model (self->kept, G_LIST_MODEL (titles));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->kept), told);
  gtk_widget_set_visible (GTK_WIDGET (self->kept), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->model), FALSE);
  self->filling = FALSE;
  return TRUE;
}

static void
run_chosen (CzBaseModel *self, gint64 id)
{
  if (take_run (self, id))
    choice_changed (self);
}

static void
ask_for_run (CzBaseModel *self)
{
  CzRunChooser *chooser
      = cz_run_chooser_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->workbench,
                            _ ("Train a run's model further"), TRUE /* with_model */);

  g_signal_connect_object (chooser, "chosen", G_CALLBACK (run_chosen), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (chooser));
}

static void
forget_run (CzBaseModel *self)
{
  self->run = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->kept), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->model), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->model));
  choice_changed (self);
}

static void
runs_changed (CzBaseModel *self)
{
  GListModel *runs = cz_workbench_get_runs (self->workbench);

  gtk_widget_set_visible (self->further_button, g_list_model_get_n_items (runs) > 0);
}

static void
cz_base_model_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_BASE_MODEL (object)->names);
  G_OBJECT_CLASS (cz_base_model_parent_class)->finalize (object);
}

static void
cz_base_model_class_init (CzBaseModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_base_model_finalize;
  changed_signal = g_signal_new ("changed", CZ_TYPE_BASE_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_base_model_init (CzBaseModel *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);
  GtkWidget *back = gtk_button_new_from_icon_name ("edit-clear-symbolic");
  g_autoptr (GtkExpression) name = gtk_property_expression_new (CZ_TYPE_MODEL_ITEM, NULL, "name");

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->model = ADW_COMBO_ROW (adw_combo_row_new ());
  self->kept = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->model), _ ("Model"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->kept), _ ("Model"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->kept), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->kept), 1);
  adw_combo_row_set_expression (self->model, name);
  gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (back, "flat");
  gtk_widget_set_tooltip_text (back, _ ("Take a model of the library instead"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Take a model of the library instead"), -1);
  g_signal_connect_swapped (back, "clicked", G_CALLBACK (forget_run), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->kept), back);
  gtk_widget_set_visible (GTK_WIDGET (self->kept), FALSE);
  self->further_button = gtk_button_new_with_mnemonic (_ ("Train _further from a run…"));
  gtk_widget_add_css_class (self->further_button, "flat");
  g_signal_connect_swapped (self->further_button, "clicked", G_CALLBACK (ask_for_run), self);
  adw_preferences_group_set_title (group, _ ("What is trained"));
  adw_preferences_group_set_header_suffix (group, self->further_button);
  adw_preferences_group_add (group, GTK_WIDGET (self->model));
  adw_preferences_group_add (group, GTK_WIDGET (self->kept));
  g_signal_connect_swapped (self->model, "notify::selected", G_CALLBACK (choice_changed), self);
  g_signal_connect_swapped (self->kept, "notify::selected", G_CALLBACK (choice_changed), self);
}

void
cz_base_model_set_workbench (CzBaseModel *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  adw_combo_row_set_model (self->model, cz_workbench_get_models (workbench));
  runs_changed (self);
}

const char *
cz_base_model_get (CzBaseModel *self)
{
  CzModelItem *item = adw_combo_row_get_selected_item (self->model);
  guint selected = adw_combo_row_get_selected (self->kept);

  if (self->run == 0)
    return item != NULL ? cz_model_item_get (item)->name : NULL;
  return selected < self->names->len ? self->names->pdata[selected] : NULL;
}

gboolean
cz_base_model_set (CzBaseModel *self, const char *name)
{
  GListModel *models = cz_workbench_get_models (self->workbench);

  if (g_str_has_prefix (name, "run:"))
    {
      if (!take_run (self, strtoll (name + strlen ("run:"), NULL, 10)))
        return FALSE;
      for (guint i = 0; i < self->names->len; i++)
        if (g_str_equal (self->names->pdata[i], name))
          adw_combo_row_set_selected (self->kept, i);
      choice_changed (self);
      return TRUE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);

      if (!g_str_equal (cz_model_item_get (item)->name, name))
        continue;
      adw_combo_row_set_selected (self->model, i);
      if (self->run != 0)
        forget_run (self);
      return TRUE;
    }
  return FALSE;
}
