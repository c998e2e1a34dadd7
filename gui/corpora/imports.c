#include "gui/corpora/imports.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gui/closing-question.h"
#include "gui/corpora/import-dialog.h"
#include "gui/window.h"

// How long closing waits for what was written to be taken back, in milliseconds. The rest is swept
// when the library is opened next.
#define CLOSING_WAIT 400

struct _CzImports
{
  GObject parent_instance;
  GtkWidget *widget; // the window's
  CzWorkbench *workbench;
  GListStore *tasks;      // CzImportTask
  CzImportDialog *dialog; // weak
  GtkWidget *question;    // weak
  guint closing;          // waits before the window closes
};

G_DEFINE_FINAL_TYPE (CzImports, cz_imports, G_TYPE_OBJECT)

enum
{
  IMPORTED,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
count_active (CzImports *self)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tasks)); i++)
    {
      g_autoptr (CzImportTask) task = g_list_model_get_item (G_LIST_MODEL (self->tasks), i);

      n += cz_import_task_is_active (task);
    }
  return n;
}

static void
forget (CzImports *self, CzImportTask *task)
{
  guint place;

  if (g_list_store_find (self->tasks, task, &place))
    g_list_store_remove (self->tasks, place);
  g_signal_emit (self, signals[CHANGED], 0);
}

// ---- How one ends ----

static gboolean
close_window (gpointer data)
{
  CzImports *self = data;

  self->closing = 0;
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (self->widget)));
  return G_SOURCE_REMOVE;
}

static void
tell_done (CzImports *self, CzImportTask *task, gboolean watched)
{
  const char *status = cz_import_task_get_status (task);
  // Translators: a corpus's name, and how its import ended.
  g_autofree char *text = g_strdup_printf (_ ("“%s”: %s"), cz_import_task_get_name (task), status);
  g_autofree char *id = g_strdup_printf ("%u", cz_import_task_get_id (task));

  if (watched)
    cz_window_toast (self->widget, text);
  else
    cz_window_toast_with_action (self->widget, text, _ ("_Details"), "win.show-import", id);
}

static void
ended (CzImportTask *task, CzImports *self)
{
  CzImportState state = cz_import_task_get_state (task);
  gboolean watched = self->dialog != NULL && cz_import_dialog_get_task (self->dialog) == task;

  if (self->closing != 0 && count_active (self) == 0)
    {
      g_source_remove (self->closing);
      close_window (self);
      return;
    }
  cz_workbench_refresh (self->workbench);
  if (state == CZ_IMPORT_CANCELLED)
    {
      cz_window_toast (self->widget, _ ("The import was cancelled; the library is as it was."));
      forget (self, task);
      return;
    }
  if (state == CZ_IMPORT_DONE)
    g_signal_emit (self, signals[IMPORTED], 0, cz_import_task_get_report (task)->import.corpus);
  if (state == CZ_IMPORT_DONE || !watched)
    tell_done (self, task, watched);
  if (watched)
    forget (self, task);
  else
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
started (CzImportDialog *dialog, CzImportTask *task, CzImports *self)
{
  g_list_store_append (self->tasks, task);
  g_signal_connect_object (task, "ended", G_CALLBACK (ended), self, 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

// ---- The dialog ----

static void
show_corpus (CzImportDialog *dialog, gint64 corpus, CzImports *self)
{
  cz_window_go_to (self->widget, "corpora", corpus);
}

static void
open_hub (CzImportDialog *dialog, CzImports *self)
{
  gtk_window_destroy (GTK_WINDOW (dialog));
  gtk_widget_activate_action (self->widget, "win.hub-dataset", "s", "");
}

// How an import ended was read now; one that goes on is told of.
static void
dialog_closed (CzImportDialog *dialog, CzImports *self)
{
  CzImportTask *task = cz_import_dialog_get_task (dialog);

  g_clear_weak_pointer (&self->dialog);
  if (task == NULL)
    return;
  if (!cz_import_task_is_active (task))
    forget (self, task);
  else if (cz_import_task_get_state (task) == CZ_IMPORT_RUNNING && self->closing == 0)
    cz_window_toast (self->widget, _ ("The import goes on; the button at the top right shows it."));
}

static void
present_dialog (CzImports *self)
{
  if (self->dialog == NULL)
    {
      CzImportDialog *dialog
          = cz_import_dialog_new (GTK_WINDOW (gtk_widget_get_root (self->widget)), self->workbench);

      g_set_weak_pointer (&self->dialog, dialog);
      g_signal_connect_object (dialog, "started", G_CALLBACK (started), self, 0);
      g_signal_connect_object (dialog, "show-corpus", G_CALLBACK (show_corpus), self, 0);
      g_signal_connect_object (dialog, "hub", G_CALLBACK (open_hub), self, 0);
      g_signal_connect_object (dialog, "unrealize", G_CALLBACK (dialog_closed), self, 0);
    }
  gtk_window_present (GTK_WINDOW (self->dialog));
}

void
cz_imports_open (CzImports *self, const char *const *files, gint64 corpus)
{
  if (cz_workbench_get_library (self->workbench) == NULL || self->closing != 0)
    return;
  present_dialog (self);
  cz_import_dialog_set_corpus (self->dialog, corpus);
  if (files != NULL)
    cz_import_dialog_take_files (self->dialog, files);
}

gboolean
cz_imports_open_fetched (CzImports *self,
                         const char *const *files,
                         const char *name,
                         const char *source)
{
  CzImportTask *task = self->dialog != NULL ? cz_import_dialog_get_task (self->dialog) : NULL;

  if (cz_workbench_get_library (self->workbench) == NULL || self->closing != 0
      || (task != NULL && cz_import_task_is_active (task)))
    return FALSE;
  present_dialog (self);
  cz_import_dialog_set_corpus (self->dialog, 0);
  return cz_import_dialog_take_fetched (self->dialog, files, source, name);
}

void
cz_imports_show (CzImports *self, guint id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tasks)); i++)
    {
      g_autoptr (CzImportTask) task = g_list_model_get_item (G_LIST_MODEL (self->tasks), i);

      if (cz_import_task_get_id (task) != id || self->dialog != NULL)
        continue;
      present_dialog (self);
      cz_import_dialog_show_task (self->dialog, task);
      return;
    }
}

GListModel *
cz_imports_get_tasks (CzImports *self)
{
  return G_LIST_MODEL (self->tasks);
}

// ---- Closing the window ----

static void
answered (AdwMessageDialog *question, const char *response, CzImports *self)
{
  g_clear_weak_pointer (&self->question);
  if (!g_str_equal (response, "end"))
    return;
  if (count_active (self) == 0)
    {
      close_window (self);
      return;
    }
  self->closing = g_timeout_add (CLOSING_WAIT, close_window, self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tasks)); i++)
    {
      g_autoptr (CzImportTask) task = g_list_model_get_item (G_LIST_MODEL (self->tasks), i);

      cz_import_task_cancel (task);
    }
}

gboolean
cz_imports_ask_before_closing (CzImports *self)
{
  GtkWindow *parent = self->dialog != NULL ? GTK_WINDOW (self->dialog)
                                           : GTK_WINDOW (gtk_widget_get_root (self->widget));

  if (self->closing != 0)
    return TRUE;
  if (count_active (self) == 0)
    return FALSE;
  if (self->question == NULL)
    {
      GtkWidget *question = cz_closing_question_new (
          parent, _ ("An import is under way"),
          _ ("Closing the window ends it. The library stays as it was before the import."),
          _ ("_Keep importing"), _ ("_End and close"));

      g_set_weak_pointer (&self->question, question);
      g_signal_connect_object (question, "response", G_CALLBACK (answered), self, 0);
    }
  gtk_window_present (GTK_WINDOW (self->question));
  return TRUE;
}

// ---- Life ----

static void
cz_imports_dispose (GObject *object)
{
  CzImports *self = CZ_IMPORTS (object);

  g_clear_handle_id (&self->closing, g_source_remove);
  g_clear_weak_pointer (&self->dialog);
  g_clear_weak_pointer (&self->question);
  g_clear_object (&self->tasks);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (cz_imports_parent_class)->dispose (object);
}

static void
cz_imports_class_init (CzImportsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_imports_dispose;
  signals[IMPORTED] = g_signal_new ("imported", CZ_TYPE_IMPORTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[CHANGED] = g_signal_new ("changed", CZ_TYPE_IMPORTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cz_imports_init (CzImports *self)
{
  self->tasks = g_list_store_new (CZ_TYPE_IMPORT_TASK);
}

CzImports *
cz_imports_new (GtkWidget *widget, CzWorkbench *workbench)
{
  CzImports *self = g_object_new (CZ_TYPE_IMPORTS, NULL);

  self->widget = widget;
  self->workbench = g_object_ref (workbench);
  return self;
}
