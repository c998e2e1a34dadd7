#include "gui/playground/playground-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/front-page.h"
#include "gui/playground/attention-view.h"
#include "gui/playground/history-view.h"
#include "gui/playground/model-bar.h"
#include "gui/playground/neighbours-view.h"
#include "gui/playground/playground.h"
#include "gui/playground/prediction-view.h"
#include "gui/playground/prompt.h"
#include "gui/playground/sentences-view.h"
#include "gui/playground/surprisal-view.h"
#include "gui/window.h"

// After how long work shows, in milliseconds: what is done sooner needs no spinner.
#define SPIN 200

struct _CzPlaygroundPage
{
  AdwBin parent_instance;
  CzWorkbench *workbench; // the window's
  CzPlayground *playground;
  CzPrompt *prompt;
  GtkLabel *hint_label;
  GtkBox *model_place; // where the model bar goes
  GtkSpinner *spinner;
  GtkStack *states;
  AdwStatusPage *trouble;
  GtkWidget *switcher_place;
  GtkStack *views;
  CzHistoryView *history;
  guint spinning; // timeout source
};

G_DEFINE_FINAL_TYPE (CzPlaygroundPage, cz_playground_page, ADW_TYPE_BIN)

// ---- Prompt ----

static void
show_hint (CzPlaygroundPage *self)
{
  gtk_label_set_label (self->hint_label,
                       cz_playground_get_n_masks (self->playground) == 0
                           ? _ ("Type a sentence and click a word, or press Ctrl+M, to mask it.")
                           : _ ("A click or Ctrl+M masks a word, or shows it again."));
}

static void
prompt_changed (CzPlaygroundPage *self)
{
  g_autofree char *text = cz_prompt_get_text (self->prompt);

  if (self->playground != NULL)
    cz_playground_set_text (self->playground, text);
}

static void
text_changed (CzPlaygroundPage *self)
{
  g_autofree char *text = cz_prompt_get_text (self->prompt);

  show_hint (self);
  if (!g_str_equal (text, cz_playground_get_text (self->playground)))
    cz_prompt_set_text (self->prompt, cz_playground_get_text (self->playground));
}

static void
insert (CzPlaygroundPage *self, guint mask, const char *token)
{
  CzPromptBuffer *buffer
      = CZ_PROMPT_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->prompt)));
  guint start, end;

  gtk_widget_grab_focus (GTK_WIDGET (self->prompt));
  if (!g_str_has_prefix (token, "##"))
    {
      cz_prompt_fill_mask (self->prompt, mask, token);
      return;
    }
  if (mask >= cz_prompt_buffer_get_n_masks (buffer))
    return;
  // A piece that continues a word leaves no space before it.
  start = cz_prompt_buffer_get_mask (buffer, mask);
  end = start + CZ_MASK_LENGTH;
  while (start > 0)
    {
      g_autofree char *before = cz_prompt_buffer_get_part (buffer, start - 1, start);

      if (!g_str_equal (before, " "))
        break;
      start--;
    }
  cz_prompt_buffer_replace (buffer, start, end, token + strlen ("##"), NULL);
}

// ---- Views ----

static void
add_view (CzPlaygroundPage *self, GtkWidget *view, const char *name, const char *title)
{
  gtk_stack_add_titled (self->views, view, name, title);
}

// Sentences and History bring texts to the views that ask about them.
static void
view_turned (CzPlaygroundPage *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->views);

  if (name != NULL && !g_str_equal (name, "sentences") && !g_str_equal (name, "history"))
    cz_playground_set_view (self->playground, name);
}

// Each view scrolls by itself where it needs to.
static void
add_views (CzPlaygroundPage *self)
{
  add_view (self, cz_prediction_view_new (self->playground), "predictions", _ ("Predictions"));
  add_view (self, cz_surprisal_view_new (self->playground), "surprisal", _ ("Surprisal"));
  add_view (self, cz_attention_view_new (self->playground), "attention", _ ("Attention"));
  add_view (self, cz_neighbours_view_new (self->playground), "neighbours", _ ("Neighbours"));
  add_view (self, cz_sentences_view_new (self->playground), "sentences", _ ("Sentences"));
  self->history = CZ_HISTORY_VIEW (cz_history_view_new (self->playground));
  add_view (self, GTK_WIDGET (self->history), "history", _ ("History"));
  gtk_widget_set_visible (
      self->switcher_place,
      g_list_model_get_n_items (G_LIST_MODEL (gtk_stack_get_pages (self->views))) > 1);
  cz_front_page_follow (self->views);
  g_signal_connect_object (self->views, "notify::visible-child-name", G_CALLBACK (view_turned),
                           self, G_CONNECT_SWAPPED);
}

static void
show_view (CzPlaygroundPage *self, const char *name)
{
  if (gtk_stack_get_child_by_name (self->views, name) != NULL)
    gtk_stack_set_visible_child_name (self->views, name);
}

static void
show_state (CzPlaygroundPage *self)
{
  const char *trouble = cz_workbench_get_device_trouble (self->workbench);

  if (trouble != NULL)
    adw_status_page_set_description (self->trouble, trouble);
  gtk_stack_set_visible_child_name (
      self->states, cz_playground_get_models (self->playground)->len == 0 ? "no-model"
                    : trouble != NULL                                     ? "no-device"
                                                                          : "views");
}

// ---- What is told ----

static gboolean
spin (gpointer data)
{
  CzPlaygroundPage *self = data;

  self->spinning = 0;
  gtk_spinner_start (self->spinner);
  return G_SOURCE_REMOVE;
}

static void
busy_changed (CzPlaygroundPage *self)
{
  if (!cz_predictor_get_busy (cz_playground_get_predictor (self->playground)))
    {
      g_clear_handle_id (&self->spinning, g_source_remove);
      gtk_spinner_stop (self->spinner);
    }
  else if (self->spinning == 0 && !gtk_spinner_get_spinning (self->spinner))
    self->spinning = g_timeout_add (SPIN, spin, self);
}

static void
restarted (CzPlaygroundPage *self)
{
  cz_window_toast (GTK_WIDGET (self),
                   _ ("The process that predicts ended unexpectedly and was started again."));
}

static void
told (CzPlaygroundPage *self, const char *sentence)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cz_window_toast (GTK_WIDGET (self), sentence);
}

// ---- Life ----

static void
cz_playground_page_dispose (GObject *object)
{
  CzPlaygroundPage *self = CZ_PLAYGROUND_PAGE (object);

  g_clear_handle_id (&self->spinning, g_source_remove);
  if (self->playground != NULL)
    cz_predictor_stop (cz_playground_get_predictor (self->playground));
  g_clear_object (&self->playground);
  G_OBJECT_CLASS (cz_playground_page_parent_class)->dispose (object);
}

static void
cz_playground_page_class_init (CzPlaygroundPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_playground_page_dispose;
  g_type_ensure (CZ_TYPE_PROMPT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/playground-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, prompt);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, hint_label);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, model_place);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, states);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, switcher_place);
  gtk_widget_class_bind_template_child (widget_class, CzPlaygroundPage, views);
}

static void
cz_playground_page_init (CzPlaygroundPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cz_front_page_follow (self->states);
  g_signal_connect_swapped (self->prompt, "prompt-changed", G_CALLBACK (prompt_changed), self);
}

void
cz_playground_page_set_workbench (CzPlaygroundPage *self, CzWorkbench *workbench)
{
  CzPredictor *predictor;

  self->workbench = workbench;
  self->playground = cz_playground_new (workbench);
  predictor = cz_playground_get_predictor (self->playground);
  cz_prompt_set_text (self->prompt, cz_playground_get_text (self->playground));
  gtk_box_append (self->model_place, cz_model_bar_new (self->playground));
  add_views (self);
  show_hint (self);
  show_state (self);
  g_signal_connect_object (self->playground, "text-changed", G_CALLBACK (text_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->playground, "models-changed", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->playground, "show-view", G_CALLBACK (show_view), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->playground, "told", G_CALLBACK (told), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->playground, "insert", G_CALLBACK (insert), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (predictor, "notify::busy", G_CALLBACK (busy_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (predictor, "restarted", G_CALLBACK (restarted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::device", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
}

void
cz_playground_page_mask (CzPlaygroundPage *self)
{
  if (!cz_prompt_toggle_mask (self->prompt))
    cz_window_toast (GTK_WIDGET (self), _ ("There is no word at the cursor to mask."));
  gtk_widget_grab_focus (GTK_WIDGET (self->prompt));
}

void
cz_playground_page_show_model (CzPlaygroundPage *self, const char *model)
{
  cz_playground_add_model (self->playground, model);
}

void
cz_playground_page_search (CzPlaygroundPage *self)
{
  show_view (self, "history");
  cz_history_view_search (self->history);
}
