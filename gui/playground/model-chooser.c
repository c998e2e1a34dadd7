#include "gui/playground/model-chooser.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "gui/experiments/run-dot.h"
#include "gui/models/model-item.h"
#include "gui/playground/known-model.h"

// Of runs the newest that fit are listed; a search finds the others.
#define MOST_RUNS 20

struct _CzModelChooser
{
  GtkPopover parent_instance;
  CzPlayground *playground; // the page's
  GtkWidget *search;
  GtkWidget *list;
  GtkWidget *hint;
  GPtrArray *buttons; // check buttons of the list, not owned
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzModelChooser, cz_model_chooser, GTK_TYPE_POPOVER)

static const char *
get_model (gpointer button)
{
  return g_object_get_data (G_OBJECT (button), "model");
}

static void
toggled (CzModelChooser *self, GtkCheckButton *button)
{
  if (self->filling)
    return;
  if (gtk_check_button_get_active (button))
    cz_playground_add_model (self->playground, get_model (button));
  else
    cz_playground_remove_model (self->playground, get_model (button));
}

// The checks say what is shown; with four there is no room for another, and one has to stay.
static void
show_chosen (CzModelChooser *self)
{
  g_auto (GStrv) names = cz_playground_dup_model_names (self->playground);
  guint n = g_strv_length (names);

  self->filling = TRUE;
  for (guint i = 0; i < self->buttons->len; i++)
    {
      GtkWidget *button = self->buttons->pdata[i];
      gboolean shown = g_strv_contains ((const char *const *)names, get_model (button));

      gtk_check_button_set_active (GTK_CHECK_BUTTON (button), shown);
      gtk_widget_set_sensitive (button, shown ? n > 1 : n < CZ_PLAYGROUND_MOST_MODELS);
    }
  self->filling = FALSE;
}

static void
add_button (CzModelChooser *self, GtkWidget *box, const char *model, const char *title)
{
  GtkWidget *button = gtk_check_button_new_with_label (title);

  g_object_set_data_full (G_OBJECT (button), "model", g_strdup (model), g_free);
  g_signal_connect_object (button, "toggled", G_CALLBACK (toggled), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
  g_ptr_array_add (self->buttons, button);
}

static void
add_run (CzModelChooser *self, CzRunItem *item)
{
  CzWorkbench *workbench = cz_playground_get_workbench (self->playground);
  g_auto (GStrv) kept = cz_known_model_list_kept (workbench, item);
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = cz_run_dot_new ();
  GtkWidget *name = gtk_label_new (cz_run_item_get (item)->name);

  cz_run_dot_set_color (CZ_RUN_DOT (dot), cz_run_item_get_color (item));
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 32);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_add_css_class (name, "heading");
  gtk_box_append (GTK_BOX (head), dot);
  gtk_box_append (GTK_BOX (head), name);
  gtk_widget_set_margin_top (head, 9);
  gtk_box_append (GTK_BOX (group), head);
  for (guint i = 0; kept[i] != NULL; i++)
    {
      g_autofree char *model
          = g_strdup_printf ("run:%" PRId64 "@%s", cz_run_item_get (item)->id, kept[i]);
      g_autofree char *title = cz_known_model_name_kept (kept[i]);

      add_button (self, group, model, title);
    }
  gtk_box_append (GTK_BOX (self->list), group);
}

static gboolean
fits (const char *text, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (text, words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
fill (CzModelChooser *self)
{
  CzWorkbench *workbench = cz_playground_get_workbench (self->playground);
  GListModel *models = cz_workbench_get_models (workbench);
  GListModel *runs = cz_workbench_get_runs (workbench);
  g_autofree char *wanted = cz_run_item_fold (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  g_auto (GStrv) words = g_strsplit (wanted, " ", -1);
  guint shown = 0, more = 0;
  GtkWidget *child;

  if (cz_workbench_get_library (workbench) == NULL)
    return;
  g_ptr_array_set_size (self->buttons, 0);
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);
      const char *name = cz_model_item_get (item)->name;
      g_autofree char *folded = cz_run_item_fold (name);

      if (fits (folded, words))
        add_button (self, self->list, name, name);
    }
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);
      const CzRun *run = cz_run_item_get (item);

      if ((run->result_folder == NULL && !run->resumable)
          || !fits (cz_run_item_get_words (item), words))
        continue;
      if (shown == MOST_RUNS)
        {
          more++;
          continue;
        }
      add_run (self, item);
      shown++;
    }
  if (more > 0)
    {
      g_autofree char *told = g_strdup_printf (
          ngettext ("%u more run: search for it.", "%u more runs: search for them.", more), more);

      gtk_label_set_label (GTK_LABEL (self->hint), told);
    }
  else
    gtk_label_set_label (GTK_LABEL (self->hint), self->buttons->len > 0
                                                     ? _ ("Up to four are shown side by side.")
                                                     : _ ("No model has this name."));
  show_chosen (self);
}

static void
cz_model_chooser_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_MODEL_CHOOSER (object)->buttons);
  G_OBJECT_CLASS (cz_model_chooser_parent_class)->finalize (object);
}

static void
cz_model_chooser_class_init (CzModelChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_model_chooser_finalize;
}

static void
cz_model_chooser_init (CzModelChooser *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->buttons = g_ptr_array_new ();
  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", _ ("Search models and runs"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search models and runs"), -1);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->hint = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_widget_add_css_class (self->hint, "dim-label");
  gtk_widget_add_css_class (self->hint, "caption");
  g_object_set (scrolled, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                "propagate-natural-width", TRUE, "max-content-height", 340, "min-content-width",
                260, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  g_object_set (box, "margin-top", 6, "margin-bottom", 6, "margin-start", 6, "margin-end", 6, NULL);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), self->hint);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (fill), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (gtk_popover_popdown), self);
  g_signal_connect (self, "show", G_CALLBACK (fill), NULL);
}

GtkWidget *
cz_model_chooser_new (CzPlayground *playground)
{
  CzModelChooser *self = g_object_new (CZ_TYPE_MODEL_CHOOSER, NULL);

  self->playground = playground;
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (show_chosen), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
