#include "gui/corpora/form-dialog.h"

#include <glib/gi18n.h>

struct _CzFormDialog
{
  AdwMessageDialog parent_instance;
  GtkListBox *rows;
  GtkLabel *told;
};

G_DEFINE_FINAL_TYPE (CzFormDialog, cz_form_dialog, ADW_TYPE_MESSAGE_DIALOG)

static guint changed_signal;

static void
row_changed (CzFormDialog *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
cz_form_dialog_class_init (CzFormDialogClass *klass)
{
  changed_signal = g_signal_new ("changed", CZ_TYPE_FORM_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_form_dialog_init (CzFormDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->rows = GTK_LIST_BOX (gtk_list_box_new ());
  self->told = GTK_LABEL (gtk_label_new (NULL));
  gtk_list_box_set_selection_mode (self->rows, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->rows), "boxed-list");
  gtk_label_set_wrap (self->told, TRUE);
  gtk_label_set_justify (self->told, GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (self->told, 40);
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "numeric");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->rows));
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->told));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (self), box);
}

CzFormDialog *
cz_form_dialog_new (GtkWidget *from, const char *heading, const char *body, const char *deed)
{
  CzFormDialog *self = g_object_new (
      CZ_TYPE_FORM_DIALOG, "heading", heading, "body", body != NULL ? body : "", "transient-for",
      gtk_widget_get_root (from), "modal", TRUE, "title", heading, NULL);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (self), "cancel", _ ("_Cancel"), "do", deed,
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (self), "do",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (self), "do");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (self), "cancel");
  return self;
}

GtkEditable *
cz_form_dialog_add_entry (CzFormDialog *self, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_object (row, "changed", G_CALLBACK (row_changed), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->rows, row);
  return GTK_EDITABLE (row);
}

static GtkWidget *
add_row (CzFormDialog *self, const char *title, const char *subtitle, GtkWidget *control)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  gtk_list_box_append (self->rows, row);
  return row;
}

GtkSpinButton *
cz_form_dialog_add_number (CzFormDialog *self,
                           const char *title,
                           const char *subtitle,
                           double lower,
                           double upper,
                           double value)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (lower, upper, 1);
  GtkWidget *row = add_row (self, title, subtitle, spin);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  g_signal_connect_object (spin, "value-changed", G_CALLBACK (row_changed), self,
                           G_CONNECT_SWAPPED);
  return GTK_SPIN_BUTTON (spin);
}

GtkCheckButton *
cz_form_dialog_add_check (CzFormDialog *self, const char *title, const char *subtitle)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *row = add_row (self, title, subtitle, check);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (row_changed), self, G_CONNECT_SWAPPED);
  return GTK_CHECK_BUTTON (check);
}

void
cz_form_dialog_tell (CzFormDialog *self, gboolean possible, const char *sentence)
{
  gtk_label_set_label (self->told, sentence);
  if (possible)
    gtk_widget_remove_css_class (GTK_WIDGET (self->told), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->told), "error");
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "do", possible);
}
