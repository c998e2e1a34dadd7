#include "gui/corpora/statistics-view.h"

#include <glib/gi18n.h>

#include "data/corpus-duplicates.h"
#include "gui/chart/histogram.h"
#include "gui/corpora/duplicate-documents.h"
#include "gui/corpora/library-task.h"
#include "gui/corpora/token-statistics.h"
#include "gui/corpora/typical-words.h"
#include "gui/fact-row.h"
#include "gui/numbers.h"

struct _CzStatisticsView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzCorpusItem *item;
  char *hash;      // of the corpus's state that is shown, with what is excluded
  gboolean wanted; // to be worked out as soon as the view is shown
  gboolean counting;
  GCancellable *cancellable;
  AdwBin *counts;     // lengths, duplicates, splits and labels, or a sentence
  GtkWidget *further; // what else is counted
  CzTokenStatistics *tokens;
  CzTypicalWords *words;
};

G_DEFINE_FINAL_TYPE (CzStatisticsView, cz_statistics_view, ADW_TYPE_BIN)

typedef struct
{
  gint64 corpus;
  CzCorpusStatistics statistics;
  CzCorpusDuplicates duplicates;
  GPtrArray *splits;
  GPtrArray *labels;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  cz_corpus_duplicates_clear (&question->duplicates);
  g_clear_pointer (&question->splits, g_ptr_array_unref);
  g_clear_pointer (&question->labels, g_ptr_array_unref);
  g_free (question);
}

static gboolean
work_out (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  return cz_corpus_get_statistics (library, question->corpus, NULL, NULL, cancellable,
                                   &question->statistics, error)
         && cz_corpus_find_duplicates (library, question->corpus, cancellable,
                                       &question->duplicates, error)
         && (question->splits = cz_corpus_get_splits (library, question->corpus, error)) != NULL
         && (question->labels = cz_corpus_get_labels (library, question->corpus, error)) != NULL;
}

// ---- Showing ----

static void
show_sentence (CzStatisticsView *self, const char *sentence)
{
  GtkWidget *label = gtk_label_new (sentence);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_margin_top (label, 24);
  adw_bin_set_child (self->counts, label);
}

static void
add_row (AdwPreferencesGroup *group, const char *title, char *value)
{
  adw_preferences_group_add (group, cz_fact_row_new (title, value));
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
show_answer (CzStatisticsView *self, const Question *answer)
{
  const CzCorpusStatistics *s = &answer->statistics;
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
  gtk_box_append (GTK_BOX (box), cz_duplicate_documents_new (self->workbench, answer->corpus,
                                                             &answer->duplicates));
  adw_bin_set_child (self->counts, box);
}

static void
worked_out (GObject *object, GAsyncResult *result, gpointer data)
{
  CzStatisticsView *self = CZ_STATISTICS_VIEW (object);
  g_autoptr (GError) error = NULL;
  const Question *answer = cz_library_task_finish (result, &error);

  if (answer == NULL && cz_library_task_is_cancelled (error))
    return;
  self->counting = FALSE;
  if (answer != NULL)
    show_answer (self, answer);
  else
    show_sentence (self, error->message);
  gtk_widget_set_visible (self->further, answer != NULL && answer->statistics.documents > 0);
}

static void
begin (CzStatisticsView *self)
{
  Question *question;

  if (!self->wanted || self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->wanted = FALSE;
  self->counting = TRUE;
  show_sentence (self, _ ("Counting…"));
  question = g_new0 (Question, 1);
  question->corpus = cz_corpus_item_get (self->item)->id;
  cz_library_task_renew (&self->cancellable);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), work_out, question,
                       question_free, self->cancellable, worked_out);
}

// ---- Life ----

static void
cz_statistics_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_statistics_view_parent_class)->map (widget);
  begin (CZ_STATISTICS_VIEW (widget));
}

// Nobody waits for it any more: it is done anew when somebody does.
static void
cz_statistics_view_unmap (GtkWidget *widget)
{
  CzStatisticsView *self = CZ_STATISTICS_VIEW (widget);

  if (self->counting)
    {
      g_cancellable_cancel (self->cancellable);
      self->counting = FALSE;
      self->wanted = TRUE;
    }
  GTK_WIDGET_CLASS (cz_statistics_view_parent_class)->unmap (widget);
}

static void
cz_statistics_view_dispose (GObject *object)
{
  CzStatisticsView *self = CZ_STATISTICS_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_statistics_view_parent_class)->dispose (object);
}

static void
cz_statistics_view_finalize (GObject *object)
{
  CzStatisticsView *self = CZ_STATISTICS_VIEW (object);

  g_object_unref (self->cancellable);
  g_free (self->hash);
  G_OBJECT_CLASS (cz_statistics_view_parent_class)->finalize (object);
}

static void
cz_statistics_view_class_init (CzStatisticsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_statistics_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_statistics_view_finalize;
  GTK_WIDGET_CLASS (klass)->map = cz_statistics_view_map;
  GTK_WIDGET_CLASS (klass)->unmap = cz_statistics_view_unmap;
}

static void
cz_statistics_view_init (CzStatisticsView *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  self->cancellable = g_cancellable_new ();
  self->counts = ADW_BIN (adw_bin_new ());
  self->further = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->tokens = g_object_new (CZ_TYPE_TOKEN_STATISTICS, NULL);
  self->words = g_object_new (CZ_TYPE_TYPICAL_WORDS, NULL);
  gtk_widget_set_visible (self->further, FALSE);
  gtk_box_append (GTK_BOX (self->further), GTK_WIDGET (self->tokens));
  gtk_box_append (GTK_BOX (self->further), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->counts));
  gtk_box_append (GTK_BOX (box), self->further);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_end (box, 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 680);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

void
cz_statistics_view_show (CzStatisticsView *self, CzWorkbench *workbench, CzCorpusItem *item)
{
  const CzCorpus *corpus = cz_corpus_item_get (item);
  g_autofree char *hash = g_strdup_printf ("%s %" G_GINT64_FORMAT, corpus->hash, corpus->excluded);

  // A new name changes nothing here.
  if (item == self->item && g_strcmp0 (hash, self->hash) == 0)
    return;
  g_cancellable_cancel (self->cancellable);
  g_free (self->hash);
  self->hash = g_steal_pointer (&hash);
  self->workbench = workbench;
  g_set_object (&self->item, item);
  self->wanted = TRUE;
  cz_token_statistics_show (self->tokens, workbench, item);
  cz_typical_words_show (self->words, workbench, item);
  begin (self);
}
