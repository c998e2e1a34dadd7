#include "gui/hub/push-list.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "data/push-record.h"

struct _CzPushList
{
  AdwBin parent_instance;
  AdwExpanderRow *row;
  GtkWidget *link_box; // the link to the last push that went
  GtkWidget *button;
  GPtrArray *rows; // in row, not owned
  gint64 run, revision;
  gboolean under_way; // how it ends may show without a new revision: its process may die
};

G_DEFINE_FINAL_TYPE (CzPushList, cz_push_list, ADW_TYPE_BIN)

// What became of a push, for people; freed by the caller.
static char *
describe (const CzPushRecord *record)
{
  g_autoptr (GDateTime) when
      = g_date_time_new_from_unix_local (record->ended > 0 ? record->ended : record->began);
  g_autofree char *time
      = when != NULL ? g_date_time_format (when, "%Y-%m-%d %H:%M") : g_strdup ("");

  switch (record->state)
    {
    case CZ_PUSH_UPLOADING:
      return g_strdup_printf (_ ("Step %" PRId64 " is on its way"), record->step);
    case CZ_PUSH_PUSHED:
      // Translators: a step's number, and when.
      return g_strdup_printf (_ ("Step %" PRId64 ", pushed on %s"), record->step, time);
    case CZ_PUSH_FAILED:
      return g_strdup_printf (_ ("Step %" PRId64 " was not pushed: %s"), record->step,
                              record->message != NULL ? record->message : "");
    default:
      return g_strdup_printf (_ ("Step %" PRId64 " was not pushed: it was cut off"), record->step);
    }
}

static void
clear (CzPushList *self)
{
  GtkWidget *link = gtk_widget_get_first_child (self->link_box);

  if (link != NULL)
    gtk_box_remove (GTK_BOX (self->link_box), link);
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->row, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
fill (CzPushList *self, GPtrArray *list)
{
  const CzPushRecord *last = list->len > 0 ? list->pdata[list->len - 1] : NULL;
  const char *url = NULL;

  clear (self);
  for (guint i = list->len; i > 0; i--)
    {
      const CzPushRecord *record = list->pdata[i - 1];
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *text = describe (record);

      url = url == NULL ? record->url : url;
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
      if (record->commit != NULL)
        adw_action_row_set_subtitle (ADW_ACTION_ROW (row), record->commit);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
      adw_expander_row_add_row (self->row, row);
      g_ptr_array_add (self->rows, row);
    }
  if (url != NULL)
    gtk_box_append (GTK_BOX (self->link_box),
                    gtk_link_button_new_with_label (url, _ ("On the Hub")));
  gtk_button_set_label (GTK_BUTTON (self->button), last != NULL && last->state > CZ_PUSH_PUSHED
                                                       ? _ ("_Again…")
                                                       : _ ("_Push…"));
  gtk_widget_set_visible (self->button, last == NULL || last->state != CZ_PUSH_UPLOADING);
}

void
cz_push_list_show (CzPushList *self, CzLibrary *library, const CzRun *run)
{
  if (run->id == self->run && run->revision == self->revision && !self->under_way)
    return;
  g_autofree char *target = cz_push_target_get (library, run->id, NULL, NULL);
  g_autoptr (GPtrArray) list = cz_push_record_list (library, run->id, NULL);
  g_autofree char *model = g_strdup_printf ("run:%" PRId64, run->id);
  g_autofree char *told = NULL;

  self->run = run->id;
  self->revision = run->revision;
  gtk_widget_set_visible (GTK_WIDGET (self),
                          list != NULL
                              && (target != NULL || list->len > 0 || run->result_folder != NULL));
  if (list == NULL)
    return;
  const CzPushRecord *last = list->len > 0 ? list->pdata[list->len - 1] : NULL;
  self->under_way = last != NULL && last->state == CZ_PUSH_UPLOADING;
  fill (self, list);
  if (last != NULL)
    told = describe (last);
  else if (target != NULL)
    // Translators: %s names a repository of the Hub.
    told = g_strdup_printf (_ ("To %s after each epoch"), target);
  else
    told = g_strdup (_ ("Not pushed yet"));
  adw_expander_row_set_subtitle (self->row, told);
  adw_expander_row_set_enable_expansion (self->row, list->len > 0);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", model);
  // Named before it has a target, GTK complains.
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.push-model");
  gtk_widget_set_sensitive (self->button, run->result_folder != NULL);
}

static void
cz_push_list_finalize (GObject *object)
{
  g_ptr_array_unref (CZ_PUSH_LIST (object)->rows);
  G_OBJECT_CLASS (cz_push_list_parent_class)->finalize (object);
}

static void
cz_push_list_class_init (CzPushListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cz_push_list_finalize;
}

static void
cz_push_list_init (CzPushList *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->rows = g_ptr_array_new ();
  self->row = ADW_EXPANDER_ROW (adw_expander_row_new ());
  self->link_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->button = gtk_button_new_with_mnemonic (_ ("_Push…"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), _ ("Hugging Face Hub"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->link_box, GTK_ALIGN_CENTER);
  adw_expander_row_add_action (self->row, self->link_box);
  adw_expander_row_add_action (self->row, self->button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->row));
  adw_bin_set_child (ADW_BIN (self), group);
}
