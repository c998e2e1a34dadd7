#include "gui/experiments/compare-paired.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "data/run-evaluation.h"
#include "gui/corpora/library-task.h"
#include "gui/experiments/compare-verdict.h"
#include "gui/numbers.h"

struct _CzComparePaired
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GArray *runs;           // gint64
  char **names;
  char *shown; // the evaluations the verdicts are of
  GtkWidget *group;
  AdwComboRow *reference;
  gint64 reference_run; // chosen, 0: the first
  gboolean filling;
  GPtrArray *rows; // in the group, not owned
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (CzComparePaired, cz_compare_paired, ADW_TYPE_BIN)

// ---- In the thread ----

typedef enum
{
  COMPARED,
  OTHER_MASKS, // evaluated on other masked tokens
  NOT_EVALUATED
} Outcome;

typedef struct
{
  Outcome outcome;
  CzPairedComparison comparison;
} Pair;

typedef struct
{
  GArray *runs; // gint64
  gint64 reference;
  gboolean has_reference; // it was evaluated
  GArray *pairs;          // of Pair, one a run
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_array_unref (question->runs);
  g_array_unref (question->pairs);
  g_free (question);
}

// Of the best model, or else the last evaluation.
static CzRunEvaluation *
read_evaluation (CzLibrary *library, gint64 run, GError **error)
{
  g_autoptr (GError) failed = NULL;
  CzRunEvaluation *evaluation = cz_run_evaluation_read (library, run, "best", &failed);

  if (evaluation == NULL && failed == NULL)
    evaluation = cz_run_evaluation_read (library, run, "after", &failed);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return evaluation;
}

static gboolean
compare (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  g_autoptr (GError) failed = NULL;
  g_autoptr (CzRunEvaluation) reference = read_evaluation (library, question->reference, &failed);

  question->has_reference = reference != NULL;
  for (guint i = 0; i < question->runs->len && failed == NULL; i++)
    {
      g_autoptr (CzRunEvaluation) evaluation = NULL;
      Pair pair = { NOT_EVALUATED };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      evaluation = read_evaluation (library, g_array_index (question->runs, gint64, i), &failed);
      if (evaluation != NULL && reference != NULL)
        pair.outcome = cz_run_evaluation_compare (reference, evaluation, 0, &pair.comparison)
                           ? COMPARED
                           : OTHER_MASKS;
      g_array_append_val (question->pairs, pair);
    }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

// ---- Showing ----

static void
clear_rows (CzComparePaired *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static void
add_row (CzComparePaired *self, const char *title, const char *text, const char *basis, int verdict)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  gtk_widget_set_tooltip_text (row, basis);
  if (verdict != 0)
    {
      // A sign says it too, not only a colour.
      GtkWidget *mark = gtk_label_new (verdict < 0 ? "▼" : "▲");

      gtk_widget_add_css_class (mark, verdict < 0 ? "better" : "worse");
      gtk_accessible_update_property (GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      verdict < 0 ? _ ("better") : _ ("worse"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  g_ptr_array_add (self->rows, row);
}

static void
show_pair (CzComparePaired *self, const char *name, const Pair *pair, gboolean has_reference)
{
  const CzPairedComparison *comparison = &pair->comparison;
  g_autofree char *text = NULL;
  g_autofree char *tokens = NULL;
  g_autofree char *basis = NULL;

  if (pair->outcome != COMPARED)
    {
      add_row (self, name,
               !has_reference ? _ ("The reference was not evaluated block by block.")
               : pair->outcome == OTHER_MASKS
                   ? _ ("Not comparable: evaluated on other masked tokens.")
                   : _ ("Not evaluated block by block yet."),
               NULL, 0);
      return;
    }
  text = cz_verdict_describe (comparison->difference, comparison->low, comparison->high);
  tokens = cz_numbers_count ((gint64)comparison->scored);
  basis = g_strdup_printf (
      // Translators: a number of tokens, a number of blocks, a percentage.
      _ ("%s scored tokens in %u blocks; better in %.1f %% of the resamples"), tokens,
      comparison->blocks, 100 * comparison->share);
  add_row (self, name, text, basis, cz_verdict_get (comparison->low, comparison->high));
}

static void
compared (GObject *object, GAsyncResult *result, gpointer data)
{
  CzComparePaired *self = CZ_COMPARE_PAIRED (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  if (cz_library_task_is_cancelled (error))
    return;
  clear_rows (self);
  if (question == NULL)
    {
      // At the next change it is tried again.
      g_clear_pointer (&self->shown, g_free);
      add_row (self, _ ("The comparison failed"), error->message, NULL, 0);
      return;
    }
  for (guint i = 0; i < question->runs->len; i++)
    {
      if (g_array_index (question->runs, gint64, i) != question->reference)
        show_pair (self, self->names[i], &g_array_index (question->pairs, Pair, i),
                   question->has_reference);
    }
}

static void
ask (CzComparePaired *self)
{
  Question *question = g_new0 (Question, 1);
  guint selected = adw_combo_row_get_selected (self->reference);

  cz_library_task_renew (&self->cancellable);
  question->runs = g_array_copy (self->runs);
  question->pairs = g_array_new (FALSE, TRUE, sizeof (Pair));
  question->reference = selected < self->runs->len ? g_array_index (self->runs, gint64, selected)
                                                   : g_array_index (self->runs, gint64, 0);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), compare, question,
                       question_free, self->cancellable, compared);
}

static void
reference_changed (CzComparePaired *self)
{
  guint selected = adw_combo_row_get_selected (self->reference);

  if (self->filling || selected >= self->runs->len)
    return;
  self->reference_run = g_array_index (self->runs, gint64, selected);
  ask (self);
}

// The evaluations there are, and what runs are called.
static char *
describe (CzRunItem *const *items, const char *const *names, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      const CzRun *run = cz_run_item_get (items[i]);

      g_string_append_printf (text, "%" PRId64 " %" PRId64 " %.17g %.17g %s %s\n", run->id,
                              run->best_step, run->best, run->after,
                              run->eval_fingerprint != NULL ? run->eval_fingerprint : "", names[i]);
    }
  return g_string_free (text, FALSE);
}

void
cz_compare_paired_show (CzComparePaired *self,
                        CzRunItem *const *items,
                        const char *const *names,
                        guint n)
{
  g_autofree char *described = describe (items, names, n);
  g_autoptr (GtkStringList) list = NULL;
  guint selected = 0;

  gtk_widget_set_visible (GTK_WIDGET (self), n >= 2);
  if (g_strcmp0 (described, self->shown) == 0 || n == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&described);
  g_array_set_size (self->runs, 0);
  g_strfreev (self->names);
  self->names = g_strdupv ((char **)names);
  for (guint i = 0; i < n; i++)
    {
      gint64 id = cz_run_item_get (items[i])->id;

      if (id == self->reference_run)
        selected = i;
      g_array_append_val (self->runs, id);
    }
  list = gtk_string_list_new (names);
  self->filling = TRUE;
  adw_combo_row_set_model (self->reference, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->reference, selected);
  self->filling = FALSE;
  ask (self);
}

// ---- Life ----

static void
cz_compare_paired_dispose (GObject *object)
{
  CzComparePaired *self = CZ_COMPARE_PAIRED (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (cz_compare_paired_parent_class)->dispose (object);
}

static void
cz_compare_paired_finalize (GObject *object)
{
  CzComparePaired *self = CZ_COMPARE_PAIRED (object);

  g_array_unref (self->runs);
  g_ptr_array_unref (self->rows);
  g_strfreev (self->names);
  g_free (self->shown);
  G_OBJECT_CLASS (cz_compare_paired_parent_class)->finalize (object);
}

static void
cz_compare_paired_class_init (CzComparePairedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_compare_paired_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_compare_paired_finalize;
}

static void
cz_compare_paired_init (CzComparePaired *self)
{
  self->runs = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->rows = g_ptr_array_new ();
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group),
                                   _ ("On the same masked tokens"));
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (self->group),
      _ ("Difference in cross-entropy of the best models, block by block, with an interval that "
         "holds 95 of 100 resamples of the test blocks."));
  self->reference = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->reference), _ ("Compared with"));
  g_signal_connect_swapped (self->reference, "notify::selected", G_CALLBACK (reference_changed),
                            self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), GTK_WIDGET (self->reference));
  adw_bin_set_child (ADW_BIN (self), self->group);
}

void
cz_compare_paired_set_workbench (CzComparePaired *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}
