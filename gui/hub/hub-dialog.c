#include "gui/hub/hub-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/front-page.h"
#include "gui/hub/dataset-files.h"
#include "gui/hub/repository-facts.h"
#include "gui/hub/repository-look.h"
#include "gui/hub/repository-name.h"
#include "gui/hub/repository-suggestions.h"
#include "gui/models/model-forms.h"

// How long somebody may still be typing before the Hub is asked, in milliseconds.
#define REST 600

struct _CzHubDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench;
  GListModel *downloads; // of the window
  gboolean dataset;
  GtkWidget *cancel_button;
  GtkWidget *get_button;
  GtkWidget *hide_button;
  GtkWidget *stop_button;
  GtkWidget *entry_area;
  GtkEntry *entry;
  GtkLabel *note;
  GtkStack *states;
  CzRepositorySuggestions *suggestions;
  GtkSpinner *spinner;
  GtkLabel *looking_label;
  AdwStatusPage *trouble_page;
  GtkWidget *again_button;
  GtkWidget *account_button;
  GtkWidget *other_button;
  CzRepositoryFacts *facts;
  CzDatasetFiles *files;
  GtkWidget *name_area;
  AdwEntryRow *name;
  GtkLabel *name_trouble;
  GtkLabel *progress_title;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  GtkLabel *what_label;
  AdwStatusPage *stopped_page;
  GtkWidget *go_on_button;
  GtkWidget *back_button;
  GtkWidget *stopped_account_button;

  CzRepositoryLook *look;
  CzHubAddress wanted; // what is typed now
  CzDownload *download;
  gboolean signing_in; // somebody went to sign in, which may change what the Hub shows
};

G_DEFINE_FINAL_TYPE (CzHubDialog, cz_hub_dialog, ADW_TYPE_WINDOW)

enum
{
  STARTED,
  LEFT,
  ACCOUNT,
  OTHER_KIND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_shown (CzHubDialog *self, const char *state)
{
  return g_str_equal (gtk_stack_get_visible_child_name (self->states), state);
}

static void
show_state (CzHubDialog *self, const char *state)
{
  gboolean running = g_str_equal (state, "progress");
  gboolean stopped = g_str_equal (state, "stopped");

  gtk_stack_set_visible_child_name (self->states, state);
  gtk_widget_set_visible (self->entry_area, !running && !stopped);
  gtk_widget_set_visible (self->get_button, !running && !stopped);
  gtk_widget_set_visible (self->hide_button, running);
  gtk_widget_set_visible (self->stop_button, running);
  gtk_widget_set_visible (self->cancel_button, !running);
  gtk_button_set_label (GTK_BUTTON (self->cancel_button), stopped ? _ ("_Close") : _ ("_Cancel"));
  gtk_spinner_set_spinning (self->spinner, g_str_equal (state, "looking"));
}

// ---- Whether it can be fetched ----

// What is wrong with the name; NULL: nothing.
static const char *
find_name_trouble (CzHubDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));

  if (name[strspn (name, " \t")] == '\0')
    return _ ("The model needs a name.");
  return cz_workbench_find_model_named (self->workbench, name) != NULL
             ? _ ("There is a model of this name already; choose another name.")
             : NULL;
}

static void
check (CzHubDialog *self)
{
  const CzRepository *found = cz_repository_look_get (self->look);
  const char *trouble = !self->dataset && found != NULL ? find_name_trouble (self) : NULL;
  gboolean can = found != NULL && found->usable && is_shown (self, "found");

  if (self->dataset)
    can = can && cz_dataset_files_get_n_chosen (self->files) > 0;
  gtk_label_set_label (self->name_trouble, trouble != NULL ? trouble : "");
  gtk_widget_set_visible (GTK_WIDGET (self->name_trouble), trouble != NULL);
  if (trouble != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  gtk_widget_set_sensitive (self->get_button, can && trouble == NULL);
}

// The repository's, with a number behind it where there is a model of that name already.
static void
suggest_name (CzHubDialog *self, const CzRepository *found)
{
  g_autofree char *name = cz_repository_name_get_short (found->repo);
  g_autofree char *free_name = cz_model_form_find_name (self->workbench, name);

  gtk_editable_set_text (GTK_EDITABLE (self->name), free_name);
}

// ---- Looking ----

static void
show_note (CzHubDialog *self, const char *text, gboolean wrong)
{
  gtk_label_set_label (self->note, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), text != NULL);
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

// Being offline is said before anything is typed. Where the Hub is a server of one's own, only
// asking it tells.
static const char *
find_offline (void)
{
  const char *offline = g_getenv ("HF_HUB_OFFLINE");

  if (g_strcmp0 (offline, "1") == 0)
    return _ ("HF_HUB_OFFLINE is set: only what came at an earlier time can be had.");
  if (g_getenv ("HF_ENDPOINT") == NULL
      && !g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    return _ ("This computer seems to be offline. The Hub needs the internet.");
  return NULL;
}

static void
slow (CzHubDialog *self)
{
  gtk_label_set_label (self->looking_label, _ ("Asking the Hub… It takes its time."));
}

static void
found (CzHubDialog *self, const CzRepository *repository)
{
  cz_repository_facts_show (self->facts, repository);
  if (self->dataset)
    cz_dataset_files_show (self->files, repository);
  else
    suggest_name (self, repository);
  gtk_widget_set_visible (GTK_WIDGET (self->files), self->dataset && repository->usable);
  gtk_widget_set_visible (self->name_area, !self->dataset && repository->usable);
  show_state (self, "found");
  check (self);
}

static void
show_trouble (CzHubDialog *self, const char *title, const char *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_status_page_set_title (self->trouble_page, title);
  adw_status_page_set_description (self->trouble_page, escaped);
  show_state (self, "trouble");
  check (self);
}

// Whether the sentence says to sign in, which in a terminal a command does.
static gboolean
wants_account (const char *sentence)
{
  return strstr (sentence, "cloze hub login") != NULL;
}

static void
failed (CzHubDialog *self, const char *sentence)
{
  gtk_widget_set_visible (self->again_button, TRUE);
  gtk_widget_set_visible (self->account_button, wants_account (sentence));
  gtk_widget_set_visible (self->other_button, FALSE);
  show_trouble (self, _ ("Nothing was found"), sentence);
}

// What was named is of the other kind, as its address says.
static void
offer_other_kind (CzHubDialog *self)
{
  gtk_widget_set_visible (self->again_button, FALSE);
  gtk_widget_set_visible (self->account_button, FALSE);
  gtk_widget_set_visible (self->other_button, TRUE);
  gtk_button_set_label (GTK_BUTTON (self->other_button),
                        self->dataset ? _ ("Look at the _model") : _ ("Look at the _data set"));
  show_trouble (self, self->dataset ? _ ("This is a model") : _ ("This is a data set"),
                self->dataset
                    ? _ ("Its address is that of a model; texts are not in it.")
                    : _ ("Its address is that of a data set: texts to adapt a model to."));
}

static void
typed (CzHubDialog *self, guint rest)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  gboolean suggested = cz_repository_suggestions_narrow (self->suggestions, text);
  g_autoptr (GError) error = NULL;

  cz_repository_look_stop (self->look);
  cz_hub_address_clear (&self->wanted);
  if (!cz_repository_name_parse (text, &self->wanted, &error))
    {
      show_note (self, error != NULL ? error->message : find_offline (), error != NULL);
      cz_repository_suggestions_narrow (self->suggestions, "");
      show_state (self, "suggestions");
    }
  else if (self->dataset ? self->wanted.model : self->wanted.dataset)
    {
      show_note (self, NULL, FALSE);
      offer_other_kind (self);
    }
  else
    {
      show_note (self, NULL, FALSE);
      // A beginning of a name that is suggested is hardly meant as a name: only Enter says so.
      if (suggested && rest > 0)
        show_state (self, "suggestions");
      else
        {
          cz_repository_look_at (self->look, self->wanted.repo, self->wanted.revision, rest);
          gtk_label_set_label (self->looking_label, _ ("Asking the Hub…"));
          show_state (self, "looking");
        }
    }
  check (self);
}

static void
entry_changed (CzHubDialog *self)
{
  typed (self, REST);
}

static void
ask_again (CzHubDialog *self)
{
  typed (self, 0);
}

static void
suggestion_chosen (CzHubDialog *self, const char *repo)
{
  cz_hub_dialog_look_at (self, repo);
}

void
cz_hub_dialog_look_at (CzHubDialog *self, const char *repository)
{
  g_signal_handlers_block_by_func (self->entry, entry_changed, self);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), repository);
  g_signal_handlers_unblock_by_func (self->entry, entry_changed, self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  typed (self, 0);
}

static void
look_elsewhere (CzHubDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *repo = g_strdup (text);

  g_signal_emit (self, signals[OTHER_KIND], 0, repo);
}

// ---- Fetching ----

static void
download_ended (CzHubDialog *self)
{
  CzDownloadState state = cz_download_get_state (self->download);
  g_autofree char *escaped = NULL;

  if (state != CZ_DOWNLOAD_STOPPED && state != CZ_DOWNLOAD_FAILED)
    return;
  escaped = g_markup_escape_text (state == CZ_DOWNLOAD_FAILED
                                      ? cz_download_get_trouble (self->download)
                                      : _ ("What came so far is kept; it goes on from there."),
                                  -1);
  adw_status_page_set_icon_name (self->stopped_page, state == CZ_DOWNLOAD_FAILED
                                                         ? "dialog-warning-symbolic"
                                                         : "media-playback-pause-symbolic");
  adw_status_page_set_title (self->stopped_page, state == CZ_DOWNLOAD_FAILED
                                                     ? _ ("It did not come through")
                                                     : _ ("Stopped"));
  adw_status_page_set_description (self->stopped_page, escaped);
  gtk_widget_set_visible (self->stopped_account_button,
                          state == CZ_DOWNLOAD_FAILED
                              && wants_account (cz_download_get_trouble (self->download)));
  show_state (self, "stopped");
  gtk_widget_grab_focus (self->go_on_button);
}

static void
show_progress (CzHubDialog *self)
{
  show_state (self, "progress");
  gtk_widget_grab_focus (self->hide_button);
}

void
cz_hub_dialog_show_download (CzHubDialog *self, CzDownload *download)
{
  g_autofree char *title = g_strdup_printf (_ ("Getting “%s”"), cz_download_get_title (download));

  cz_repository_look_stop (self->look);
  g_set_object (&self->download, download);
  gtk_label_set_label (self->progress_title, title);
  g_object_bind_property (download, "share", self->progress_bar, "fraction", G_BINDING_SYNC_CREATE);
  g_object_bind_property (download, "status", self->progress_label, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (download, "what", self->what_label, "label", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (download, "ended", G_CALLBACK (download_ended), self, G_CONNECT_SWAPPED);
  if (cz_download_is_active (download))
    show_progress (self);
  else
    download_ended (self);
}

CzDownload *
cz_hub_dialog_get_download (CzHubDialog *self)
{
  return self->download;
}

// One under way that fetches the same; freed by the caller, NULL: none.
static CzDownload *
find_download (CzHubDialog *self, const CzRepository *repository, const char *const *paths)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->downloads); i++)
    {
      g_autoptr (CzDownload) download = g_list_model_get_item (self->downloads, i);

      if (cz_download_is_active (download) && cz_download_is_of (download, repository, paths))
        return g_steal_pointer (&download);
    }
  return NULL;
}

static void
get (CzHubDialog *self)
{
  const CzRepository *repository = cz_repository_look_get (self->look);
  const char *library = cz_workbench_get_path (self->workbench);
  g_auto (GStrv) chosen = self->dataset ? cz_dataset_files_get_chosen (self->files) : NULL;
  const char *const *paths = (const char *const *)chosen;
  g_autoptr (CzDownload) there = NULL;
  g_autoptr (CzDownload) download = NULL;

  if (repository == NULL || !gtk_widget_get_sensitive (self->get_button))
    return;
  there = find_download (self, repository, paths);
  if (there != NULL)
    {
      cz_hub_dialog_show_download (self, there);
      return;
    }
  if (self->dataset)
    download = cz_download_new_dataset (library, repository, paths);
  else
    download = cz_download_new_model (library, repository,
                                      gtk_editable_get_text (GTK_EDITABLE (self->name)));
  cz_hub_dialog_show_download (self, download);
  g_signal_emit (self, signals[STARTED], 0, download);
}

// Enter asks at once; once the answer is there it gets it.
static void
entry_activated (CzHubDialog *self)
{
  if (is_shown (self, "found"))
    get (self);
  else if (is_shown (self, "looking"))
    cz_repository_look_hurry (self->look);
  else
    typed (self, 0);
}

static void
stop (CzHubDialog *self)
{
  cz_download_stop (self->download);
}

static void
go_on (CzHubDialog *self)
{
  cz_download_go_on (self->download);
  show_progress (self);
}

// From a download that stopped back to what its repository is: another name, other files.
static void
go_back (CzHubDialog *self)
{
  g_autoptr (CzDownload) left = g_steal_pointer (&self->download);
  g_autofree char *repo = g_strdup (cz_download_get_repo (left));

  g_signal_handlers_disconnect_by_func (left, download_ended, self);
  g_signal_emit (self, signals[LEFT], 0, left);
  cz_hub_dialog_look_at (self, repo);
}

static void
ask_for_account (CzHubDialog *self)
{
  self->signing_in = TRUE;
  g_signal_emit (self, signals[ACCOUNT], 0);
}

// Back from signing in: the Hub may show more now.
static void
active_changed (CzHubDialog *self)
{
  if (!gtk_window_is_active (GTK_WINDOW (self)) || !self->signing_in)
    return;
  self->signing_in = FALSE;
  if (is_shown (self, "found") || is_shown (self, "trouble"))
    typed (self, 0);
}

// ---- Life ----

static void
cz_hub_dialog_dispose (GObject *object)
{
  CzHubDialog *self = CZ_HUB_DIALOG (object);

  if (self->look != NULL)
    cz_repository_look_stop (self->look);
  g_clear_object (&self->look);
  g_clear_object (&self->download);
  g_clear_object (&self->workbench);
  g_clear_object (&self->downloads);
  cz_hub_address_clear (&self->wanted);
  G_OBJECT_CLASS (cz_hub_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, get_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, hide_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, stop_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, entry_area);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, note);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, states);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, suggestions);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, looking_label);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, again_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, account_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, other_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, facts);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, files);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, name_area);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, name);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, name_trouble);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, progress_title);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, what_label);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, stopped_page);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, go_on_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzHubDialog, stopped_account_button);
}

static void
cz_hub_dialog_class_init (CzHubDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_hub_dialog_dispose;
  g_type_ensure (CZ_TYPE_REPOSITORY_SUGGESTIONS);
  g_type_ensure (CZ_TYPE_REPOSITORY_FACTS);
  g_type_ensure (CZ_TYPE_DATASET_FILES);
  signals[STARTED] = g_signal_new ("started", CZ_TYPE_HUB_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, CZ_TYPE_DOWNLOAD);
  signals[LEFT] = g_signal_new ("left", CZ_TYPE_HUB_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, CZ_TYPE_DOWNLOAD);
  signals[ACCOUNT] = g_signal_new ("account", CZ_TYPE_HUB_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[OTHER_KIND] = g_signal_new ("other-kind", CZ_TYPE_HUB_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/hub-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
connect_buttons (CzHubDialog *self)
{
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->hide_button, "clicked", G_CALLBACK (gtk_window_close), self);
  g_signal_connect_swapped (self->get_button, "clicked", G_CALLBACK (get), self);
  g_signal_connect_swapped (self->stop_button, "clicked", G_CALLBACK (stop), self);
  g_signal_connect_swapped (self->again_button, "clicked", G_CALLBACK (ask_again), self);
  g_signal_connect_swapped (self->account_button, "clicked", G_CALLBACK (ask_for_account), self);
  g_signal_connect_swapped (self->stopped_account_button, "clicked", G_CALLBACK (ask_for_account),
                            self);
  g_signal_connect_swapped (self->other_button, "clicked", G_CALLBACK (look_elsewhere), self);
  g_signal_connect_swapped (self->go_on_button, "clicked", G_CALLBACK (go_on), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (go_back), self);
}

static void
cz_hub_dialog_init (CzHubDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  connect_buttons (self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_changed), NULL);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (entry_changed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (entry_activated), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (check), self);
  g_signal_connect_swapped (self->name, "entry-activated", G_CALLBACK (get), self);
  g_signal_connect_swapped (self->files, "changed", G_CALLBACK (check), self);
  g_signal_connect_swapped (self->facts, "account", G_CALLBACK (ask_for_account), self);
  g_signal_connect_swapped (self->suggestions, "chosen", G_CALLBACK (suggestion_chosen), self);
}

CzHubDialog *
cz_hub_dialog_new (GtkWindow *parent,
                   CzWorkbench *workbench,
                   GListModel *downloads,
                   gboolean dataset)
{
  CzHubDialog *self
      = g_object_new (CZ_TYPE_HUB_DIALOG, "transient-for", parent, "title",
                      dataset ? _ ("A data set from the Hub") : _ ("A model from the Hub"), NULL);

  self->workbench = g_object_ref (workbench);
  self->downloads = g_object_ref (downloads);
  self->dataset = dataset;
  self->look = cz_repository_look_new (dataset);
  g_signal_connect_object (self->look, "slow", G_CALLBACK (slow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->look, "found", G_CALLBACK (found), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->look, "failed", G_CALLBACK (failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cz_workbench_get_models (workbench), "items-changed", G_CALLBACK (check),
                           self, G_CONNECT_SWAPPED);
  cz_repository_suggestions_set_dataset (self->suggestions, dataset);
  gtk_entry_set_placeholder_text (self->entry, dataset ? "imdb" : "distilbert-base-uncased");
  gtk_button_set_label (GTK_BUTTON (self->get_button),
                        dataset ? _ ("_Get and import…") : _ ("_Get"));
  typed (self, REST);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->entry));
  return self;
}

gboolean
cz_hub_dialog_is_dataset (CzHubDialog *self)
{
  return self->dataset;
}
