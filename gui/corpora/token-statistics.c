#include "gui/corpora/token-statistics.h"

#include <glib/gi18n.h>

#include "gui/cloze.h"
#include "gui/corpora/library-task.h"
#include "gui/fact-row.h"
#include "gui/models/extend-model-dialog.h"
#include "gui/models/model-item.h"
#include "gui/numbers.h"

static const char *const block_sizes[] = { "64", "128", "256", "512", NULL };

struct _CzTokenStatistics
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzCorpusItem *item;
  gboolean wanted; // to be worked out as soon as it is seen
  gboolean filling;
  GCancellable *cancellable;
  AdwPreferencesGroup *group;
  GtkDropDown *model_choice, *size_choice;
  GtkWidget *spinner;
  GtkProgressBar *bar; // in one of rows once cloze told how far it is, else NULL
  GPtrArray *rows;     // GtkWidget, in the group
};

G_DEFINE_FINAL_TYPE (CzTokenStatistics, cz_token_statistics, ADW_TYPE_BIN)

static void
drop_rows (CzTokenStatistics *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  self->bar = NULL;
}

static void
add_row (CzTokenStatistics *self, GtkWidget *row)
{
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

// ---- Showing ----

static GtkWidget *
add_button (CzTokenStatistics *self, const char *label, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  return button;
}

// The model gets these words.
static void
extend_model (CzTokenStatistics *self)
{
  CzModelItem *model = gtk_drop_down_get_selected_item (self->model_choice);

  if (model != NULL && self->item != NULL)
    cz_extend_model_dialog_present (GTK_WIDGET (self), self->workbench,
                                    cz_model_item_get (model)->name,
                                    cz_corpus_item_get (self->item)->id);
}

static void
add_broken (CzTokenStatistics *self, JsonObject *tokens)
{
  JsonArray *broken = json_object_get_array_member (tokens, "broken");
  g_autofree char *count
      = cz_numbers_count (json_object_get_int_member_with_default (tokens, "broken_words", 0));
  g_autofree char *subtitle = g_strdup_printf (
      // Translators: %s is a number of words.
      _ ("%s in all. Those that stand often are candidates for a vocabulary of the field."), count);
  GtkWidget *expander = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander),
                                 _ ("Words cut into three or more pieces"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (expander), subtitle);
  for (guint i = 0; i < json_array_get_length (broken); i++)
    {
      JsonObject *word = json_array_get_object_element (broken, i);
      g_autofree char *times = cz_numbers_count (json_object_get_int_member (word, "count"));
      GtkWidget *row = cz_fact_row_new (json_object_get_string_member (word, "word"), times);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   json_object_get_string_member (word, "pieces"));
      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
    }
  gtk_widget_set_sensitive (expander, json_array_get_length (broken) > 0);
  if (json_array_get_length (broken) > 0)
    adw_expander_row_add_action (ADW_EXPANDER_ROW (expander),
                                 add_button (self, _ ("_Add words…"), G_CALLBACK (extend_model)));
  add_row (self, expander);
}

static void
show_tokens (CzTokenStatistics *self, JsonObject *tokens)
{
  g_autofree char *n = cz_numbers_count (json_object_get_int_member (tokens, "tokens"));
  g_autofree char *train = cz_numbers_count (json_object_get_int_member (tokens, "train_blocks"));
  g_autofree char *test = cz_numbers_count (json_object_get_int_member (tokens, "test_blocks"));
  g_autofree char *unknown = cz_numbers_count (json_object_get_int_member (tokens, "unknown"));
  // Translators: two numbers of blocks.
  g_autofree char *blocks = g_strdup_printf (_ ("%s to train on, %s to test on"), train, test);
  g_autofree char *pieces = g_strdup_printf (
      "%.2f", json_object_get_double_member_with_default (tokens, "pieces_per_word", 0));
  g_autofree char *share = g_strdup_printf (
      // Translators: a number of tokens and their percentage.
      _ ("%s (%.2f %%)"), unknown,
      100 * json_object_get_double_member_with_default (tokens, "unknown_share", 0));

  drop_rows (self);
  add_row (self, cz_fact_row_new (_ ("Tokens"), n));
  add_row (self, cz_fact_row_new (_ ("Blocks"), blocks));
  add_row (self, cz_fact_row_new (_ ("Word pieces per word"), pieces));
  add_row (self, cz_fact_row_new (_ ("Unknown to the model: [UNK]"), share));
  add_broken (self, tokens);
}

static void
show_sentence (CzTokenStatistics *self, const char *sentence)
{
  GtkWidget *row = adw_action_row_new ();

  drop_rows (self);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  add_row (self, row);
}

// ---- Working out ----

static void begin (CzTokenStatistics *self);

static void
count_again (CzTokenStatistics *self)
{
  self->wanted = TRUE;
  begin (self);
}

static void
give_up (CzTokenStatistics *self)
{
  GtkWidget *row;

  g_cancellable_cancel (self->cancellable);
  gtk_widget_set_visible (self->spinner, FALSE);
  show_sentence (self, _ ("The tokens were not counted."));
  row = g_ptr_array_index (self->rows, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             add_button (self, _ ("Count _again"), G_CALLBACK (count_again)));
}

static void
add_progress (CzTokenStatistics *self)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *bar = gtk_progress_bar_new ();

  drop_rows (self);
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (bar), TRUE);
  gtk_widget_set_hexpand (bar, TRUE);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Counting tokens…"), -1);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), add_button (self, _ ("_Cancel"), G_CALLBACK (give_up)));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  add_row (self, row);
  self->bar = GTK_PROGRESS_BAR (bar);
}

// "34 %  Tokenizing…  20 s left"
static void
told (const char *line, gpointer data)
{
  CzTokenStatistics *self = data;
  char *end;
  guint64 percent = g_ascii_strtoull (line, &end, 10);

  if (end == line || !g_str_has_prefix (end, " %"))
    return;
  if (self->bar == NULL)
    add_progress (self);
  gtk_progress_bar_set_fraction (self->bar, (double)MIN (percent, 100) / 100);
  gtk_progress_bar_set_text (self->bar, line);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CzTokenStatistics) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = cz_cloze_watch_finish (result, &error);
  JsonObject *tokens = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_visible (self->spinner, FALSE);
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
      && json_object_has_member (json_node_get_object (answer), "tokens"))
    tokens = json_object_get_object_member (json_node_get_object (answer), "tokens");
  if (tokens != NULL)
    show_tokens (self, tokens);
  else
    show_sentence (self, error != NULL ? error->message : _ ("The tokens were not counted."));
}

static void
begin (CzTokenStatistics *self)
{
  CzModelItem *model = gtk_drop_down_get_selected_item (self->model_choice);
  GtkStringObject *size = gtk_drop_down_get_selected_item (self->size_choice);
  const char *arguments[]
      = { "corpus", "statistics", NULL, "--model", NULL, "--block-size", NULL, NULL };

  if (!self->wanted || self->item == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->wanted = FALSE;
  if (model == NULL)
    {
      show_sentence (self, _ ("Add a model first: its vocabulary decides how words are cut."));
      return;
    }
  arguments[2] = cz_corpus_item_get (self->item)->name;
  arguments[4] = cz_model_item_get (model)->folder;
  arguments[6] = gtk_string_object_get_string (size);
  cz_library_task_renew (&self->cancellable);
  if (self->rows->len == 0)
    show_sentence (self, _ ("Counting tokens…"));
  gtk_widget_set_visible (self->spinner, TRUE);
  cz_cloze_watch_async (cz_workbench_get_path (self->workbench), arguments, self->cancellable, told,
                        answered, g_object_ref (self));
}

static void
choice_changed (CzTokenStatistics *self)
{
  if (!self->filling)
    count_again (self);
}

// ---- Life ----

static void
cz_token_statistics_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_token_statistics_parent_class)->map (widget);
  begin (CZ_TOKEN_STATISTICS (widget));
}

// Nobody waits for it any more: it is done anew when somebody does.
static void
cz_token_statistics_unmap (GtkWidget *widget)
{
  CzTokenStatistics *self = CZ_TOKEN_STATISTICS (widget);

  if (gtk_widget_get_visible (self->spinner))
    {
      g_cancellable_cancel (self->cancellable);
      gtk_widget_set_visible (self->spinner, FALSE);
      self->wanted = TRUE;
    }
  GTK_WIDGET_CLASS (cz_token_statistics_parent_class)->unmap (widget);
}

static void
cz_token_statistics_dispose (GObject *object)
{
  CzTokenStatistics *self = CZ_TOKEN_STATISTICS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (cz_token_statistics_parent_class)->dispose (object);
}

static void
cz_token_statistics_finalize (GObject *object)
{
  CzTokenStatistics *self = CZ_TOKEN_STATISTICS (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (cz_token_statistics_parent_class)->finalize (object);
}

static void
cz_token_statistics_class_init (CzTokenStatisticsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_token_statistics_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_token_statistics_finalize;
  GTK_WIDGET_CLASS (klass)->map = cz_token_statistics_map;
  GTK_WIDGET_CLASS (klass)->unmap = cz_token_statistics_unmap;
}

static GtkDropDown *
add_choice (CzTokenStatistics *self, GtkWidget *box, const char *label)
{
  GtkWidget *choice = gtk_drop_down_new (NULL, NULL);

  gtk_widget_set_tooltip_text (choice, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_box_append (GTK_BOX (box), choice);
  return GTK_DROP_DOWN (choice);
}

static void
cz_token_statistics_init (CzTokenStatistics *self)
{
  GtkExpression *expression;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GtkStringList) sizes = gtk_string_list_new (block_sizes);

  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->spinner = gtk_spinner_new ();
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_box_append (GTK_BOX (box), self->spinner);
  self->model_choice = add_choice (self, box, _ ("The model whose vocabulary cuts the words"));
  self->size_choice = add_choice (self, box, _ ("Tokens in a block"));
  expression = gtk_property_expression_new (CZ_TYPE_MODEL_ITEM, NULL, "name");
  gtk_drop_down_set_expression (self->model_choice, expression);
  gtk_expression_unref (expression);
  gtk_drop_down_set_model (self->size_choice, G_LIST_MODEL (sizes));
  gtk_drop_down_set_selected (self->size_choice, 1);
  adw_preferences_group_set_title (self->group, _ ("As a model reads it"));
  adw_preferences_group_set_header_suffix (self->group, box);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  g_signal_connect_object (self->model_choice, "notify::selected-item", G_CALLBACK (choice_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->size_choice, "notify::selected", G_CALLBACK (choice_changed), self,
                           G_CONNECT_SWAPPED);
}

void
cz_token_statistics_show (CzTokenStatistics *self, CzWorkbench *workbench, CzCorpusItem *item)
{
  self->filling = TRUE;
  if (self->workbench == NULL)
    gtk_drop_down_set_model (self->model_choice, cz_workbench_get_models (workbench));
  self->filling = FALSE;
  self->workbench = workbench;
  if (item != self->item)
    drop_rows (self);
  g_set_object (&self->item, item);
  choice_changed (self);
}
