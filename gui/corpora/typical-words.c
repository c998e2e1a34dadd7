#include "gui/corpora/typical-words.h"

#include <glib/gi18n.h>
#include <math.h>

#include "data/word-table.h"
#include "gui/corpora/library-task.h"
#include "gui/numbers.h"

#define SHOWN 20

struct _CzTypicalWords
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzCorpusItem *item;
  gboolean filling;
  GtkFilterListModel *others; // the corpora but this one
  GCancellable *cancellable;
  AdwPreferencesGroup *group;
  GtkDropDown *choice;
  GtkWidget *spinner;
  GPtrArray *rows; // GtkWidget, in the group
};

G_DEFINE_FINAL_TYPE (CzTypicalWords, cz_typical_words, ADW_TYPE_BIN)

static void
drop_rows (CzTypicalWords *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

// ---- Working out ----

typedef struct
{
  gint64 corpus, other;
  GPtrArray *words; // CzCountedWord
  gint64 total, other_total;
} Question;

static void
question_free (gpointer data)
{
  g_clear_pointer (&((Question *)data)->words, g_ptr_array_unref);
  g_free (data);
}

static gboolean
compare (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  g_autoptr (CzWordTable) here = cz_word_table_new (CZ_WORD_TABLE_LIMIT);
  g_autoptr (CzWordTable) there = cz_word_table_new (CZ_WORD_TABLE_LIMIT);

  if (!cz_word_table_add_corpus (here, library, question->corpus, NULL, NULL, cancellable, error)
      || !cz_word_table_add_corpus (there, library, question->other, NULL, NULL, cancellable,
                                    error))
    return FALSE;
  question->total = cz_word_table_get_total (here);
  question->other_total = cz_word_table_get_total (there);
  question->words = cz_word_table_list_typical (here, there, SHOWN);
  return TRUE;
}

// ---- Showing ----

static double
per_million (gint64 count, gint64 total)
{
  return 1e6 * (double)count / (double)MAX (total, 1);
}

static GtkWidget *
make_row (const CzCountedWord *word, double most, const Question *question)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *bar = gtk_level_bar_new_for_interval (0, most);
  g_autofree char *here
      = cz_numbers_count ((gint64)round (per_million (word->count, question->total)));
  g_autofree char *there
      = cz_numbers_count ((gint64)round (per_million (word->against, question->other_total)));
  // Translators: how often a word stands in a million words, here and in another corpus.
  g_autofree char *subtitle = g_strdup_printf (_ ("%s in a million words, there %s"), here, there);
  g_autofree char *z = g_strdup_printf ("%.1f", word->z);
  GtkWidget *value = gtk_label_new (z);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), word->word);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  // One colour: the marks for low and high are for batteries.
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), word->z);
  gtk_widget_set_size_request (bar, 200, -1);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, word->word,
                                  -1);
  gtk_label_set_width_chars (GTK_LABEL (value), 6);
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_widget_add_css_class (value, "dim-label");
  gtk_widget_add_css_class (value, "fact-value");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), bar);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), value);
  return row;
}

static void
compared (GObject *object, GAsyncResult *result, gpointer data)
{
  CzTypicalWords *self = CZ_TYPICAL_WORDS (object);
  g_autoptr (GError) error = NULL;
  const Question *question = cz_library_task_finish (result, &error);
  double most = 1;

  if (question == NULL && cz_library_task_is_cancelled (error))
    return;
  gtk_widget_set_visible (self->spinner, FALSE);
  drop_rows (self);
  if (question == NULL || question->words->len == 0)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                     error != NULL ? error->message
                                                   : _ ("No word stands out against the other."));
      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
      return;
    }
  for (guint i = 0; i < question->words->len; i++)
    most = MAX (most, ((CzCountedWord *)g_ptr_array_index (question->words, i))->z);
  for (guint i = 0; i < question->words->len; i++)
    {
      GtkWidget *row = make_row (g_ptr_array_index (question->words, i), most, question);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
choice_changed (CzTypicalWords *self)
{
  CzCorpusItem *other = gtk_drop_down_get_selected_item (self->choice);
  Question *question;

  if (self->filling || self->item == NULL)
    return;
  cz_library_task_renew (&self->cancellable);
  gtk_widget_set_visible (self->spinner, FALSE);
  if (other == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      drop_rows (self);
      return;
    }
  question = g_new0 (Question, 1);
  question->corpus = cz_corpus_item_get (self->item)->id;
  question->other = cz_corpus_item_get (other)->id;
  gtk_widget_set_visible (self->spinner, TRUE);
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), compare, question,
                       question_free, self->cancellable, compared);
}

static void
others_changed (CzTypicalWords *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          g_list_model_get_n_items (G_LIST_MODEL (self->others)) > 0);
}

static gboolean
is_another (gpointer item, gpointer data)
{
  return item != CZ_TYPICAL_WORDS (data)->item;
}

// ---- Life ----

static void
cz_typical_words_map (GtkWidget *widget)
{
  CzTypicalWords *self = CZ_TYPICAL_WORDS (widget);

  GTK_WIDGET_CLASS (cz_typical_words_parent_class)->map (widget);
  if (self->rows->len == 0)
    choice_changed (self);
}

static void
cz_typical_words_unmap (GtkWidget *widget)
{
  g_cancellable_cancel (CZ_TYPICAL_WORDS (widget)->cancellable);
  GTK_WIDGET_CLASS (cz_typical_words_parent_class)->unmap (widget);
}

static void
cz_typical_words_dispose (GObject *object)
{
  CzTypicalWords *self = CZ_TYPICAL_WORDS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->item);
  g_clear_object (&self->others);
  G_OBJECT_CLASS (cz_typical_words_parent_class)->dispose (object);
}

static void
cz_typical_words_finalize (GObject *object)
{
  CzTypicalWords *self = CZ_TYPICAL_WORDS (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (cz_typical_words_parent_class)->finalize (object);
}

static void
cz_typical_words_class_init (CzTypicalWordsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_typical_words_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_typical_words_finalize;
  GTK_WIDGET_CLASS (klass)->map = cz_typical_words_map;
  GTK_WIDGET_CLASS (klass)->unmap = cz_typical_words_unmap;
}

static void
cz_typical_words_init (CzTypicalWords *self)
{
  GtkExpression *expression;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const char *label = _ ("The corpus it is compared with");

  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->spinner = gtk_spinner_new ();
  self->choice = GTK_DROP_DOWN (gtk_drop_down_new (NULL, NULL));
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->choice), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  expression = gtk_property_expression_new (CZ_TYPE_CORPUS_ITEM, NULL, "name");
  gtk_drop_down_set_expression (self->choice, expression);
  gtk_expression_unref (expression);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->choice));
  adw_preferences_group_set_title (self->group, _ ("Typical words"));
  adw_preferences_group_set_description (
      self->group, _ ("Words that stand more often here than in the other corpus. The longer the "
                      "bar, the surer it is that this is no chance (log-odds with a prior; above 2 "
                      "is sure enough)."));
  adw_preferences_group_set_header_suffix (self->group, box);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  g_signal_connect_object (self->choice, "notify::selected-item", G_CALLBACK (choice_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_typical_words_show (CzTypicalWords *self, CzWorkbench *workbench, CzCorpusItem *item)
{
  self->filling = TRUE;
  self->workbench = workbench;
  g_set_object (&self->item, item);
  if (self->others == NULL)
    {
      GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_another, self, NULL));

      self->others
          = gtk_filter_list_model_new (g_object_ref (cz_workbench_get_corpora (workbench)), filter);
      gtk_drop_down_set_model (self->choice, G_LIST_MODEL (self->others));
      g_signal_connect_object (self->others, "items-changed", G_CALLBACK (others_changed), self,
                               G_CONNECT_SWAPPED);
    }
  else
    gtk_filter_changed (gtk_filter_list_model_get_filter (self->others),
                        GTK_FILTER_CHANGE_DIFFERENT);
  others_changed (self);
  self->filling = FALSE;
  choice_changed (self);
}
