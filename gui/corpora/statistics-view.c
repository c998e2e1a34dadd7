#include "gui/corpora/statistics-view.h"

#include <glib/gi18n.h>

#include "data/corpus.h"
#include "gui/chart/histogram.h"
#include "gui/numbers.h"

struct _CzStatisticsView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  gint64 corpus;
  gboolean wanted; // to be worked out as soon as the view is shown
  GCancellable *cancellable;
  GtkWidget *scrolled;
};

G_DEFINE_FINAL_TYPE (CzStatisticsView, cz_statistics_view, ADW_TYPE_BIN)

typedef struct
{
  char *library;
  gint64 corpus;
} Question;

typedef struct
{
  CzCorpusStatistics statistics;
  GPtrArray *splits;
  GPtrArray *labels;
} Answer;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->library);
  g_free (question);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->splits, g_ptr_array_unref);
  g_clear_pointer (&answer->labels, g_ptr_array_unref);
  g_free (answer);
}

static void
work_out (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CzLibrary) library = cz_library_open (question->library, &error);
  Answer *answer = g_new0 (Answer, 1);

  if (library == NULL
      || !cz_corpus_get_statistics (library, question->corpus, NULL, NULL, cancellable,
                                    &answer->statistics, &error)
      || (answer->splits = cz_corpus_get_splits (library, question->corpus, &error)) == NULL
      || (answer->labels = cz_corpus_get_labels (library, question->corpus, &error)) == NULL)
    {
      answer_free (answer);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, answer, answer_free);
}

// ---- Showing ----

static void
show_child (CzStatisticsView *self, GtkWidget *child)
{
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), child);
}

static void
show_sentence (CzStatisticsView *self, const char *sentence)
{
  GtkWidget *label = gtk_label_new (sentence);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  show_child (self, label);
}

static void
add_row (AdwPreferencesGroup *group, const char *title, char *value)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "fact-value");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_preferences_group_add (group, row);
  g_free (value);
}

static GtkWidget *
make_groups (const char *title, GPtrArray *groups)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; i < groups->len; i++)
    {
      const CzCorpusGroup *part = g_ptr_array_index (groups, i);
      g_autofree char *count = cz_numbers_count (part->documents);
      g_autofree char *size = g_format_size ((guint64)part->bytes);

      add_row (ADW_PREFERENCES_GROUP (group), part->name[0] != '\0' ? part->name : _ ("none"),
               // Translators: a number of documents, and how large they are.
               g_strdup_printf (
                   ngettext ("%s document, %s", "%s documents, %s", (gulong)part->documents), count,
                   size));
    }
  return group;
}

// Documents by length: from the first class that holds any to the last.
static GtkWidget *
make_histogram (const CzCorpusStatistics *statistics)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *histogram = cz_histogram_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint first = 0, last = G_N_ELEMENTS (statistics->histogram) - 1;

  while (first < last && statistics->histogram[first] == 0)
    first++;
  while (last > first && statistics->histogram[last] == 0)
    last--;
  for (guint i = first; i <= last; i++)
    {
      g_autofree char *low = cz_numbers_short ((gint64)1 << i);

      g_ptr_array_add (names, i == 0 ? g_strdup ("0–1") : g_strdup_printf ("%s+", low));
    }
  cz_histogram_set (CZ_HISTOGRAM (histogram), _ ("Documents by their length in words"),
                    (const char *const *)names->pdata, statistics->histogram + first,
                    last - first + 1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Documents by length"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _ ("In words; each bar "
                                                                           "counts documents up "
                                                                           "to twice as long."));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), histogram);
  return group;
}

static gboolean
has_names (GPtrArray *groups)
{
  for (guint i = 0; i < groups->len; i++)
    {
      if (((const CzCorpusGroup *)g_ptr_array_index (groups, i))->name[0] != '\0')
        return TRUE;
    }
  return FALSE;
}

static void
show_answer (CzStatisticsView *self, const Answer *answer)
{
  const CzCorpusStatistics *s = &answer->statistics;
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *group = adw_preferences_group_new ();

  add_row (ADW_PREFERENCES_GROUP (group), _ ("Documents"), cz_numbers_count (s->documents));
  add_row (ADW_PREFERENCES_GROUP (group), _ ("Text"), g_format_size ((guint64)s->bytes));
  add_row (ADW_PREFERENCES_GROUP (group), _ ("Words"), cz_numbers_count (s->words));
  add_row (ADW_PREFERENCES_GROUP (group), _ ("Shortest document, in words"),
           cz_numbers_count (s->shortest));
  add_row (ADW_PREFERENCES_GROUP (group), _ ("Median document, in words"),
           cz_numbers_count (s->median));
  add_row (ADW_PREFERENCES_GROUP (group), _ ("Longest document, in words"),
           cz_numbers_count (s->longest));
  if (s->empty > 0)
    add_row (ADW_PREFERENCES_GROUP (group), _ ("Documents without a word"),
             cz_numbers_count (s->empty));
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), make_histogram (s));
  if (has_names (answer->splits))
    gtk_box_append (GTK_BOX (box), make_groups (_ ("Splits"), answer->splits));
  if (has_names (answer->labels))
    gtk_box_append (GTK_BOX (box), make_groups (_ ("Labels"), answer->labels));
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 24);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 640);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  show_child (self, clamp);
}

static void
worked_out (GObject *object, GAsyncResult *result, gpointer data)
{
  CzStatisticsView *self = CZ_STATISTICS_VIEW (object);
  g_autoptr (GError) error = NULL;
  Answer *answer = g_task_propagate_pointer (G_TASK (result), &error);

  if (answer != NULL)
    {
      show_answer (self, answer);
      answer_free (answer);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_sentence (self, error->message);
}

static void
begin (CzStatisticsView *self)
{
  g_autoptr (GTask) task = NULL;
  Question *question;

  if (!self->wanted || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->wanted = FALSE;
  show_sentence (self, _ ("Counting…"));
  question = g_new0 (Question, 1);
  question->library = g_strdup (cz_workbench_get_path (self->workbench));
  question->corpus = self->corpus;
  task = g_task_new (self, self->cancellable, worked_out, NULL);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, work_out);
}

// ---- Life ----

static void
cz_statistics_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_statistics_view_parent_class)->map (widget);
  begin (CZ_STATISTICS_VIEW (widget));
}

static void
cz_statistics_view_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_STATISTICS_VIEW (object)->cancellable);
  G_OBJECT_CLASS (cz_statistics_view_parent_class)->dispose (object);
}

static void
cz_statistics_view_finalize (GObject *object)
{
  g_object_unref (CZ_STATISTICS_VIEW (object)->cancellable);
  G_OBJECT_CLASS (cz_statistics_view_parent_class)->finalize (object);
}

static void
cz_statistics_view_class_init (CzStatisticsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_statistics_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_statistics_view_finalize;
  GTK_WIDGET_CLASS (klass)->map = cz_statistics_view_map;
}

static void
cz_statistics_view_init (CzStatisticsView *self)
{
  self->cancellable = g_cancellable_new ();
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  adw_bin_set_child (ADW_BIN (self), self->scrolled);
}

void
cz_statistics_view_show (CzStatisticsView *self, CzWorkbench *workbench, gint64 corpus)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->workbench = workbench;
  self->corpus = corpus;
  self->wanted = TRUE;
  begin (self);
}
