#include "gui/corpora/blocks-view.h"

#include <glib/gi18n.h>

#include "gui/corpora/block-markup.h"
#include "gui/corpora/block-sample.h"
#include "gui/corpora/library-task.h"
#include "gui/front-page.h"
#include "gui/models/model-item.h"
#include "gui/numbers.h"

// Tokens looked at: 24 blocks of 128.
#define TOKENS 3072

// How an evaluation masks, whatever the run (DESIGN.md: eval_mask, eval_mask_probability,
// eval_seed).
#define EVAL_PROBABILITY 0.15
#define EVAL_SEED        0

static const guint block_sizes[] = { 32, 64, 128, 256, 512 };

typedef enum
{
  STEP_TEXT,
  STEP_PIECES,
  STEP_BLOCKS,
  STEP_MASKED
} Step;

struct _CzBlocksView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  gint64 corpus;
  gboolean wanted; // to be worked out as soon as the view is shown
  gboolean filling;
  GCancellable *cancellable;
  CzBlockSample *sample;
  GtkToggleButton *text_step, *pieces_step, *blocks_step, *masked_step;
  GtkDropDown *model_choice, *part_choice, *size_choice, *mask_choice;
  GtkSpinButton *rate, *seed, *epoch;
  GtkWidget *part_box, *size_box, *masking_box, *rate_box, *seed_box, *epoch_box;
  GtkLabel *legend_label, *note_label;
  GtkStack *states;
  AdwStatusPage *sentence;
  GtkWidget *models_button;
  GtkBox *cards;
};

G_DEFINE_FINAL_TYPE (CzBlocksView, cz_blocks_view, ADW_TYPE_BIN)

static Step
get_step (CzBlocksView *self)
{
  if (gtk_toggle_button_get_active (self->text_step))
    return STEP_TEXT;
  if (gtk_toggle_button_get_active (self->pieces_step))
    return STEP_PIECES;
  return gtk_toggle_button_get_active (self->blocks_step) ? STEP_BLOCKS : STEP_MASKED;
}

static gboolean
is_test (CzBlocksView *self)
{
  return gtk_drop_down_get_selected (self->part_choice) == 1;
}

// ---- Cards ----

// The card at a place, made where there is none: redrawing keeps them, and with them what is in
// sight.
static void
fill_card (CzBlocksView *self, guint at, const char *title, const char *markup)
{
  GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards));
  GtkWidget *heading, *text;

  for (guint i = 0; i < at && card != NULL; i++)
    card = gtk_widget_get_next_sibling (card);
  if (card == NULL)
    {
      card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
      heading = gtk_label_new (NULL);
      text = gtk_label_new (NULL);
      gtk_widget_add_css_class (card, "block-card");
      gtk_label_set_xalign (GTK_LABEL (heading), 0);
      gtk_widget_add_css_class (heading, "caption-heading");
      gtk_widget_add_css_class (heading, "dim-label");
      gtk_widget_add_css_class (heading, "numeric");
      gtk_label_set_wrap (GTK_LABEL (text), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_xalign (GTK_LABEL (text), 0);
      gtk_widget_add_css_class (text, "block-text");
      gtk_box_append (GTK_BOX (card), heading);
      gtk_box_append (GTK_BOX (card), text);
      gtk_box_append (self->cards, card);
    }
  heading = gtk_widget_get_first_child (card);
  text = gtk_widget_get_next_sibling (heading);
  gtk_label_set_label (GTK_LABEL (heading), title);
  gtk_label_set_markup (GTK_LABEL (text), markup);
}

static void
drop_cards (CzBlocksView *self, guint kept)
{
  GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards));

  for (guint i = 0; card != NULL; i++)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (card);

      if (i >= kept)
        gtk_box_remove (self->cards, card);
      card = next;
    }
}

static void
show_documents (CzBlocksView *self, gboolean pieces, gboolean dark)
{
  const CzBlockSample *sample = self->sample;

  for (guint i = 0; i < sample->documents->len; i++)
    {
      const CzSampleDocument *document = g_ptr_array_index (sample->documents, i);
      g_autofree char *number = cz_numbers_count (document->ordinal + 1);
      g_autofree char *count = cz_numbers_count (document->n);
      g_autofree char *title = NULL;
      g_autofree char *markup = NULL;

      if (pieces)
        {
          // Translators: a document's number and how many tokens it has.
          title = g_strdup_printf (
              ngettext ("Document %s · %s token", "Document %s · %s tokens", document->n), number,
              count);
          markup = cz_block_markup_pieces (sample, document->start, document->n, dark);
        }
      else
        {
          title = g_strdup_printf (_ ("Document %s"), number);
          markup = g_markup_printf_escaped ("%s%s", document->text, document->whole ? "" : "…");
        }
      fill_card (self, i, title, markup);
    }
  drop_cards (self, sample->documents->len);
}

static void
show_blocks (CzBlocksView *self, gboolean masked, gboolean dark)
{
  CzBlockSample *sample = self->sample;
  guint size = block_sizes[gtk_drop_down_get_selected (self->size_choice)];
  gboolean test = is_test (self);
  const CzMasking masking = {
    .strategy = !test && gtk_drop_down_get_selected (self->mask_choice) == 1 ? CZ_MASKING_WORD
                                                                             : CZ_MASKING_TOKEN,
    .seed = test ? EVAL_SEED : (guint64)gtk_spin_button_get_value (self->seed),
    .purpose = test ? CZ_RANDOM_EVAL_MASK : CZ_RANDOM_MASK,
    .threshold
    = cz_random_threshold (test ? EVAL_PROBABILITY : gtk_spin_button_get_value (self->rate) / 100),
  };
  // Epochs count from 1 for people.
  guint32 epoch = test ? 0 : (guint32)gtk_spin_button_get_value_as_int (self->epoch) - 1;

  cz_block_sample_cut (sample, size, masked ? &masking : NULL, epoch);
  for (guint b = 0; b < sample->n_blocks; b++)
    {
      g_autofree char *markup = cz_block_markup_block (sample, b, dark);
      g_autofree char *title = NULL;
      guint hidden = 0;

      for (guint i = 0; i < size; i++)
        hidden += sample->labels[b * size + i] != CZ_MASKING_IGNORED;
      if (masked)
        // Translators: a block's number, how many of its tokens are to be guessed, of how many.
        title
            = g_strdup_printf (_ ("Block %u · %u of %u tokens to be guessed"), b + 1, hidden, size);
      else
        title = g_strdup_printf (_ ("Block %u · %u tokens"), b + 1, size);
      fill_card (self, b, title, markup);
    }
  drop_cards (self, sample->n_blocks);
}

static void
show_sentence (CzBlocksView *self, const char *sentence)
{
  gtk_label_set_label (self->legend_label, "");
  adw_status_page_set_description (self->sentence, sentence);
  gtk_stack_set_visible_child_name (self->states, "sentence");
}

// What the blocks have to do with a run's.
static const char *
get_note (CzBlocksView *self, Step step)
{
  if (step < STEP_BLOCKS)
    return "";
  if (is_test (self))
    return _ (
        "Test blocks are hidden in the same way for every run, so that perplexities compare.");
  if (self->sample->has_test)
    return _ ("The first blocks of the training split: exactly what a run with these values sees.");
  return _ ("A run sets some documents aside to test on, so its blocks are cut from the others. "
            "Split the corpus to see the very blocks of a run.");
}

static void
show_sample (CzBlocksView *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  Step step = get_step (self);
  g_autofree char *legend = NULL;

  if (self->sample == NULL)
    return;
  gtk_widget_set_visible (self->part_box, self->sample->has_test);
  gtk_widget_set_visible (self->size_box, step >= STEP_BLOCKS);
  gtk_widget_set_visible (self->masking_box, step == STEP_MASKED && !is_test (self));
  gtk_widget_set_visible (self->rate_box, step == STEP_MASKED && !is_test (self));
  gtk_widget_set_visible (self->seed_box, step == STEP_MASKED && !is_test (self));
  gtk_widget_set_visible (self->epoch_box, step == STEP_MASKED && !is_test (self));
  if (step >= STEP_BLOCKS)
    show_blocks (self, step == STEP_MASKED, dark);
  else
    show_documents (self, step == STEP_PIECES, dark);
  if (step >= STEP_BLOCKS && self->sample->n_blocks == 0)
    {
      g_autofree char *sentence
          = g_strdup_printf (_ ("The corpus has only %u tokens, too few for one block of %u."),
                             self->sample->words->len, self->sample->block_size);

      show_sentence (self, sentence);
      return;
    }
  if (step == STEP_PIECES)
    {
      g_autofree char *parts = cz_block_markup_legend (FALSE, dark);
      double unknown = 100.0 * self->sample->unknown / MAX (self->sample->words->len, 1);

      // Translators: the first %s explains colours, the number is a percentage.
      legend = g_strdup_printf (_ ("%s  %.2f %% are unknown to the model: [UNK]."), parts, unknown);
    }
  else if (step != STEP_TEXT)
    legend = cz_block_markup_legend (step == STEP_MASKED, dark);
  gtk_label_set_markup (self->legend_label, legend != NULL ? legend : "");
  gtk_widget_set_visible (GTK_WIDGET (self->legend_label), legend != NULL);
  gtk_label_set_label (self->note_label, get_note (self, step));
  gtk_widget_set_visible (GTK_WIDGET (self->note_label), step >= STEP_BLOCKS);
  gtk_stack_set_visible_child_name (self->states, "cards");
}

static void
value_changed (CzBlocksView *self)
{
  if (!self->filling)
    show_sample (self);
}

// The rate that a run takes by default with each masking.
static void
masking_changed (CzBlocksView *self)
{
  self->filling = TRUE;
  gtk_spin_button_set_value (self->rate,
                             gtk_drop_down_get_selected (self->mask_choice) == 1 ? 20 : 15);
  self->filling = FALSE;
  value_changed (self);
}

// ---- Working out ----

typedef struct
{
  CzBlockSampleOptions options;
  CzBlockSample *sample;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->options.model);
  g_clear_pointer (&question->sample, cz_block_sample_free);
  g_free (question);
}

static gboolean
work_out (CzLibrary *library, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  question->sample = cz_block_sample_new (library, &question->options, cancellable, error);
  return question->sample != NULL;
}

static void
worked_out (GObject *object, GAsyncResult *result, gpointer data)
{
  CzBlocksView *self = CZ_BLOCKS_VIEW (object);
  g_autoptr (GError) error = NULL;
  Question *question = cz_library_task_finish (result, &error);

  if (question != NULL)
    {
      g_clear_pointer (&self->sample, cz_block_sample_free);
      self->sample = g_steal_pointer (&question->sample);
      show_sample (self);
    }
  else if (!cz_library_task_is_cancelled (error))
    show_sentence (self, error->message);
}

static void
begin (CzBlocksView *self)
{
  CzModelItem *model = gtk_drop_down_get_selected_item (self->model_choice);
  Question *question;

  if (!self->wanted || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->wanted = FALSE;
  gtk_widget_set_visible (self->models_button, model == NULL);
  if (model == NULL)
    {
      show_sentence (self, _ ("Add a model first: its vocabulary decides how words are cut."));
      return;
    }
  question = g_new0 (Question, 1);
  question->options = (CzBlockSampleOptions){ .corpus = self->corpus,
                                              .model = g_strdup (cz_model_item_get (model)->folder),
                                              .test = is_test (self),
                                              .tokens = TOKENS };
  cz_library_task_run (self, cz_workbench_get_path (self->workbench), work_out, question,
                       question_free, self->cancellable, worked_out);
}

static void
choice_changed (CzBlocksView *self)
{
  if (self->filling || self->workbench == NULL)
    return;
  cz_library_task_renew (&self->cancellable);
  self->wanted = TRUE;
  begin (self);
}

// ---- Life ----

static void
cz_blocks_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cz_blocks_view_parent_class)->map (widget);
  begin (CZ_BLOCKS_VIEW (widget));
}

static void
cz_blocks_view_dispose (GObject *object)
{
  g_cancellable_cancel (CZ_BLOCKS_VIEW (object)->cancellable);
  G_OBJECT_CLASS (cz_blocks_view_parent_class)->dispose (object);
}

static void
cz_blocks_view_finalize (GObject *object)
{
  CzBlocksView *self = CZ_BLOCKS_VIEW (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->sample, cz_block_sample_free);
  G_OBJECT_CLASS (cz_blocks_view_parent_class)->finalize (object);
}

static void
cz_blocks_view_class_init (CzBlocksViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_blocks_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_blocks_view_finalize;
  widget_class->map = cz_blocks_view_map;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/blocks-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, text_step);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, pieces_step);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, blocks_step);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, masked_step);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, model_choice);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, part_choice);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, size_choice);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, mask_choice);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, rate);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, seed);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, epoch);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, part_box);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, size_box);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, masking_box);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, rate_box);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, seed_box);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, epoch_box);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, legend_label);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, note_label);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, states);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, sentence);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, models_button);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, cards);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, value_changed);
  gtk_widget_class_bind_template_callback (widget_class, masking_changed);
}

static void
cz_blocks_view_init (CzBlocksView *self)
{
  GtkExpression *expression;

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  expression = gtk_property_expression_new (CZ_TYPE_MODEL_ITEM, NULL, "name");
  gtk_drop_down_set_expression (self->model_choice, expression);
  gtk_expression_unref (expression);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (show_sample), self, G_CONNECT_SWAPPED);
}

void
cz_blocks_view_show (CzBlocksView *self, CzWorkbench *workbench, gint64 corpus)
{
  self->filling = TRUE;
  if (self->workbench == NULL)
    gtk_drop_down_set_model (self->model_choice, cz_workbench_get_models (workbench));
  if (corpus != self->corpus)
    gtk_drop_down_set_selected (self->part_choice, 0);
  self->filling = FALSE;
  self->workbench = workbench;
  self->corpus = corpus;
  choice_changed (self);
}
