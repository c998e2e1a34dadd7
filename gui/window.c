#include "gui/window.h"

#include <glib/gi18n.h>

#include "gui/activity-button.h"
#include "gui/corpora/corpora-page.h"
#include "gui/experiments/experiments-page.h"
#include "gui/experiments/queue.h"
#include "gui/experiments/run-notices.h"
#include "gui/front-page.h"
#include "gui/hub/account-dialog.h"
#include "gui/hub/downloads.h"
#include "gui/hub/push-dialog.h"
#include "gui/models/extend-model-dialog.h"
#include "gui/models/models-page.h"
#include "gui/models/new-model-dialog.h"
#include "gui/playground/playground-page.h"
#include "gui/welcome/sample-bar.h"
#include "gui/welcome/sample-folder.h"
#include "gui/welcome/sample-start.h"
#include "gui/welcome/welcome-page.h"

struct _CzWindow
{
  AdwApplicationWindow parent_instance;
  CzWorkbench *workbench;
  AdwToastOverlay *toasts;
  GtkWidget *main_action;
  AdwButtonContent *main_action_content;
  GtkWidget *models_action; // the page Models': a menu
  AdwViewSwitcherTitle *title;
  GtkMenuButton *menu_button;
  CzActivityButton *activity;
  GtkInfoBar *trouble_bar;
  GtkLabel *trouble_label;
  CzRunNotices *notices;
  CzSampleBar *sample_bar;
  AdwViewStack *pages;
  CzCorporaPage *corpora;
  CzModelsPage *models;
  CzExperimentsPage *experiments;
  CzPlaygroundPage *playground;
  CzWelcomePage *welcome;
  gboolean welcoming; // the page Welcome is in front
  CzDownloads *downloads;
};

G_DEFINE_FINAL_TYPE (CzWindow, cz_window, ADW_TYPE_APPLICATION_WINDOW)

// ---- The page in front and its main action ----

static const struct
{
  const char *page;
  const char *label;
  const char *icon;
  const char *tooltip;
  const char *action;
} main_actions[] = {
  { "corpora", N_ ("_Import…"), "list-add-symbolic", N_ ("Import a corpus (Ctrl+I)"),
    "win.import" },
  { "experiments", N_ ("_New run…"), "list-add-symbolic", N_ ("Start a new run (Ctrl+N)"),
    "win.new-run" },
  { "playground", N_ ("_Mask word"), "cz-mask-symbolic",
    N_ ("Mask the word at the cursor, or show it again (Ctrl+M)"), "win.mask" },
  { "welcome", N_ ("_Import…"), "list-add-symbolic", N_ ("Import a corpus (Ctrl+I)"),
    "win.import" },
};

static void
page_shown (CzWindow *self)
{
  const char *page = adw_view_stack_get_visible_child_name (self->pages);
  gboolean welcoming = g_strcmp0 (page, "welcome") == 0;
  gboolean models = g_strcmp0 (page, "models") == 0;

  if (self->welcoming && !welcoming)
    cz_welcome_page_leave (self->welcome);
  self->welcoming = welcoming;
  gtk_widget_set_visible (self->main_action, !models);
  gtk_widget_set_visible (self->models_action, models);
  for (guint i = 0; i < G_N_ELEMENTS (main_actions); i++)
    {
      if (g_strcmp0 (page, main_actions[i].page) != 0)
        continue;
      adw_button_content_set_label (self->main_action_content, _ (main_actions[i].label));
      adw_button_content_set_icon_name (self->main_action_content, main_actions[i].icon);
      gtk_widget_set_tooltip_text (self->main_action, _ (main_actions[i].tooltip));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->main_action), main_actions[i].action);
    }
}

static void
show_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_view_stack_set_visible_child_name (CZ_WINDOW (widget)->pages,
                                         g_variant_get_string (parameter, NULL));
}

static void
import (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_corpora_page_import (CZ_WINDOW (widget)->corpora, NULL);
}

static void
add_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->pages, "models");
  cz_models_page_add (self->models);
}

// target: the model as cloze names it, and the corpus' id (0: the newest)
static void
adapt_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);
  const char *model;
  gint64 corpus;

  adw_view_stack_set_visible_child_name (self->pages, "experiments");
  g_variant_get (parameter, "(&sx)", &model, &corpus);
  cz_experiments_page_adapt (self->experiments, model, corpus);
}

static void
new_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_new_model_dialog_present (widget, CZ_WINDOW (widget)->workbench);
}

// target: the model's name in the library
static void
extend_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_extend_model_dialog_present (widget, CZ_WINDOW (widget)->workbench,
                                  g_variant_get_string (parameter, NULL), 0 /* corpus */);
}

static void
new_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->pages, "experiments");
  cz_experiments_page_new_run (self->experiments, 0, NULL);
}

static void
new_run_with (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->pages, "experiments");
  cz_experiments_page_new_run (self->experiments, g_variant_get_int64 (parameter), NULL);
}

static void
mask (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  // On another page there is no word in sight that could be meant.
  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "playground") == 0)
    cz_playground_page_mask (self->playground);
  else
    adw_view_stack_set_visible_child_name (self->pages, "playground");
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "experiments") == 0)
    {
      cz_experiments_page_search (self->experiments);
      return;
    }
  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "playground") == 0)
    {
      cz_playground_page_search (self->playground);
      return;
    }
  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "models") == 0)
    {
      cz_models_page_search (self->models);
      return;
    }
  adw_view_stack_set_visible_child_name (self->pages, "corpora");
  cz_corpora_page_search (self->corpora);
}

// target: the model as cloze names it ("starter", "run:3@best")
static void
try_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->pages, "playground");
  cz_playground_page_show_model (self->playground, g_variant_get_string (parameter, NULL));
}

// target: the ids of runs that were put into the trash, separated by commas
static void
restore_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_experiments_page_restore (CZ_WINDOW (widget)->experiments,
                               g_variant_get_string (parameter, NULL));
}

static void
toggle_runs_table (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);

  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "experiments") == 0)
    cz_experiments_page_toggle_table (self->experiments);
  else
    adw_view_stack_set_visible_child_name (self->pages, "experiments");
}

// target: the id of a run that was taken out of the queue
static void
queue_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzWindow *self = CZ_WINDOW (widget);
  gint64 run = g_ascii_strtoll (g_variant_get_string (parameter, NULL), NULL, 10);
  g_autoptr (GError) error = NULL;

  if (!cz_queue_add (cz_queue_get (self->workbench), run, &error))
    cz_window_tell_error (widget, _ ("The run could not be queued"), error->message);
}

static void
show_queue (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_activity_button_show (CZ_WINDOW (widget)->activity);
}

// target: the id of a run
static void
show_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_window_go_to (widget, "experiments",
                   g_ascii_strtoll (g_variant_get_string (parameter, NULL), NULL, 10));
}

static void
hub_account (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (cz_account_dialog_new (widget)));
}

// target: the model as cloze names it; of a run its best goes, with an entry in its record
static void
push_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (cz_push_dialog_new (widget, CZ_WINDOW (widget)->workbench,
                                                      g_variant_get_string (parameter, NULL))));
}

// target: the number of an import
static void
show_import (GtkWidget *widget, const char *action, GVariant *parameter)
{
  guint64 id = g_ascii_strtoull (g_variant_get_string (parameter, NULL), NULL, 10);

  cz_imports_show (cz_corpora_page_get_imports (CZ_WINDOW (widget)->corpora), (guint)id);
}

// target: the number of a download
static void
show_download (GtkWidget *widget, const char *action, GVariant *parameter)
{
  guint64 id = g_ascii_strtoull (g_variant_get_string (parameter, NULL), NULL, 10);

  cz_downloads_show (CZ_WINDOW (widget)->downloads, (guint)id);
}

// target: a repository as a person names it; "": none yet
static void
hub_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_downloads_open (CZ_WINDOW (widget)->downloads, FALSE, g_variant_get_string (parameter, NULL));
}

static void
hub_dataset (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_downloads_open (CZ_WINDOW (widget)->downloads, TRUE, g_variant_get_string (parameter, NULL));
}

static void
open_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_menu_button_popup (CZ_WINDOW (widget)->menu_button);
}

// ---- The first start ----

static void
show_welcome (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_view_stack_set_visible_child_name (CZ_WINDOW (widget)->pages, "welcome");
}

static void
sample_adapted (CzWindow *self)
{
  cz_sample_bar_tell (self->sample_bar, self->welcoming);
}

static void
show_sentence (CzWindow *self, const char *sentence)
{
  gint64 run = cz_sample_start_get_run (cz_sample_start_get (self->workbench));
  g_autofree char *adapted = g_strdup_printf ("run:%" G_GINT64_FORMAT "@best", run);

  adw_view_stack_set_visible_child_name (self->pages, "playground");
  cz_playground_page_show_pair (self->playground, CZ_SAMPLE_MODEL, adapted, sentence);
}

// ---- Dropping files ----

char **
cz_window_get_dropped_paths (const GValue *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      for (GSList *at = g_value_get_boxed (value); at != NULL; at = at->next)
        {
          g_autofree char *path = g_file_get_path (at->data);

          if (path != NULL)
            g_strv_builder_add (builder, path);
        }
    }
  return g_strv_builder_end (builder);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, CzWindow *self)
{
  g_auto (GStrv) paths = cz_window_get_dropped_paths (value);

  return cz_window_import (GTK_WIDGET (self), (const char *const *)paths);
}

// ---- The library ----

static void
opened (CzWindow *self)
{
  gtk_info_bar_set_revealed (self->trouble_bar, FALSE);
  // Not where a person was faster and has turned to another page.
  if (cz_welcome_page_is_due (self->welcome)
      && g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "corpora") == 0)
    adw_view_stack_set_visible_child_name (self->pages, "welcome");
}

static void
failed (CzWindow *self, const char *sentence)
{
  gtk_label_set_label (self->trouble_label, sentence);
  gtk_info_bar_set_revealed (self->trouble_bar, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.import", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.add-model", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-model", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.extend-model", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-run", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.welcome", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.hub-model", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.hub-dataset", FALSE);
}

// The first frame comes before the library.
static gboolean
open_library (gpointer data)
{
  cz_workbench_open (CZ_WINDOW (data)->workbench);
  return G_SOURCE_REMOVE;
}

// ---- For the pages ----

static CzWindow *
find_window (GtkWidget *from)
{
  GtkRoot *root = gtk_widget_get_root (from);

  while (root != NULL && !CZ_IS_WINDOW (root))
    root = GTK_IS_WINDOW (root) && gtk_window_get_transient_for (GTK_WINDOW (root)) != NULL
               ? GTK_ROOT (gtk_window_get_transient_for (GTK_WINDOW (root)))
               : NULL;
  return root != NULL ? CZ_WINDOW (root) : NULL;
}

void
cz_window_toast (GtkWidget *from, const char *text)
{
  CzWindow *self = find_window (from);

  if (self != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (text, -1);

      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
    }
}

void
cz_window_toast_with_action (
    GtkWidget *from, const char *text, const char *button, const char *action, const char *target)
{
  CzWindow *self = find_window (from);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast;

  if (self == NULL)
    return;
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, button);
  adw_toast_set_action_name (toast, action);
  adw_toast_set_action_target (toast, "s", target);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
cz_window_tell_error (GtkWidget *from, const char *heading, const char *body)
{
  CzWindow *self = find_window (from);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
cz_window_import (GtkWidget *from, const char *const *paths)
{
  CzWindow *self = find_window (from);

  if (self == NULL)
    return FALSE;
  if (paths[0] == NULL)
    {
      cz_window_toast (from, _ ("Only files of this computer can be imported."));
      return FALSE;
    }
  adw_view_stack_set_visible_child_name (self->pages, "corpora");
  cz_corpora_page_import (self->corpora, paths);
  return TRUE;
}

void
cz_window_go_to (GtkWidget *from, const char *page, gint64 item)
{
  CzWindow *self = find_window (from);

  if (self == NULL)
    return;
  adw_view_stack_set_visible_child_name (self->pages, page);
  if (g_str_equal (page, "corpora") && item != 0)
    cz_corpora_page_select (self->corpora, item);
  else if (g_str_equal (page, "models") && item != 0)
    cz_models_page_select (self->models, item);
  else if (g_str_equal (page, "experiments") && item != 0)
    cz_experiments_page_select (self->experiments, item);
}

// ---- Life ----

static gboolean
cz_window_close_request (GtkWindow *window)
{
  CzWindow *self = CZ_WINDOW (window);

  return cz_imports_ask_before_closing (cz_corpora_page_get_imports (self->corpora))
         || cz_downloads_ask_before_closing (self->downloads)
         || GTK_WINDOW_CLASS (cz_window_parent_class)->close_request (window);
}

static void
cz_window_dispose (GObject *object)
{
  g_clear_object (&CZ_WINDOW (object)->downloads);
  g_clear_object (&CZ_WINDOW (object)->workbench);
  G_OBJECT_CLASS (cz_window_parent_class)->dispose (object);
}

static void
cz_window_class_init (CzWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = cz_window_close_request;
  g_type_ensure (CZ_TYPE_ACTIVITY_BUTTON);
  g_type_ensure (CZ_TYPE_CORPORA_PAGE);
  g_type_ensure (CZ_TYPE_MODELS_PAGE);
  g_type_ensure (CZ_TYPE_EXPERIMENTS_PAGE);
  g_type_ensure (CZ_TYPE_PLAYGROUND_PAGE);
  g_type_ensure (CZ_TYPE_RUN_NOTICES);
  g_type_ensure (CZ_TYPE_SAMPLE_BAR);
  g_type_ensure (CZ_TYPE_WELCOME_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, CzWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, main_action);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, main_action_content);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, models_action);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, title);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, activity);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, notices);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, corpora);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, models);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, experiments);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, playground);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, sample_bar);
  gtk_widget_class_bind_template_child (widget_class, CzWindow, welcome);
  gtk_widget_class_install_action (widget_class, "win.page", "s", show_page);
  gtk_widget_class_install_action (widget_class, "win.import", NULL, import);
  gtk_widget_class_install_action (widget_class, "win.add-model", NULL, add_model);
  gtk_widget_class_install_action (widget_class, "win.new-model", NULL, new_model);
  gtk_widget_class_install_action (widget_class, "win.extend-model", "s", extend_model);
  gtk_widget_class_install_action (widget_class, "win.adapt-model", "(sx)", adapt_model);
  gtk_widget_class_install_action (widget_class, "win.new-run", NULL, new_run);
  gtk_widget_class_install_action (widget_class, "win.new-run-with", "x", new_run_with);
  gtk_widget_class_install_action (widget_class, "win.mask", NULL, mask);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.try", "s", try_model);
  gtk_widget_class_install_action (widget_class, "win.restore-run", "s", restore_run);
  gtk_widget_class_install_action (widget_class, "win.queue-run", "s", queue_run);
  gtk_widget_class_install_action (widget_class, "win.show-queue", NULL, show_queue);
  gtk_widget_class_install_action (widget_class, "win.show-run", "s", show_run);
  gtk_widget_class_install_action (widget_class, "win.runs-table", NULL, toggle_runs_table);
  gtk_widget_class_install_action (widget_class, "win.show-import", "s", show_import);
  gtk_widget_class_install_action (widget_class, "win.hub-account", NULL, hub_account);
  gtk_widget_class_install_action (widget_class, "win.push-model", "s", push_model);
  gtk_widget_class_install_action (widget_class, "win.show-download", "s", show_download);
  gtk_widget_class_install_action (widget_class, "win.hub-model", "s", hub_model);
  gtk_widget_class_install_action (widget_class, "win.hub-dataset", "s", hub_dataset);
  gtk_widget_class_install_action (widget_class, "win.menu", NULL, open_menu);
  gtk_widget_class_install_action (widget_class, "win.welcome", NULL, show_welcome);
}

static void
cz_window_init (CzWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->pages);
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_swapped (self->pages, "notify::visible-child", G_CALLBACK (page_shown), self);
  page_shown (self);
}

CzWindow *
cz_window_new (GtkApplication *application, CzWorkbench *workbench)
{
  CzWindow *self = g_object_new (CZ_TYPE_WINDOW, "application", application, NULL);

  self->workbench = g_object_ref (workbench);
  cz_activity_button_set_workbench (self->activity, workbench);
  cz_corpora_page_set_workbench (self->corpora, workbench);
  cz_activity_button_set_imports (self->activity, cz_corpora_page_get_imports (self->corpora));
  self->downloads = cz_downloads_new (GTK_WIDGET (self), workbench,
                                      cz_corpora_page_get_imports (self->corpora));
  cz_activity_button_set_downloads (self->activity, self->downloads);
  cz_models_page_set_workbench (self->models, workbench);
  cz_experiments_page_set_workbench (self->experiments, workbench);
  cz_playground_page_set_workbench (self->playground, workbench);
  cz_run_notices_set_workbench (self->notices, workbench);
  cz_welcome_page_set_workbench (self->welcome, workbench);
  cz_sample_bar_set_workbench (self->sample_bar, workbench);
  g_signal_connect_object (self->sample_bar, "show-sentence", G_CALLBACK (show_sentence), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cz_sample_start_get (workbench), "adapted", G_CALLBACK (sample_adapted),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "opened", G_CALLBACK (opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "failed", G_CALLBACK (failed), self, G_CONNECT_SWAPPED);
  g_idle_add_full (G_PRIORITY_LOW, open_library, g_object_ref (self), g_object_unref);
  return self;
}
