#include "gui/playground/attention-whole.h"

#include <glib/gi18n.h>

#include "gui/playground/attention-matrix.h"

struct _CzAttentionWhole
{
  AdwBin parent_instance;
  GtkExpander *expander;
  GtkStack *states;
  GtkLabel *sentence_label;
  CzAttentionMatrix *matrix;
  GtkLabel *pointed_label;
  CzPlayground *playground;
  CzAttentionShown shown;
  gboolean one;
  CzAttentionAnswer *answer, *base; // of every token; NULL: not asked, or of no use any more
};

G_DEFINE_FINAL_TYPE (CzAttentionWhole, cz_attention_whole, ADW_TYPE_BIN)

static guint query_signal;

static void update (CzAttentionWhole *self);

static void
tell (CzAttentionWhole *self, const char *sentence)
{
  gtk_label_set_label (self->sentence_label, sentence);
  gtk_stack_set_visible_child_name (self->states, "sentence");
}

// Whether one of all tokens is what another is of one of them.
static gboolean
is_whole_of (const CzAttentionAnswer *whole, const CzAttentionAnswer *answer)
{
  return whole != NULL && whole->query == CZ_ATTENTION_NONE
         && g_str_equal (whole->text, answer->text) && g_strcmp0 (whole->model, answer->model) == 0
         && whole->n_layers == answer->n_layers && whole->n_heads == answer->n_heads
         && whole->n_tokens == answer->n_tokens;
}

// Whether all that the map needs is there.
static gboolean
is_there (CzAttentionWhole *self)
{
  return is_whole_of (self->answer, self->shown.answer)
         && (self->shown.base == NULL || is_whole_of (self->base, self->shown.base));
}

// ---- Asking ----

static void
arrived (JsonNode *result, const char *sentence, gpointer data)
{
  CzAttentionWhole *self = data;
  g_autofree char *problem = NULL;

  cz_attention_whole_forget (self);
  problem = cz_attention_answer_read_both (result, sentence, &self->answer, &self->base);
  if (problem != NULL)
    tell (self, problem);
  else if (self->shown.answer != NULL && is_there (self))
    update (self);
}

static void
ask (CzAttentionWhole *self)
{
  CzPredictor *predictor = cz_playground_get_predictor (self->playground);
  const CzAttentionAnswer *answer = self->shown.answer, *base = self->shown.base;
  const char *models[3] = { NULL };
  g_autoptr (JsonObject) question = NULL;
  guint n = 0;

  // What the view asks goes before; when it is answered, this is asked for again.
  if (answer->model == NULL || cz_predictor_is_asked (predictor, CZ_QUESTION_ATTENTION))
    return;
  if (base != NULL)
    models[n++] = base->model;
  models[n] = answer->model;
  question = cz_question_new ("attention", models, answer->text);
  cz_predictor_ask (predictor, CZ_QUESTION_ATTENTION, question, arrived, NULL, self);
}

static void
update (CzAttentionWhole *self)
{
  const CzAttentionShown *shown = &self->shown;

  if (shown->answer == NULL || !gtk_expander_get_expanded (self->expander))
    return;
  if (shown->answer->n_tokens > CZ_ATTENTION_MATRIX_MOST)
    {
      g_autofree char *sentence
          = g_strdup_printf (_ ("The text has %u tokens; a whole map is drawn of up to %d."),
                             shown->answer->n_total, CZ_ATTENTION_MATRIX_MOST);

      tell (self, sentence);
      return;
    }
  if (!self->one)
    {
      tell (self, _ ("Choose one head above to see its whole map."));
      return;
    }
  if (!is_there (self))
    {
      ask (self);
      return;
    }
  cz_attention_matrix_show (self->matrix, self->answer, shown->base != NULL ? self->base : NULL,
                            shown->layer, shown->head, shown->query, shown->words_only);
  gtk_stack_set_visible_child_name (self->states, "matrix");
}

static void
clear_shown (CzAttentionWhole *self)
{
  g_clear_pointer (&self->shown.answer, cz_attention_answer_unref);
  g_clear_pointer (&self->shown.base, cz_attention_answer_unref);
}

void
cz_attention_whole_show (CzAttentionWhole *self, const CzAttentionShown *shown, gboolean one)
{
  CzAttentionShown copy = *shown;

  cz_attention_answer_ref (copy.answer);
  if (copy.base != NULL)
    cz_attention_answer_ref (copy.base);
  clear_shown (self);
  self->shown = copy;
  self->one = one;
  update (self);
}

void
cz_attention_whole_forget (CzAttentionWhole *self)
{
  g_clear_pointer (&self->answer, cz_attention_answer_unref);
  g_clear_pointer (&self->base, cz_attention_answer_unref);
}

// ---- What a person does ----

static void
pointed (CzAttentionWhole *self)
{
  g_autofree char *told = cz_attention_matrix_describe_pointed (self->matrix);

  gtk_label_set_label (self->pointed_label,
                       told != NULL ? told : _ ("Rows look, columns are looked at."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->matrix),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  gtk_label_get_label (self->pointed_label), -1);
}

static void
query_chosen (CzAttentionWhole *self, guint token)
{
  g_signal_emit (self, query_signal, 0, token);
}

// ---- Life ----

static void
cz_attention_whole_dispose (GObject *object)
{
  CzAttentionWhole *self = CZ_ATTENTION_WHOLE (object);

  if (self->playground != NULL)
    cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_ATTENTION);
  g_clear_object (&self->playground);
  cz_attention_whole_forget (self);
  clear_shown (self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  G_OBJECT_CLASS (cz_attention_whole_parent_class)->dispose (object);
}

static void
cz_attention_whole_class_init (CzAttentionWholeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_attention_whole_dispose;
  g_type_ensure (CZ_TYPE_ATTENTION_MATRIX);
  query_signal = g_signal_new ("query-chosen", CZ_TYPE_ATTENTION_WHOLE, G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/attention-whole.ui");
  gtk_widget_class_bind_template_child (widget_class, CzAttentionWhole, expander);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionWhole, states);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionWhole, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionWhole, matrix);
  gtk_widget_class_bind_template_child (widget_class, CzAttentionWhole, pointed_label);
}

static void
cz_attention_whole_init (CzAttentionWhole *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->matrix, "pointed", G_CALLBACK (pointed), self);
  g_signal_connect_swapped (self->matrix, "query-chosen", G_CALLBACK (query_chosen), self);
  g_signal_connect_swapped (self->expander, "notify::expanded", G_CALLBACK (update), self);
  pointed (self);
}

void
cz_attention_whole_set_playground (CzAttentionWhole *self, CzPlayground *playground)
{
  g_set_object (&self->playground, playground);
}
