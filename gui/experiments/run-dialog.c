#include "gui/experiments/run-dialog.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>

#include "data/run-prediction.h"
#include "data/run.h"
#include "gui/cloze.h"
#include "gui/corpora/corpus-item.h"
#include "gui/experiments/base-model.h"
#include "gui/experiments/run-chooser.h"
#include "gui/experiments/run-form.h"
#include "gui/experiments/run-item.h"
#include "gui/experiments/run-plan-view.h"
#include "gui/experiments/sentence-list.h"
#include "gui/hub/push-row.h"
#include "gui/numbers.h"
#include "gui/window.h"

// How long after the last change a plan is asked for, in milliseconds.
#define REST 350
// More runs than anybody wants to wait for, and than cloze makes at once.
#define MOST_RUNS 1000

struct _CzRunDialog
{
  AdwWindow parent_instance;
  CzWorkbench *workbench;
  GtkButton *start_button;
  GtkSpinner *spinner;
  CzBaseModel *base;
  AdwComboRow *corpus;
  AdwEntryRow *name;
  GtkWidget *old_run_button;
  AdwActionRow *old_run_row;
  GtkCheckButton *quick;
  GtkCheckButton *thorough;
  GtkCheckButton *course;
  CzRunForm *form;
  CzSentenceList *sentences;
  CzPushRow *push;
  GtkWidget *sweep_row;
  GtkLabel *sweep_label;
  CzRunPlanView *plan_view;

  GHashTable *presets;       // "MODEL\nCORPUS\nPRESET" → JsonNode, the plan without own values
  guint planning;            // timeout source
  GCancellable *plan;        // of the plan being asked for
  char *planned_preset;      // of which it is, when it is without own values
  GCancellable *cancellable; // of creating the run
  gboolean queue;            // what is being created waits its turn
  gboolean renamed;          // the person typed a name
  gboolean naming;
};

G_DEFINE_FINAL_TYPE (CzRunDialog, cz_run_dialog, ADW_TYPE_WINDOW)

static guint started_signal;

// ---- What was chosen ----

static const char *
chosen_corpus (CzRunDialog *self)
{
  CzCorpusItem *item = adw_combo_row_get_selected_item (self->corpus);

  return item != NULL ? cz_corpus_item_get (item)->name : NULL;
}

static const char *
chosen_preset (CzRunDialog *self)
{
  if (gtk_check_button_get_active (self->course))
    return "course";
  return gtk_check_button_get_active (self->thorough) ? "thorough" : "quick";
}

// Why what was chosen is no run; NULL: it is one. Freed by the caller.
static char *
get_obstacle (CzRunDialog *self)
{
  g_autofree char *wrong = NULL;
  g_auto (GStrv) texts = cz_sentence_list_get_texts (self->sentences);

  if (chosen_corpus (self) == NULL)
    return g_strdup (_ ("Import a corpus first (Ctrl+I)."));
  if (cz_base_model_get (self->base) == NULL)
    return g_strdup (_ ("Add a model first, on the page Models."));
  wrong = cz_run_form_get_obstacle (self->form);
  if (wrong != NULL)
    return g_steal_pointer (&wrong);
  if (texts == NULL)
    return g_strdup (_ ("Example sentences: one has no [MASK] for the model to fill."));
  wrong = cz_push_row_get_obstacle (self->push, cz_run_form_count_runs (self->form));
  if (wrong != NULL)
    return g_steal_pointer (&wrong);
  if (cz_run_form_count_runs (self->form) > MOST_RUNS)
    return g_strdup_printf (_ ("That would be more than %d runs: give fewer values."), MOST_RUNS);
  return NULL;
}

// The command line that plans or creates what was chosen, with own values or without.
static GStrv
make_arguments (CzRunDialog *self, const char *verb, gboolean own)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add_many (builder, "run", verb, "--model", cz_base_model_get (self->base),
                           "--corpus", chosen_corpus (self), "--preset", chosen_preset (self),
                           NULL);
  if (own)
    cz_run_form_add_arguments (self->form, builder);
  return g_strv_builder_end (builder);
}

static char *
make_preset_key (CzRunDialog *self)
{
  return g_strdup_printf ("%s\n%s\n%s", cz_base_model_get (self->base), chosen_corpus (self),
                          chosen_preset (self));
}

// ---- The plan ----

static void ask_plan (CzRunDialog *self);

static void
allow_start (CzRunDialog *self, const char *obstacle)
{
  cz_run_plan_view_set_obstacle (self->plan_view, obstacle);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), obstacle == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->start_button), obstacle);
}

static JsonObject *
get_parameters (JsonObject *plan)
{
  JsonNode *node = json_object_get_member (plan, "parameters");

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
show_plan (CzRunDialog *self, JsonNode *plan)
{
  cz_run_plan_view_show (self->plan_view, json_node_get_object (plan));
  allow_start (self, NULL);
}

static void
planned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzRunDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    {
      allow_start (self, error != NULL ? error->message : _ ("The plan can't be read."));
      return;
    }
  if (self->planned_preset == NULL)
    {
      show_plan (self, answer);
      return;
    }
  g_hash_table_insert (self->presets, g_steal_pointer (&self->planned_preset),
                       json_node_ref (answer));
  ask_plan (self);
}

// First what the preset alone comes to, which the fields show, then with own values.
static void
ask_plan (CzRunDialog *self)
{
  g_autofree char *key = make_preset_key (self);
  JsonNode *preset = g_hash_table_lookup (self->presets, key);
  g_auto (GStrv) arguments = NULL;

  if (preset != NULL)
    {
      cz_run_form_set_preset (self->form, get_parameters (json_node_get_object (preset)));
      if (!cz_run_form_has_own (self->form))
        {
          show_plan (self, preset);
          return;
        }
    }
  g_clear_pointer (&self->planned_preset, g_free);
  if (preset == NULL)
    self->planned_preset = g_steal_pointer (&key);
  arguments = make_arguments (self, "plan", preset != NULL);
  if (self->plan != NULL)
    g_cancellable_cancel (self->plan);
  g_clear_object (&self->plan);
  self->plan = g_cancellable_new ();
  gtk_spinner_start (self->spinner);
  cz_cloze_ask_async (cz_workbench_get_path (self->workbench), (const char *const *)arguments,
                      self->plan, planned, g_object_ref (self));
}

static gboolean
rested (gpointer data)
{
  CzRunDialog *self = data;

  self->planning = 0;
  ask_plan (self);
  return G_SOURCE_REMOVE;
}

static void
stop_planning (CzRunDialog *self)
{
  g_clear_handle_id (&self->planning, g_source_remove);
  if (self->plan != NULL)
    g_cancellable_cancel (self->plan);
  gtk_spinner_stop (self->spinner);
}

// What the button does: starts one run, or queues several.
static void
tell_sweep (CzRunDialog *self)
{
  guint n = cz_run_form_count_runs (self->form);
  g_autofree char *what = cz_run_form_describe_sweep (self->form);
  g_autofree char *label = g_strdup_printf (ngettext ("_Queue %u run", "_Queue %u runs", n), n);
  // Translators: so many runs, which differ in these parameters.
  g_autofree char *told = g_strdup_printf (ngettext ("%u run: %s", "%u runs: %s", n), n, what);

  gtk_button_set_label (self->start_button, n > 1 ? label : _ ("_Start"));
  gtk_label_set_label (self->sweep_label, told);
  gtk_widget_set_visible (self->sweep_row, n > 1 && n <= MOST_RUNS);
}

static void
plan_soon (CzRunDialog *self)
{
  g_autofree char *obstacle = get_obstacle (self);

  stop_planning (self); // its numbers are of what was chosen before
  tell_sweep (self);
  cz_run_plan_view_show (self->plan_view, NULL);
  allow_start (self, obstacle);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), FALSE);
  if (obstacle == NULL)
    self->planning = g_timeout_add (REST, rested, self);
}

static void
preset_toggled (GtkCheckButton *button, CzRunDialog *self)
{
  if (!gtk_check_button_get_active (button))
    return;
  cz_run_form_set_preset (self->form, NULL);
  plan_soon (self);
}

// ---- The name ----

static void
suggest_name (CzRunDialog *self)
{
  g_autofree char *name = NULL;
  const char *mask = cz_run_form_get (self->form, "mask");

  if (self->renamed || chosen_corpus (self) == NULL)
    return;
  // Translators: a run's name: the corpus's name and how words are masked.
  name = g_strdup_printf (g_strcmp0 (mask, "word") == 0 ? _ ("%s, word masking")
                                                        : _ ("%s, token masking"),
                          chosen_corpus (self));
  self->naming = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  self->naming = FALSE;
  cz_push_row_suggest (self->push, name);
}

static void
name_changed (CzRunDialog *self)
{
  if (self->naming)
    return;
  self->renamed = TRUE;
  cz_push_row_suggest (self->push, gtk_editable_get_text (GTK_EDITABLE (self->name)));
}

static void
choice_changed (CzRunDialog *self)
{
  suggest_name (self);
  plan_soon (self);
}

// Sentences take no time worth planning, and a push none of the run's.
static void
sentences_changed (CzRunDialog *self)
{
  plan_soon (self);
}

// ---- Starting ----

static void
process_failed (GObject *owner, const char *sentence, gpointer data)
{
  cz_window_toast (GTK_WIDGET (owner), sentence);
}

static gboolean
start_process (CzRunDialog *self, gint64 run, GError **error)
{
  g_autofree char *id = g_strdup_printf ("%" PRId64, run);
  g_autofree char *log = cz_run_get_log (cz_workbench_get_library (self->workbench), run);
  const char *arguments[] = { "run", "start", id, NULL };

  // The window, not this dialog, lives long enough to hear of a failure.
  return cz_cloze_start (cz_workbench_get_path (self->workbench), arguments, log,
                         G_OBJECT (gtk_window_get_transient_for (GTK_WINDOW (self))),
                         process_failed, NULL, error);
}

static void
created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzRunDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_ask_finish (result, &error);
  gint64 run = 0;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    run = json_object_get_int_member_with_default (json_node_get_object (answer), "run", 0);
  if (run == 0 || (!self->queue && !start_process (self, run, &error)))
    {
      cz_run_plan_view_set_obstacle (
          self->plan_view, error != NULL ? error->message : _ ("The run could not be created."));
      gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), TRUE);
      return;
    }
  g_signal_emit (self, started_signal, 0, run);
  gtk_window_close (GTK_WINDOW (self));
}

static void
create (CzRunDialog *self, gboolean queue)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) chosen = make_arguments (self, "create", TRUE);
  g_auto (GStrv) texts = cz_sentence_list_get_texts (self->sentences);
  g_auto (GStrv) arguments = NULL;
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));

  g_strv_builder_addv (builder, (const char **)chosen);
  if (name[0] != '\0')
    g_strv_builder_add_many (builder, "--name", name, NULL);
  for (guint i = 0; texts[i] != NULL; i++)
    g_strv_builder_add_many (builder, "--sentence", texts[i], NULL);
  if (texts[0] == NULL)
    g_strv_builder_add_many (builder, "--sentences", "none", NULL);
  cz_push_row_add_arguments (self->push, builder);
  if (queue)
    g_strv_builder_add (builder, "--queue");
  arguments = g_strv_builder_end (builder);
  self->queue = queue;
  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), FALSE);
  gtk_spinner_start (self->spinner);
  cz_cloze_ask_async (cz_workbench_get_path (self->workbench), (const char *const *)arguments,
                      self->cancellable, created, g_object_ref (self));
}

static void
answered (AdwMessageDialog *dialog, const char *response, CzRunDialog *self)
{
  if (g_str_equal (response, "queue") || g_str_equal (response, "start"))
    create (self, g_str_equal (response, "queue"));
}

static void
ask_whether_to_queue (CzRunDialog *self, CzRunItem *active)
{
  const CzRun *run = cz_run_item_get (active);
  g_autofree char *left = cz_numbers_time_left (run->seconds_left);
  g_autofree char *at_work
      = left[0] != '\0'
            // Translators: a run's name, and its time left: "“film” is at work: 14 min left."
            ? g_strdup_printf (_ ("“%s” is at work: %s."), run->name, left)
            : g_strdup_printf (_ ("“%s” is at work."), run->name);
  g_autofree char *body
      = g_strdup_printf (_ ("%s Two at once share the device: both take longer, and together they "
                            "may not fit into its memory. In the queue this one starts when the "
                            "other has ended."),
                         at_work);
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_WINDOW (self), _ ("Another run is at work"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "start",
                                    _ ("Start _now anyway"), "queue", _ ("_Queue it"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "queue",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "queue");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
start (CzRunDialog *self)
{
  g_autoptr (GPtrArray) active = cz_workbench_list_active (self->workbench);

  if (cz_run_form_count_runs (self->form) > 1)
    create (self, TRUE);
  else if (active->len > 0)
    ask_whether_to_queue (self, active->pdata[0]);
  else
    create (self, FALSE);
}

// ---- From an old run ----

static void
old_run_chosen (CzRunDialog *self, gint64 run)
{
  cz_run_dialog_take_run (self, run);
}

static void
ask_for_old_run (CzRunDialog *self)
{
  CzRunChooser *chooser = cz_run_chooser_new (GTK_WINDOW (self), self->workbench,
                                              _ ("As an old run"), FALSE /* with_model */);

  g_signal_connect_object (chooser, "chosen", G_CALLBACK (old_run_chosen), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (chooser));
}

// Takes over a run's parameters where they differ from those of the preset "thorough", which are
// the defaults.
static void
take_parameters (CzRunDialog *self, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  gtk_check_button_set_active (self->thorough, TRUE);
  cz_run_form_take (self->form, json_node_get_object (node));
}

static gboolean
select_corpus (CzRunDialog *self, gint64 wanted)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      if (cz_corpus_item_get (item)->id != wanted)
        continue;
      adw_combo_row_set_selected (self->corpus, i);
      return TRUE;
    }
  return FALSE;
}

static void
select_newest_corpus (CzRunDialog *self)
{
  GListModel *corpora = cz_workbench_get_corpora (self->workbench);
  gint64 newest = 0;

  for (guint i = 0; i < g_list_model_get_n_items (corpora); i++)
    {
      g_autoptr (CzCorpusItem) item = g_list_model_get_item (corpora, i);

      newest = MAX (newest, cz_corpus_item_get (item)->id);
    }
  select_corpus (self, newest);
}

void
cz_run_dialog_take_run (CzRunDialog *self, gint64 id)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autoptr (GError) error = NULL;
  g_autoptr (CzRun) run = cz_run_get (library, id, &error);
  g_auto (GStrv) texts = run != NULL ? cz_run_sentences_get (library, id, &error) : NULL;
  g_autoptr (GString) told = g_string_new (NULL);

  if (texts == NULL)
    {
      cz_window_tell_error (GTK_WIDGET (self), _ ("The run could not be read"), error->message);
      return;
    }
  g_string_append (told, _ ("What differs from the preset stands under Own values, in bold."));
  if (!select_corpus (self, run->corpus_id))
    g_string_append_printf (told, " %s", _ ("Its corpus is gone; choose another."));
  if (!cz_base_model_set (self->base, run->model))
    g_string_append_printf (told, " %s", _ ("Its model is gone; choose another."));
  if (texts[0] != NULL)
    cz_sentence_list_set_texts (self->sentences, (const char *const *)texts);
  take_parameters (self, run->parameters);
  {
    g_autofree char *title = g_strdup_printf (_ ("As run %" PRId64 ", “%s”"), run->id, run->name);

    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->old_run_row), title);
    adw_action_row_set_subtitle (self->old_run_row, told->str);
    gtk_widget_set_visible (GTK_WIDGET (self->old_run_row), TRUE);
  }
  choice_changed (self);
}

void
cz_run_dialog_take_model (CzRunDialog *self, const char *model)
{
  cz_base_model_set (self->base, model);
}

void
cz_run_dialog_train_further (CzRunDialog *self, gint64 run, const char *which)
{
  g_autofree char *name = g_strdup_printf ("run:%" PRId64 "@%s", run, which);

  cz_base_model_set (self->base, name);
}

// ---- Life ----

static void
cz_run_dialog_dispose (GObject *object)
{
  CzRunDialog *self = CZ_RUN_DIALOG (object);

  g_clear_handle_id (&self->planning, g_source_remove);
  if (self->plan != NULL)
    g_cancellable_cancel (self->plan);
  g_clear_object (&self->plan);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (cz_run_dialog_parent_class)->dispose (object);
}

static void
cz_run_dialog_finalize (GObject *object)
{
  CzRunDialog *self = CZ_RUN_DIALOG (object);

  g_hash_table_unref (self->presets);
  g_free (self->planned_preset);
  G_OBJECT_CLASS (cz_run_dialog_parent_class)->finalize (object);
}

static gboolean
close_request (GtkWindow *window)
{
  stop_planning (CZ_RUN_DIALOG (window));
  return GTK_WINDOW_CLASS (cz_run_dialog_parent_class)->close_request (window);
}

static void
cz_run_dialog_class_init (CzRunDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CZ_TYPE_BASE_MODEL);
  g_type_ensure (CZ_TYPE_PUSH_ROW);
  g_type_ensure (CZ_TYPE_RUN_FORM);
  g_type_ensure (CZ_TYPE_RUN_PLAN_VIEW);
  g_type_ensure (CZ_TYPE_SENTENCE_LIST);
  G_OBJECT_CLASS (klass)->dispose = cz_run_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_run_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = close_request;
  started_signal = g_signal_new ("run-started", CZ_TYPE_RUN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, start_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, base);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, corpus);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, name);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, old_run_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, old_run_row);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, quick);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, thorough);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, course);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, form);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, sentences);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, push);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, sweep_row);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, sweep_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunDialog, plan_view);
  gtk_widget_class_bind_template_callback (widget_class, start);
  gtk_widget_class_bind_template_callback (widget_class, preset_toggled);
  gtk_widget_class_bind_template_callback (widget_class, name_changed);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, sentences_changed);
  gtk_widget_class_bind_template_callback (widget_class, ask_for_old_run);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cz_run_dialog_init (CzRunDialog *self)
{
  g_autoptr (GtkExpression) name = gtk_property_expression_new (CZ_TYPE_CORPUS_ITEM, NULL, "name");

  self->presets
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_node_unref);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_expression (self->corpus, name);
}

CzRunDialog *
cz_run_dialog_new (GtkWindow *parent, CzWorkbench *workbench, gint64 corpus, const char *parameters)
{
  CzRunDialog *self = g_object_new (CZ_TYPE_RUN_DIALOG, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  gtk_check_button_set_active (cz_workbench_has_gpu (workbench) ? self->thorough : self->quick,
                               TRUE);
  cz_base_model_set_workbench (self->base, workbench);
  cz_sentence_list_set_library (self->sentences, cz_workbench_get_library (workbench));
  adw_combo_row_set_model (self->corpus, cz_workbench_get_corpora (workbench));
  if (corpus == 0 || !select_corpus (self, corpus))
    select_newest_corpus (self);
  gtk_widget_set_visible (self->old_run_button,
                          g_list_model_get_n_items (cz_workbench_get_runs (workbench)) > 0);
  take_parameters (self, parameters);
  choice_changed (self);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->corpus));
  return self;
}
