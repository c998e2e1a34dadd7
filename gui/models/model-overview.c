#include "gui/models/model-overview.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "gui/experiments/run-item.h"
#include "gui/fact-row.h"
#include "gui/models/model-origin.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzModelOverview
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzModelItem *item;
  GtkBox *box;
  GtkLabel *verified; // in the groups; NULL: none are shown
  char *sentence;     // what stands there
  gboolean good;
};

G_DEFINE_FINAL_TYPE (CzModelOverview, cz_model_overview, ADW_TYPE_BIN)

// ---- Rows ----

static GtkWidget *
add_fact (AdwPreferencesGroup *group, const char *title, const char *value)
{
  GtkWidget *row = cz_fact_row_new (title, value);

  adw_preferences_group_add (group, row);
  return row;
}

// Long values stand below their title, all of them.
static GtkWidget *
add_text (AdwPreferencesGroup *group, const char *title, const char *value)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_preferences_group_add (group, row);
  return row;
}

static GtkWidget *
add_button (GtkWidget *row, const char *icon, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return button;
}

// ---- What it is and where it came from ----

static void
open_page (CzModelOverview *self)
{
  g_autofree char *page = cz_model_origin_get_page (cz_model_item_get (self->item));

  if (page != NULL)
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), page, GDK_CURRENT_TIME);
}

static void
show_run (CzModelOverview *self)
{
  cz_window_go_to (GTK_WIDGET (self), "experiments",
                   cz_model_origin_get_run (cz_model_item_get (self->item)));
}

static void
show_parent (CzModelOverview *self)
{
  cz_window_go_to (GTK_WIDGET (self), "models", cz_model_item_get (self->item)->parent);
}

static void
add_origin (CzModelOverview *self, AdwPreferencesGroup *group, const CzModel *model)
{
  g_autofree char *origin = cz_model_origin_tell (self->workbench, model);
  g_autofree char *page = cz_model_origin_get_page (model);
  GtkWidget *row = add_text (group, _ ("Where from"), origin);
  gint64 run = cz_model_origin_get_run (model);

  if (page != NULL)
    g_signal_connect_object (
        add_button (row, "adw-external-link-symbolic", _ ("Open its page on the Hub")), "clicked",
        G_CALLBACK (open_page), self, G_CONNECT_SWAPPED);
  else if (run != 0 && cz_workbench_find_run (self->workbench, run) != NULL)
    g_signal_connect_object (add_button (row, "go-next-symbolic", _ ("Show the run that made it")),
                             "clicked", G_CALLBACK (show_run), self, G_CONNECT_SWAPPED);
}

static void
add_training (CzModelOverview *self, AdwPreferencesGroup *group, const CzModel *model)
{
  const char *parent = model->parent_name;
  GtkWidget *row = add_text (group, _ ("Made from"),
                             parent != NULL ? parent
                             : g_strcmp0 (model->origin, "random") == 0
                                 ? _ ("nothing: it began with random weights")
                                 : _ ("not known"));

  if (model->parent != 0)
    g_signal_connect_object (
        add_button (row, "go-next-symbolic", _ ("Show the model it was made from")), "clicked",
        G_CALLBACK (show_parent), self, G_CONNECT_SWAPPED);
  add_text (group, _ ("Trained on"),
            model->trained_on != NULL && model->trained_on[0] != '\0' ? model->trained_on
            : g_strcmp0 (model->origin, "random") == 0                ? _ ("nothing yet")
                                                                      : _ ("not known"));
  add_fact (group, _ ("Licence"), model->licence != NULL ? model->licence : _ ("not known"));
}

static void
add_shape (AdwPreferencesGroup *group, const CzModel *model, const CzModelCheck *check)
{
  g_autofree char *parameters = cz_numbers_count (model->parameters);
  g_autofree char *count = cz_numbers_count (model->vocabulary);
  g_autofree char *vocabulary = g_strdup_printf (
      // Translators: a number of word pieces.
      ngettext ("%s word piece", "%s word pieces", (gulong)model->vocabulary), count);

  add_fact (group, _ ("Parameters"), parameters);
  add_fact (group, _ ("Vocabulary"), vocabulary);
  add_fact (group, _ ("Capital letters"),
            model->lowercase ? _ ("read as small ones (uncased)")
                             : _ ("told from small ones (cased)"));
  if (check != NULL && check->layers > 0)
    {
      g_autofree char *layers = cz_numbers_count (check->layers);
      g_autofree char *width = cz_numbers_count (check->width);
      g_autofree char *heads = cz_numbers_count (check->heads);
      g_autofree char *positions = cz_numbers_count (check->positions);

      add_fact (group, _ ("Layers"), layers);
      add_fact (group, _ ("Width"), width);
      add_fact (group, _ ("Attention heads"), heads);
      add_fact (group, _ ("Longest text, in tokens"), positions);
    }
}

// ---- Where it lies ----

static void
open_folder (CzModelOverview *self)
{
  g_autofree char *uri
      = g_filename_to_uri (cz_model_item_get (self->item)->folder, NULL /* hostname */, NULL);

  if (uri != NULL)
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), uri, GDK_CURRENT_TIME);
}

static void
show_verified (CzModelOverview *self)
{
  if (self->verified == NULL)
    return;
  gtk_label_set_label (self->verified, self->sentence != NULL ? self->sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->verified), self->sentence != NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self->verified), self->good ? "error" : "better");
  gtk_widget_add_css_class (GTK_WIDGET (self->verified), self->good ? "better" : "error");
}

static void
add_place (CzModelOverview *self, AdwPreferencesGroup *group, const CzModel *model)
{
  g_autoptr (GDateTime) made = g_date_time_new_from_unix_local (model->created);
  g_autofree char *added = made != NULL ? g_date_time_format (made, _ ("%e %B %Y, %H:%M")) : NULL;
  g_autofree char *size = g_format_size ((guint64)model->bytes);
  GtkWidget *row = add_text (group, _ ("Folder"), model->folder);
  GtkWidget *button;

  if (!cz_model_item_is_missing (self->item))
    g_signal_connect_object (add_button (row, "folder-open-symbolic", _ ("Open the folder")),
                             "clicked", G_CALLBACK (open_folder), self, G_CONNECT_SWAPPED);
  if (model->bytes > 0)
    add_fact (group, _ ("Weights on disk"), size);
  if (added != NULL)
    add_fact (group, _ ("Added"), g_strstrip (added));
  row = add_text (group, _ ("sha256 of the weights"), model->hash);
  button = gtk_button_new_with_mnemonic (_ ("_Verify"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (
      button, _ ("Read the files again: are they still what they were when it was added?"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "model.verify");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

// ---- All ----

static AdwPreferencesGroup *
add_group (CzModelOverview *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  if (title != NULL)
    adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (self->box, group);
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_notes (CzModelOverview *self, const CzModelCheck *check)
{
  for (guint i = 0; check != NULL && check->notes != NULL && check->notes[i] != NULL; i++)
    {
      GtkWidget *label = gtk_label_new (check->notes[i]);

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (self->box, label);
    }
}

void
cz_model_overview_show (CzModelOverview *self, CzModelItem *item, const CzModelCheck *check)
{
  const CzModel *model;
  GtkWidget *child;

  g_set_object (&self->item, item);
  self->verified = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
  if (item == NULL)
    return;
  model = cz_model_item_get (item);
  self->verified = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->verified, TRUE);
  gtk_label_set_xalign (self->verified, 0);
  gtk_label_set_selectable (self->verified, TRUE);
  gtk_box_append (self->box, GTK_WIDGET (self->verified));
  show_verified (self);
  AdwPreferencesGroup *group = add_group (self, NULL);
  add_origin (self, group, model);
  add_training (self, group, model);
  add_place (self, add_group (self, _ ("On this computer")), model);
  add_shape (add_group (self, _ ("Shape")), model, check);
  add_notes (self, check);
}

void
cz_model_overview_set_verified (CzModelOverview *self, const char *sentence, gboolean good)
{
  char *old = self->sentence;

  self->sentence = g_strdup (sentence);
  self->good = good;
  g_free (old);
  show_verified (self);
}

void
cz_model_overview_set_workbench (CzModelOverview *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

static void
cz_model_overview_dispose (GObject *object)
{
  g_clear_object (&CZ_MODEL_OVERVIEW (object)->item);
  CZ_MODEL_OVERVIEW (object)->verified = NULL;
  G_OBJECT_CLASS (cz_model_overview_parent_class)->dispose (object);
}

static void
cz_model_overview_finalize (GObject *object)
{
  g_free (CZ_MODEL_OVERVIEW (object)->sentence);
  G_OBJECT_CLASS (cz_model_overview_parent_class)->finalize (object);
}

static void
cz_model_overview_class_init (CzModelOverviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_model_overview_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_model_overview_finalize;
}

static void
cz_model_overview_init (CzModelOverview *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 18));
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->box), 12);
  // Room for the shadow of the groups.
  gtk_widget_set_margin_start (GTK_WIDGET (self->box), 2);
  gtk_widget_set_margin_end (GTK_WIDGET (self->box), 2);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (self->box));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}
