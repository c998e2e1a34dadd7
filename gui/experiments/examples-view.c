#include "gui/experiments/examples-view.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "gui/corpora/library-task.h"
#include "gui/experiments/examples.h"
#include "gui/playground/prediction-column.h"

// How many words of each sentence are shown.
#define WORDS 5

// One sentence.
typedef struct
{
  GtkWidget *row;                      // an AdwExpanderRow
  CzPredictionColumn *before, *chosen; // made when it is opened first
} Row;

struct _CzExamplesView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzRunItem *item;
  CzExamples *examples;
  GCancellable *cancellable; // of the read under way
  gboolean reading;
  gboolean again, again_anew;
  GtkWidget *group;
  GtkWidget *chooser; // the slider and what it stands at
  GtkAdjustment *adjustment;
  GtkWidget *place;
  GPtrArray *rows; // of Row
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (CzExamplesView, cz_examples_view, ADW_TYPE_BIN)

// ---- Showing ----

static guint
get_chosen (CzExamplesView *self)
{
  guint n = cz_examples_get_n_evaluations (self->examples);
  double value = gtk_adjustment_get_value (self->adjustment);

  return n > 0 ? MIN ((guint)lround (fmax (value, 0)), n - 1) : 0;
}

static char *
name_evaluation (CzExamplesView *self, guint evaluation)
{
  gint64 step = g_array_index (self->examples->steps, gint64, evaluation);

  if (step == 0)
    return g_strdup (_ ("before"));
  // Translators: a step of training.
  return g_strdup_printf (_ ("step %'" PRId64), step);
}

static void
fill_columns (CzExamplesView *self, Row *row, guint sentence)
{
  guint chosen = get_chosen (self);
  JsonObject *before = cz_examples_get (self->examples, 0, sentence);
  JsonObject *now = cz_examples_get (self->examples, chosen, sentence);
  double full = 0;

  // One scale for all evaluations, so that bars tell how the model changes.
  for (guint i = 0; i < cz_examples_get_n_evaluations (self->examples); i++)
    {
      JsonObject *answer = cz_examples_get (self->examples, i, sentence);

      if (answer != NULL)
        full = fmax (full, cz_prediction_column_get_highest (answer));
    }
  if (before != NULL)
    cz_prediction_column_show (row->before, before, NULL, WORDS, full);
  else
    cz_prediction_column_tell (row->before, _ ("Nothing was said."));
  if (now != NULL)
    cz_prediction_column_show (row->chosen, now, chosen > 0 ? before : NULL, WORDS, full);
  else
    cz_prediction_column_tell (row->chosen, _ ("Nothing was said."));
}

static void
fill_row (CzExamplesView *self, guint sentence)
{
  Row *row = g_ptr_array_index (self->rows, sentence);
  guint chosen = get_chosen (self);
  g_autofree char *before = cz_examples_get_best (cz_examples_get (self->examples, 0, sentence));
  g_autofree char *now = cz_examples_get_best (cz_examples_get (self->examples, chosen, sentence));
  g_autofree char *text = NULL;

  if (before != NULL && now != NULL && chosen > 0)
    text = g_strdup_printf ("%s → %s", before, now);
  else
    text = g_strdup (before != NULL ? before : now != NULL ? now : "");
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row->row), text);
  if (row->before != NULL)
    fill_columns (self, row, sentence);
}

static void
fill (CzExamplesView *self)
{
  guint chosen = get_chosen (self), n = cz_examples_get_n_evaluations (self->examples);

  if (n > 0)
    {
      g_autofree char *name = name_evaluation (self, chosen);

      gtk_label_set_label (GTK_LABEL (self->place), name);
    }
  for (guint i = 0; i < self->rows->len; i++)
    fill_row (self, i);
}

static void
row_expanded (GtkWidget *widget, GParamSpec *pspec, CzExamplesView *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      GtkWidget *box;

      if (row->row != widget || row->before != NULL)
        continue;
      box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
      g_object_set (box, "margin-top", 6, "margin-bottom", 12, "margin-start", 12, "margin-end", 12,
                    "homogeneous", TRUE, NULL);
      row->before = CZ_PREDICTION_COLUMN (
          cz_prediction_column_new (_ ("Before"), cz_run_item_get_color (self->item)));
      row->chosen = CZ_PREDICTION_COLUMN (cz_prediction_column_new (
          _ ("At the evaluation chosen"), cz_run_item_get_color (self->item)));
      gtk_widget_set_opacity (GTK_WIDGET (row->before), 0.7);
      gtk_widget_set_size_request (GTK_WIDGET (row->before), 200, -1);
      gtk_widget_set_size_request (GTK_WIDGET (row->chosen), 200, -1);
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->before));
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (row->chosen));
      adw_expander_row_add_row (ADW_EXPANDER_ROW (row->row), box);
      fill_columns (self, row, i);
    }
}

static void
make_rows (CzExamplesView *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group),
                                  ((Row *)g_ptr_array_index (self->rows, i))->row);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; self->examples->sentences[i] != NULL; i++)
    {
      Row *row = g_new0 (Row, 1);

      row->row = adw_expander_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row->row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), self->examples->sentences[i]);
      g_signal_connect (row->row, "notify::expanded", G_CALLBACK (row_expanded), self);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row->row);
      g_ptr_array_add (self->rows, row);
    }
}

// After a read: whoever stood at the last evaluation follows the new one, others stay.
static void
take (CzExamplesView *self, CzExamples *examples)
{
  guint before = cz_examples_get_n_evaluations (self->examples);
  guint n = cz_examples_get_n_evaluations (examples);
  guint chosen = get_chosen (self);
  gboolean follow = before == 0 || chosen + 1 == before;
  gboolean same = self->rows->len == cz_examples_get_n_sentences (examples)
                  && g_strv_equal ((const char *const *)self->examples->sentences,
                                   (const char *const *)examples->sentences);

  cz_examples_free (self->examples);
  self->examples = examples;
  if (!same)
    make_rows (self);
  self->filling = TRUE;
  gtk_adjustment_set_upper (self->adjustment, n > 0 ? n - 1 : 0);
  gtk_adjustment_set_value (self->adjustment, follow && n > 0 ? n - 1 : chosen);
  self->filling = FALSE;
  gtk_widget_set_visible (self->chooser, n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
  fill (self);
}

static void
slider_moved (CzExamplesView *self)
{
  if (!self->filling)
    fill (self);
}

// ---- Reading ----

typedef struct
{
  gint64 run;
  CzExamples *examples; // what is known, copied; then what is known and what came
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  cz_examples_free (question->examples);
  g_free (question);
}

static gboolean
read_in_thread (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  return cz_examples_read (question->examples, library, question->run, error);
}

static CzExamples *
copy_examples (const CzExamples *examples)
{
  CzExamples *copy = cz_examples_new ();

  g_strfreev (copy->sentences);
  copy->sentences = g_strdupv (examples->sentences);
  g_array_append_vals (copy->steps, examples->steps->data, examples->steps->len);
  for (guint i = 0; i < examples->answers->len; i++)
    {
      JsonNode *node = g_ptr_array_index (examples->answers, i);

      g_ptr_array_add (copy->answers, node != NULL ? json_node_ref (node) : NULL);
    }
  return copy;
}

static void
was_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzExamplesView *self = CZ_EXAMPLES_VIEW (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  if (cz_library_task_is_cancelled (error))
    return;
  self->reading = FALSE;
  // What could not be read now, since the library was busy, is read at the next change.
  if (question != NULL
      && (question->examples->steps->len != self->examples->steps->len
          || g_strv_length (question->examples->sentences) != self->rows->len))
    take (self, g_steal_pointer (&question->examples));
  if (self->again)
    cz_examples_view_read (self, self->again_anew);
}

void
cz_examples_view_read (CzExamplesView *self, gboolean anew)
{
  Question *question;

  if (self->item == NULL)
    return;
  if (self->reading)
    {
      self->again = TRUE;
      self->again_anew = self->again_anew || anew;
      return;
    }
  self->reading = TRUE;
  self->again = self->again_anew = FALSE;
  question = g_new0 (Question, 1);
  question->run = cz_run_item_get (self->item)->id;
  question->examples = anew ? cz_examples_new () : copy_examples (self->examples);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), read_in_thread, question,
                       question_free, self->cancellable, was_read);
}

// ---- Life ----

static void
cz_examples_view_dispose (GObject *object)
{
  CzExamplesView *self = CZ_EXAMPLES_VIEW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_examples_view_parent_class)->dispose (object);
}

static void
cz_examples_view_finalize (GObject *object)
{
  CzExamplesView *self = CZ_EXAMPLES_VIEW (object);

  cz_examples_free (self->examples);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (cz_examples_view_parent_class)->finalize (object);
}

static void
cz_examples_view_class_init (CzExamplesViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_examples_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_examples_view_finalize;
}

static void
cz_examples_view_init (CzExamplesView *self)
{
  GtkWidget *slider;

  self->examples = cz_examples_new ();
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->adjustment = gtk_adjustment_new (0, 0, 0, 1, 1, 0);
  slider = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, self->adjustment);
  gtk_scale_set_digits (GTK_SCALE (slider), 0);
  gtk_widget_set_size_request (slider, 160, -1);
  gtk_widget_set_tooltip_text (slider, _ ("Which evaluation"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Which evaluation"), -1);
  self->place = gtk_label_new (NULL);
  gtk_label_set_width_chars (GTK_LABEL (self->place), 11);
  gtk_label_set_xalign (GTK_LABEL (self->place), 1);
  gtk_widget_add_css_class (self->place, "numeric");
  gtk_widget_add_css_class (self->place, "dim-label");
  self->chooser = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_valign (self->chooser, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->chooser), self->place);
  gtk_box_append (GTK_BOX (self->chooser), slider);
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _ ("Examples"));
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (self->group),
      _ ("What the model says at the gap, before the run and at each evaluation."));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self->group), self->chooser);
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (slider_moved), self);
  adw_bin_set_child (ADW_BIN (self), self->group);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
cz_examples_view_set_workbench (CzExamplesView *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}

void
cz_examples_view_show (CzExamplesView *self, CzRunItem *item)
{
  cz_library_task_renew (&self->cancellable);
  self->reading = self->again = FALSE;
  g_set_object (&self->item, item);
  // Bars are in the run's colour: rows are made anew.
  take (self, cz_examples_new ());
  cz_examples_view_read (self, FALSE);
}

char *
cz_examples_view_get_table (CzExamplesView *self)
{
  guint n = cz_examples_get_n_evaluations (self->examples);
  g_autoptr (GString) text = g_string_new (_ ("Sentence"));

  if (self->rows->len == 0 || n == 0)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = name_evaluation (self, i);

      g_string_append_printf (text, "\t%s", name);
    }
  g_string_append_c (text, '\n');
  for (guint s = 0; s < self->rows->len; s++)
    {
      g_string_append (text, self->examples->sentences[s]);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *best = cz_examples_get_best (cz_examples_get (self->examples, i, s));

          g_string_append_printf (text, "\t%s", best != NULL ? best : "–");
        }
      g_string_append_c (text, '\n');
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
