#include "gui/corpora/corpus-view.h"

#include <glib/gi18n.h>

#include "gui/corpora/blocks-view.h"
#include "gui/corpora/documents-view.h"
#include "gui/corpora/statistics-view.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzCorpusView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzCorpusItem *item;
  GtkWidget *back_button;
  GtkLabel *name_label;
  GtkLabel *facts_label;
  GtkEditable *search_entry;
  GtkStack *views;
  CzDocumentsView *documents;
  CzStatisticsView *statistics;
  CzBlocksView *blocks;
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

// ---- Removing, in a thread: the rows of a large corpus take a while ----

typedef struct
{
  char *library;
  gint64 corpus;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_free (removal->library);
  g_free (removal);
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Removal *removal = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (removal->library, &error);

  if (library != NULL && cz_corpus_remove (library, removal->corpus, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
removed (GObject *object, GAsyncResult *result, gpointer data)
{
  CzCorpusView *self = CZ_CORPUS_VIEW (object);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    cz_window_toast (GTK_WIDGET (self), _ ("The corpus was removed."));
  else
    cz_window_tell_error (GTK_WIDGET (self), _ ("The corpus was not removed"), error->message);
  cz_workbench_refresh (self->workbench);
}

static void
remove_answered (AdwMessageDialog *dialog, const char *response, CzCorpusView *self)
{
  gint64 *id = g_object_get_data (G_OBJECT (dialog), "corpus");
  g_autoptr (GTask) task = NULL;
  Removal *removal;

  if (!g_str_equal (response, "remove"))
    return;
  removal = g_new0 (Removal, 1);
  removal->library = g_strdup (cz_workbench_get_path (self->workbench));
  removal->corpus = *id;
  task = g_task_new (self, NULL, removed, NULL);
  g_task_set_task_data (task, removal, removal_free);
  g_task_run_in_thread (task, remove_in_thread);
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
  g_clear_object (&CZ_CORPUS_VIEW (object)->item);
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
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, name_label);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, facts_label);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, views);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, documents);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, statistics);
  gtk_widget_class_bind_template_child (widget_class, CzCorpusView, blocks);
  gtk_widget_class_install_action (widget_class, "corpus.new-run", NULL, new_run);
  gtk_widget_class_install_action (widget_class, "corpus.remove", NULL, remove_corpus);
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

void
cz_corpus_view_show (CzCorpusView *self, CzCorpusItem *item)
{
  const CzCorpus *corpus;
  g_autofree char *documents = NULL;
  g_autofree char *size = NULL;
  g_autofree char *facts = NULL;

  if (item == self->item)
    return;
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  corpus = cz_corpus_item_get (item);
  documents = cz_numbers_count (corpus->documents);
  size = g_format_size ((guint64)corpus->bytes);
  facts = g_strdup_printf (
      // Translators: a number of documents, their size, and the file they came from.
      ngettext ("%s document · %s of text · from %s", "%s documents · %s of text · from %s",
                (gulong)corpus->documents),
      documents, size, corpus->source != NULL ? corpus->source : "–");
  gtk_label_set_label (self->name_label, corpus->name);
  gtk_label_set_label (self->facts_label, facts);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->facts_label), facts);
  gtk_editable_set_text (self->search_entry, "");
  cz_documents_view_search (self->documents, "");
  cz_documents_view_show (self->documents, self->workbench, corpus->id);
  cz_statistics_view_show (self->statistics, self->workbench, corpus->id);
  cz_blocks_view_show (self->blocks, self->workbench, corpus->id);
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
