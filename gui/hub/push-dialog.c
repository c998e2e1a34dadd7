#include "gui/hub/push-dialog.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "data/hub-push.h"
#include "data/push-record.h"
#include "data/run.h"
#include "gui/cloze.h"
#include "gui/dialog-cancellable.h"
#include "gui/hub/account-dialog.h"
#include "gui/progress-line.h"

struct _CzPushDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench;
  char *model;
  gint64 run; // whose best model it is; 0: of no run

  GtkWidget *push_button;
  GtkStack *stack; // "asking", "out", "form", "pushing", "done"
  GtkLabel *out_label;
  AdwComboRow *owner;
  AdwEntryRow *name;
  GtkSwitch *is_private;
  GtkLabel *told; // what is wrong
  GtkProgressBar *bar;
  GtkLabel *progress_label;
  GtkLabel *done_label;
  GtkWidget *link_box;
  GCancellable *cancellable; // closing ends a push: what is whole at the Hub by then stays so
};

G_DEFINE_FINAL_TYPE (CzPushDialog, cz_push_dialog, ADW_TYPE_WINDOW)

static void
tell (CzPushDialog *self, const char *sentence)
{
  gtk_label_set_label (self->told, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->told), sentence != NULL);
}

static void
show_page (CzPushDialog *self, const char *page)
{
  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->push_button, g_str_equal (page, "form"));
}

// ---- The form ----

char *
cz_push_dialog_suggest_name (const char *text)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *c = text; *c != '\0' && name->len < 96; c++)
    {
      if (g_ascii_isalnum (*c) || *c == '_')
        g_string_append_c (name, *c);
      else if (name->len > 0 && name->str[name->len - 1] != '-')
        g_string_append_c (name, '-');
    }
  while (name->len > 0 && name->str[name->len - 1] == '-')
    g_string_truncate (name, name->len - 1);
  return name->len > 0 ? g_string_free (g_steal_pointer (&name), FALSE) : g_strdup ("model");
}

// "owner/name"; freed by the caller.
static char *
get_repo (CzPushDialog *self)
{
  GtkStringObject *owner = adw_combo_row_get_selected_item (self->owner);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));

  return g_strdup_printf ("%s/%s", owner != NULL ? gtk_string_object_get_string (owner) : "", name);
}

static void
form_changed (CzPushDialog *self)
{
  g_autofree char *repo = get_repo (self);
  g_autoptr (GError) error = NULL;
  gboolean possible = cz_hub_push_check_name (repo, &error);

  tell (self, possible ? NULL : error->message);
  gtk_button_set_label (GTK_BUTTON (self->push_button), _ ("_Push"));
  gtk_widget_set_sensitive (self->push_button, possible);
}

static void
show_owners (CzPushDialog *self, JsonObject *account)
{
  g_autoptr (GtkStringList) owners = gtk_string_list_new (NULL);
  JsonArray *organizations = json_object_has_member (account, "organizations")
                                 ? json_object_get_array_member (account, "organizations")
                                 : NULL;

  gtk_string_list_append (owners, json_object_get_string_member (account, "user"));
  for (guint i = 0; organizations != NULL && i < json_array_get_length (organizations); i++)
    gtk_string_list_append (owners, json_array_get_string_element (organizations, i));
  adw_combo_row_set_model (self->owner, G_LIST_MODEL (owners));
  show_page (self, "form");
  form_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

static void
known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzPushDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
      && json_object_has_member (json_node_get_object (answer), "user"))
    {
      show_owners (self, json_node_get_object (answer));
      return;
    }
  gtk_label_set_label (self->out_label, cz_account_dialog_is_nobody (error)
                                            ? _ ("Sign in to the Hub to push the model.")
                                        : error != NULL ? error->message
                                                        : "");
  show_page (self, "out");
}

static void
ask_account (CzPushDialog *self)
{
  const char *arguments[] = { "hub", "whoami", NULL };

  show_page (self, "asking");
  cz_cloze_ask_async (NULL /* library */, arguments, self->cancellable, known, g_object_ref (self));
}

static gboolean
account_closed (GtkWindow *dialog, CzPushDialog *self)
{
  ask_account (self);
  return FALSE;
}

static void
open_account (CzPushDialog *self)
{
  CzAccountDialog *dialog = cz_account_dialog_new (GTK_WIDGET (self));

  g_signal_connect_object (dialog, "close-request", G_CALLBACK (account_closed), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

// ---- Pushing ----

static void
told_progress (const char *line, gpointer data)
{
  CzPushDialog *self = data;
  CzProgressLine read = cz_progress_line_read (line);

  if (read.share >= 0)
    gtk_progress_bar_set_fraction (self->bar, read.share);
  else
    gtk_progress_bar_pulse (self->bar);
  gtk_label_set_label (self->progress_label, read.status);
  cz_progress_line_clear (&read);
}

static void
show_done (CzPushDialog *self, JsonObject *answer)
{
  const char *url = json_object_get_string_member_with_default (answer, "url", "");
  gboolean changed = json_object_get_boolean_member_with_default (answer, "changed", TRUE);
  GtkWidget *old = gtk_widget_get_first_child (self->link_box);

  if (old != NULL)
    gtk_box_remove (GTK_BOX (self->link_box), old);
  gtk_box_append (GTK_BOX (self->link_box), gtk_link_button_new (url));
  gtk_label_set_label (self->done_label, changed ? _ ("The model is on the Hub.")
                                                 : _ ("The Hub had all of it already."));
  show_page (self, "done");
  cz_workbench_refresh (self->workbench);
}

static void
pushed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzPushDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    {
      show_done (self, json_node_get_object (answer));
      return;
    }
  show_page (self, "form");
  tell (self, error != NULL ? error->message : _ ("The push's answer can't be read."));
  gtk_button_set_label (GTK_BUTTON (self->push_button), _ ("_Again"));
  gtk_widget_grab_focus (self->push_button);
  cz_workbench_refresh (self->workbench);
}

static void
push (CzPushDialog *self)
{
  g_autofree char *repo = get_repo (self);
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, self->run);
  const char *arguments[] = { self->run > 0 ? "run" : "model",
                              "push",
                              self->run > 0 ? id : self->model,
                              repo,
                              gtk_switch_get_active (self->is_private) ? "--private" : NULL,
                              NULL };

  tell (self, NULL);
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_label_set_label (self->progress_label, "");
  show_page (self, "pushing");
  cz_cloze_watch_async (cz_workbench_get_path (self->workbench), arguments, self->cancellable,
                        told_progress, pushed, g_object_ref (self));
}

static void
activated (CzPushDialog *self)
{
  if (gtk_widget_get_sensitive (self->push_button))
    push (self);
}

// ---- Life ----

static void
cz_push_dialog_dispose (GObject *object)
{
  CzPushDialog *self = CZ_PUSH_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_pointer (&self->model, g_free);
  G_OBJECT_CLASS (cz_push_dialog_parent_class)->dispose (object);
}

static void
cz_push_dialog_class_init (CzPushDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_push_dialog_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static GtkLabel *
make_label (void)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_max_width_chars (label, 48);
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
  gtk_label_set_selectable (label, TRUE);
  return label;
}

static GtkWidget *
make_out (CzPushDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Hub account…"));

  self->out_label = make_label ();
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (open_account), self);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->out_label));
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

static GtkWidget *
make_form (CzPushDialog *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *written = adw_action_row_new ();

  self->owner = ADW_COMBO_ROW (adw_combo_row_new ());
  self->name = ADW_ENTRY_ROW (adw_entry_row_new ());
  self->is_private = GTK_SWITCH (gtk_switch_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->owner), _ ("Owner"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), _ ("Name of the repository"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Private"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Only its owner sees a repository that is made now"));
  gtk_widget_set_valign (GTK_WIDGET (self->is_private), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->is_private), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Private"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), GTK_WIDGET (self->is_private));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (self->is_private));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (written), _ ("What is written"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (written),
                               _ ("Weights, configuration, vocabulary, the model card and, of a "
                                  "run, the record that repeats "
                                  "it. What is there already is not sent again."));
  g_signal_connect_swapped (self->owner, "notify::selected", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (form_changed), self);
  g_signal_connect_swapped (self->name, "entry-activated", G_CALLBACK (activated), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->owner));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->name));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), written);
  return group;
}

static GtkWidget *
make_pushing (CzPushDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  self->progress_label = make_label ();
  gtk_widget_add_css_class (GTK_WIDGET (self->progress_label), "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Pushing"), -1);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->progress_label));
  return box;
}

static GtkWidget *
make_done (CzPushDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->done_label = make_label ();
  gtk_label_set_selectable (self->done_label, FALSE);
  self->link_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->done_label));
  gtk_box_append (GTK_BOX (box), self->link_box);
  return box;
}

static void
cz_push_dialog_init (CzPushDialog *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *spinner = gtk_spinner_new ();

  self->cancellable = cz_dialog_cancellable_new (self);
  self->push_button = gtk_button_new_with_mnemonic (_ ("_Push"));
  gtk_widget_add_css_class (self->push_button, "suggested-action");
  g_signal_connect_swapped (self->push_button, "clicked", G_CALLBACK (push), self);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->push_button);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_add_named (self->stack, spinner, "asking");
  gtk_stack_add_named (self->stack, make_out (self), "out");
  gtk_stack_add_named (self->stack, make_form (self), "form");
  gtk_stack_add_named (self->stack, make_pushing (self), "pushing");
  gtk_stack_add_named (self->stack, make_done (self), "done");
  self->told = make_label ();
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->told), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->told));
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  // A window that was high for another page keeps its height.
  gtk_widget_set_vexpand (box, TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (content), header);
  gtk_box_append (GTK_BOX (content), box);
  adw_window_set_content (ADW_WINDOW (self), content);
}

// What the run was pushed as before, or is to be; else its name.
static void
take_run (CzPushDialog *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  gboolean is_private = FALSE;
  g_autofree char *target = cz_push_target_get (library, self->run, &is_private, NULL);
  g_autoptr (CzRun) run = cz_run_get (library, self->run, NULL);
  const char *slash = target != NULL ? strrchr (target, '/') : NULL;
  g_autofree char *name = cz_push_dialog_suggest_name (run != NULL ? run->name : self->model);

  gtk_switch_set_active (self->is_private, is_private);
  gtk_editable_set_text (GTK_EDITABLE (self->name), slash != NULL    ? slash + 1
                                                    : target != NULL ? target
                                                                     : name);
}

CzPushDialog *
cz_push_dialog_new (GtkWidget *from, CzWorkbench *workbench, const char *model)
{
  CzPushDialog *self
      = g_object_new (CZ_TYPE_PUSH_DIALOG, "transient-for", gtk_widget_get_root (from), "modal",
                      TRUE, "title", _ ("Push to the Hub"), "default-width", 480, NULL);
  g_autofree char *name = g_path_get_basename (model);
  g_autofree char *suggested = cz_push_dialog_suggest_name (name);

  self->workbench = g_object_ref (workbench);
  self->model = g_strdup (model);
  gtk_editable_set_text (GTK_EDITABLE (self->name), suggested);
  // A state of a run other than its best is a model like any other.
  if (g_str_has_prefix (model, "run:")
      && (strchr (model, '@') == NULL || g_str_has_suffix (model, "@best")))
    {
      self->run = g_ascii_strtoll (model + strlen ("run:"), NULL, 10);
      take_run (self);
    }
  ask_account (self);
  return self;
}
