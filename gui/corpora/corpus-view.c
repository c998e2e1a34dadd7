#include "gui/corpora/corpus-view.h"

#include <glib/gi18n.h>

#include "data/corpus-change.h"
#include "gui/corpora/blocks-view.h"
#include "gui/corpora/corpus-forms.h"
#include "gui/corpora/documents-view.h"
#include "gui/corpora/library-task.h"
#include "gui/corpora/statistics-view.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzCorpusView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzCorpusItem *item;
  AdwToastOverlay *toasts;
  AdwToast *toast; // the last one that offers Undo; weak
  GtkWidget *back_button;
  GtkLabel *name_label;
  GtkLabel *facts_label;
  GtkEditable *search_entry;
  GtkWidget *work_bar;
  GtkLabel *work_label;
  GtkProgressBar *work_progress;
  GtkStack *views;
  CzDocumentsView *documents;
  CzStatisticsView *statistics;
  CzBlocksView *blocks;
  CzCorpusOperation *operation; // under way; its task's
  guint watching;               // its progress
  GCancellable *cancellable;    // of that
};

G_DEFINE_FINAL_TYPE (CzCorpusView, cz_corpus_view, ADW_TYPE_BIN)

static guint back_signal;

static void
search_changed (CzCorpusView *self)
{
  if (self->item == NULL)
    return;
  if (gtk_editable_get_text (self->search_entry)[0] != '\0')
    gtk_stack_set_visible_child_name (self->views, "documents");
  cz_documents_view_search (self->documents, gtk_editable_get_text (self->search_entry));
}

static void
new_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);

  gtk_widget_activate_action (widget, "win.new-run-with", "x", cz_corpus_item_get (self->item)->id);
}

static void
update (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);

  if (self->item != NULL)
    gtk_widget_activate_action (widget, "corpora.update", "x", cz_corpus_item_get (self->item)->id);
}

// ---- Telling what was done ----

static void
show_toast (CzCorpusView *self, const char *text, gboolean undoable)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  // Undo takes back the last change: an older toast would promise another.
  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  if (undoable)
    {
      adw_toast_set_button_label (toast, _ ("_Undo"));
      adw_toast_set_action_name (toast, "corpus.undo");
      adw_toast_set_timeout (toast, 10);
      g_set_weak_pointer (&self->toast, toast);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

// A change of documents that can be undone.
static void
tell (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);

  show_toast (self, g_variant_get_string (parameter, NULL), TRUE);
  cz_workbench_refresh (self->workbench);
}

static void
clear_search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_editable_set_text (CZ_CORPUS_VIEW (widget)->search_entry, "");
}

// ---- Operations on the whole corpus ----

static gboolean
show_progress (gpointer data)
{
  CzCorpusView *self = data;
  gint permille = g_atomic_int_get (&self->operation->permille);

  if (permille < 0)
    gtk_progress_bar_pulse (self->work_progress);
  else
    gtk_progress_bar_set_fraction (self->work_progress, permille / 1000.0);
  gtk_widget_set_visible (self->work_bar, TRUE);
  return G_SOURCE_CONTINUE;
}

// One at a time: the others wait until it is done.
static void
set_working (CzCorpusView *self, CzCorpusOperation *operation)
{
  static const char *const actions[]
      = { "corpus.rename", "corpus.update", "corpus.split", "corpus.derive",
          "corpus.merge",  "corpus.export", "corpus.undo",  "corpus.remove" };

  g_clear_handle_id (&self->watching, g_source_remove);
  gtk_widget_set_visible (self->work_bar, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], operation == NULL);
  self->operation = operation;
  if (operation == NULL)
    return;
  cz_library_task_renew (&self->cancellable);
  gtk_label_set_label (self->work_label, cz_corpus_operation_get_title (operation));
  gtk_progress_bar_set_fraction (self->work_progress, 0);
  // What is done in no time shows no progress.
  self->watching = g_timeout_add (200, show_progress, self);
}

static void
operated (GObject *object, GAsyncResult *result, gpointer data)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (object);
  g_autoptr (GError) error = NULL;
  CzCorpusOperation *operation = self->operation;
  gboolean done = cz_library_task_finish (result, &error) != NULL;

  set_working (self, NULL);
  if (done)
    {
      g_autofree char *told = cz_corpus_operation_tell_done (operation);

      show_toast (self, told, operation->kind == CZ_CORPUS_SPLIT);
      cz_workbench_refresh (self->workbench);
      if (operation->made != 0)
        cz_window_go_to (GTK_WIDGET (self), "corpora", operation->made);
    }
  else if (!cz_library_task_is_cancelled (error))
    cz_window_tell_error (GTK_WIDGET (self), cz_corpus_operation_tell_failed (operation),
                          error->message);
}

static void
carry_out (GtkWidget *widget, CzCorpusOperation *operation)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);

  if (self->operation != NULL)
    {
      cz_corpus_operation_free (operation);
      return;
    }
  set_working (self, operation);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), cz_corpus_operation_do,
                       operation, cz_corpus_operation_free, self->cancellable, operated);
}

static void
cancel_work (CzCorpusView *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);
  g_autoptr (GPtrArray) changes = NULL;

  if (self->item == NULL)
    return;
  changes = cz_corpus_list_changes (cz_workbench_get_library (self->workbench),
                                    cz_corpus_item_get (self->item)->id, NULL);
  if (changes == NULL || changes->len == 0)
    show_toast (self, _ ("There is nothing to undo."), FALSE);
  else
    carry_out (widget,
               cz_corpus_operation_new (CZ_CORPUS_UNDO, cz_corpus_item_get (self->item)->id));
}

static void
open_form (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);
  const CzCorpus *corpus;
  CzDocumentFilter filter;
  gint64 listed;

  if (self->item == NULL)
    return;
  corpus = cz_corpus_item_get (self->item);
  cz_documents_view_get_filter (self->documents, &filter);
  listed = cz_documents_view_get_count (self->documents);
  if (g_str_equal (action, "corpus.rename"))
    cz_corpus_form_rename (widget, self->workbench, corpus, carry_out);
  else if (g_str_equal (action, "corpus.split"))
    cz_corpus_form_split (widget, self->workbench, corpus, carry_out);
  else if (g_str_equal (action, "corpus.derive"))
    cz_corpus_form_derive (widget, self->workbench, corpus, &filter, listed, carry_out);
  else if (g_str_equal (action, "corpus.merge"))
    cz_corpus_form_merge (widget, self->workbench, corpus, carry_out);
  else
    cz_corpus_form_export (widget, self->workbench, corpus, &filter, listed, carry_out);
}

// ---- Removing, in a thread: the rows of a large corpus take a while ----

static gboolean
remove_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  return cz_corpus_remove (library, *(gint64 *)data, error);
}

static void
removed (GObject *object, GAsyncResult *result, gpointer data)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (object);
  g_autoptr (GError) error = NULL;

  if (cz_library_task_finish (result, &error) != NULL)
    cz_window_toast (GTK_WIDGET (self), _ ("The corpus was removed."));
  else
    cz_window_tell_error (GTK_WIDGET (self), _ ("The corpus was not removed"), error->message);
  cz_workbench_refresh (self->workbench);
}

static void
remove_answered (AdwMessageDialog *dialog, const char *response, CzCorpusView *self)
{
  gint64 *id = g_object_get_data (G_OBJECT (dialog), "corpus");

  if (g_str_equal (response, "remove"))
    cz_library_task_run (self, cz_workbench_get_path (self->workbench), remove_in_thread,
                         g_memdup2 (id, sizeof *id), g_free, NULL, removed);
}

static void
remove_corpus (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (widget);
  const CzCorpus *corpus;
  GtkWidget *dialog;

  if (self->item == NULL)
    return;
  corpus = cz_corpus_item_get (self->item);
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), NULL, NULL);
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _ ("Remove “%s”?"), corpus->name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog),
                               _ ("Its documents are removed from the library for good. The files "
                                  "they came from stay as they are, and so do runs made with it."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "corpus", g_memdup2 (&corpus->id, sizeof corpus->id),
                          g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
back_clicked (CzCorpusView *self)
{
  g_signal_emit (self, back_signal, 0);
}

// ---- Life ----

static void
cz_corpus_view_dispose (GObject *object)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (object);

  g_clear_handle_id (&self->watching, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->toast);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_corpus_view_parent_class)->dispose (object);
}

static void
cz_corpus_view_class_init (CzCorpusViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_corpus_view_dispose;
  back_signal = g_signal_new ("back", CZ_TYPE_CORPUS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  g_type_ensure (CZ_TYPE_DOCUMENTS_VIEW);
  g_type_ensure (CZ_TYPE_STATISTICS_VIEW);
  g_type_ensure (CZ_TYPE_BLOCKS_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/corpus-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, toasts);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, name_label);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, facts_label);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, work_bar);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, work_label);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, work_progress);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, views);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, documents);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, statistics);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, blocks);
  gtk_widget_class_install_action (widget_class, "corpus.new-run", NULL, new_run);
  gtk_widget_class_bind_template_callback (widget_class, cancel_work);
  gtk_widget_class_install_action (widget_class, "corpus.remove", NULL, remove_corpus);
  gtk_widget_class_install_action (widget_class, "corpus.rename", NULL, open_form);
  gtk_widget_class_install_action (widget_class, "corpus.update", NULL, update);
  gtk_widget_class_install_action (widget_class, "corpus.split", NULL, open_form);
  gtk_widget_class_install_action (widget_class, "corpus.derive", NULL, open_form);
  gtk_widget_class_install_action (widget_class, "corpus.merge", NULL, open_form);
  gtk_widget_class_install_action (widget_class, "corpus.export", NULL, open_form);
  gtk_widget_class_install_action (widget_class, "corpus.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "corpus.tell", "s", tell);
  gtk_widget_class_install_action (widget_class, "corpus.clear-search", NULL, clear_search);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "corpus.undo",
                                       NULL);
}

static void
cz_corpus_view_init (CzCorpusView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->views);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_clicked), self);
  g_signal_connect_swapped (self->search_entry, "search-changed", G_CALLBACK (search_changed),
                            self);
}

void
cz_corpus_view_set_workbench (CzCorpusView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

static void
show_facts (CzCorpusView *self)
{
  const CzCorpus *corpus = cz_corpus_item_get (self->item);
  g_autofree char *documents = cz_numbers_count (corpus->documents);
  g_autofree char *size = g_format_size ((guint64)corpus->bytes);
  g_autoptr (GString) facts = g_string_new (NULL);

  g_string_append_printf (
      facts,
      // Translators: a number of documents and their size.
      ngettext ("%s document · %s of text", "%s documents · %s of text", (gulong)corpus->documents),
      documents, size);
  if (corpus->excluded > 0)
    {
      g_autofree char *excluded = cz_numbers_count (corpus->excluded);

      // Translators: %s is a number of documents.
      g_string_append_printf (facts, _ (" · %s excluded"), excluded);
    }
  if (corpus->source != NULL && corpus->source[0] != '\0')
    // Translators: %s is what the corpus was imported from.
    g_string_append_printf (facts, _ (" · from %s"), corpus->source);
  gtk_label_set_label (self->name_label, corpus->name);
  gtk_label_set_label (self->facts_label, facts->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->facts_label), facts->str);
}

static void
corpus_changed (CzCorpusView *self)
{
  gint64 id = cz_corpus_item_get (self->item)->id;

  show_facts (self);
  cz_statistics_view_show (self->statistics, self->workbench, self->item);
  cz_blocks_view_show (self->blocks, self->workbench, id);
}

void
cz_corpus_view_show (CzCorpusView *self, CzCorpusItem *item)
{
  if (item == self->item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, corpus_changed, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_object (item, "changed", G_CALLBACK (corpus_changed), self, G_CONNECT_SWAPPED);
  gtk_editable_set_text (self->search_entry, "");
  cz_documents_view_show (self->documents, self->workbench, item);
  corpus_changed (self);
}

void
cz_corpus_view_search (CzCorpusView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
cz_corpus_view_set_folded (CzCorpusView *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}
