#include "gui/activity-button.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/activity-row.h"
#include "gui/corpora/import-task.h"
#include "gui/experiments/queue-view.h"
#include "gui/experiments/queue.h"
#include "gui/experiments/run-item.h"
#include "gui/hub/download-rows.h"
#include "gui/numbers.h"
#include "gui/window.h"

// Of a device's or run's name in the header.
#define MOST_CHARACTERS 14

struct _CzActivityButton
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzImports *imports;     // the window's
  GtkWidget *button;
  GtkWidget *icon;
  GtkWidget *label;
  GtkWidget *content;        // of the popover, made anew at each change
  GtkWidget *import_rows;    // below it; they stay
  CzDownloadRows *downloads; // below them
  CzQueueView *queue;        // below them
};

G_DEFINE_FINAL_TYPE (CzActivityButton, cz_activity_button, ADW_TYPE_BIN)

static void
go_to_run (GtkButton *button, CzActivityButton *self)
{
  gint64 *run = g_object_get_data (G_OBJECT (button), "run");

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  cz_window_go_to (GTK_WIDGET (self), "experiments", *run);
}

static void
go_to_queued (CzActivityButton *self, gint64 run)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  cz_window_go_to (GTK_WIDGET (self), "experiments", run);
}

static GtkWidget *
make_run_row (CzActivityButton *self, CzRunItem *item)
{
  const CzRun *run = cz_run_item_get (item);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *name = gtk_label_new (run->name);
  GtkWidget *bar = gtk_progress_bar_new ();
  g_autofree char *left = cz_numbers_time_left (run->seconds_left);
  g_autofree char *text
      = g_strdup_printf ("%s%s%s", cz_run_item_get_state_name (item), left[0] ? " · " : "", left);
  GtkWidget *state = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (state, "dim-label");
  gtk_widget_add_css_class (state, "caption");
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), cz_run_item_get_share (item));
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), state);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "run", g_memdup2 (&run->id, sizeof run->id), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (go_to_run), self);
  return button;
}

static void
show_import (GtkButton *button, CzActivityButton *self)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-import", "s",
                              (const char *)g_object_get_data (G_OBJECT (button), "import"));
}

static GtkWidget *
make_import_row (CzActivityButton *self, CzImportTask *task)
{
  gboolean active = cz_import_task_is_active (task);
  g_autofree char *text
      = active ? g_strdup_printf (_ ("Importing “%s”"), cz_import_task_get_name (task))
               : g_strdup (cz_import_task_get_name (task));
  GtkWidget *button = cz_activity_row_new (text, task, active);

  g_object_set_data_full (G_OBJECT (button), "import",
                          g_strdup_printf ("%u", cz_import_task_get_id (task)), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (show_import), self);
  return button;
}

static GtkWidget *
make_text (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  gtk_widget_set_margin_start (label, 9);
  gtk_widget_set_margin_end (label, 9);
  gtk_widget_add_css_class (label, style);
  return label;
}

// The first import under way, freed by the caller; NULL: none. *ret_active: how many there are.
static CzImportTask *
find_import (CzActivityButton *self, guint *ret_active)
{
  GListModel *tasks = self->imports != NULL ? cz_imports_get_tasks (self->imports) : NULL;
  CzImportTask *first = NULL;

  *ret_active = 0;
  for (guint i = 0; tasks != NULL && i < g_list_model_get_n_items (tasks); i++)
    {
      g_autoptr (CzImportTask) task = g_list_model_get_item (tasks, i);

      if (cz_import_task_is_active (task) && (*ret_active)++ == 0)
        first = g_object_ref (task);
    }
  return first;
}

// For the tooltip: what is under way, its time left, and how many wait.
static char *
describe (CzRunItem *run, guint waiting, const char *text)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *left
      = run != NULL ? cz_numbers_time_left (cz_run_item_get (run)->seconds_left) : g_strdup ("");

  g_string_append_printf (told, _ ("Device and running work: %s"), text);
  if (left[0] != '\0')
    g_string_append_printf (told, " · %s", left);
  if (waiting > 0 && run != NULL)
    {
      g_string_append (told, " · ");
      g_string_append_printf (told, ngettext ("%u run waits", "%u runs wait", waiting), waiting);
    }
  return g_strdup (told->str);
}

// What the button itself says: what is under way, else the device.
static void
update_button (CzActivityButton *self)
{
  const char *device = cz_workbench_get_device (self->workbench);
  const char *trouble = cz_workbench_get_device_trouble (self->workbench);
  guint imports, downloads, jobs;
  const char *name = NULL;
  double share = 0;
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);
  guint runs = active->len;
  CzRunItem *run = runs > 0 ? active->pdata[0] : NULL;
  g_autoptr (CzImportTask) import = find_import (self, &imports);
  g_autoptr (GPtrArray) waiting = cz_queue_list (cz_queue_get (self->workbench));
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *told = NULL;
  GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (self->button));

  downloads = cz_download_rows_count (self->downloads, &name, &share);
  jobs = runs + imports + downloads;
  if (run != NULL)
    {
      name = cz_run_item_get (run)->name;
      share = cz_run_item_get_share (run);
    }
  else if (import != NULL)
    {
      name = cz_import_task_get_name (import);
      share = cz_import_task_get_share (import);
    }
  if (jobs == 1)
    // Translators: the name of a run or an import, and how far it is: "film · 34 %".
    text = g_strdup_printf (_ ("%s · %.0f %%"), name, 100 * share);
  else if (jobs == runs && runs > 1)
    text = g_strdup_printf (ngettext ("%u run", "%u runs", runs), runs);
  else if (jobs > 1)
    text = g_strdup_printf (ngettext ("%u job", "%u jobs", jobs), jobs);
  else if (waiting->len > 0)
    text = g_strdup_printf (ngettext ("%u run waits", "%u runs wait", waiting->len), waiting->len);
  else
    text = g_strdup (trouble != NULL ? _ ("No device") : device);
  // The popover tells the whole name: "llvmpipe (LLVM 15.0.6, 256 bits)" is much for a header.
  shown = jobs == 0 && strstr (text, " (") != NULL
              ? g_strndup (text, (gsize)(strstr (text, " (") - text))
              : g_strdup (text);
  gtk_label_set_label (GTK_LABEL (self->label), shown);
  gtk_label_set_width_chars (GTK_LABEL (self->label),
                             (int)MIN (g_utf8_strlen (shown, -1), MOST_CHARACTERS));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), trouble != NULL ? "dialog-warning-symbolic"
                                                        : jobs > 0 ? "media-playback-start-symbolic"
                                                                   : "system-run-symbolic");
  told = describe (run, waiting->len, text);
  // Over the popover it would cover what it says itself.
  gtk_widget_set_tooltip_text (self->button,
                               gtk_widget_get_visible (GTK_WIDGET (popover)) ? NULL : told);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  told, -1);
}

static void
update (CzActivityButton *self)
{
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);
  const char *device = cz_workbench_get_device (self->workbench);
  const char *trouble = cz_workbench_get_device_trouble (self->workbench);
  GtkWidget *child;
  gboolean any = active->len > 0 || gtk_widget_get_first_child (self->import_rows) != NULL
                 || !cz_download_rows_is_empty (self->downloads);

  while ((child = gtk_widget_get_first_child (self->content)) != NULL)
    gtk_box_remove (GTK_BOX (self->content), child);
  gtk_box_append (GTK_BOX (self->content), make_text (_ ("Device"), "caption-heading"));
  gtk_box_append (GTK_BOX (self->content),
                  make_text (trouble != NULL     ? trouble
                             : device[0] == '\0' ? _ ("Looking for Vulkan devices…")
                                                 : device,
                             "body"));
  if (trouble == NULL && device[0] != '\0' && !cz_workbench_has_gpu (self->workbench))
    gtk_box_append (GTK_BOX (self->content),
                    make_text (_ ("The processor does the work of a graphics card here. That is "
                                  "slower; the preset Quick is made for it."),
                               "dim-label"));
  gtk_box_append (GTK_BOX (self->content), make_text (_ ("Running work"), "caption-heading"));
  for (guint i = 0; i < active->len; i++)
    gtk_box_append (GTK_BOX (self->content), make_run_row (self, active->pdata[i]));
  if (!any)
    gtk_box_append (GTK_BOX (self->content), make_text (_ ("Nothing is running."), "dim-label"));
  update_button (self);
}

static void
imports_changed (CzActivityButton *self)
{
  GListModel *tasks = cz_imports_get_tasks (self->imports);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->import_rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->import_rows), child);
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++)
    {
      g_autoptr (CzImportTask) task = g_list_model_get_item (tasks, i);

      gtk_box_append (GTK_BOX (self->import_rows), make_import_row (self, task));
      g_signal_handlers_disconnect_by_func (task, update_button, self);
      g_signal_connect_object (task, "notify::share", G_CALLBACK (update_button), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
download_shown (CzActivityButton *self)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
}

static void
cz_activity_button_class_init (CzActivityButtonClass *klass)
{
}

// What had the focus in there may be gone by now: a run that ended while one looked at it. Then no
// key would reach the window any more.
static void
popover_closed (CzActivityButton *self)
{
  gtk_widget_grab_focus (self->button);
}

static void
cz_activity_button_init (CzActivityButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *whole = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->icon = gtk_image_new_from_icon_name ("system-run-symbolic");
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), MOST_CHARACTERS);
  gtk_widget_add_css_class (self->label, "activity");
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->label);
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->import_rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (whole), self->content);
  gtk_box_append (GTK_BOX (whole), self->import_rows);
  self->downloads = g_object_new (CZ_TYPE_DOWNLOAD_ROWS, NULL);
  g_signal_connect_swapped (self->downloads, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->downloads, "shown", G_CALLBACK (download_shown), self);
  gtk_box_append (GTK_BOX (whole), GTK_WIDGET (self->downloads));
  self->queue = g_object_new (CZ_TYPE_QUEUE_VIEW, NULL);
  g_signal_connect_swapped (self->queue, "go-to", G_CALLBACK (go_to_queued), self);
  gtk_box_append (GTK_BOX (whole), GTK_WIDGET (self->queue));
  gtk_widget_set_margin_top (whole, 9);
  gtk_widget_set_margin_bottom (whole, 9);
  gtk_widget_set_size_request (whole, 420, -1);
  gtk_popover_set_child (GTK_POPOVER (popover), whole);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  g_signal_connect_swapped (popover, "closed", G_CALLBACK (popover_closed), self);
  gtk_widget_add_css_class (self->button, "flat");
  adw_bin_set_child (ADW_BIN (self), self->button);
}

void
cz_activity_button_set_workbench (CzActivityButton *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  cz_queue_view_set_workbench (self->queue, workbench);
  g_signal_connect_object (workbench, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::device", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->button, "notify::active", G_CALLBACK (update_button), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
cz_activity_button_set_imports (CzActivityButton *self, CzImports *imports)
{
  self->imports = imports;
  g_signal_connect_object (imports, "changed", G_CALLBACK (imports_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_activity_button_set_downloads (CzActivityButton *self, CzDownloads *downloads)
{
  cz_download_rows_set_downloads (self->downloads, downloads);
}

void
cz_activity_button_show (CzActivityButton *self)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}
