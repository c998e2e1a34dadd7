#include "gui/corpora/import-dialog.h"

#include <glib/gi18n.h>

#include "gui/corpora/import-preview.h"
#include "gui/corpora/import-result.h"
#include "gui/corpora/import-settings.h"
#include "gui/corpora/import-skips.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/window.h"

// How long a person may still be choosing before it is looked at again, in milliseconds.
#define SETTLE 200

struct _CzImportDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench;
  GtkWidget *cancel_button;
  GtkWidget *other_button;
  GtkWidget *import_button;
  GtkWidget *hide_button;
  GtkSpinner *spinner;
  GtkStack *states;
  GtkWidget *files_button;
  GtkWidget *folder_button;
  GtkWidget *hub_button;
  GtkProgressBar *looking_bar;
  CzImportSettings *settings;
  GtkWidget *reason_box;
  GtkLabel *reason_label;
  GtkWidget *heading;
  GtkWidget *switcher;
  GtkStack *views;
  CzImportPreview *preview;
  CzImportSkips *skipped;
  AdwStatusPage *trouble_page;
  GtkWidget *else_button;
  GtkLabel *progress_title;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  GtkLabel *path_label;
  CzImportResult *result;

  GtkFileChooserNative *chooser;
  CzImportTask *task;
  GCancellable *looking; // NULL: nothing is being looked at
  gboolean can_import;   // as far as what was found goes
  char *trouble;         // why not; NULL: not known yet
  guint settling;
  guint pulse;
};

G_DEFINE_FINAL_TYPE (CzImportDialog, cz_import_dialog, ADW_TYPE_WINDOW)

enum
{
  STARTED,
  SHOW_CORPUS,
  HUB,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_shown (CzImportDialog *self, const char *state)
{
  return g_str_equal (gtk_stack_get_visible_child_name (self->states), state);
}

static gboolean
pulse (gpointer data)
{
  gtk_progress_bar_pulse (CZ_IMPORT_DIALOG (data)->looking_bar);
  return G_SOURCE_CONTINUE;
}

static void
show_state (CzImportDialog *self, const char *state)
{
  gtk_stack_set_visible_child_name (self->states, state);
  gtk_widget_set_visible (self->import_button, g_str_equal (state, "found"));
  gtk_widget_set_visible (self->other_button, g_str_equal (state, "found"));
  gtk_widget_set_visible (self->hide_button, g_str_equal (state, "progress"));
  gtk_button_set_label (GTK_BUTTON (self->cancel_button),
                        g_str_equal (state, "result") ? _ ("_Close") : _ ("_Cancel"));
  g_clear_handle_id (&self->pulse, g_source_remove);
  if (g_str_equal (state, "looking"))
    self->pulse = g_timeout_add (100, pulse, self);
}

// ---- Looking at what was given ----

// Whether Import can be pressed, and if not, why.
static void
check (CzImportDialog *self)
{
  const char *trouble = cz_import_settings_get_trouble (self->settings);

  if (self->trouble != NULL)
    trouble = self->trouble;
  gtk_widget_set_sensitive (self->import_button, self->can_import && trouble == NULL);
  gtk_widget_set_tooltip_text (self->import_button, trouble);
  gtk_label_set_label (self->reason_label, trouble != NULL ? trouble : "");
  // What was found, or not, is told in large beside it.
  gtk_widget_set_visible (self->reason_box, trouble != NULL && self->trouble == NULL);
}

static void
show_trouble (CzImportDialog *self, const char *title, const char *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_status_page_set_title (self->trouble_page, title);
  adw_status_page_set_description (self->trouble_page, escaped);
  gtk_stack_set_visible_child_name (self->views, "trouble");
  gtk_widget_set_visible (self->heading, FALSE);
  gtk_widget_set_visible (self->switcher, FALSE);
}

static void
show_views (CzImportDialog *self, CzImportFindings *findings)
{
  const CzImportChoice *choice = cz_import_settings_get_choice (self->settings);
  GtkStackPage *skipped_page = gtk_stack_get_page (self->views, GTK_WIDGET (self->skipped));
  GPtrArray *skipped = findings->skipped;
  g_autofree char *folder = cz_import_choice_get_folder (choice);
  g_autofree char *count = cz_numbers_count (skipped->len);
  // Translators: how many were skipped.
  g_autofree char *title = g_strdup_printf (_ ("Skipped (%s)"), count);

  gtk_stack_page_set_title (skipped_page, title);
  gtk_stack_page_set_visible (skipped_page, skipped->len > 0);
  cz_import_skips_show (self->skipped, skipped, 0, folder);
  cz_import_preview_show (self->preview, findings, folder);
  // One view alone needs no switch.
  gtk_widget_set_visible (self->heading, skipped->len == 0);
  gtk_widget_set_visible (self->switcher, skipped->len > 0);
  if (skipped->len == 0 || g_str_equal (gtk_stack_get_visible_child_name (self->views), "trouble"))
    gtk_stack_set_visible_child_name (self->views, "documents");
}

static void
show_findings (CzImportDialog *self, CzImportFindings *findings, const GError *error)
{
  gboolean first = !is_shown (self, "found");
  gboolean any = findings != NULL && findings->documents->len > 0;

  self->can_import = any || (findings != NULL && !findings->complete);
  g_clear_pointer (&self->trouble, g_free);
  cz_import_settings_show (self->settings, findings);
  if (any)
    show_views (self, findings);
  else if (findings != NULL)
    show_trouble (self, _ ("Nothing to show yet"),
                  _ ("The beginning has no document. The import reads all of it."));
  else
    {
      self->trouble = g_strdup (error->message);
      show_trouble (self, _ ("This can't be imported"), error->message);
    }
  check (self);
  if (!first)
    return;
  show_state (self, "found");
  if (any)
    cz_import_settings_grab_focus (self->settings);
  else
    gtk_widget_grab_focus (self->else_button);
}

static void
inspected (GObject *object, GAsyncResult *result, gpointer data)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzImportFindings) findings = cz_import_choice_inspect_finish (result, &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->looking)
    return; // of a choice that is no more
  g_clear_object (&self->looking);
  gtk_spinner_stop (self->spinner);
  show_findings (self, findings, error);
}

static void
stop_looking (CzImportDialog *self)
{
  g_clear_handle_id (&self->settling, g_source_remove);
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  gtk_spinner_stop (self->spinner);
}

static gboolean
look (gpointer data)
{
  CzImportDialog *self = data;

  self->settling = 0;
  self->looking = g_cancellable_new ();
  cz_import_choice_inspect_async (cz_import_settings_get_choice (self->settings), G_OBJECT (self),
                                  self->looking, inspected);
  return G_SOURCE_REMOVE;
}

// What is shown stays until the answer is there; what would be imported is not known until then.
static void
reading_changed (CzImportDialog *self)
{
  stop_looking (self);
  gtk_spinner_start (self->spinner);
  self->can_import = FALSE;
  gtk_widget_set_sensitive (self->import_button, FALSE);
  self->settling = g_timeout_add (SETTLE, look, self);
}

void
cz_import_dialog_set_corpus (CzImportDialog *self, gint64 corpus)
{
  cz_import_settings_set_corpus (self->settings, corpus);
}

gboolean
cz_import_dialog_take_fetched (CzImportDialog *self,
                               const char *const *files,
                               const char *source,
                               const char *name)
{
  if (self->task != NULL && cz_import_task_is_active (self->task))
    return FALSE;
  cz_import_settings_set_source (self->settings, source, name);
  g_clear_object (&self->task);
  stop_looking (self);
  self->can_import = FALSE;
  cz_import_settings_begin (self->settings, files);
  show_state (self, "looking");
  look (self);
  return TRUE;
}

gboolean
cz_import_dialog_take_files (CzImportDialog *self, const char *const *files)
{
  return cz_import_dialog_take_fetched (self, files, NULL, NULL);
}

// ---- Choosing files ----

static void
files_chosen (GtkNativeDialog *chooser, int response, CzImportDialog *self)
{
  g_autoptr (GListModel) files = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  g_clear_object (&self->chooser);
  if (paths[0] != NULL)
    cz_import_dialog_take_files (self, (const char *const *)paths);
}

static void
choose (CzImportDialog *self, const char *title, GtkFileChooserAction action)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, _ ("_Choose"),
                                               _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (files_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
choose_files (CzImportDialog *self)
{
  choose (self, _ ("Files to import"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
choose_folder (CzImportDialog *self)
{
  choose (self, _ ("Folders to import"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
choose_from_hub (CzImportDialog *self)
{
  g_signal_emit (self, signals[HUB], 0);
}

static void
choose_else (CzImportDialog *self)
{
  stop_looking (self);
  show_state (self, "choose");
  gtk_widget_grab_focus (self->files_button);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, CzImportDialog *self)
{
  g_auto (GStrv) paths = cz_window_get_dropped_paths (value);

  return paths[0] != NULL && cz_import_dialog_take_files (self, (const char *const *)paths);
}

// ---- Importing ----

static void
task_ended (CzImportDialog *self)
{
  if (cz_import_task_get_state (self->task) == CZ_IMPORT_CANCELLED)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  cz_import_result_show (self->result, self->task);
  show_state (self, "result");
  cz_import_result_grab_focus (self->result);
}

void
cz_import_dialog_show_task (CzImportDialog *self, CzImportTask *task)
{
  g_autofree char *title = g_strdup_printf (_ ("Importing “%s”"), cz_import_task_get_name (task));

  stop_looking (self);
  g_set_object (&self->task, task);
  if (!cz_import_task_is_active (task))
    {
      task_ended (self);
      return;
    }
  gtk_label_set_label (self->progress_title, title);
  g_object_bind_property (task, "share", self->progress_bar, "fraction", G_BINDING_SYNC_CREATE);
  g_object_bind_property (task, "status", self->progress_label, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (task, "path", self->path_label, "label", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (task, "ended", G_CALLBACK (task_ended), self, G_CONNECT_SWAPPED);
  show_state (self, "progress");
  gtk_widget_grab_focus (self->hide_button);
}

CzImportTask *
cz_import_dialog_get_task (CzImportDialog *self)
{
  return self->task;
}

static void
start (CzImportDialog *self)
{
  g_autoptr (CzImportTask) task = cz_import_task_new (
      cz_workbench_get_path (self->workbench), cz_import_settings_get_name (self->settings),
      cz_import_settings_get_choice (self->settings));

  cz_import_dialog_show_task (self, task);
  g_signal_emit (self, signals[STARTED], 0, task);
}

// From how it ended back to what was chosen.
static void
go_back (CzImportDialog *self)
{
  const CzImportChoice *choice = cz_import_settings_get_choice (self->settings);

  if (choice == NULL) // it was shown as it went on without a dialog
    {
      g_autoptr (CzImportTask) task = g_steal_pointer (&self->task);

      cz_import_dialog_take_fetched (
          self, (const char *const *)cz_import_task_get_choice (task)->files,
          cz_import_task_get_choice (task)->source, cz_import_task_get_name (task));
      return;
    }
  g_clear_object (&self->task);
  show_state (self, "found");
}

static void
show_corpus (CzImportDialog *self)
{
  g_signal_emit (self, signals[SHOW_CORPUS], 0,
                 cz_import_task_get_report (self->task)->import.corpus);
  gtk_window_close (GTK_WINDOW (self));
}

static void
cancel (CzImportDialog *self)
{
  if (self->task != NULL && cz_import_task_is_active (self->task))
    cz_import_task_cancel (self->task);
  // What was written is taken back without anybody waiting for it.
  gtk_window_close (GTK_WINDOW (self));
}

// ---- Life ----

static void
cz_import_dialog_dispose (GObject *object)
{
  CzImportDialog *self = CZ_IMPORT_DIALOG (object);

  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_handle_id (&self->settling, g_source_remove);
  g_clear_handle_id (&self->pulse, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_object (&self->task);
  g_clear_object (&self->workbench);
  g_clear_pointer (&self->trouble, g_free);
  G_OBJECT_CLASS (cz_import_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, other_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, import_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, hide_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, states);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, files_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, folder_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, hub_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, looking_bar);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, settings);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, reason_box);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, reason_label);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, switcher);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, views);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, preview);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, skipped);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, else_button);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, progress_title);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, path_label);
  gtk_widget_class_bind_template_child (widget_class, CzImportDialog, result);
}

static void
cz_import_dialog_class_init (CzImportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_import_dialog_dispose;
  g_type_ensure (CZ_TYPE_IMPORT_PREVIEW);
  g_type_ensure (CZ_TYPE_IMPORT_RESULT);
  g_type_ensure (CZ_TYPE_IMPORT_SETTINGS);
  g_type_ensure (CZ_TYPE_IMPORT_SKIPS);
  signals[STARTED] = g_signal_new ("started", CZ_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, CZ_TYPE_IMPORT_TASK);
  signals[SHOW_CORPUS] = g_signal_new ("show-corpus", CZ_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[HUB] = g_signal_new ("hub", CZ_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/import-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cz_import_dialog_init (CzImportDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  cz_front_page_follow (self->views);
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (cancel), self);
  g_signal_connect_swapped (self->hide_button, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->other_button, "clicked", G_CALLBACK (choose_else), self);
  g_signal_connect_swapped (self->else_button, "clicked", G_CALLBACK (choose_else), self);
  g_signal_connect_swapped (self->import_button, "clicked", G_CALLBACK (start), self);
  g_signal_connect_swapped (self->files_button, "clicked", G_CALLBACK (choose_files), self);
  g_signal_connect_swapped (self->folder_button, "clicked", G_CALLBACK (choose_folder), self);
  g_signal_connect_swapped (self->hub_button, "clicked", G_CALLBACK (choose_from_hub), self);
  g_signal_connect_swapped (self->settings, "reading-changed", G_CALLBACK (reading_changed), self);
  g_signal_connect_swapped (self->settings, "name-changed", G_CALLBACK (check), self);
  g_signal_connect_swapped (self->result, "back", G_CALLBACK (go_back), self);
  g_signal_connect_swapped (self->result, "show-corpus", G_CALLBACK (show_corpus), self);
}

CzImportDialog *
cz_import_dialog_new (GtkWindow *parent, CzWorkbench *workbench)
{
  CzImportDialog *self = g_object_new (CZ_TYPE_IMPORT_DIALOG, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  cz_import_settings_set_workbench (self->settings, workbench);
  show_state (self, "choose");
  gtk_window_set_focus (GTK_WINDOW (self), self->files_button);
  return self;
}
