#include "gui/playground/neighbours-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/playground/neighbours-answer.h"
#include "gui/playground/neighbours-column.h"

// How long the text rests before its words are offered anew, and how long an answer may take before
// the spinner tells of it, in milliseconds.
#define REST     400
#define PATIENCE 200
// Words of the text that are offered.
#define MOST_WORDS 24

struct _CzNeighboursView
{
  AdwBin parent_instance;
  CzPlayground *playground;
  GtkEntry *entry;
  GtkWidget *back_button;
  GtkSpinner *spinner;
  GtkDropDown *count_choice;
  GtkWidget *text_box; // of the text's words
  GtkFlowBox *text_words;
  GtkLabel *sentence; // what went wrong, or what changed
  GtkFlowBox *columns;
  GPtrArray *shown;       // of CzNeighboursColumn, in columns
  char *word;             // that is asked for, NULL: none yet
  GPtrArray *history;     // of char *, the words before
  gboolean chosen;        // a person chose the word; else it follows the text
  gboolean fresh;         // what is shown is of the word and the models as they are
  guint resting, waiting; // timeout sources
  char **titles;          // of the question that is being answered
  guint *colors;
};

G_DEFINE_FINAL_TYPE (CzNeighboursView, cz_neighbours_view, ADW_TYPE_BIN)

static void show_word (CzNeighboursView *self, const char *word);

// ---- Showing ----

static void
hide_spinner (CzNeighboursView *self)
{
  g_clear_handle_id (&self->waiting, g_source_remove);
  gtk_spinner_stop (self->spinner);
}

static gboolean
show_spinner (gpointer data)
{
  CzNeighboursView *self = data;

  self->waiting = 0;
  gtk_spinner_start (self->spinner);
  return G_SOURCE_REMOVE;
}

static void
set_fresh (CzNeighboursView *self, gboolean fresh)
{
  self->fresh = fresh;
  gtk_widget_set_opacity (GTK_WIDGET (self->columns), fresh ? 1 : 0.45);
}

static void
asked_for (CzNeighboursColumn *column, const char *word, CzNeighboursView *self)
{
  // The word is the button's, which is about to change.
  g_autofree char *kept = g_strdup (word);

  show_word (self, kept);
}

// Columns are made anew where the models are others, so that bars have their colours.
static void
make_columns (CzNeighboursView *self, const CzNeighboursAnswer *answer)
{
  g_autoptr (GString) colors = g_string_new (NULL);
  const char *before = g_object_get_data (G_OBJECT (self->columns), "colors");
  GtkWidget *child;

  for (guint m = 0; m < answer->n_models; m++)
    g_string_append_printf (colors, "%u ", answer->models[m].color);
  if (g_strcmp0 (before, colors->str) == 0)
    return;
  g_object_set_data_full (G_OBJECT (self->columns), "colors", g_strdup (colors->str), g_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->columns))) != NULL)
    gtk_flow_box_remove (self->columns, child);
  g_ptr_array_set_size (self->shown, 0);
  gtk_flow_box_set_max_children_per_line (self->columns, answer->n_models);
  for (guint m = 0; m < answer->n_models; m++)
    {
      GtkWidget *column = cz_neighbours_column_new (answer->models[m].color);

      gtk_widget_set_size_request (column, 260, -1);
      g_signal_connect (column, "asked", G_CALLBACK (asked_for), self);
      gtk_flow_box_append (self->columns, column);
      gtk_widget_set_focusable (gtk_widget_get_parent (column), FALSE);
      g_ptr_array_add (self->shown, column);
    }
}

static void
answered (JsonNode *result, const char *sentence, gpointer data)
{
  CzNeighboursView *self = data;
  g_autoptr (CzNeighboursAnswer) answer = NULL;
  g_autoptr (GString) changes = g_string_new (NULL);

  hide_spinner (self);
  if (result != NULL)
    {
      answer = cz_neighbours_answer_new (result, (const char *const *)self->titles, self->colors);
      if (answer == NULL)
        sentence = _ ("The process that predicts gave an answer that can't be read.");
    }
  if (answer == NULL)
    {
      gtk_label_set_label (self->sentence, sentence);
      gtk_widget_set_visible (GTK_WIDGET (self->sentence), TRUE);
      return;
    }
  make_columns (self, answer);
  for (guint m = 0; m < answer->n_models; m++)
    cz_neighbours_column_show (g_ptr_array_index (self->shown, m), answer, m);
  for (guint m = 1; m < answer->n_models; m++)
    {
      g_autofree char *change = cz_neighbours_answer_describe_change (answer, m);

      g_string_append_printf (changes, "%s%s", changes->len > 0 ? "\n" : "", change);
    }
  gtk_label_set_label (self->sentence, changes->str);
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), changes->len > 0);
  set_fresh (self, TRUE);
}

// ---- Asking ----

static void
forget (CzNeighboursView *self)
{
  cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_NEIGHBOURS);
  hide_spinner (self);
}

static guint
get_count (CzNeighboursView *self)
{
  static const guint counts[] = { 10, 20, 50 };

  return counts[MIN (gtk_drop_down_get_selected (self->count_choice), G_N_ELEMENTS (counts) - 1)];
}

// Asks for the word as it is, under the models as they are, if anyone looks.
static void
ask (CzNeighboursView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);
  g_auto (GStrv) names = cz_playground_dup_model_names (self->playground);
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();
  g_autoptr (JsonObject) question = NULL;

  set_fresh (self, FALSE);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (self->word == NULL || models->len == 0)
    {
      gtk_label_set_label (self->sentence, models->len == 0 ? _ ("Add a model first.")
                                                            : _ ("Write a word, or a text above."));
      gtk_widget_set_visible (GTK_WIDGET (self->sentence), TRUE);
      return;
    }
  g_strfreev (self->titles);
  g_free (self->colors);
  self->colors = g_new0 (guint, models->len);
  for (guint i = 0; i < models->len; i++)
    {
      const CzPlaygroundModel *model = g_ptr_array_index (models, i);

      g_strv_builder_add (titles, model->title);
      self->colors[i] = model->color;
    }
  self->titles = g_strv_builder_end (titles);
  question = cz_question_new ("neighbours", (const char *const *)names, NULL);
  json_object_set_string_member (question, "word", self->word);
  json_object_set_int_member (question, "count", get_count (self));
  g_clear_handle_id (&self->waiting, g_source_remove);
  self->waiting = g_timeout_add (PATIENCE, show_spinner, self);
  cz_predictor_ask (cz_playground_get_predictor (self->playground), CZ_QUESTION_NEIGHBOURS,
                    question, answered, NULL /* told */, self);
}

// ---- The word ----

static void
take_word (CzNeighboursView *self, const char *word)
{
  g_free (self->word);
  self->word = g_strdup (word);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), word != NULL ? word : "");
  gtk_widget_set_sensitive (self->back_button, self->history->len > 0);
  ask (self);
}

// A person wants a word's neighbours; the word before is kept to come back to.
static void
show_word (CzNeighboursView *self, const char *word)
{
  if (self->word != NULL && !g_str_equal (self->word, word))
    g_ptr_array_add (self->history, g_strdup (self->word));
  self->chosen = TRUE;
  take_word (self, word);
}

static void
entry_activated (CzNeighboursView *self)
{
  g_autofree char *word = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  g_strstrip (word);
  if (word[0] != '\0')
    show_word (self, word);
}

static void
back_clicked (CzNeighboursView *self)
{
  g_autofree char *word = NULL;

  if (self->history->len == 0)
    return;
  word = g_ptr_array_steal_index (self->history, self->history->len - 1);
  take_word (self, word);
}

static void
text_word_clicked (GtkButton *button, CzNeighboursView *self)
{
  show_word (self, gtk_button_get_label (button));
}

// ---- Following the text ----

static gboolean
rested (gpointer data)
{
  CzNeighboursView *self = data;
  GtkWidget *child;
  guint first;
  g_auto (GStrv) words = cz_neighbours_answer_list_words (cz_playground_get_text (self->playground),
                                                          MOST_WORDS, &first);

  self->resting = 0;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->text_words))) != NULL)
    gtk_flow_box_remove (self->text_words, child);
  for (guint i = 0; words[i] != NULL; i++)
    {
      GtkWidget *button = gtk_button_new_with_label (words[i]);
      // Translators: %s is a word.
      g_autofree char *tooltip = g_strdup_printf (_ ("Show the neighbours of “%s”"), words[i]);

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, tooltip);
      g_signal_connect (button, "clicked", G_CALLBACK (text_word_clicked), self);
      gtk_flow_box_append (self->text_words, button);
      gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
    }
  gtk_widget_set_visible (self->text_box, words[0] != NULL);
  if (!self->chosen && g_strcmp0 (self->word, words[first]) != 0)
    take_word (self, words[first]);
  else if (!self->fresh)
    ask (self);
  return G_SOURCE_REMOVE;
}

static void
text_changed (CzNeighboursView *self)
{
  g_clear_handle_id (&self->resting, g_source_remove);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->resting = g_timeout_add (REST, rested, self);
}

// ---- Life ----

static void
cz_neighbours_view_map (GtkWidget *widget)
{
  CzNeighboursView *self = CZ_NEIGHBOURS_VIEW (widget);

  GTK_WIDGET_CLASS (cz_neighbours_view_parent_class)->map (widget);
  g_clear_handle_id (&self->resting, g_source_remove);
  rested (self);
}

static void
cz_neighbours_view_unmap (GtkWidget *widget)
{
  CzNeighboursView *self = CZ_NEIGHBOURS_VIEW (widget);

  g_clear_handle_id (&self->resting, g_source_remove);
  forget (self);
  GTK_WIDGET_CLASS (cz_neighbours_view_parent_class)->unmap (widget);
}

static void
cz_neighbours_view_dispose (GObject *object)
{
  CzNeighboursView *self = CZ_NEIGHBOURS_VIEW (object);

  g_clear_handle_id (&self->resting, g_source_remove);
  if (self->playground != NULL)
    forget (self);
  g_clear_object (&self->playground);
  G_OBJECT_CLASS (cz_neighbours_view_parent_class)->dispose (object);
}

static void
cz_neighbours_view_finalize (GObject *object)
{
  CzNeighboursView *self = CZ_NEIGHBOURS_VIEW (object);

  g_ptr_array_unref (self->shown);
  g_ptr_array_unref (self->history);
  g_free (self->word);
  g_strfreev (self->titles);
  g_free (self->colors);
  G_OBJECT_CLASS (cz_neighbours_view_parent_class)->finalize (object);
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  back_clicked (CZ_NEIGHBOURS_VIEW (widget));
}

static void
cz_neighbours_view_class_init (CzNeighboursViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_neighbours_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_neighbours_view_finalize;
  widget_class->map = cz_neighbours_view_map;
  widget_class->unmap = cz_neighbours_view_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/neighbours-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, entry);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, back_button);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, count_choice);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, text_box);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, text_words);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, sentence);
  gtk_widget_class_bind_template_child (widget_class, CzNeighboursView, columns);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated);
  gtk_widget_class_install_action (widget_class, "neighbours.back", NULL, go_back);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "neighbours.back",
                                       NULL);
}

static void
cz_neighbours_view_init (CzNeighboursView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown = g_ptr_array_new ();
  self->history = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect_swapped (self->count_choice, "notify::selected", G_CALLBACK (ask), self);
}

GtkWidget *
cz_neighbours_view_new (CzPlayground *playground)
{
  CzNeighboursView *self = g_object_new (CZ_TYPE_NEIGHBOURS_VIEW, NULL);

  self->playground = g_object_ref (playground);
  g_signal_connect_object (playground, "text-changed", G_CALLBACK (text_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
