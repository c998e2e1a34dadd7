#include "gui/experiments/compare-sentences.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "gui/corpora/library-task.h"
#include "gui/experiments/examples.h"
#include "gui/playground/prediction-column.h"
#include "gui/playground/predictor.h"

// How many words of each model are shown, and how long after the last key a sentence is tried, in
// milliseconds.
#define WORDS 5
#define REST  350

struct _CzCompareSentences
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  GPtrArray *items;       // of CzRunItem
  char **names;
  char *shown;               // the evaluations that were read
  GCancellable *cancellable; // of reading
  GtkWidget *group;
  GPtrArray *rows;    // in the group, not owned: one a sentence
  GPtrArray *answers; // of GPtrArray of JsonNode (or NULL): what each run said, one a sentence
  // A sentence of the person's own.
  AdwEntryRow *entry;
  AdwPreferencesRow *tried; // the answers' row
  GtkWidget *flow;
  GPtrArray *columns; // of CzPredictionColumn, one a model that can be asked
  GPtrArray *models;  // of char *
  CzPredictor *predictor;
  guint trying; // timeout source
};

G_DEFINE_FINAL_TYPE (CzCompareSentences, cz_compare_sentences, ADW_TYPE_BIN)

// ---- In the thread ----

typedef struct
{
  GArray *runs;        // gint64
  GPtrArray *examples; // of CzExamples, one a run
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_array_unref (question->runs);
  g_ptr_array_unref (question->examples);
  g_free (question);
}

static gboolean
read_examples (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  for (guint i = 0; i < question->runs->len; i++)
    {
      CzExamples *examples = cz_examples_new ();

      g_ptr_array_add (question->examples, examples);
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !cz_examples_read (examples, library, g_array_index (question->runs, gint64, i),
                                error))
        return FALSE;
    }
  return TRUE;
}

// ---- The runs' examples ----

static void
node_free (gpointer data)
{
  if (data != NULL)
    json_node_unref (data);
}

static JsonObject *
get_answer (GPtrArray *answers, guint run)
{
  JsonNode *node = g_ptr_array_index (answers, run);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static GtkWidget *
make_flow (void)
{
  GtkWidget *flow = gtk_flow_box_new ();

  g_object_set (flow, "selection-mode", GTK_SELECTION_NONE, "column-spacing", 24, "row-spacing", 12,
                "max-children-per-line", 4, "homogeneous", TRUE, "margin-top", 6, "margin-bottom",
                12, "margin-start", 12, "margin-end", 12, NULL);
  return flow;
}

static CzPredictionColumn *
add_column (GtkWidget *flow, const char *name, guint color)
{
  GtkWidget *column = cz_prediction_column_new (name, color);

  gtk_widget_set_size_request (column, 220, -1);
  gtk_flow_box_append (GTK_FLOW_BOX (flow), column);
  gtk_widget_set_focusable (gtk_widget_get_parent (column), FALSE);
  return CZ_PREDICTION_COLUMN (column);
}

// Columns are made when a sentence is opened first.
static void
row_expanded (CzCompareSentences *self, GParamSpec *pspec, GtkWidget *row)
{
  guint at;
  GPtrArray *answers;
  GtkWidget *flow;
  double full = 0;

  if (!g_ptr_array_find (self->rows, row, &at)
      || g_object_get_data (G_OBJECT (row), "filled") != NULL)
    return;
  g_object_set_data (G_OBJECT (row), "filled", row);
  answers = g_ptr_array_index (self->answers, at);
  flow = make_flow ();
  for (guint i = 0; i < answers->len; i++)
    {
      JsonObject *answer = get_answer (answers, i);

      if (answer != NULL)
        full = fmax (full, cz_prediction_column_get_highest (answer));
    }
  for (guint i = 0; i < answers->len; i++)
    {
      CzRunItem *item = g_ptr_array_index (self->items, i);
      CzPredictionColumn *column = add_column (flow, self->names[i], cz_run_item_get_color (item));
      JsonObject *answer = get_answer (answers, i);

      if (answer != NULL)
        cz_prediction_column_show (column, answer, NULL, WORDS, full);
      else
        cz_prediction_column_tell (column, _ ("This run was not asked."));
    }
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), flow);
}

// What the runs said, word by word: "film 0.31 · movie 0.24 · –".
static char *
summarize (GPtrArray *answers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < answers->len; i++)
    {
      g_autofree char *best = cz_examples_get_best (get_answer (answers, i));

      g_string_append_printf (text, "%s%s", i > 0 ? " · " : "", best != NULL ? best : "–");
    }
  return g_string_free (text, FALSE);
}

static void
add_sentence (CzCompareSentences *self, const char *sentence, GPtrArray *answers)
{
  GtkWidget *row = adw_expander_row_new ();
  g_autofree char *summary = summarize (answers);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), summary);
  g_signal_connect_swapped (row, "notify::expanded", G_CALLBACK (row_expanded), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->answers, answers);
}

static GPtrArray *
collect_answers (GPtrArray *examples, const char *sentence)
{
  GPtrArray *answers = g_ptr_array_new_with_free_func (node_free);

  for (guint i = 0; i < examples->len; i++)
    {
      const CzExamples *of_run = g_ptr_array_index (examples, i);
      guint n = cz_examples_get_n_evaluations (of_run);
      JsonNode *node = NULL;

      for (guint s = 0; n > 0 && of_run->sentences[s] != NULL; s++)
        {
          JsonObject *answer = g_str_equal (of_run->sentences[s], sentence)
                                   ? cz_examples_get (of_run, n - 1, s)
                                   : NULL;

          if (answer != NULL)
            {
              node = json_node_new (JSON_NODE_OBJECT);
              json_node_set_object (node, answer);
            }
        }
      g_ptr_array_add (answers, node);
    }
  return answers;
}

static void
was_read (GObject *object, GAsyncResult *result, gpointer data)
{
  CzCompareSentences *self = CZ_COMPARE_SENTENCES (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);
  g_autoptr (GHashTable) opened = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (cz_library_task_is_cancelled (error))
    return;
  if (question == NULL)
    {
      // At the next change it is tried again.
      g_clear_pointer (&self->shown, g_free);
      return;
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)))
        g_hash_table_add (opened,
                          g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row))));
      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group), row);
    }
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->answers, 0);
  for (guint i = 0; i < question->examples->len; i++)
    {
      const CzExamples *examples = g_ptr_array_index (question->examples, i);

      for (guint s = 0; examples->sentences[s] != NULL; s++)
        {
          if (g_hash_table_add (seen, examples->sentences[s]))
            add_sentence (self, examples->sentences[s],
                          collect_answers (question->examples, examples->sentences[s]));
        }
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (g_hash_table_contains (opened, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row))))
        adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
    }
}

// ---- A sentence of the person's own ----

static void
predicted (JsonNode *result, const char *sentence, gpointer data)
{
  CzCompareSentences *self = data;
  JsonArray *answers
      = result != NULL && JSON_NODE_HOLDS_ARRAY (result) ? json_node_get_array (result) : NULL;
  double full = 0;

  for (guint i = 0; answers != NULL && i < json_array_get_length (answers); i++)
    full = fmax (full,
                 cz_prediction_column_get_highest (json_array_get_object_element (answers, i)));
  for (guint i = 0; i < self->columns->len; i++)
    {
      CzPredictionColumn *column = g_ptr_array_index (self->columns, i);

      if (answers != NULL && i < json_array_get_length (answers))
        cz_prediction_column_show (column, json_array_get_object_element (answers, i), NULL, WORDS,
                                   full);
      else
        cz_prediction_column_tell (column, sentence != NULL ? sentence : _ ("Nothing was said."));
    }
}

static gboolean
try_now (gpointer data)
{
  CzCompareSentences *self = data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  gboolean asked = strstr (text, "[MASK]") != NULL && self->columns->len > 0;

  self->trying = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->tried), asked);
  if (!asked)
    return G_SOURCE_REMOVE;
  if (self->predictor == NULL)
    self->predictor = cz_predictor_new (cz_workbench_get_path (self->workbench));
  cz_predictor_fill (self->predictor, (const char *const *)self->models->pdata, text, WORDS,
                     predicted, self);
  return G_SOURCE_REMOVE;
}

static void
entry_changed (CzCompareSentences *self)
{
  g_clear_handle_id (&self->trying, g_source_remove);
  self->trying = g_timeout_add (REST, try_now, self);
}

// Columns for the runs that have a model to be asked.
static void
make_columns (CzCompareSentences *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->flow)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->flow), child);
  g_ptr_array_set_size (self->columns, 0);
  g_ptr_array_set_size (self->models, 0);
  for (guint i = 0; i < self->items->len; i++)
    {
      CzRunItem *item = g_ptr_array_index (self->items, i);
      const CzRun *run = cz_run_item_get (item);

      if (run->result_folder == NULL)
        continue;
      g_ptr_array_add (self->columns,
                       add_column (self->flow, self->names[i], cz_run_item_get_color (item)));
      g_ptr_array_add (self->models, g_strdup_printf ("run:%" PRId64 "@best", run->id));
    }
  g_ptr_array_add (self->models, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->entry), self->columns->len > 0);
  try_now (self);
}

// ---- Showing ----

static char *
describe (CzRunItem *const *items, const char *const *names, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      const CzRun *run = cz_run_item_get (items[i]);

      g_string_append_printf (text, "%" PRId64 " %u %.17g %" PRId64 " %s %s\n", run->id,
                              cz_run_item_get_color (items[i]), run->after, run->best_step,
                              run->result_folder != NULL ? run->result_folder : "", names[i]);
    }
  return g_string_free (text, FALSE);
}

void
cz_compare_sentences_show (CzCompareSentences *self,
                           CzRunItem *const *items,
                           const char *const *names,
                           guint n)
{
  g_autofree char *described = describe (items, names, n);
  Question *question;

  if (g_strcmp0 (described, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&described);
  g_clear_handle_id (&self->trying, g_source_remove);
  g_ptr_array_set_size (self->items, 0);
  g_strfreev (self->names);
  self->names = g_strdupv ((char **)names);
  question = g_new0 (Question, 1);
  question->runs = g_array_new (FALSE, FALSE, sizeof (gint64));
  question->examples = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_examples_free);
  for (guint i = 0; i < n; i++)
    {
      gint64 id = cz_run_item_get (items[i])->id;

      g_ptr_array_add (self->items, g_object_ref (items[i]));
      g_array_append_val (question->runs, id);
    }
  make_columns (self);
  cz_library_task_renew (&self->cancellable);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), read_examples, question,
                       question_free, self->cancellable, was_read);
}

// ---- Life ----

static void
cz_compare_sentences_unmap (GtkWidget *widget)
{
  CzCompareSentences *self = CZ_COMPARE_SENTENCES (widget);

  // Models take memory: they are not held for a view that nobody looks at.
  if (self->predictor != NULL)
    cz_predictor_stop (self->predictor);
  GTK_WIDGET_CLASS (cz_compare_sentences_parent_class)->unmap (widget);
}

static void
cz_compare_sentences_dispose (GObject *object)
{
  CzCompareSentences *self = CZ_COMPARE_SENTENCES (object);

  g_clear_handle_id (&self->trying, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->predictor != NULL)
    cz_predictor_stop (self->predictor);
  g_clear_object (&self->predictor);
  G_OBJECT_CLASS (cz_compare_sentences_parent_class)->dispose (object);
}

static void
cz_compare_sentences_finalize (GObject *object)
{
  CzCompareSentences *self = CZ_COMPARE_SENTENCES (object);

  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->answers);
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->models);
  g_strfreev (self->names);
  g_free (self->shown);
  G_OBJECT_CLASS (cz_compare_sentences_parent_class)->finalize (object);
}

static void
cz_compare_sentences_class_init (CzCompareSentencesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_compare_sentences_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_compare_sentences_finalize;
  GTK_WIDGET_CLASS (klass)->unmap = cz_compare_sentences_unmap;
}

static void
cz_compare_sentences_init (CzCompareSentences *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_ptr_array_new ();
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  self->columns = g_ptr_array_new ();
  self->models = g_ptr_array_new_with_free_func (g_free);
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group),
                                   _ ("The same sentences under each model"));
  self->entry = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->entry),
                                 _ ("Try a sentence with [MASK]"));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (entry_changed), self);
  self->flow = make_flow ();
  self->tried = ADW_PREFERENCES_ROW (adw_preferences_row_new ());
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->tried), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->tried), self->flow);
  gtk_widget_set_visible (GTK_WIDGET (self->tried), FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), GTK_WIDGET (self->entry));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), GTK_WIDGET (self->tried));
  adw_bin_set_child (ADW_BIN (self), self->group);
}

void
cz_compare_sentences_set_workbench (CzCompareSentences *self, CzWorkbench *workbench)
{
  self->workbench = workbench;
}
