#include "gui/hub/push-row.h"

#include <glib/gi18n.h>

#include "data/hub-push.h"
#include "gui/hub/push-dialog.h"

struct _CzPushRow
{
  AdwPreferencesGroup parent_instance;
  AdwExpanderRow *row;
  GtkEditable *name;
  GtkSwitch *is_private;
  gboolean named; // the person typed a name
  gboolean naming;
};

G_DEFINE_FINAL_TYPE (CzPushRow, cz_push_row, ADW_TYPE_PREFERENCES_GROUP)

static guint changed_signal;

static void
changed (CzPushRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
name_changed (CzPushRow *self)
{
  if (!self->naming)
    self->named = TRUE;
  changed (self);
}

char *
cz_push_row_get_obstacle (CzPushRow *self, guint runs)
{
  g_autoptr (GError) error = NULL;

  if (!adw_expander_row_get_enable_expansion (self->row))
    return NULL;
  if (runs > 1)
    return g_strdup (_ ("Several runs can't be pushed to one repository: switch “Push after each "
                        "epoch” off."));
  return cz_hub_push_check_name (gtk_editable_get_text (self->name), &error)
             ? NULL
             : g_strdup (error->message);
}

void
cz_push_row_suggest (CzPushRow *self, const char *text)
{
  g_autofree char *name = cz_push_dialog_suggest_name (text);

  if (self->named)
    return;
  self->naming = TRUE;
  gtk_editable_set_text (self->name, name);
  self->naming = FALSE;
}

void
cz_push_row_add_arguments (CzPushRow *self, GStrvBuilder *arguments)
{
  if (!adw_expander_row_get_enable_expansion (self->row))
    return;
  g_strv_builder_add_many (arguments, "--push", gtk_editable_get_text (self->name), NULL);
  if (gtk_switch_get_active (self->is_private))
    g_strv_builder_add (arguments, "--push-private");
}

static void
cz_push_row_class_init (CzPushRowClass *klass)
{
  changed_signal = g_signal_new ("changed", CZ_TYPE_PUSH_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_push_row_init (CzPushRow *self)
{
  GtkWidget *name = adw_entry_row_new ();
  GtkWidget *visible = adw_action_row_new ();

  self->row = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), _ ("Push after each epoch"));
  adw_expander_row_set_subtitle (
      self->row, _ ("To the Hugging Face Hub; nothing that happens there touches the run"));
  adw_expander_row_set_show_enable_switch (self->row, TRUE);
  adw_expander_row_set_enable_expansion (self->row, FALSE);
  self->name = GTK_EDITABLE (name);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (name), _ ("Repository, NAME or OWNER/NAME"));
  self->is_private = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->is_private), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->is_private), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Private"), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (visible), _ ("Private"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (visible),
                               _ ("Only its owner sees a repository that is made now"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (visible), GTK_WIDGET (self->is_private));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (visible), GTK_WIDGET (self->is_private));
  adw_expander_row_add_row (self->row, name);
  adw_expander_row_add_row (self->row, visible);
  g_signal_connect_swapped (self->row, "notify::enable-expansion", G_CALLBACK (changed), self);
  g_signal_connect_swapped (name, "changed", G_CALLBACK (name_changed), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->row));
}
