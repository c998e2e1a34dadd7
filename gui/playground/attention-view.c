#include "gui/playground/attention-view.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gui/playground/attention-answer.h"
#include "gui/playground/attention-grid.h"
#include "gui/playground/attention-query.h"
#include "gui/playground/attention-scale.h"
#include "gui/playground/attention-table.h"
#include "gui/playground/attention-top.h"
#include "gui/playground/attention-whole.h"
#include "gui/playground/attention-words.h"

// How long typing has to rest before a question is sent, in milliseconds.
#define REST 30
// How long an answer may take before what is shown is said to be old.
#define PATIENCE 200

struct _CzAttentionView
{
  AdwBin parent_instance;
  GtkScrolledWindow *scrolled;
  GtkStack *states;
  GtkLabel *sentence_label;
  GtkWidget *content;
  GtkLabel *title_label;
  GtkLabel *problem_label;
  GtkDropDown *model_choice;
  GtkCheckButton *difference_check;
  GtkCheckButton *words_check;
  GtkLabel *words_note;
  GtkLabel *note_label;
  GtkScrolledWindow *words_scrolled;
  CzAttentionWords *words;
  GtkLabel *words_pointed;
  CzAttentionGrid *grid;
  GtkLabel *grid_pointed;
  CzAttentionTop *top;
  GtkLabel *top_title;
  CzAttentionLegend *legend;
  CzAttentionWhole *whole;

  CzPlayground *playground;
  CzAttentionQuery *query;
  CzAttentionAnswer *answer; // the last good one, NULL: none
  CzAttentionAnswer *base;   // of the first model, where another is shown
  char *model;               // chosen, NULL: the first
  guint asking;              // timeout source
  guint revealing;           // idle source
  guint waiting;             // timeout source
  gboolean filling;          // the list of models is being filled
};

G_DEFINE_FINAL_TYPE (CzAttentionView, cz_attention_view, ADW_TYPE_BIN)

static void ask_soon (CzAttentionView *self);

// ---- Models ----

// The model that is shown; NULL where there is none.
static const CzPlaygroundModel *
get_model (CzAttentionView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);

  for (guint i = 0; self->model != NULL && i < models->len; i++)
    {
      const CzPlaygroundModel *model = g_ptr_array_index (models, i);

      if (g_str_equal (model->model, self->model))
        return model;
    }
  return models->len > 0 ? g_ptr_array_index (models, 0) : NULL;
}

static const CzPlaygroundModel *
get_first_model (CzAttentionView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);

  return models->len > 0 ? g_ptr_array_index (models, 0) : NULL;
}

static gboolean
is_difference (CzAttentionView *self)
{
  return get_model (self) != get_first_model (self)
         && gtk_check_button_get_active (self->difference_check);
}

static void
fill_models (CzAttentionView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);
  const CzPlaygroundModel *shown = get_model (self), *first = get_first_model (self);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint at = 0;

  for (guint i = 0; i < models->len; i++)
    {
      const CzPlaygroundModel *model = g_ptr_array_index (models, i);

      gtk_string_list_append (titles, model->title);
      at = model == shown ? i : at;
    }
  self->filling = TRUE;
  gtk_drop_down_set_model (self->model_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->model_choice, at);
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->model_choice), models->len > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->difference_check), at > 0);
  if (first != NULL)
    {
      // Translators: %s is a model's name.
      g_autofree char *label = g_strdup_printf (_ ("Difference to %s"), first->title);

      gtk_check_button_set_label (self->difference_check, label);
    }
}

static void
model_selected (CzAttentionView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);
  guint at = gtk_drop_down_get_selected (self->model_choice);

  if (self->filling || at >= models->len)
    return;
  g_free (self->model);
  self->model = g_strdup (((CzPlaygroundModel *)g_ptr_array_index (models, at))->model);
  gtk_widget_set_visible (GTK_WIDGET (self->difference_check), at > 0);
  ask_soon (self);
}

// ---- Showing ----

// The base where the difference is to be shown and can be.
static CzAttentionAnswer *
get_base (CzAttentionView *self)
{
  return is_difference (self) && self->base != NULL
                 && cz_attention_answer_is_like (self->answer, self->base)
             ? self->base
             : NULL;
}

// The token the answer is about, or where there are all of them the one that was asked about.
static guint
get_query (CzAttentionView *self, const CzAttentionAnswer *answer)
{
  return answer->query != CZ_ATTENTION_NONE ? answer->query
                                            : cz_attention_query_find (self->query, answer);
}

static gboolean
is_words_only (CzAttentionView *self)
{
  return gtk_check_button_get_active (self->words_check);
}

static void
tell (GtkLabel *label, const char *sentence)
{
  gtk_label_set_label (label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (label), sentence != NULL && sentence[0] != '\0');
}

static void
describe_words (CzAttentionView *self, const float *mean)
{
  const CzAttentionAnswer *answer = self->answer;
  g_autofree float *words = cz_attention_answer_add_up (answer, mean);
  g_autoptr (GString) text = g_string_new (gtk_label_get_label (self->title_label));
  guint order[5], n = cz_attention_top_order (words, answer->n_words, G_N_ELEMENTS (order), order);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s %.3f", i == 0 ? ": " : ", ", answer->words[order[i]].text,
                            (double)words[order[i]]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text->str, -1);
}

// Scrolls to the piece that matters.
static gboolean
reveal (gpointer data)
{
  CzAttentionView *self = data;
  graphene_rect_t area;

  self->revealing = 0;
  if (cz_attention_words_get_area (self->words, &area))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->words_scrolled),
                               area.origin.y - area.size.height,
                               area.origin.y + 2 * area.size.height);
  return G_SOURCE_REMOVE;
}

// Once the text is laid out.
static void
reveal_soon (CzAttentionView *self)
{
  if (self->revealing == 0)
    self->revealing = g_idle_add_full (G_PRIORITY_LOW, reveal, self, NULL);
}

// The text and the bars: the mean over the chosen heads.
static void
show_mean (CzAttentionView *self)
{
  CzAttentionAnswer *answer = self->answer, *base = get_base (self);
  guint query = get_query (self, answer);
  const gboolean *chosen = cz_attention_grid_get_chosen (self->grid);
  g_autofree char *name = cz_attention_grid_name_chosen (self->grid);
  g_autofree char *title = NULL;
  g_autofree float *mean
      = cz_attention_answer_make_mean (answer, base, query, chosen, is_words_only (self));

  // Translators: a word, or a mask; then which heads.
  title = g_strdup_printf (_ ("Where “%s” looks · %s"), answer->tokens[query].piece, name);
  gtk_label_set_label (self->title_label, title);
  cz_attention_words_show (self->words, answer, query, mean, base != NULL, !is_words_only (self));
  cz_attention_top_show (self->top, answer, mean, base != NULL);
  describe_words (self, mean);
}

// Whether another answer is about another text or token.
static gboolean
is_moved (const CzAttentionAnswer *before, const CzAttentionAnswer *answer)
{
  return before == NULL || before->query != answer->query
         || !g_str_equal (before->text, answer->text);
}

// The whole map is of one head.
static void
show_whole (CzAttentionView *self)
{
  CzAttentionShown shown = { .answer = self->answer,
                             .base = get_base (self),
                             .query = get_query (self, self->answer),
                             .words_only = is_words_only (self) };
  guint n = cz_attention_grid_get_n_chosen (self->grid);

  if (n == 1)
    cz_attention_grid_get_first (self->grid, &shown.layer, &shown.head);
  cz_attention_whole_show (self->whole, &shown, n == 1);
}

static void
show_answer (CzAttentionView *self)
{
  CzAttentionAnswer *base;

  if (self->answer == NULL)
    return;
  base = get_base (self);
  cz_attention_grid_show (self->grid, self->answer, base, get_query (self, self->answer),
                          is_words_only (self));
  cz_attention_legend_set_difference (self->legend, base != NULL);
  gtk_label_set_label (self->top_title,
                       base != NULL ? _ ("Words that changed most") : _ ("Words looked at most"));
  tell (self->note_label,
        is_difference (self) && base == NULL
            ? _ ("These models cut the text into other pieces, or have other heads: there is no "
                 "difference to show.")
            : self->answer->note);
  gtk_widget_set_visible (GTK_WIDGET (self->words_note), is_words_only (self));
  show_mean (self);
  show_whole (self);
  gtk_stack_set_visible_child_name (self->states, "content");
}

static void
show_sentence (CzAttentionView *self, const char *sentence)
{
  gtk_label_set_label (self->sentence_label, sentence);
  gtk_stack_set_visible_child_name (self->states, "sentence");
}

// ---- Asking ----

static gboolean
lose_patience (gpointer data)
{
  CzAttentionView *self = data;

  self->waiting = 0;
  gtk_widget_set_opacity (self->content, 0.5);
  return G_SOURCE_REMOVE;
}

static void
end_waiting (CzAttentionView *self)
{
  g_clear_handle_id (&self->waiting, g_source_remove);
  gtk_widget_set_opacity (self->content, 1);
}

// What went wrong: above the last good answer, which is dimmed, or in place of one.
static void
fail (CzAttentionView *self, const char *sentence)
{
  if (self->answer == NULL)
    {
      show_sentence (self, sentence);
      return;
    }
  tell (self->problem_label, sentence);
  gtk_widget_set_opacity (self->content, 0.5);
}

static void
arrived (JsonNode *result, const char *sentence, gpointer data)
{
  CzAttentionView *self = data;
  CzAttentionAnswer *answer = NULL, *base = NULL;
  g_autofree char *problem = cz_attention_answer_read_both (result, sentence, &answer, &base);

  end_waiting (self);
  if (problem != NULL)
    {
      fail (self, problem);
      return;
    }
  tell (self->problem_label, NULL);
  if (is_moved (self->answer, answer))
    reveal_soon (self);
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  g_clear_pointer (&self->base, cz_attention_answer_unref);
  self->answer = answer;
  self->base = base;
  show_answer (self);
}

static gboolean
ask (gpointer data)
{
  CzAttentionView *self = data;
  const CzPlaygroundModel *model = get_model (self);
  const char *text = cz_playground_get_text (self->playground);
  const char *models[3] = { NULL };
  g_autoptr (JsonObject) question = NULL;
  guint n = 0;

  self->asking = 0;
  if (model == NULL || text == NULL || text[strspn (text, " \t\r\n")] == '\0')
    {
      cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_ATTENTION);
      end_waiting (self);
      g_clear_pointer (&self->answer, cz_attention_answer_unref);
      show_sentence (self, model == NULL
                               ? _ ("Add a model first.")
                               : _ ("Type a sentence above to see where the model looks."));
      return G_SOURCE_REMOVE;
    }
  // The last of the answers is the one shown.
  if (is_difference (self))
    models[n++] = get_first_model (self)->model;
  models[n] = model->model;
  question = cz_question_new ("attention", models, text);
  cz_attention_query_follow (self->query, text);
  cz_attention_query_add (self->query, question);
  cz_predictor_ask (cz_playground_get_predictor (self->playground), CZ_QUESTION_ATTENTION, question,
                    arrived, NULL, self);
  if (self->waiting == 0)
    self->waiting = g_timeout_add (PATIENCE, lose_patience, self);
  return G_SOURCE_REMOVE;
}

static void
ask_soon (CzAttentionView *self)
{
  g_clear_handle_id (&self->asking, g_source_remove);
  // Nobody looks: the question waits until the view is shown.
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->asking = g_timeout_add (REST, ask, self);
}

static void
models_changed (CzAttentionView *self)
{
  fill_models (self);
  // The weights may be others.
  cz_attention_whole_forget (self->whole);
  ask_soon (self);
}

// ---- What a person does ----

static void
query_chosen (CzAttentionView *self, guint token)
{
  if (self->answer == NULL || token >= self->answer->n_tokens)
    return;
  cz_attention_query_choose (self->query, self->answer, token);
  if (self->answer->query == CZ_ATTENTION_NONE)
    show_answer (self);
  else
    ask_soon (self);
}

static void
chosen_changed (CzAttentionView *self)
{
  if (self->answer == NULL)
    return;
  show_mean (self);
  show_whole (self);
}

static void
words_pointed (CzAttentionView *self)
{
  g_autofree char *told = cz_attention_words_describe_pointed (self->words);

  gtk_label_set_label (self->words_pointed,
                       told != NULL ? told : _ ("Click a word to see where it looks."));
  if (gtk_widget_has_visible_focus (GTK_WIDGET (self->words)))
    reveal_soon (self);
}

static void
grid_pointed (CzAttentionView *self)
{
  g_autofree char *told = cz_attention_grid_describe_pointed (self->grid);

  gtk_label_set_label (
      self->grid_pointed,
      told != NULL ? told
                   : _ ("Click a head, a layer or a column to see it alone; with Ctrl several."));
}

static void
difference_toggled (CzAttentionView *self)
{
  // What is compared with has to be there.
  if (is_difference (self) && self->base == NULL)
    ask_soon (self);
  else
    show_answer (self);
}

// At the end of the text, the wheel goes on with the view: a scrolled window within another one
// keeps it for itself.
static gboolean
words_scrolled (GtkEventControllerScroll *scroll, double dx, double dy, CzAttentionView *self)
{
  GtkAdjustment *text = gtk_scrolled_window_get_vadjustment (self->words_scrolled);
  GtkAdjustment *all = gtk_scrolled_window_get_vadjustment (self->scrolled);
  double at = gtk_adjustment_get_value (text);
  double last = gtk_adjustment_get_upper (text) - gtk_adjustment_get_page_size (text);

  if (dy == 0 || (dy < 0 ? at > gtk_adjustment_get_lower (text) : at < last))
    return GDK_EVENT_PROPAGATE;
  gtk_adjustment_set_value (all, gtk_adjustment_get_value (all)
                                     + dy * pow (gtk_adjustment_get_page_size (all), 2.0 / 3));
  return GDK_EVENT_STOP;
}

static void
copy_table (GtkWidget *widget, const char *action, GVariant *argument)
{
  CzAttentionView *self = CZ_ATTENTION_VIEW (widget);
  CzAttentionAnswer *answers[2];
  g_autofree char *csv = NULL;
  guint n = 0;

  if (self->answer == NULL)
    return;
  answers[n++] = self->answer;
  if (get_base (self) != NULL)
    answers[n++] = self->base;
  csv = cz_attention_table_write (answers, n, get_query (self, self->answer),
                                  cz_attention_grid_get_chosen (self->grid), is_words_only (self));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), csv);
  cz_playground_tell (self->playground, _ ("The attention was copied as a table."));
}

static void
copy_picture (GtkWidget *widget, const char *action, GVariant *argument)
{
  CzAttentionView *self = CZ_ATTENTION_VIEW (widget);
  GtkWidget *parts[]
      = { GTK_WIDGET (self->title_label), GTK_WIDGET (self->words), GTK_WIDGET (self->grid),
          GTK_WIDGET (self->top), GTK_WIDGET (self->legend) };
  g_autoptr (GdkTexture) texture = NULL;

  if (self->answer == NULL)
    return;
  texture = cz_attention_picture_make (parts, G_N_ELEMENTS (parts));
  if (texture == NULL)
    return;
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (widget), texture);
  cz_playground_tell (self->playground, _ ("The attention was copied as a picture."));
}

// ---- Life ----

static void
cz_attention_view_unmap (GtkWidget *widget)
{
  CzAttentionView *self = CZ_ATTENTION_VIEW (widget);

  g_clear_handle_id (&self->asking, g_source_remove);
  cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_ATTENTION);
  end_waiting (self);
  GTK_WIDGET_CLASS (cz_attention_view_parent_class)->unmap (widget);
}

static void
cz_attention_view_dispose (GObject *object)
{
  CzAttentionView *self = CZ_ATTENTION_VIEW (object);
  GtkWidget *child = adw_bin_get_child (ADW_BIN (self));

  g_clear_handle_id (&self->asking, g_source_remove);
  g_clear_handle_id (&self->revealing, g_source_remove);
  g_clear_handle_id (&self->waiting, g_source_remove);
  if (self->playground != NULL)
    cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_ATTENTION);
  if (child != NULL)
    adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->playground);
  g_clear_pointer (&self->query, cz_attention_query_free);
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  g_clear_pointer (&self->base, cz_attention_answer_unref);
  g_clear_pointer (&self->model, g_free);
  G_OBJECT_CLASS (cz_attention_view_parent_class)->dispose (object);
}

static void
cz_attention_view_class_init (CzAttentionViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_attention_view_dispose;
  widget_class->unmap = cz_attention_view_unmap;
  g_type_ensure (CZ_TYPE_ATTENTION_GRID);
  g_type_ensure (CZ_TYPE_ATTENTION_LEGEND);
  g_type_ensure (CZ_TYPE_ATTENTION_TOP);
  g_type_ensure (CZ_TYPE_ATTENTION_WHOLE);
  g_type_ensure (CZ_TYPE_ATTENTION_WORDS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/attention-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, states);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, content);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, title_label);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, problem_label);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, model_choice);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, difference_check);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, words_check);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, words_note);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, note_label);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, words_scrolled);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, words);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, words_pointed);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, grid);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, grid_pointed);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, top);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, top_title);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, legend);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionView, whole);
  gtk_widget_class_install_action (widget_class, "attention.copy-table", NULL, copy_table);
  gtk_widget_class_install_action (widget_class, "attention.copy-picture", NULL, copy_picture);
}

static void
cz_attention_view_init (CzAttentionView *self)
{
  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (words_scrolled), self);
  gtk_widget_add_controller (GTK_WIDGET (self->words_scrolled), scroll);
  self->query = cz_attention_query_new ();
  g_signal_connect (self, "map", G_CALLBACK (ask_soon), NULL);
  g_signal_connect_swapped (self->model_choice, "notify::selected", G_CALLBACK (model_selected),
                            self);
  g_signal_connect_swapped (self->difference_check, "toggled", G_CALLBACK (difference_toggled),
                            self);
  g_signal_connect_swapped (self->words_check, "toggled", G_CALLBACK (show_answer), self);
  g_signal_connect_swapped (self->words, "query-chosen", G_CALLBACK (query_chosen), self);
  g_signal_connect_swapped (self->words, "pointed", G_CALLBACK (words_pointed), self);
  g_signal_connect_swapped (self->grid, "chosen-changed", G_CALLBACK (chosen_changed), self);
  g_signal_connect_swapped (self->grid, "pointed", G_CALLBACK (grid_pointed), self);
  g_signal_connect_swapped (self->whole, "query-chosen", G_CALLBACK (query_chosen), self);
  words_pointed (self);
  grid_pointed (self);
}

GtkWidget *
cz_attention_view_new (CzPlayground *playground)
{
  CzAttentionView *self = g_object_new (CZ_TYPE_ATTENTION_VIEW, NULL);

  self->playground = g_object_ref (playground);
  cz_attention_whole_set_playground (self->whole, playground);
  g_signal_connect_object (playground, "text-changed", G_CALLBACK (ask_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (models_changed), self,
                           G_CONNECT_SWAPPED);
  fill_models (self);
  return GTK_WIDGET (self);
}
