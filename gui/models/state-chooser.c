#include "gui/models/state-chooser.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "gui/models/model-item.h"
#include "gui/playground/known-model.h"

// Of runs the newest that fit are listed; a search finds the others.
#define MOST_RUNS 20

struct _CzStateChooser
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  char *except;
  GtkMenuButton *button;
  GtkLabel *title;
  GtkWidget *search;
  GtkWidget *list;
  GtkLabel *hint;
};

G_DEFINE_FINAL_TYPE (CzStateChooser, cz_state_chooser, ADW_TYPE_BIN)

static guint chosen_signal;

static void
clicked (CzStateChooser *self, GtkWidget *button)
{
  g_autofree char *model = g_strdup (g_object_get_data (G_OBJECT (button), "model"));
  g_autofree char *title = g_strdup (g_object_get_data (G_OBJECT (button), "title"));

  gtk_menu_button_popdown (self->button);
  g_signal_emit (self, chosen_signal, 0, model, title);
}

static void
add_choice (CzStateChooser *self, const char *model, const char *label, const char *title)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *text = gtk_label_new (label);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 36);
  gtk_button_set_child (GTK_BUTTON (button), text);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "model", g_strdup (model), g_free);
  g_object_set_data_full (G_OBJECT (button), "title", g_strdup (title), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->list), button);
}

static gboolean
fits (const char *text, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static guint
add_models (CzStateChooser *self, char **words)
{
  GListModel *models = cz_workbench_get_models (self->workbench);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (CzModelItem) item = g_list_model_get_item (models, i);
      const char *name = cz_model_item_get (item)->name;
      g_autofree char *folded = cz_run_item_fold (name);

      if (g_strcmp0 (name, self->except) == 0 || cz_model_item_is_missing (item)
          || !fits (folded, words))
        continue;
      add_choice (self, name, name, name);
      n++;
    }
  return n;
}

static void
add_run (CzStateChooser *self, CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);
  g_auto (GStrv) kept = cz_known_model_list_kept (self->workbench, item);
  GtkWidget *heading = gtk_label_new (run->name);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_ellipsize (GTK_LABEL (heading), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (heading), 36);
  gtk_widget_add_css_class (heading, "caption-heading");
  gtk_widget_set_margin_top (heading, 9);
  gtk_widget_set_margin_start (heading, 9);
  gtk_box_append (GTK_BOX (self->list), heading);
  for (guint i = 0; kept[i] != NULL; i++)
    {
      g_autofree char *model = g_strdup_printf ("run:%" PRId64 "@%s", run->id, kept[i]);
      g_autofree char *label = cz_known_model_name_kept (kept[i]);
      g_autofree char *title = g_strdup_printf ("%s · %s", run->name, label);

      add_choice (self, model, label, title);
    }
}

// Counts those listed in `shown`; returns how many were found beyond.
static guint
add_runs (CzStateChooser *self, char **words, guint *shown)
{
  GListModel *runs = cz_workbench_get_runs (self->workbench);
  guint listed = 0, more = 0;

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (CzRunItem) item = g_list_model_get_item (runs, i);
      const CzRun *run = cz_run_item_get (item);

      if ((run->result_folder == NULL && !run->resumable)
          || !fits (cz_run_item_get_words (item), words))
        continue;
      if (listed < MOST_RUNS)
        {
          add_run (self, item);
          listed++;
        }
      else
        more++;
    }
  *shown += listed;
  return more;
}

static void
fill (CzStateChooser *self)
{
  g_autofree char *wanted = cz_run_item_fold (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  g_auto (GStrv) words = g_strsplit (wanted, " ", -1);
  g_autofree char *told = NULL;
  GtkWidget *child;
  guint shown, more;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  if (cz_workbench_get_library (self->workbench) == NULL)
    return;
  shown = add_models (self, words);
  more = add_runs (self, words, &shown);
  if (more > 0)
    told = g_strdup_printf (
        ngettext ("%u more run: search for it.", "%u more runs: search for them.", more), more);
  gtk_label_set_label (self->hint, told != NULL ? told : _ ("No model has this name."));
  gtk_widget_set_visible (GTK_WIDGET (self->hint), more > 0 || shown == 0);
}

static void
opened (CzStateChooser *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  fill (self);
}

static void
close_search (CzStateChooser *self)
{
  gtk_menu_button_popdown (self->button);
}

static void
cz_state_chooser_finalize (GObject *object)
{
  g_free (CZ_STATE_CHOOSER (object)->except);
  G_OBJECT_CLASS (cz_state_chooser_parent_class)->finalize (object);
}

static void
cz_state_chooser_class_init (CzStateChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_state_chooser_finalize;
  chosen_signal = g_signal_new ("chosen", CZ_TYPE_STATE_CHOOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
cz_state_chooser_init (CzStateChooser *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *face = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (self->title, 30);
  gtk_box_append (GTK_BOX (face), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (face), gtk_image_new_from_icon_name ("pan-down-symbolic"));
  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", _ ("Search models and runs"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search models and runs"), -1);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->hint = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->hint, 0);
  gtk_label_set_wrap (self->hint, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->hint), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->hint), "caption");
  g_object_set (scrolled, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                "propagate-natural-width", TRUE, "max-content-height", 340, "min-content-width",
                260, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->hint));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (self->button, popover);
  gtk_menu_button_set_child (self->button, face);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (fill), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (close_search), self);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (opened), self);
}

void
cz_state_chooser_set_workbench (CzStateChooser *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_state_chooser_set_except (CzStateChooser *self, const char *except)
{
  g_free (self->except);
  self->except = g_strdup (except);
}

void
cz_state_chooser_set_title (CzStateChooser *self, const char *title)
{
  gtk_label_set_label (self->title, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
}
