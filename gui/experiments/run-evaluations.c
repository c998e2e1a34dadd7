#include "gui/experiments/run-evaluations.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/cloze.h"
#include "gui/corpora/library-task.h"
#include "gui/experiments/compare-difference.h"
#include "gui/experiments/evaluate-dialog.h"
#include "gui/numbers.h"
#include "gui/progress-line.h"
#include "gui/window.h"

// Results as the library keeps them under "experiments.evaluated.RUN": the model, the corpus, the
// method, cross-entropy of the base model (below 0: not measured) and of the model, scored tokens.
#define SETTING     "experiments.evaluated.%" G_GINT64_FORMAT
#define RESULT_TYPE "(sssddx)"
#define KEPT        20

struct _CzRunEvaluations
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  GPtrArray *results; // of GVariant, the newest first
  GtkWidget *group;
  GPtrArray *rows; // in the group, not owned
  // What is being measured; one at a time.
  gint64 run; // 0: nothing
  char *which, *what, *base_model;
  CzEvaluateChoice choice;
  char **sets; // the run's own way of evaluating, as options
  double base; // measured first; NAN: not
  gboolean at_base;
  GCancellable *cancellable;
  GtkWidget *under_way; // a row
  GtkProgressBar *bar;
  guint pulsing; // timeout source
};

G_DEFINE_FINAL_TYPE (CzRunEvaluations, cz_run_evaluations, ADW_TYPE_BIN)

static void measure (CzRunEvaluations *self);

// ---- Showing ----

static GtkWidget *
make_row (GVariant *result)
{
  const char *what, *corpus, *method;
  double base, now;
  gint64 scored;
  GtkWidget *row = adw_action_row_new (), *label;
  g_autofree char *subtitle = NULL;
  g_autofree char *count = NULL;
  g_autofree char *after = NULL;
  g_autofree char *numbers = NULL;

  g_variant_get (result, "(&s&s&sddx)", &what, &corpus, &method, &base, &now, &scored);
  count = cz_numbers_count (scored);
  subtitle = g_strdup_printf (
      // Translators: a model, how it was measured, a number of tokens.
      ngettext ("%s, %s, %s scored token", "%s, %s, %s scored tokens", (gulong)scored), what,
      g_str_equal (method, "pseudo") ? _ ("pseudo-perplexity") : _ ("fixed masks"), count);
  after = cz_numbers_perplexity (exp (now));
  if (base >= 0)
    {
      double share = 100 * (exp (now - base) - 1);
      g_autofree char *before = cz_numbers_perplexity (exp (base));

      if (fabs (share) < 0.5)
        // Translators: perplexity of the base model and of the adapted one.
        numbers = g_strdup_printf (_ ("%s → %s, unchanged"), before, after);
      else if (share < 0)
        numbers = g_strdup_printf (_ ("%s → %s, %.0f %% lower"), before, after, -share);
      else
        numbers = g_strdup_printf (_ ("%s → %s, %.0f %% higher"), before, after, share);
    }
  label = gtk_label_new (numbers != NULL ? numbers : after);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "fact-value");
  if (base >= 0 && fabs (now - base) >= 0.005)
    gtk_widget_add_css_class (label, now < base ? "better" : "worse");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), corpus);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}

static void
fill (CzRunEvaluations *self)
{
  gboolean here = self->item != NULL && self->run == cz_run_item_get (self->item)->id;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < self->results->len; i++)
    {
      GtkWidget *row = make_row (g_ptr_array_index (self->results, i));

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (self->under_way, here);
  gtk_widget_set_visible (GTK_WIDGET (self), here || self->results->len > 0);
}

static void
read_results (CzRunEvaluations *self)
{
  CzLibrary *library = cz_workbench_get_library (self->workbench);
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GVariant) results = NULL;

  g_ptr_array_set_size (self->results, 0);
  if (self->item == NULL || library == NULL)
    return;
  key = g_strdup_printf (SETTING, cz_run_item_get (self->item)->id);
  text = cz_library_get_setting (library, key);
  results = text != NULL
                ? g_variant_parse (G_VARIANT_TYPE ("a" RESULT_TYPE), text, NULL, NULL, NULL)
                : NULL;
  for (gsize i = 0; results != NULL && i < g_variant_n_children (results); i++)
    g_ptr_array_add (self->results, g_variant_get_child_value (results, i));
}

// ---- Keeping ----

typedef struct
{
  gint64 run;
  GVariant *result;
} Keep;

static void
keep_free (gpointer data)
{
  Keep *keep = data;

  g_variant_unref (keep->result);
  g_free (keep);
}

// Another window may have kept one meanwhile.
static gboolean
keep_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Keep *keep = data;
  g_autofree char *key = g_strdup_printf (SETTING, keep->run);
  g_autofree char *text = cz_library_get_setting (library, key);
  g_autoptr (GVariant) before
      = text != NULL ? g_variant_parse (G_VARIANT_TYPE ("a" RESULT_TYPE), text, NULL, NULL, NULL)
                     : NULL;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" RESULT_TYPE));
  g_autoptr (GVariant) results = NULL;
  g_autofree char *after = NULL;

  g_variant_builder_add_value (&builder, keep->result);
  for (gsize i = 0; before != NULL && i < MIN (g_variant_n_children (before), KEPT - 1); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (before, i);

      g_variant_builder_add_value (&builder, child);
    }
  results = g_variant_ref_sink (g_variant_builder_end (&builder));
  after = g_variant_print (results, FALSE);
  return cz_library_set_setting (library, key, after, error);
}

static void
kept (GObject *object, GAsyncResult *result, gpointer data)
{
  CzRunEvaluations *self = CZ_RUN_EVALUATIONS (object);
  g_autoptr (GError) error = NULL;

  if (cz_library_task_finish (result, &error) == NULL
      && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    cz_window_tell_error (GTK_WIDGET (self), _ ("The result could not be kept"), error->message);
  if (self->workbench == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  read_results (self);
  fill (self);
}

// ---- Measuring ----

static void
end (CzRunEvaluations *self)
{
  g_clear_handle_id (&self->pulsing, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->which, g_free);
  g_clear_pointer (&self->what, g_free);
  g_clear_pointer (&self->base_model, g_free);
  g_clear_pointer (&self->choice.corpus, g_free);
  g_clear_pointer (&self->sets, g_strfreev);
  self->run = 0;
  fill (self);
}

static void
measured (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzRunEvaluations) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);
  JsonObject *object
      = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  double found = object != NULL
                     ? json_object_get_double_member_with_default (object, "cross_entropy", NAN)
                     : NAN;
  Keep *keep;

  if (self->group == NULL) // the view is gone
    return;
  if (isnan (found))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
        cz_window_tell_error (GTK_WIDGET (self), _ ("The evaluation failed"),
                              error != NULL ? error->message
                                            : _ ("Nothing was scored, so nothing can be said."));
      end (self);
      return;
    }
  if (self->at_base)
    {
      self->base = found;
      self->at_base = FALSE;
      measure (self);
      return;
    }
  keep = g_new0 (Keep, 1);
  keep->run = self->run;
  keep->result = g_variant_ref_sink (g_variant_new (
      RESULT_TYPE, self->what, self->choice.corpus, self->choice.pseudo ? "pseudo" : "masked",
      isnan (self->base) ? -1.0 : self->base, found,
      json_object_get_int_member_with_default (object, "scored_tokens", 0)));
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), keep_in_thread, keep,
                       keep_free, NULL, kept);
  end (self);
}

static void
told (const char *line, gpointer data)
{
  CzRunEvaluations *self = data;
  CzProgressLine read = cz_progress_line_read (line);

  if (read.share >= 0)
    {
      g_clear_handle_id (&self->pulsing, g_source_remove);
      gtk_progress_bar_set_fraction (self->bar, read.share);
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->under_way), read.text);
  cz_progress_line_clear (&read);
}

static gboolean
pulse (gpointer data)
{
  gtk_progress_bar_pulse (CZ_RUN_EVALUATIONS (data)->bar);
  return G_SOURCE_CONTINUE;
}

static void
measure (CzRunEvaluations *self)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *model
      = self->at_base ? g_strdup (self->base_model)
                      : g_strdup_printf ("run:%" G_GINT64_FORMAT "@%s", self->run, self->which);
  g_autofree char *title = g_strdup_printf (
      // Translators: a model, a corpus.
      _ ("%s on %s"), self->at_base ? _ ("The base model") : self->what, self->choice.corpus);

  g_ptr_array_add (arguments, (gpointer) "evaluate");
  g_ptr_array_add (arguments, (gpointer) "--model");
  g_ptr_array_add (arguments, model);
  g_ptr_array_add (arguments, (gpointer) "--corpus");
  g_ptr_array_add (arguments, self->choice.corpus);
  g_ptr_array_add (arguments, (gpointer) "--method");
  g_ptr_array_add (arguments, (gpointer)(self->choice.pseudo ? "pseudo" : "masked"));
  for (guint i = 0; self->sets[i] != NULL; i++)
    g_ptr_array_add (arguments, self->sets[i]);
  g_ptr_array_add (arguments, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->under_way), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->under_way), _ ("Starting…"));
  gtk_progress_bar_set_fraction (self->bar, 0);
  if (self->pulsing == 0)
    self->pulsing = g_timeout_add (150, pulse, self);
  fill (self);
  cz_cloze_watch_async (cz_workbench_get_path (self->workbench),
                        (const char *const *)arguments->pdata, self->cancellable, told, measured,
                        g_object_ref (self));
}

// Measured as the run was, so that on its own corpus the same number comes out.
static char **
make_sets (const CzRun *run, guint blocks)
{
  static const char *const keys[]
      = { "block_size", "last_block", "split", "split_seed", "eval_mask", "eval_mask_probability",
          "eval_seed" };
  g_autoptr (GStrvBuilder) sets = g_strv_builder_new ();
  g_autofree char *number = g_strdup_printf ("--set=test_blocks=%u", blocks);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *value = cz_difference_read (run->parameters, keys[i]);
      g_autofree char *set = value != NULL ? g_strdup_printf ("--set=%s=%s", keys[i], value) : NULL;

      if (set != NULL)
        g_strv_builder_add (sets, set);
    }
  g_strv_builder_add (sets, number);
  return g_strv_builder_end (sets);
}

static void
chosen (CzEvaluateDialog *dialog, const CzEvaluateChoice *choice, CzRunEvaluations *self)
{
  const CzRun *run = self->item != NULL ? cz_run_item_get (self->item) : NULL;

  if (run == NULL || self->run != 0)
    return;
  self->run = run->id;
  self->which = g_strdup (g_object_get_data (G_OBJECT (dialog), "which"));
  self->what = g_strdup (g_object_get_data (G_OBJECT (dialog), "what"));
  self->base_model = g_strdup (run->model_folder);
  self->choice = *choice;
  self->choice.corpus = g_strdup (choice->corpus);
  self->sets = make_sets (run, choice->blocks);
  self->base = NAN;
  self->at_base = choice->base;
  self->cancellable = g_cancellable_new ();
  measure (self);
}

void
cz_run_evaluations_ask (CzRunEvaluations *self, const char *which, const char *what)
{
  CzEvaluateDialog *dialog;

  if (self->run != 0)
    {
      cz_window_toast (GTK_WIDGET (self), _ ("One evaluation at a time: wait, or cancel it."));
      return;
    }
  dialog = cz_evaluate_dialog_new (GTK_WIDGET (self), self->workbench, what);
  g_object_set_data_full (G_OBJECT (dialog), "which", g_strdup (which), g_free);
  g_object_set_data_full (G_OBJECT (dialog), "what", g_strdup (what), g_free);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (chosen), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
cancel_clicked (CzRunEvaluations *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

// ---- Life ----

static void
cz_run_evaluations_dispose (GObject *object)
{
  CzRunEvaluations *self = CZ_RUN_EVALUATIONS (object);

  cancel_clicked (self);
  g_clear_handle_id (&self->pulsing, g_source_remove);
  g_clear_object (&self->item);
  self->group = NULL;
  G_OBJECT_CLASS (cz_run_evaluations_parent_class)->dispose (object);
}

static void
cz_run_evaluations_finalize (GObject *object)
{
  CzRunEvaluations *self = CZ_RUN_EVALUATIONS (object);

  g_clear_object (&self->cancellable);
  g_free (self->which);
  g_free (self->what);
  g_free (self->base_model);
  g_free (self->choice.corpus);
  g_strfreev (self->sets);
  g_ptr_array_unref (self->results);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (cz_run_evaluations_parent_class)->finalize (object);
}

static void
cz_run_evaluations_class_init (CzRunEvaluationsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_run_evaluations_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_run_evaluations_finalize;
}

static void
cz_run_evaluations_init (CzRunEvaluations *self)
{
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  self->rows = g_ptr_array_new ();
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group),
                                   _ ("Evaluated on other corpora"));
  self->under_way = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->under_way), FALSE);
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->bar), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the evaluation"), -1);
  gtk_widget_set_valign (cancel, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->under_way), GTK_WIDGET (self->bar));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->under_way), cancel);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (cancel_clicked), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->under_way);
  adw_bin_set_child (ADW_BIN (self), self->group);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
cz_run_evaluations_set_workbench (CzRunEvaluations *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_run_evaluations_show (CzRunEvaluations *self, CzRunItem *item)
{
  g_set_object (&self->item, item);
  read_results (self);
  fill (self);
}
