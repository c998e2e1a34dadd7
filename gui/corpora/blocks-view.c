#include "gui/corpora/blocks-view.h"

#include <glib/gi18n.h>

#include "gui/chart/palette.h"
#include "gui/corpora/block-sample.h"
#include "gui/front-page.h"
#include "gui/models/model-item.h"

#define BLOCKS     24
#define BLOCK_SIZE 128

struct _CzBlocksView
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  gint64 corpus;
  gboolean wanted; // to be worked out as soon as the view is shown
  gboolean filling;
  GCancellable *cancellable;
  CzBlockSample *sample;
  GtkDropDown *model_choice;
  GtkDropDown *mask_choice;
  GtkLabel *legend_label;
  GtkStack *states;
  GtkLabel *sentence_label;
  GtkTextView *text;
};

G_DEFINE_FINAL_TYPE (CzBlocksView, cz_blocks_view, ADW_TYPE_BIN)

// ---- Working out ----

typedef struct
{
  char *library;
  char *model;
  CzBlockSampleOptions options;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->library);
  g_free (question->model);
  g_free (question);
}

static void
work_out (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  CzBlockSample *sample = cz_block_sample_new (&question->options, cancellable, &error);

  if (sample != NULL)
    g_task_return_pointer (task, sample, (GDestroyNotify)cz_block_sample_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

// ---- Showing ----

// The five ways a piece is shown.
typedef enum
{
  LOOK_ODD, // words take turns, so that their pieces belong together at a glance
  LOOK_EVEN,
  LOOK_SPECIAL,
  LOOK_MASKED,   // hidden behind [MASK]
  LOOK_REPLACED, // another piece stands in its place
  LOOK_KEPT,     // to be guessed, but left as it is
  N_LOOKS
} Look;

static void
make_tags (CzBlocksView *self, GtkTextTag *tags[N_LOOKS], GtkTextTag **heading)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const char *front = dark ? "#1e1e1e" : "#ffffff";

  tags[LOOK_ODD]
      = gtk_text_buffer_create_tag (buffer, NULL, "background", dark ? "#3a4654" : "#e3edf7", NULL);
  tags[LOOK_EVEN]
      = gtk_text_buffer_create_tag (buffer, NULL, "background", dark ? "#4a4438" : "#f7efdd", NULL);
  tags[LOOK_SPECIAL]
      = gtk_text_buffer_create_tag (buffer, NULL, "foreground", "#8a8a8a", "scale", 0.8, NULL);
  tags[LOOK_MASKED]
      = gtk_text_buffer_create_tag (buffer, NULL, "background", cz_palette_get_hex (0, dark),
                                    "foreground", front, "weight", PANGO_WEIGHT_BOLD, NULL);
  tags[LOOK_REPLACED]
      = gtk_text_buffer_create_tag (buffer, NULL, "background", cz_palette_get_hex (4, dark),
                                    "foreground", front, "weight", PANGO_WEIGHT_BOLD, NULL);
  tags[LOOK_KEPT] = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_DOUBLE,
                                                "weight", PANGO_WEIGHT_BOLD, "foreground",
                                                cz_palette_get_hex (2, dark), NULL);
  *heading = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, "scale", 0.85,
                                         "pixels-above-lines", 18, "pixels-below-lines", 6, NULL);
}

static Look
look_of (const CzBlockSample *sample, gsize at, gboolean even)
{
  guint32 word = sample->words[at];

  if (sample->labels[at] == CZ_MASKING_IGNORED)
    return word & CZ_TOKEN_SPECIAL ? LOOK_SPECIAL : even ? LOOK_EVEN : LOOK_ODD;
  if (sample->ids[at] == cz_tokenizer_get_mask_id (sample->tokenizer))
    return LOOK_MASKED;
  return sample->ids[at] == (word & CZ_TOKEN_ID_MASK) ? LOOK_KEPT : LOOK_REPLACED;
}

static void
append_block (CzBlocksView *self, guint block, GtkTextTag *tags[N_LOOKS], GtkTextTag *heading)
{
  const CzBlockSample *sample = self->sample;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *title = g_strdup_printf (_ ("Block %u"), block + 1);
  gboolean even = FALSE;
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert_with_tags (buffer, &end, title, -1, heading, NULL);
  gtk_text_buffer_insert (buffer, &end, "\n", 1);
  for (guint i = 0; i < sample->block_size; i++)
    {
      gsize at = (gsize)block * sample->block_size + i;
      guint32 word = sample->words[at];
      gboolean continuation;
      const char *piece
          = cz_tokenizer_get_piece (sample->tokenizer, word & CZ_TOKEN_ID_MASK, &continuation);
      g_autofree char *shown = NULL;
      Look look;

      if (word & CZ_TOKEN_WORD_START)
        {
          even = !even;
          if (i > 0)
            gtk_text_buffer_insert (buffer, &end, " ", 1);
        }
      else if (i > 0)
        gtk_text_buffer_insert_with_tags (buffer, &end, "·", -1, tags[LOOK_SPECIAL], NULL);
      look = look_of (sample, at, even);
      if (look == LOOK_REPLACED)
        {
          gboolean other;

          shown = g_strdup_printf (
              "%s→%s", piece, cz_tokenizer_get_piece (sample->tokenizer, sample->ids[at], &other));
        }
      gtk_text_buffer_insert_with_tags (buffer, &end, shown != NULL ? shown : piece, -1, tags[look],
                                        NULL);
    }
  gtk_text_buffer_insert (buffer, &end, "\n", 1);
}

static void
show_sample (CzBlocksView *self)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
  GtkTextTag *tags[N_LOOKS], *heading;
  g_autofree char *legend = NULL;
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  double unknown;

  if (self->sample == NULL)
    return;
  gtk_text_view_set_buffer (self->text, buffer);
  make_tags (self, tags, &heading);
  for (guint b = 0; b < self->sample->n_blocks; b++)
    append_block (self, b, tags, heading);
  unknown = 100.0 * (double)self->sample->unknown
            / ((double)self->sample->n_blocks * self->sample->block_size);
  if (self->sample->masked)
    legend = g_strdup_printf ("<span background=\"%s\" foreground=\"%s\"> %s </span>  "
                              "<span background=\"%s\" foreground=\"%s\"> %s </span>  "
                              "<span underline=\"double\" foreground=\"%s\">%s</span>",
                              cz_palette_get_hex (0, dark), dark ? "#1e1e1e" : "#ffffff",
                              _ ("hidden behind [MASK]"), cz_palette_get_hex (4, dark),
                              dark ? "#1e1e1e" : "#ffffff", _ ("replaced by another piece"),
                              cz_palette_get_hex (2, dark), _ ("left as it is, but to be guessed"));
  else
    legend = g_strdup_printf (
        // Translators: %s is a percentage of tokens.
        _ ("Words take turns in two tints; a dot joins the pieces of one word. %.2f %% unknown."),
        unknown);
  gtk_label_set_markup (self->legend_label, legend);
  gtk_stack_set_visible_child_name (self->states, "text");
}

static void
show_sentence (CzBlocksView *self, const char *sentence)
{
  gtk_label_set_label (self->legend_label, "");
  gtk_label_set_label (self->sentence_label, sentence);
  gtk_stack_set_visible_child_name (self->states, "sentence");
}

static void
worked_out (GObject *object, GAsyncResult *result, gpointer data)
{
  CzBlocksView *self = CZ_BLOCKS_VIEW (object);
  g_autoptr (GError) error = NULL;
  CzBlockSample *sample = g_task_propagate_pointer (G_TASK (result), &error);

  if (sample != NULL)
    {
      g_clear_pointer (&self->sample, cz_block_sample_free);
      self->sample = sample;
      show_sample (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_sentence (self, error->message);
}

static void
begin (CzBlocksView *self)
{
  CzModelItem *model = gtk_drop_down_get_selected_item (self->model_choice);
  guint masking = gtk_drop_down_get_selected (self->mask_choice);
  g_autoptr (GTask) task = NULL;
  Question *question;

  if (!self->wanted || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->wanted = FALSE;
  if (model == NULL)
    {
      show_sentence (self, _ ("Add a model first: its vocabulary decides how words are cut."));
      return;
    }
  question = g_new0 (Question, 1);
  question->library = g_strdup (cz_workbench_get_path (self->workbench));
  question->model = g_strdup (cz_model_item_get (model)->folder);
  question->options = (CzBlockSampleOptions){
    .library = question->library,
    .corpus = self->corpus,
    .model = question->model,
    .block_size = BLOCK_SIZE,
    .n_blocks = BLOCKS,
    .masked = masking > 0,
    .strategy = masking == 2 ? CZ_MASKING_WORD : CZ_MASKING_TOKEN,
    .probability = masking == 2 ? 0.2 : 0.15,
    .seed = 42,
  };
  task = g_task_new (self, self->cancellable, worked_out, NULL);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, work_out);
}

static void
choice_changed (CzBlocksView *self)
{
  if (self->filling || self->workbench == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
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
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, model_choice);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, mask_choice);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, legend_label);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, states);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, CzBlocksView, text);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
}

static void
cz_blocks_view_init (CzBlocksView *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  gtk_drop_down_set_expression (self->model_choice,
                                gtk_property_expression_new (CZ_TYPE_MODEL_ITEM, NULL, "name"));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (show_sample), self, G_CONNECT_SWAPPED);
}

void
cz_blocks_view_show (CzBlocksView *self, CzWorkbench *workbench, gint64 corpus)
{
  self->filling = TRUE;
  if (self->workbench == NULL)
    gtk_drop_down_set_model (self->model_choice, cz_workbench_get_models (workbench));
  self->filling = FALSE;
  self->workbench = workbench;
  self->corpus = corpus;
  choice_changed (self);
}
