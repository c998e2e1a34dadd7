#include "gui/hub/downloads.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "data/model.h"
#include "gui/closing-question.h"
#include "gui/hub/hub-dialog.h"
#include "gui/hub/repository-name.h"
#include "gui/window.h"

struct _CzDownloads
{
  GObject parent_instance;
  GtkWidget *widget; // the window's
  CzWorkbench *workbench;
  CzImports *imports;
  GListStore *list;    // CzDownload
  CzHubDialog *dialog; // weak
  GtkWidget *question; // weak
  gboolean closing;    // the window may close
};

G_DEFINE_FINAL_TYPE (CzDownloads, cz_downloads, G_TYPE_OBJECT)

static guint changed_signal;

static CzDownload *
get_download (CzDownloads *self, guint index)
{
  g_autoptr (CzDownload) download = g_list_model_get_item (G_LIST_MODEL (self->list), index);

  return download; // the list keeps it
}

static guint
count_active (CzDownloads *self)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    n += cz_download_is_active (get_download (self, i)) ? 1 : 0;
  return n;
}

static void
forget (CzDownloads *self, CzDownload *download)
{
  guint place;

  if (g_list_store_find (self->list, download, &place))
    g_list_store_remove (self->list, place);
  g_signal_emit (self, changed_signal, 0);
}

// ---- How one ends ----

// The model's id in the library; 0: it is not there any more.
static gint64
find_model (CzDownloads *self, const char *name)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (CzModel) model = library != NULL ? cz_model_find (library, name, NULL) : NULL;

  return model != NULL ? model->id : 0;
}

// Those who watched see it at once; others are not torn from what they do.
static void
model_came (CzDownloads *self, CzDownload *download, gboolean watched)
{
  const char *name = cz_download_get_name (download);
  g_autofree char *text = g_strdup_printf (_ ("“%s” is in the library."), name);

  cz_workbench_refresh (self->workbench);
  if (watched)
    {
      gtk_window_destroy (GTK_WINDOW (self->dialog));
      cz_window_go_to (self->widget, "models", find_model (self, name));
    }
  cz_window_toast_with_action (self->widget, text, _ ("_Try it"), "win.try", name);
  forget (self, download);
}

// FALSE: another import is in the way.
static gboolean
import (CzDownloads *self, CzDownload *download)
{
  return cz_imports_open_fetched (self->imports, cz_download_get_files (download),
                                  cz_download_get_title (download),
                                  cz_download_get_source (download));
}

static void
dataset_came (CzDownloads *self, CzDownload *download, gboolean watched)
{
  g_autofree char *id = g_strdup_printf ("%u", cz_download_get_id (download));
  g_autofree char *text
      = g_strdup_printf (_ ("The files of “%s” are here."), cz_download_get_title (download));

  if (watched)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  if (watched && import (self, download))
    forget (self, download);
  else
    {
      cz_window_toast_with_action (self->widget, text, _ ("_Import…"), "win.show-download", id);
      g_signal_emit (self, changed_signal, 0);
    }
}

static void
ended (CzDownload *download, CzDownloads *self)
{
  CzDownloadState state = cz_download_get_state (download);
  gboolean watched = self->dialog != NULL && cz_hub_dialog_get_download (self->dialog) == download;

  if (state == CZ_DOWNLOAD_DONE && cz_download_is_dataset (download))
    dataset_came (self, download, watched);
  else if (state == CZ_DOWNLOAD_DONE)
    model_came (self, download, watched);
  else
    {
      g_autofree char *id = g_strdup_printf ("%u", cz_download_get_id (download));
      g_autofree char *text
          = g_strdup_printf (_ ("“%s” did not come through."), cz_download_get_title (download));

      if (!watched && state == CZ_DOWNLOAD_FAILED)
        cz_window_toast_with_action (self->widget, text, _ ("_Details"), "win.show-download", id);
      g_signal_emit (self, changed_signal, 0);
    }
}

static void
began (CzDownload *download, CzDownloads *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
started (CzHubDialog *dialog, CzDownload *download, CzDownloads *self)
{
  g_list_store_append (self->list, download);
  g_signal_connect_object (download, "began", G_CALLBACK (began), self, 0);
  g_signal_connect_object (download, "ended", G_CALLBACK (ended), self, 0);
  g_signal_emit (self, changed_signal, 0);
}

static void
left (CzHubDialog *dialog, CzDownload *download, CzDownloads *self)
{
  forget (self, download);
}

// ---- The dialog ----

static void
account (CzHubDialog *dialog, CzDownloads *self)
{
  gtk_widget_activate_action (self->widget, "win.hub-account", NULL);
}

// How one ended was read now; one that goes on is told of.
static void
dialog_closed (CzHubDialog *dialog, CzDownloads *self)
{
  CzDownload *download = cz_hub_dialog_get_download (dialog);

  g_clear_weak_pointer (&self->dialog);
  if (download == NULL || cz_download_get_state (download) == CZ_DOWNLOAD_DONE)
    return;
  if (!cz_download_is_active (download))
    forget (self, download);
  else if (cz_download_get_state (download) == CZ_DOWNLOAD_RUNNING && !self->closing)
    cz_window_toast (self->widget,
                     _ ("The download goes on; the button at the top right shows it."));
}

static void
other_kind (CzHubDialog *dialog, const char *repository, CzDownloads *self)
{
  gboolean dataset = !cz_hub_dialog_is_dataset (dialog);

  gtk_window_destroy (GTK_WINDOW (dialog));
  cz_downloads_open (self, dataset, repository);
}

// One at a time; what it shows stays while it fetches something.
static void
present_dialog (CzDownloads *self, gboolean dataset)
{
  if (self->dialog != NULL && cz_hub_dialog_is_dataset (self->dialog) != dataset)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  if (self->dialog == NULL)
    {
      CzHubDialog *dialog = cz_hub_dialog_new (GTK_WINDOW (gtk_widget_get_root (self->widget)),
                                               self->workbench, G_LIST_MODEL (self->list), dataset);

      g_set_weak_pointer (&self->dialog, dialog);
      g_signal_connect_object (dialog, "started", G_CALLBACK (started), self, 0);
      g_signal_connect_object (dialog, "left", G_CALLBACK (left), self, 0);
      g_signal_connect_object (dialog, "account", G_CALLBACK (account), self, 0);
      g_signal_connect_object (dialog, "other-kind", G_CALLBACK (other_kind), self, 0);
      g_signal_connect_object (dialog, "unrealize", G_CALLBACK (dialog_closed), self, 0);
    }
  gtk_window_present (GTK_WINDOW (self->dialog));
}

void
cz_downloads_open (CzDownloads *self, gboolean dataset, const char *repository)
{
  if (cz_workbench_get_library (self->workbench) == NULL || self->closing)
    return;
  present_dialog (self, dataset);
  if (cz_hub_dialog_get_download (self->dialog) == NULL && repository[0] != '\0')
    cz_hub_dialog_look_at (self->dialog, repository);
}

void
cz_downloads_show (CzDownloads *self, guint id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (CzDownload) download = g_object_ref (get_download (self, i));

      if (cz_download_get_id (download) != id)
        continue;
      if (cz_download_get_state (download) != CZ_DOWNLOAD_DONE)
        {
          if (self->dialog != NULL)
            gtk_window_destroy (GTK_WINDOW (self->dialog));
          present_dialog (self, cz_download_is_dataset (download));
          cz_hub_dialog_show_download (self->dialog, download);
        }
      else if (import (self, download))
        forget (self, download);
      else
        cz_window_toast (self->widget, _ ("Another import is under way; it has to end first."));
      return;
    }
}

GListModel *
cz_downloads_get_list (CzDownloads *self)
{
  return G_LIST_MODEL (self->list);
}

// ---- Closing the window ----

static gboolean
close_window (gpointer data)
{
  CzDownloads *self = data;

  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (self->widget)));
  self->closing = FALSE; // something else may want to be asked
  return G_SOURCE_REMOVE;
}

// The question goes first: it does not outlive the window it stands over.
static void
answered (AdwMessageDialog *question, const char *response, CzDownloads *self)
{
  g_clear_weak_pointer (&self->question);
  if (!g_str_equal (response, "end"))
    return;
  self->closing = TRUE;
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_window, g_object_ref (self), g_object_unref);
}

gboolean
cz_downloads_ask_before_closing (CzDownloads *self)
{
  GtkWindow *parent = self->dialog != NULL ? GTK_WINDOW (self->dialog)
                                           : GTK_WINDOW (gtk_widget_get_root (self->widget));

  if (self->closing || count_active (self) == 0)
    return FALSE;
  if (self->question == NULL)
    {
      GtkWidget *question = cz_closing_question_new (
          parent, _ ("A download is under way"),
          _ ("Closing the window stops it. What came so far is kept: the next time it goes on "
             "from there."),
          _ ("_Keep going"), _ ("_Stop and close"));

      g_set_weak_pointer (&self->question, question);
      g_signal_connect_object (question, "response", G_CALLBACK (answered), self, 0);
    }
  gtk_window_present (GTK_WINDOW (self->question));
  return TRUE;
}

// ---- Life ----

static void
cz_downloads_dispose (GObject *object)
{
  CzDownloads *self = CZ_DOWNLOADS (object);

  // A process that nobody waits for would go on alone.
  for (guint i = 0; self->list != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->list));
       i++)
    cz_download_stop (get_download (self, i));
  g_clear_weak_pointer (&self->dialog);
  g_clear_weak_pointer (&self->question);
  g_clear_object (&self->list);
  g_clear_object (&self->workbench);
  g_clear_object (&self->imports);
  G_OBJECT_CLASS (cz_downloads_parent_class)->dispose (object);
}

static void
cz_downloads_class_init (CzDownloadsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_downloads_dispose;
  changed_signal = g_signal_new ("changed", CZ_TYPE_DOWNLOADS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_downloads_init (CzDownloads *self)
{
  self->list = g_list_store_new (CZ_TYPE_DOWNLOAD);
}

CzDownloads *
cz_downloads_new (GtkWidget *widget, CzWorkbench *workbench, CzImports *imports)
{
  CzDownloads *self = g_object_new (CZ_TYPE_DOWNLOADS, NULL);

  self->widget = widget;
  self->workbench = g_object_ref (workbench);
  self->imports = g_object_ref (imports);
  return self;
}
