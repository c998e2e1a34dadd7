#include "gui/experiments/run-notes.h"

#include <glib/gi18n.h>

#include "gui/window.h"

// How long after the last key notes are written, in milliseconds.
#define REST 800

struct _CzRunNotes
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  AdwEntryRow *tags;
  AdwExpanderRow *row;
  GtkTextView *notes;
  guint saving; // timeout source
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzRunNotes, cz_run_notes, ADW_TYPE_BIN)

static gboolean
save (gpointer data)
{
  CzRunNotes *self = data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);
  GtkTextIter start, end;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  self->saving = 0;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  if (!cz_run_set_notes (cz_workbench_get_library (self->workbench),
                         cz_run_item_get (self->item)->id, text, &error))
    {
      if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
        cz_window_toast (GTK_WIDGET (self), error->message);
      else
        g_warning ("%s", error->message);
    }
  return G_SOURCE_REMOVE;
}

static void
notes_changed (CzRunNotes *self)
{
  if (self->filling || self->item == NULL)
    return;
  g_clear_handle_id (&self->saving, g_source_remove);
  self->saving = g_timeout_add (REST, save, self);
}

// "a,b , c" → "a, b, c".
static char *
tidy_tags (const char *typed)
{
  g_auto (GStrv) parts = g_strsplit (typed, ",", -1);
  g_autoptr (GStrvBuilder) tags = g_strv_builder_new ();
  g_auto (GStrv) kept = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (g_strstrip (parts[i])[0] != '\0')
        g_strv_builder_add (tags, parts[i]);
    }
  kept = g_strv_builder_end (tags);
  return g_strjoinv (", ", kept);
}

static void
tags_applied (CzRunNotes *self)
{
  g_autofree char *tags = tidy_tags (gtk_editable_get_text (GTK_EDITABLE (self->tags)));
  g_autoptr (GError) error = NULL;

  if (self->item == NULL)
    return;
  if (!cz_run_set_tags (cz_workbench_get_library (self->workbench),
                        cz_run_item_get (self->item)->id, tags, &error))
    {
      cz_window_tell_error (GTK_WIDGET (self), _ ("The tags could not be saved"), error->message);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->tags), tags);
  cz_workbench_refresh (self->workbench);
}

// ---- Life ----

static void
cz_run_notes_dispose (GObject *object)
{
  CzRunNotes *self = CZ_RUN_NOTES (object);

  if (self->workbench != NULL && cz_workbench_get_library (self->workbench) != NULL)
    cz_run_notes_flush (self);
  g_clear_handle_id (&self->saving, g_source_remove);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_run_notes_parent_class)->dispose (object);
}

static void
cz_run_notes_class_init (CzRunNotesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_run_notes_dispose;
}

static void
cz_run_notes_init (CzRunNotes *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->tags = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->tags), _ ("Tags, separated by commas"));
  adw_entry_row_set_show_apply_button (self->tags, TRUE);
  g_signal_connect_swapped (self->tags, "apply", G_CALLBACK (tags_applied), self);
  self->row = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), _ ("Notes"));
  self->notes = GTK_TEXT_VIEW (gtk_text_view_new ());
  g_object_set (self->notes, "wrap-mode", GTK_WRAP_WORD_CHAR, "accepts-tab", FALSE,
                "height-request", 90, "left-margin", 12, "right-margin", 12, "top-margin", 12,
                "bottom-margin", 12, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->notes), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Notes"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->notes), "blocks");
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->notes), "changed",
                            G_CALLBACK (notes_changed), self);
  adw_expander_row_add_row (self->row, GTK_WIDGET (self->notes));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->tags));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->row));
  adw_bin_set_child (ADW_BIN (self), group);
}

void
cz_run_notes_set_workbench (CzRunNotes *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

static void
fill (CzRunNotes *self)
{
  const CzRun *run = cz_run_item_get (self->item);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);
  g_autofree char *notes = NULL;

  g_object_get (buffer, "text", &notes, NULL);
  self->filling = TRUE;
  if (g_strcmp0 (notes, run->notes != NULL ? run->notes : "") != 0)
    gtk_text_buffer_set_text (buffer, run->notes != NULL ? run->notes : "", -1);
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->tags)),
                 run->tags != NULL ? run->tags : "")
      != 0)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->tags), run->tags != NULL ? run->tags : "");
      // What is set is not typed: no button to apply it.
      adw_entry_row_set_show_apply_button (self->tags, FALSE);
      adw_entry_row_set_show_apply_button (self->tags, TRUE);
    }
  self->filling = FALSE;
}

void
cz_run_notes_show (CzRunNotes *self, CzRunItem *item)
{
  cz_run_notes_flush (self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  fill (self);
  // Notes that are there are worth being seen.
  adw_expander_row_set_expanded (self->row, cz_run_item_get (item)->notes != NULL
                                                && cz_run_item_get (item)->notes[0] != '\0');
}

static gboolean
has_focus (GtkWidget *widget)
{
  return (gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
}

void
cz_run_notes_update (CzRunNotes *self)
{
  if (self->item != NULL && self->saving == 0 && !has_focus (GTK_WIDGET (self->notes))
      && !has_focus (GTK_WIDGET (self->tags)))
    fill (self);
}

void
cz_run_notes_flush (CzRunNotes *self)
{
  if (self->saving == 0)
    return;
  g_clear_handle_id (&self->saving, g_source_remove);
  save (self);
}
