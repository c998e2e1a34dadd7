#include "gui/playground/prediction-view.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/front-page.h"
#include "gui/playground/prediction-copy.h"
#include "gui/playground/prediction-options.h"
#include "gui/playground/prediction-sheet.h"
#include "gui/playground/prompt.h"

// After how long an answer that is waited for dims the one before, in milliseconds.
#define DIM 200

struct _CzPredictionView
{
  AdwBin parent_instance;
  CzPlayground *playground; // the page's
  GtkBox *bar;
  CzPredictionOptions *options;
  GtkWidget *copy_button;
  GtkStack *states;
  GtkLabel *note;
  GtkScrolledWindow *scrolled;
  CzPredictionSheet *sheet;
  GPtrArray *answers; // of CzPredictionAnswer or NULL: what is shown, one a column
  GPtrArray *asked;   // of char *: the models of the question sent last
  gboolean quick;     // that question is answered in one go: it is let finish
  gboolean again;     // something changed since it was sent
  GHashTable *cache;  // model → CzPredictionAnswer: told for this very text and first model
  char *sliding;      // the model that was asked for as a slider moved
  guint asking;       // idle and timeout sources
  guint dimming;
  gboolean stale; // something changed while nobody looked
};

G_DEFINE_FINAL_TYPE (CzPredictionView, cz_prediction_view, ADW_TYPE_BIN)

static void ask_soon (CzPredictionView *self);

// ---- Showing ----

static void
undim (CzPredictionView *self)
{
  g_clear_handle_id (&self->dimming, g_source_remove);
  gtk_widget_set_opacity (GTK_WIDGET (self->sheet), 1);
}

static gboolean
dim (gpointer data)
{
  CzPredictionView *self = data;

  self->dimming = 0;
  gtk_widget_set_opacity (GTK_WIDGET (self->sheet), 0.5);
  return G_SOURCE_REMOVE;
}

static void
dim_soon (CzPredictionView *self)
{
  if (self->dimming == 0)
    self->dimming = g_timeout_add (DIM, dim, self);
}

static gboolean
is_only_masks (CzPredictionView *self)
{
  g_auto (GStrv) parts = g_strsplit (cz_playground_get_text (self->playground), CZ_MASK_TEXT, -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      for (const char *at = parts[i]; *at != '\0'; at = g_utf8_next_char (at))
        {
          if (g_unichar_isalnum (g_utf8_get_char (at)))
            return FALSE;
        }
    }
  return TRUE;
}

static void
tell (CzPredictionView *self, const char *sentence)
{
  gtk_label_set_label (self->note, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), sentence != NULL);
}

static void
show_answers (CzPredictionView *self)
{
  cz_prediction_sheet_show (self->sheet, self->answers,
                            cz_prediction_options_get_top (self->options),
                            cz_prediction_options_is_ranked (self->options),
                            cz_prediction_options_has_moved (self->options));
}

// What has to be known about the answers: how much of a long text was seen.
static void
show_note (CzPredictionView *self)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      CzPredictionAnswer *answer = self->answers->pdata[i];

      if (answer != NULL && answer->note != NULL)
        {
          tell (self, answer->note);
          return;
        }
    }
  tell (self, is_only_masks (self)
                  ? _ ("There are only masks: the models guess without any word to go by.")
                  : NULL);
}

static CzPredictionAnswer *
read_answer (JsonNode *result, guint index)
{
  JsonArray *array
      = result != NULL && JSON_NODE_HOLDS_ARRAY (result) ? json_node_get_array (result) : NULL;
  JsonNode *element = array != NULL && index < json_array_get_length (array)
                          ? json_array_get_element (array, index)
                          : NULL;

  return element != NULL && JSON_NODE_HOLDS_OBJECT (element)
             ? cz_prediction_answer_new (json_node_get_object (element))
             : NULL;
}

// The cache owns what is shown.
static void
place_answer (CzPredictionView *self, guint column, CzPredictionAnswer *answer)
{
  self->answers->pdata[column] = answer;
}

static void
answer_free (gpointer data)
{
  g_clear_pointer ((CzPredictionAnswer **)&data, cz_prediction_answer_free);
}

static void
predicted (JsonNode *result, const char *sentence, gpointer data)
{
  CzPredictionView *self = data;
  g_autoptr (GHashTable) before = NULL;

  if (self->again)
    ask_soon (self);
  self->again = FALSE;
  if (result == NULL)
    {
      // What was said before stays, but not as if it were about this text.
      g_clear_handle_id (&self->dimming, g_source_remove);
      dim (self);
      tell (self, sentence);
      return;
    }
  undim (self);
  // Kept until the sheet shows the new ones.
  before = g_steal_pointer (&self->cache);
  self->cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
  for (guint i = 0; i < self->asked->len && i < self->answers->len; i++)
    {
      const char *model = self->asked->pdata[i];
      CzPredictionAnswer *answer = read_answer (result, i);

      if (answer == NULL)
        {
          place_answer (self, i, NULL);
          tell (self, _ ("The process that predicts gave an answer that can't be read."));
          continue;
        }
      // The same model in two columns is compared alike.
      g_hash_table_replace (self->cache, g_strdup_printf ("%u %s", i, model), answer);
      place_answer (self, i, answer);
    }
  show_note (self);
  show_answers (self);
  cz_prediction_copy_set_ready (self->copy_button, TRUE);
}

// ---- Asking ----

static void
add_options (CzPredictionView *self, JsonObject *question, guint n_models)
{
  g_auto (GStrv) targets = cz_prediction_options_dup_targets (self->options);
  guint pieces = cz_prediction_options_get_pieces (self->options);

  json_object_set_int_member (question, "top_k", cz_prediction_options_get_top (self->options));
  if (n_models > 1)
    json_object_set_boolean_member (question, "compare", TRUE);
  if (targets[0] != NULL)
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; targets[i] != NULL; i++)
        json_array_add_string_element (array, targets[i]);
      json_object_set_array_member (question, "targets", array);
    }
  if (pieces > 0)
    json_object_set_int_member (question, "words", pieces);
  if (cz_prediction_options_is_joint (self->options)
      && cz_playground_get_n_masks (self->playground) > 1)
    json_object_set_boolean_member (question, "joint", TRUE);
}

// Whether the question that is being worked on asks these models, and is answered in one go.
static gboolean
lets_finish (CzPredictionView *self, GPtrArray *models)
{
  if (!self->quick
      || !cz_predictor_is_asked (cz_playground_get_predictor (self->playground), CZ_QUESTION_FILL)
      || models->len != self->asked->len)
    return FALSE;
  for (guint i = 0; i < models->len; i++)
    {
      if (!g_str_equal (models->pdata[i], self->asked->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

static const char *
find_state (CzPredictionView *self)
{
  const char *text = cz_playground_get_text (self->playground);

  if (text[strspn (text, " \t\n\r")] == '\0')
    return "no-text";
  return cz_playground_get_n_masks (self->playground) > 0 ? "columns" : "no-mask";
}

static gboolean
ask (gpointer data)
{
  CzPredictionView *self = data;
  const char *state = find_state (self);
  CzPredictor *predictor = cz_playground_get_predictor (self->playground);
  g_autoptr (GPtrArray) models = g_ptr_array_new ();
  g_autoptr (JsonObject) question = NULL;

  self->asking = 0;
  gtk_stack_set_visible_child_name (self->states, state);
  gtk_widget_set_sensitive (GTK_WIDGET (self->bar), TRUE);
  cz_predictor_forget (predictor, CZ_QUESTION_EPOCH);
  if (!g_str_equal (state, "columns") || cz_prediction_sheet_get_n_columns (self->sheet) == 0)
    {
      cz_predictor_forget (predictor, CZ_QUESTION_FILL);
      cz_prediction_copy_set_ready (self->copy_button, FALSE);
      tell (self, NULL);
      undim (self);
      return G_SOURCE_REMOVE;
    }
  for (guint i = 0; i < cz_prediction_sheet_get_n_columns (self->sheet); i++)
    g_ptr_array_add (models, (gpointer)cz_prediction_sheet_get_model (self->sheet, i));
  // Were it cut off at each key, a model that takes longer than a key does would never be heard
  // while somebody types.
  self->again = lets_finish (self, models);
  if (self->again)
    {
      dim_soon (self);
      return G_SOURCE_REMOVE;
    }
  g_ptr_array_set_size (self->asked, 0);
  for (guint i = 0; i < models->len; i++)
    g_ptr_array_add (self->asked, g_strdup (models->pdata[i]));
  g_ptr_array_add (models, NULL);
  question = cz_question_new ("fill", (const char *const *)models->pdata,
                              cz_playground_get_text (self->playground));
  add_options (self, question, models->len - 1);
  self->quick
      = !json_object_has_member (question, "words") && !json_object_has_member (question, "joint");
  cz_predictor_ask (predictor, CZ_QUESTION_FILL, question, predicted, NULL, self);
  dim_soon (self);
  return G_SOURCE_REMOVE;
}

// As soon as what changes the text has done all it does: at once, but once.
static void
ask_soon (CzPredictionView *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->stale = TRUE;
      return;
    }
  if (self->asking == 0)
    self->asking = g_idle_add_full (G_PRIORITY_DEFAULT, ask, self, NULL);
}

// ---- Sliding over epochs ----

static void
epoch_predicted (JsonNode *result, const char *sentence, gpointer data)
{
  CzPredictionView *self = data;
  CzPredictionAnswer *answer = read_answer (result, 1);

  undim (self);
  if (answer == NULL)
    {
      tell (self, sentence != NULL
                      ? sentence
                      : _ ("The process that predicts gave an answer that can't be read."));
      return;
    }
  g_hash_table_replace (self->cache, g_strdup (self->sliding), answer);
  for (guint i = 1; i < self->answers->len; i++)
    {
      g_autofree char *key
          = g_strdup_printf ("%u %s", i, cz_prediction_sheet_get_model (self->sheet, i));

      if (g_str_equal (key, self->sliding))
        place_answer (self, i, answer);
    }
  show_answers (self);
}

static void
epoch_changed (CzPredictionView *self, guint column)
{
  const char *models[3] = { cz_prediction_sheet_get_model (self->sheet, 0),
                            cz_prediction_sheet_get_model (self->sheet, column), NULL };
  g_autofree char *key = g_strdup_printf ("%u %s", column, models[1]);
  CzPredictionAnswer *known = g_hash_table_lookup (self->cache, key);
  CzPredictor *predictor = cz_playground_get_predictor (self->playground);
  g_autoptr (JsonObject) question = NULL;

  // With another first model all comparisons are others; and what is asked for at this moment has
  // to be asked with the slider's new place.
  if (column == 0 || self->asking != 0 || cz_predictor_is_asked (predictor, CZ_QUESTION_FILL)
      || self->answers->pdata[0] == NULL)
    {
      ask_soon (self);
      return;
    }
  if (known != NULL)
    {
      cz_predictor_forget (predictor, CZ_QUESTION_EPOCH);
      place_answer (self, column, known);
      undim (self);
      show_answers (self);
      return;
    }
  g_free (self->sliding);
  self->sliding = g_steal_pointer (&key);
  question = cz_question_new ("fill", models, cz_playground_get_text (self->playground));
  add_options (self, question, 2);
  cz_predictor_ask (predictor, CZ_QUESTION_EPOCH, question, epoch_predicted, NULL, self);
  dim_soon (self);
}

// ---- What changes ----

static void
share_targets (CzPredictionView *self)
{
  g_auto (GStrv) targets = cz_prediction_options_dup_targets (self->options);

  cz_playground_set_targets (self->playground, (const char *const *)targets);
}

static void
targets_changed (CzPredictionView *self)
{
  g_auto (GStrv) targets = cz_playground_dup_targets (self->playground);

  cz_prediction_options_set_targets (self->options, (const char *const *)targets);
}

// What was said by models that stay is shown until they are asked again, as long as it is compared
// with the same one.
static void
models_changed (CzPredictionView *self)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) answers = g_ptr_array_copy (self->answers, NULL, NULL);
  guint n;

  for (guint i = 0; i < cz_prediction_sheet_get_n_columns (self->sheet); i++)
    g_ptr_array_add (models, g_strdup (cz_prediction_sheet_get_model (self->sheet, i)));
  cz_prediction_options_recall (self->options);
  share_targets (self);
  cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_FILL);
  cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_EPOCH);
  cz_prediction_sheet_make_columns (self->sheet);
  n = cz_prediction_sheet_get_n_columns (self->sheet);
  g_ptr_array_set_size (self->answers, 0);
  g_ptr_array_set_size (self->answers, (int)n);
  for (guint i = 0;
       i < n && models->len > 0
       && g_str_equal (models->pdata[0], cz_prediction_sheet_get_model (self->sheet, 0));
       i++)
    {
      const char *model = cz_prediction_sheet_get_model (self->sheet, i);
      guint old;

      if (g_ptr_array_find_with_equal_func (models, model, g_str_equal, &old))
        place_answer (self, i, answers->pdata[old]);
    }
  show_answers (self);
  ask_soon (self);
}

static GPtrArray *
list_titles (CzPredictionView *self)
{
  GPtrArray *titles = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < cz_prediction_sheet_get_n_columns (self->sheet); i++)
    g_ptr_array_add (titles, g_strdup (cz_prediction_sheet_get_title (self->sheet, i)));
  return titles;
}

static void
copy_wanted (CzPredictionView *self, CzPredictionCopy *ret_copy)
{
  *ret_copy = (CzPredictionCopy){ .text = cz_playground_get_text (self->playground),
                                  .titles = list_titles (self),
                                  .answers = self->answers,
                                  .sheet = GTK_WIDGET (self->sheet) };
}

// ---- Life ----

static void
cz_prediction_view_map (GtkWidget *widget)
{
  CzPredictionView *self = CZ_PREDICTION_VIEW (widget);

  GTK_WIDGET_CLASS (cz_prediction_view_parent_class)->map (widget);
  if (self->stale)
    ask_soon (self);
  self->stale = FALSE;
}

static void
cz_prediction_view_dispose (GObject *object)
{
  CzPredictionView *self = CZ_PREDICTION_VIEW (object);

  g_clear_handle_id (&self->asking, g_source_remove);
  g_clear_handle_id (&self->dimming, g_source_remove);
  if (self->playground != NULL)
    {
      cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_FILL);
      cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_EPOCH);
    }
  g_clear_object (&self->playground);
  G_OBJECT_CLASS (cz_prediction_view_parent_class)->dispose (object);
}

static void
cz_prediction_view_finalize (GObject *object)
{
  CzPredictionView *self = CZ_PREDICTION_VIEW (object);

  g_ptr_array_unref (self->answers);
  g_ptr_array_unref (self->asked);
  g_hash_table_unref (self->cache);
  g_free (self->sliding);
  G_OBJECT_CLASS (cz_prediction_view_parent_class)->finalize (object);
}

static void
cz_prediction_view_class_init (CzPredictionViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_prediction_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_prediction_view_finalize;
  widget_class->map = cz_prediction_view_map;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/prediction-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzPredictionView, bar);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionView, states);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionView, note);
  gtk_widget_class_bind_template_child (widget_class, CzPredictionView, scrolled);
}

static void
cz_prediction_view_init (CzPredictionView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  self->answers = g_ptr_array_new ();
  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
}

GtkWidget *
cz_prediction_view_new (CzPlayground *playground)
{
  CzPredictionView *self = g_object_new (CZ_TYPE_PREDICTION_VIEW, NULL);

  self->playground = g_object_ref (playground);
  self->options = CZ_PREDICTION_OPTIONS (
      cz_prediction_options_new (cz_playground_get_workbench (playground)));
  gtk_widget_set_hexpand (GTK_WIDGET (self->options), TRUE);
  gtk_box_append (self->bar, GTK_WIDGET (self->options));
  self->copy_button = cz_prediction_copy_button_new ((CzPredictionCopyWanted)copy_wanted, self);
  gtk_box_append (self->bar, self->copy_button);
  self->sheet = CZ_PREDICTION_SHEET (cz_prediction_sheet_new (playground));
  gtk_scrolled_window_set_child (self->scrolled, GTK_WIDGET (self->sheet));
  g_signal_connect_object (self->sheet, "epoch-changed", G_CALLBACK (epoch_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->options, "changed", G_CALLBACK (share_targets), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "targets-changed", G_CALLBACK (targets_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->options, "changed", G_CALLBACK (ask_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "text-changed", G_CALLBACK (ask_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (models_changed), self,
                           G_CONNECT_SWAPPED);
  models_changed (self);
  return GTK_WIDGET (self);
}
