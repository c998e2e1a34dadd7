#include "gui/hub/download-rows.h"

#include <glib/gi18n.h>

#include "gui/activity-row.h"
#include "gui/hub/download.h"

struct _CzDownloadRows
{
  AdwBin parent_instance;
  CzDownloads *downloads; // the window's
  GtkBox *rows;
};

G_DEFINE_FINAL_TYPE (CzDownloadRows, cz_download_rows, ADW_TYPE_BIN)

enum
{
  CHANGED,
  SHOWN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
row_clicked (GtkButton *button, CzDownloadRows *self)
{
  g_autofree char *id = g_strdup (g_object_get_data (G_OBJECT (button), "download"));

  g_signal_emit (self, signals[SHOWN], 0);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-download", "s", id);
}

static GtkWidget *
make_row (CzDownloadRows *self, CzDownload *download)
{
  gboolean active = cz_download_is_active (download);
  g_autofree char *text
      = active ? g_strdup_printf (_ ("Getting “%s”"), cz_download_get_title (download))
               : g_strdup (cz_download_get_title (download));
  GtkWidget *button = cz_activity_row_new (text, download, active);

  g_object_set_data_full (G_OBJECT (button), "download",
                          g_strdup_printf ("%u", cz_download_get_id (download)), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (row_clicked), self);
  return button;
}

static void
share_changed (CzDownloadRows *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
downloads_changed (CzDownloadRows *self)
{
  GListModel *list = cz_downloads_get_list (self->downloads);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_box_remove (self->rows, child);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (CzDownload) download = g_list_model_get_item (list, i);

      gtk_box_append (self->rows, make_row (self, download));
      g_signal_handlers_disconnect_by_func (download, share_changed, self);
      g_signal_connect_object (download, "notify::share", G_CALLBACK (share_changed), self,
                               G_CONNECT_SWAPPED);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
cz_download_rows_is_empty (CzDownloadRows *self)
{
  return gtk_widget_get_first_child (GTK_WIDGET (self->rows)) == NULL;
}

guint
cz_download_rows_count (CzDownloadRows *self, const char **ret_title, double *ret_share)
{
  GListModel *list = self->downloads != NULL ? cz_downloads_get_list (self->downloads) : NULL;
  guint n = 0;

  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (CzDownload) download = g_list_model_get_item (list, i);

      if (cz_download_is_active (download) && n++ == 0)
        {
          *ret_title = cz_download_get_title (download);
          *ret_share = cz_download_get_share (download);
        }
    }
  return n;
}

static void
cz_download_rows_class_init (CzDownloadRowsClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", CZ_TYPE_DOWNLOAD_ROWS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[SHOWN] = g_signal_new ("shown", CZ_TYPE_DOWNLOAD_ROWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
cz_download_rows_init (CzDownloadRows *self)
{
  self->rows = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->rows));
}

void
cz_download_rows_set_downloads (CzDownloadRows *self, CzDownloads *downloads)
{
  self->downloads = downloads;
  g_signal_connect_object (downloads, "changed", G_CALLBACK (downloads_changed), self,
                           G_CONNECT_SWAPPED);
}
