#include "gui/experiments/run-view.h"

#include <inttypes.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "gui/cloze.h"
#include "gui/experiments/run-curves.h"
#include "gui/experiments/run-parameter.h"
#include "gui/fact-row.h"
#include "gui/front-page.h"
#include "gui/numbers.h"
#include "gui/window.h"

// How long after the last key notes are written, in milliseconds.
#define NOTES_REST 800

struct _CzRunView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  CzRunCurves *curves;
  CzRunState curves_state; // the run's state when the curves were read
  gint64 curves_step;      // and its step
  GtkWidget *back_button;
  GtkLabel *name_label;
  GtkLabel *summary_label;
  GtkWidget *resume_button;
  GtkWidget *pause_button;
  GtkWidget *stop_button;
  GtkLabel *trouble_label;
  GtkWidget *numbers;
  GtkLabel *before_label;
  GtkWidget *arrow_label;
  GtkLabel *after_label;
  GtkLabel *change_label;
  GtkWidget *progress_box;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  GtkToggleButton *perplexity_tab;
  GtkToggleButton *loss_tab;
  GtkToggleButton *rate_tab;
  GtkToggleButton *speed_tab;
  GtkToggleButton *log_button;
  GtkDropDown *x_choice;
  GtkStack *chart_states;
  CzChart *chart;
  GtkLabel *nothing_label;
  AdwExpanderRow *parameters_row;
  GPtrArray *parameter_rows; // in parameters_row, not owned
  char *shown_parameters;
  GtkTextView *notes_view;
  guint notes_saving; // timeout source
  gboolean notes_loading;
};

G_DEFINE_FINAL_TYPE (CzRunView, cz_run_view, ADW_TYPE_BIN)

static guint back_signal, again_signal;

// ---- Parameters ----

static void
add_parameter (CzRunView *self, const char *title, const char *value)
{
  GtkWidget *row = cz_fact_row_new (title, value);

  adw_expander_row_add_row (self->parameters_row, row);
  g_ptr_array_add (self->parameter_rows, row);
}

// The members of a JSON object's text, as rows; titles by the run parameters' names.
static void
add_members (CzRunView *self, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *member;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, &member))
    {
      if (JSON_NODE_HOLDS_VALUE (member))
        {
          g_autofree char *value = json_node_get_value_type (member) == G_TYPE_STRING
                                       ? json_node_dup_string (member)
                                       : json_to_string (member, FALSE);

          add_parameter (self, cz_run_parameter_get_title (key), value);
        }
    }
}

static void
show_parameters (CzRunView *self, const CzRun *run)
{
  g_autofree char *all = g_strconcat (run->parameters != NULL ? run->parameters : "", "\n",
                                      run->device != NULL ? run->device : "", NULL);

  if (g_strcmp0 (all, self->shown_parameters) == 0)
    return;
  for (guint i = 0; i < self->parameter_rows->len; i++)
    adw_expander_row_remove (self->parameters_row, g_ptr_array_index (self->parameter_rows, i));
  g_ptr_array_set_size (self->parameter_rows, 0);
  add_parameter (self, _ ("Model"), run->model);
  add_parameter (self, _ ("Corpus"), run->corpus);
  add_members (self, run->parameters);
  add_members (self, run->device);
  g_free (self->shown_parameters);
  self->shown_parameters = g_steal_pointer (&all);
}

// ---- What the record says ----

static void
show_numbers (CzRunView *self, const CzRun *run)
{
  double after = !isnan (run->best) ? run->best : run->after;
  g_autofree char *before_text = NULL;
  g_autofree char *after_text = NULL;
  g_autofree char *change = NULL;
  const char *style = NULL;

  gtk_widget_set_visible (self->numbers, !isnan (run->before) || !isnan (after));
  if (isnan (run->before) && isnan (after))
    return;
  before_text = isnan (run->before) ? g_strdup ("–") : cz_numbers_perplexity (exp (run->before));
  gtk_label_set_label (self->before_label, before_text);
  gtk_widget_set_visible (self->arrow_label, !isnan (after));
  gtk_widget_set_visible (GTK_WIDGET (self->after_label), !isnan (after));
  if (isnan (after))
    change = g_strdup (_ ("perplexity before"));
  else
    {
      double share = isnan (run->before) ? NAN : 100 * (1 - exp (after - run->before));

      after_text = cz_numbers_perplexity (exp (after));
      gtk_label_set_label (self->after_label, after_text);
      if (isnan (share))
        change = g_strdup (_ ("perplexity"));
      else if (fabs (share) < 0.5)
        change = g_strdup (_ ("perplexity, unchanged"));
      else if (share > 0)
        {
          change = g_strdup_printf (_ ("perplexity, %.0f %% lower"), share);
          style = "better";
        }
      else
        {
          change = g_strdup_printf (_ ("perplexity, %.0f %% higher"), -share);
          style = "worse";
        }
    }
  gtk_label_set_label (self->change_label, change);
  gtk_widget_remove_css_class (GTK_WIDGET (self->change_label), "better");
  gtk_widget_remove_css_class (GTK_WIDGET (self->change_label), "worse");
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->change_label), style);
}

static double
planned_epochs (const CzRun *run)
{
  g_autoptr (JsonNode) node
      = run->parameters != NULL ? json_from_string (run->parameters, NULL) : NULL;
  JsonNode *member;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)
      || !json_object_has_member (json_node_get_object (node), "epochs"))
    return 0;
  member = json_object_get_member (json_node_get_object (node), "epochs");
  if (!JSON_NODE_HOLDS_VALUE (member))
    return 0;
  if (json_node_get_value_type (member) != G_TYPE_STRING)
    return json_node_get_double (member);
  return g_ascii_strtod (json_node_get_string (member), NULL);
}

static void
append_part (GString *text, const char *part)
{
  if (part == NULL || part[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

static void
show_progress (CzRunView *self, const CzRun *run)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *steps = NULL;
  g_autofree char *epoch = NULL;
  g_autofree char *left = NULL;
  gboolean unfinished = run->state != CZ_RUN_FINISHED && run->state != CZ_RUN_STOPPED;
  double epochs = planned_epochs (run);

  gtk_widget_set_visible (self->progress_box, unfinished);
  if (!unfinished)
    return;
  gtk_progress_bar_set_fraction (self->progress_bar, cz_run_item_get_share (self->item));
  if (run->state == CZ_RUN_RUNNING)
    append_part (text, run->requested == CZ_REQUEST_PAUSE ? _ ("saving a checkpoint before resting")
                       : run->requested == CZ_REQUEST_STOP ? _ ("writing the model before stopping")
                                                           : run->activity);
  if (run->steps > 0)
    {
      if (epochs >= 2)
        epoch = g_strdup_printf (_ ("epoch %.0f of %.0f"), fmin (floor (run->epoch) + 1, epochs),
                                 epochs);
      steps = g_strdup_printf (_ ("step %'" PRId64 " of %'" PRId64), run->step, run->steps);
      append_part (text, epoch);
      append_part (text, steps);
    }
  if (run->state == CZ_RUN_RUNNING && run->requested == CZ_REQUEST_RUN)
    {
      left = cz_numbers_time_left (run->seconds_left);
      append_part (text, left);
    }
  gtk_label_set_label (self->progress_label, text->str);
}

static void
show_summary (CzRunView *self, const CzRun *run)
{
  g_autoptr (GString) text = g_string_new (cz_run_item_get_state_name (self->item));
  g_autofree char *on = g_strdup_printf (
      // Translators: a model's name on a corpus's name.
      _ ("%s on %s"), run->model != NULL ? run->model : "–",
      run->corpus != NULL ? run->corpus : "–");

  append_part (text, on);
  if (run->seconds >= 1)
    {
      g_autofree char *took = cz_numbers_duration (run->seconds);

      append_part (text, took);
    }
  if (run->tokens_per_second > 0)
    {
      g_autofree char *speed
          = g_strdup_printf (_ ("%'.0f tokens per second"), run->tokens_per_second);

      append_part (text, speed);
    }
  gtk_label_set_label (self->summary_label, text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary_label), text->str);
}

// Whether it was paused for want of memory and would need less with another micro-batch.
static gboolean
has_offer (const CzRun *run)
{
  return run->state == CZ_RUN_PAUSED && run->offered_micro_batch > 0;
}

static void
show_trouble (CzRunView *self, const CzRun *run)
{
  g_autofree char *offer = NULL;
  const char *trouble = NULL;

  if (has_offer (run) && run->message != NULL)
    trouble = offer
        = g_strdup_printf (_ ("%s\nThe button Resume does so: micro_batch=%" PRId64 "."),
                           run->message, run->offered_micro_batch);
  else if (run->state == CZ_RUN_PAUSED)
    trouble = run->message;
  else if (run->state == CZ_RUN_FAILED)
    trouble = run->message != NULL ? run->message : _ ("The run failed and did not say why.");
  else if (run->state == CZ_RUN_INTERRUPTED)
    trouble = run->resumable
                  ? _ ("Its process is gone (the computer was turned off, or it crashed). Nothing "
                       "is lost up to the last checkpoint: resume it whenever you like.")
                  : _ ("Its process is gone, and there was no checkpoint yet: it starts from the "
                       "beginning.");
  gtk_label_set_label (self->trouble_label, trouble != NULL ? trouble : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble_label), trouble != NULL);
}

static void
show_actions (CzRunView *self, const CzRun *run)
{
  gboolean active = run->state == CZ_RUN_RUNNING && run->requested == CZ_REQUEST_RUN;
  gboolean resume
      = run->state == CZ_RUN_PAUSED || run->state == CZ_RUN_INTERRUPTED
        || run->state == CZ_RUN_QUEUED
        || ((run->state == CZ_RUN_FAILED || run->state == CZ_RUN_STOPPED) && run->resumable);
  GtkWidget *content = gtk_button_get_child (GTK_BUTTON (self->resume_button));

  adw_button_content_set_label (ADW_BUTTON_CONTENT (content),
                                run->state == CZ_RUN_QUEUED ? _ ("_Start") : _ ("_Resume"));
  gtk_widget_set_visible (self->resume_button, resume);
  gtk_widget_set_visible (self->pause_button, run->state == CZ_RUN_RUNNING);
  gtk_widget_set_visible (self->stop_button,
                          run->state == CZ_RUN_RUNNING || run->state == CZ_RUN_PAUSED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.resume", resume);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.pause", active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.stop",
                                 active || run->state == CZ_RUN_PAUSED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.try", run->result_folder != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.remove", run->state != CZ_RUN_RUNNING);
}

static void
show_chart_state (CzRunView *self, const CzRun *run)
{
  gboolean empty = self->curves == NULL || cz_run_curves_is_empty (self->curves);

  gtk_stack_set_visible_child_name (self->chart_states, empty ? "nothing" : "chart");
  gtk_label_set_label (self->nothing_label, run->state == CZ_RUN_RUNNING
                                                ? _ ("The first values are on their way.")
                                                : _ ("Nothing was measured yet."));
}

static void
update (CzRunView *self)
{
  const CzRun *run = cz_run_item_get (self->item);

  gtk_label_set_label (self->name_label, run->name);
  show_summary (self, run);
  show_trouble (self, run);
  show_numbers (self, run);
  show_progress (self, run);
  show_actions (self, run);
  show_parameters (self, run);
  show_chart_state (self, run);
}

// ---- Curves ----

static void
choose_curves (CzRunView *self)
{
  CzCurvesKind kind = gtk_toggle_button_get_active (self->loss_tab)    ? CZ_CURVES_LOSS
                      : gtk_toggle_button_get_active (self->rate_tab)  ? CZ_CURVES_LEARNING_RATE
                      : gtk_toggle_button_get_active (self->speed_tab) ? CZ_CURVES_SPEED
                                                                       : CZ_CURVES_PERPLEXITY;

  if (self->curves == NULL)
    return;
  cz_run_curves_choose (self->curves, kind,
                        (CzCurvesAxis)gtk_drop_down_get_selected (self->x_choice));
  show_chart_state (self, cz_run_item_get (self->item));
}

static void
log_toggled (CzRunView *self)
{
  cz_chart_set_logarithmic (self->chart, gtk_toggle_button_get_active (self->log_button));
}

static void
read_curves (CzRunView *self)
{
  const CzRun *run = cz_run_item_get (self->item);
  // After a resume values may have been taken back.
  gboolean anew = run->state != self->curves_state || run->step < self->curves_step;

  self->curves_state = run->state;
  self->curves_step = run->step;
  cz_run_curves_read (self->curves, cz_workbench_get_library (self->workbench), anew);
  show_chart_state (self, run);
}

// ---- Notes ----

static gboolean
save_notes (gpointer data)
{
  CzRunView *self = data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes_view);
  GtkTextIter start, end;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  self->notes_saving = 0;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  if (!cz_run_set_notes (cz_workbench_get_library (self->workbench),
                         cz_run_item_get (self->item)->id, text, &error))
    cz_window_toast (GTK_WIDGET (self), error->message);
  return G_SOURCE_REMOVE;
}

static void
notes_changed (CzRunView *self)
{
  if (self->notes_loading || self->item == NULL)
    return;
  g_clear_handle_id (&self->notes_saving, g_source_remove);
  self->notes_saving = g_timeout_add (NOTES_REST, save_notes, self);
}

static void
flush_notes (CzRunView *self)
{
  if (self->notes_saving == 0)
    return;
  g_clear_handle_id (&self->notes_saving, g_source_remove);
  save_notes (self);
}

// ---- Actions ----

static void
process_failed (GObject *owner, const char *sentence, gpointer data)
{
  CzRunView *self = CZ_RUN_VIEW (owner);

  // What the record says about it stands in the view already.
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    cz_window_toast (GTK_WIDGET (self), sentence);
}

static void
resume (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);
  const CzRun *run = cz_run_item_get (self->item);
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, run->id);
  g_autofree char *log = cz_run_get_log (cz_workbench_get_library (self->workbench), run->id);
  g_autofree char *offered
      = has_offer (run)
            ? g_strdup_printf ("--set=micro_batch=%" G_GINT64_FORMAT, run->offered_micro_batch)
            : NULL;
  gboolean anew = run->state == CZ_RUN_QUEUED || !run->resumable;
  const char *arguments[]
      = { "run", anew && offered == NULL ? "start" : "resume", id, offered, NULL };
  g_autoptr (GError) error = NULL;

  if (!cz_cloze_start (cz_workbench_get_path (self->workbench), arguments, log, G_OBJECT (self),
                       process_failed, NULL, &error))
    cz_window_tell_error (widget, _ ("The run could not be started"), error->message);
  else
    gtk_widget_action_set_enabled (widget, "run.resume", FALSE);
}

static void
request (CzRunView *self, CzRunRequest what, const char *heading)
{
  g_autoptr (GError) error = NULL;

  if (!cz_run_request (cz_workbench_get_library (self->workbench), cz_run_item_get (self->item)->id,
                       what, &error))
    cz_window_tell_error (GTK_WIDGET (self), heading, error->message);
  cz_workbench_refresh (self->workbench);
}

static void
pause_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  request (CZ_RUN_VIEW (widget), CZ_REQUEST_PAUSE, _ ("The run could not be paused"));
}

static void
stop_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  request (CZ_RUN_VIEW (widget), CZ_REQUEST_STOP, _ ("The run could not be stopped"));
}

static void
try_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);
  g_autofree char *model
      = g_strdup_printf ("run:%" G_GINT64_FORMAT "@best", cz_run_item_get (self->item)->id);

  gtk_widget_activate_action (widget, "win.try", "s", model);
}

static void
again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);
  const CzRun *run = cz_run_item_get (self->item);

  g_signal_emit (self, again_signal, 0, run->corpus_id, run->parameters);
}

static void
remove_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);
  const CzRun *run = cz_run_item_get (self->item);
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, run->id);
  g_autofree char *told = g_strdup_printf (_ ("“%s” was put into the trash."), run->name);
  g_autoptr (GError) error = NULL;

  flush_notes (self);
  if (!cz_run_set_trashed (cz_workbench_get_library (self->workbench), run->id, TRUE, &error))
    {
      cz_window_tell_error (widget, _ ("The run could not be removed"), error->message);
      return;
    }
  cz_window_toast_with_action (widget, told, _ ("_Undo"), "win.restore-run", id);
  cz_workbench_refresh (self->workbench);
}

static void
back_clicked (CzRunView *self)
{
  g_signal_emit (self, back_signal, 0);
}

// ---- Life ----

static void
cz_run_view_dispose (GObject *object)
{
  CzRunView *self = CZ_RUN_VIEW (object);

  if (self->workbench != NULL && cz_workbench_get_library (self->workbench) != NULL)
    flush_notes (self);
  g_clear_handle_id (&self->notes_saving, g_source_remove);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_pointer (&self->curves, cz_run_curves_free);
  G_OBJECT_CLASS (cz_run_view_parent_class)->dispose (object);
}

static void
cz_run_view_finalize (GObject *object)
{
  CzRunView *self = CZ_RUN_VIEW (object);

  g_ptr_array_unref (self->parameter_rows);
  g_free (self->shown_parameters);
  G_OBJECT_CLASS (cz_run_view_parent_class)->finalize (object);
}

static void
cz_run_view_class_init (CzRunViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_run_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_run_view_finalize;
  back_signal = g_signal_new ("back", CZ_TYPE_RUN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  again_signal = g_signal_new ("again", CZ_TYPE_RUN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_STRING);
  g_type_ensure (CZ_TYPE_CHART);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, name_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, summary_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, resume_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, pause_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, stop_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, numbers);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, before_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, arrow_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, after_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, change_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, progress_box);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, progress_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, perplexity_tab);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, loss_tab);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, rate_tab);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, speed_tab);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, log_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, x_choice);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, chart_states);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, chart);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, nothing_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, parameters_row);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, notes_view);
  gtk_widget_class_install_action (widget_class, "run.resume", NULL, resume);
  gtk_widget_class_install_action (widget_class, "run.pause", NULL, pause_run);
  gtk_widget_class_install_action (widget_class, "run.stop", NULL, stop_run);
  gtk_widget_class_install_action (widget_class, "run.try", NULL, try_run);
  gtk_widget_class_install_action (widget_class, "run.again", NULL, again);
  gtk_widget_class_install_action (widget_class, "run.remove", NULL, remove_run);
}

static void
cz_run_view_init (CzRunView *self)
{
  GtkToggleButton *tabs[4];

  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->chart_states);
  self->parameter_rows = g_ptr_array_new ();
  tabs[0] = self->perplexity_tab;
  tabs[1] = self->loss_tab;
  tabs[2] = self->rate_tab;
  tabs[3] = self->speed_tab;
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    g_signal_connect_swapped (tabs[i], "toggled", G_CALLBACK (choose_curves), self);
  g_signal_connect_swapped (self->log_button, "toggled", G_CALLBACK (log_toggled), self);
  g_signal_connect_swapped (self->x_choice, "notify::selected", G_CALLBACK (choose_curves), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_clicked), self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->notes_view), "changed",
                            G_CALLBACK (notes_changed), self);
}

void
cz_run_view_set_workbench (CzRunView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_run_view_show (CzRunView *self, CzRunItem *item)
{
  const CzRun *run;

  if (item == self->item)
    return;
  if (self->item != NULL)
    {
      flush_notes (self);
      g_signal_handlers_disconnect_by_data (self->item, self);
    }
  g_clear_pointer (&self->curves, cz_run_curves_free);
  cz_chart_remove_all (self->chart);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  run = cz_run_item_get (item);
  g_signal_connect_object (item, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->curves = cz_run_curves_new (self->chart, run->id, cz_run_item_get_color (item));
  self->curves_state = run->state;
  self->curves_step = run->step;
  choose_curves (self);
  read_curves (self);
  self->notes_loading = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->notes_view),
                            run->notes != NULL ? run->notes : "", -1);
  self->notes_loading = FALSE;
  update (self);
}

void
cz_run_view_library_changed (CzRunView *self)
{
  if (self->item != NULL)
    read_curves (self);
}

void
cz_run_view_set_folded (CzRunView *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}
