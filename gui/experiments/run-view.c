#include "gui/experiments/run-view.h"

#include <inttypes.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "gui/cloze.h"
#include "gui/experiments/compare-difference.h"
#include "gui/experiments/examples-view.h"
#include "gui/experiments/explanation-button.h"
#include "gui/experiments/run-curves.h"
#include "gui/experiments/run-evaluations.h"
#include "gui/experiments/run-export.h"
#include "gui/experiments/run-facts.h"
#include "gui/experiments/run-kept.h"
#include "gui/experiments/run-mark.h"
#include "gui/experiments/run-notes.h"
#include "gui/hub/push-list.h"
#include "gui/numbers.h"
#include "gui/window.h"

struct _CzRunView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  CzRunState read_state; // the run's state when values were last read
  gint64 read_step;      // and its step
  gint64 read_revision;
  GtkWidget *back_button;
  CzRunMark *mark;
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
  CzExplanationButton *explanation;
  GtkWidget *progress_box;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  GtkScrolledWindow *scrolled;
  CzRunCurves *curves;
  CzExamplesView *examples;
  CzRunKept *kept;
  CzRunEvaluations *evaluations;
  CzPushList *pushes;
  CzRunFacts *facts;
  CzRunNotes *notes;
};

G_DEFINE_FINAL_TYPE (CzRunView, cz_run_view, ADW_TYPE_BIN)

static guint back_signal, again_signal, further_signal;

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
  g_autofree char *text = cz_difference_read (run->parameters, "epochs");

  return text != NULL ? g_ascii_strtod (text, NULL) : 0;
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
  if (run->memory_bytes > 0)
    {
      g_autofree char *memory = g_format_size ((guint64)run->memory_bytes);

      append_part (text, memory);
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
update (CzRunView *self)
{
  const CzRun *run = cz_run_item_get (self->item);

  cz_run_mark_update (self->mark);
  show_summary (self, run);
  show_trouble (self, run);
  show_numbers (self, run);
  show_progress (self, run);
  show_actions (self, run);
  cz_push_list_show (self->pushes, cz_workbench_get_library (self->workbench), run);
  cz_run_facts_show (self->facts, run);
  cz_run_notes_update (self->notes);
}

// What was measured and said along the way.
static void
read_values (CzRunView *self)
{
  const CzRun *run = cz_run_item_get (self->item);
  // After a resume values may have been taken back.
  gboolean anew = run->state != self->read_state || run->step < self->read_step;

  // Whatever is measured or kept moves the run's revision too.
  if (run->revision == self->read_revision)
    return;
  self->read_revision = run->revision;
  self->read_state = run->state;
  self->read_step = run->step;
  cz_run_curves_read (self->curves);
  cz_examples_view_read (self->examples, anew);
  cz_run_kept_read (self->kept);
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

  cz_run_notes_flush (self->notes);
  if (!cz_run_set_trashed (cz_workbench_get_library (self->workbench), run->id, TRUE, &error))
    {
      cz_window_tell_error (widget, _ ("The run could not be removed"), error->message);
      return;
    }
  cz_window_toast_with_action (widget, told, _ ("_Undo"), "win.restore-run", id);
  cz_workbench_refresh (self->workbench);
}

// The file's name at first: the run's own.
static const char *
get_name (CzRunView *self)
{
  return cz_run_item_get (self->item)->name;
}

static void
export_metrics (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);

  cz_run_export_metrics (widget, self->workbench, &cz_run_item_get (self->item)->id, 1,
                         get_name (self), g_variant_get_string (parameter, NULL));
}

static void
export_chart (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);

  cz_run_export_chart (widget, cz_run_curves_get_chart (self->curves), get_name (self),
                       g_variant_get_string (parameter, NULL));
}

static void
export_report (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);

  cz_run_export_report (widget, self->workbench, cz_run_item_get (self->item)->id, get_name (self));
}

static void
copy_command (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzRunView *self = CZ_RUN_VIEW (widget);

  cz_run_export_copy_command (widget, self->workbench, cz_run_item_get (self->item)->id);
}

static void
copy_examples (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autofree char *table = cz_examples_view_get_table (CZ_RUN_VIEW (widget)->examples);

  if (table != NULL)
    cz_run_export_copy_text (widget, table, _ ("The examples were copied."));
  else
    cz_window_toast (widget, _ ("Nothing was said yet."));
}

static void
evaluate_best (GtkWidget *widget, const char *action, GVariant *parameter)
{
  cz_run_evaluations_ask (CZ_RUN_VIEW (widget)->evaluations, "best", _ ("Best model"));
}

static void
evaluate_kept (CzRunView *self, const char *which, const char *what)
{
  cz_run_evaluations_ask (self->evaluations, which, what);
}

static void
train_further (CzRunView *self, const char *which)
{
  g_signal_emit (self, further_signal, 0, cz_run_item_get (self->item)->id, which);
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

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_run_view_parent_class)->dispose (object);
}

static void
cz_run_view_class_init (CzRunViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_run_view_dispose;
  back_signal = g_signal_new ("back", CZ_TYPE_RUN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  again_signal = g_signal_new ("again", CZ_TYPE_RUN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_STRING);
  further_signal = g_signal_new ("train-further", CZ_TYPE_RUN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_STRING);
  g_type_ensure (CZ_TYPE_EXPLANATION_BUTTON);
  g_type_ensure (CZ_TYPE_PUSH_LIST);
  g_type_ensure (CZ_TYPE_RUN_CURVES);
  g_type_ensure (CZ_TYPE_EXAMPLES_VIEW);
  g_type_ensure (CZ_TYPE_RUN_EVALUATIONS);
  g_type_ensure (CZ_TYPE_RUN_FACTS);
  g_type_ensure (CZ_TYPE_RUN_KEPT);
  g_type_ensure (CZ_TYPE_RUN_MARK);
  g_type_ensure (CZ_TYPE_RUN_NOTES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/run-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzRunView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, mark);
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
  gtk_widget_class_bind_template_child (widget_class, CzRunView, explanation);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, progress_box);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, progress_label);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, curves);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, examples);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, kept);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, evaluations);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, pushes);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, facts);
  gtk_widget_class_bind_template_child (widget_class, CzRunView, notes);
  gtk_widget_class_install_action (widget_class, "run.resume", NULL, resume);
  gtk_widget_class_install_action (widget_class, "run.pause", NULL, pause_run);
  gtk_widget_class_install_action (widget_class, "run.stop", NULL, stop_run);
  gtk_widget_class_install_action (widget_class, "run.try", NULL, try_run);
  gtk_widget_class_install_action (widget_class, "run.evaluate", NULL, evaluate_best);
  gtk_widget_class_install_action (widget_class, "run.again", NULL, again);
  gtk_widget_class_install_action (widget_class, "run.remove", NULL, remove_run);
  gtk_widget_class_install_action (widget_class, "run.export-metrics", "s", export_metrics);
  gtk_widget_class_install_action (widget_class, "run.export-chart", "s", export_chart);
  gtk_widget_class_install_action (widget_class, "run.export-report", NULL, export_report);
  gtk_widget_class_install_action (widget_class, "run.copy-command", NULL, copy_command);
  gtk_widget_class_install_action (widget_class, "run.copy-examples", NULL, copy_examples);
}

static void
cz_run_view_init (CzRunView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_clicked), self);
  g_signal_connect_swapped (self->kept, "evaluate", G_CALLBACK (evaluate_kept), self);
  g_signal_connect_swapped (self->kept, "train-further", G_CALLBACK (train_further), self);
}

void
cz_run_view_set_workbench (CzRunView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
  cz_run_mark_set_workbench (self->mark, workbench);
  cz_run_curves_set_workbench (self->curves, workbench);
  cz_examples_view_set_workbench (self->examples, workbench);
  cz_run_kept_set_workbench (self->kept, workbench);
  cz_run_evaluations_set_workbench (self->evaluations, workbench);
  cz_run_notes_set_workbench (self->notes, workbench);
}

void
cz_run_view_show (CzRunView *self, CzRunItem *item)
{
  if (item == self->item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  cz_run_mark_show (self->mark, item);
  cz_run_curves_set_runs (self->curves, &item, NULL, item != NULL ? 1 : 0);
  cz_examples_view_show (self->examples, item);
  cz_run_kept_show (self->kept, item);
  cz_run_evaluations_show (self->evaluations, item);
  cz_run_notes_show (self->notes, item);
  cz_explanation_button_set_run (self->explanation, item);
  if (item == NULL)
    return;
  self->read_state = cz_run_item_get (item)->state;
  self->read_step = cz_run_item_get (item)->step;
  self->read_revision = cz_run_item_get (item)->revision;
  g_signal_connect_object (item, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  update (self);
}

void
cz_run_view_library_changed (CzRunView *self)
{
  if (self->item != NULL)
    read_values (self);
}

void
cz_run_view_set_folded (CzRunView *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}
