#include "gui/playground/surprisal-view.h"

#include <glib/gi18n.h>

#include "engine/format/atomic-file.h"
#include "gui/numbers.h"
#include "gui/playground/surprisal-export.h"
#include "gui/playground/surprisal-figures.h"
#include "gui/playground/surprisal-picture.h"
#include "gui/playground/surprisal-result.h"
#include "gui/playground/surprisal-work.h"
#include "gui/window.h"

// How long typing rests before a text is scored, and how long scoring may take before its progress
// is shown, in milliseconds.
#define REST     400
#define PATIENCE 200

struct _CzSurprisalView
{
  AdwBin parent_instance;
  CzPlayground *playground;
  GtkLabel *nothing_label; // in the place of results while there are none
  GtkBox *shown;           // figures, buttons and the result
  GtkBox *notice;          // why nothing was scored, and the button that does it
  GtkLabel *notice_label;
  GtkButton *score_button;
  GtkBox *progress;
  GtkProgressBar *progress_bar;
  GtkLabel *left_label;
  GtkWidget *outdated; // what is shown is of another text or of other models
  CzSurprisalFigures *figures;
  CzSurprisalResult *result;
  GtkToggleButton *table_button;
  GtkToggleButton *difference_button;
  GtkToggleButton *side_button;
  GtkWidget *export_button;
  CzSurprisalScores *scores; // the last good ones, NULL: none
  gboolean fresh;            // they are of the text and the models as they are now
  guint resting, waiting;    // timeout sources
  // Of the question that is being answered.
  char **titles;
  guint *colors;
  guint tokens;
  gint64 asked_at;
  double rate; // seconds for a unit of work under these models, 0: not known
};

G_DEFINE_FINAL_TYPE (CzSurprisalView, cz_surprisal_view, ADW_TYPE_BIN)

// ---- What is seen ----

static void
show_notice (CzSurprisalView *self, const char *sentence, const char *button)
{
  gtk_widget_set_visible (GTK_WIDGET (self->notice), sentence != NULL);
  if (sentence == NULL)
    return;
  gtk_label_set_label (self->notice_label, sentence);
  gtk_button_set_label (self->score_button, button);
}

static void
hide_progress (CzSurprisalView *self)
{
  g_clear_handle_id (&self->waiting, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);
}

static gboolean
show_progress (gpointer data)
{
  CzSurprisalView *self = data;

  self->waiting = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->progress), TRUE);
  return G_SOURCE_REMOVE;
}

static void
show_freshness (CzSurprisalView *self)
{
  gtk_widget_set_opacity (GTK_WIDGET (self->figures), self->fresh ? 1 : 0.45);
  gtk_widget_set_opacity (GTK_WIDGET (self->result), self->fresh ? 1 : 0.45);
  gtk_widget_set_visible (self->outdated, self->scores != NULL && !self->fresh);
  gtk_widget_set_visible (GTK_WIDGET (self->shown), self->scores != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->nothing_label), self->scores == NULL);
}

static void
show_scores (CzSurprisalView *self)
{
  gboolean several = self->scores->n_models > 1;

  cz_surprisal_figures_show (self->figures, self->scores);
  gtk_widget_set_visible (GTK_WIDGET (self->difference_button), several);
  gtk_widget_set_visible (GTK_WIDGET (self->side_button), several);
  cz_surprisal_result_show (self->result, self->scores);
}

// ---- Asking ----

static void
forget (CzSurprisalView *self)
{
  cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_SURPRISAL);
  hide_progress (self);
}

// Since the question was asked.
static double
get_seconds (CzSurprisalView *self)
{
  return (double)(g_get_monotonic_time () - self->asked_at) / G_USEC_PER_SEC;
}

static void
told (double share, gpointer data)
{
  CzSurprisalView *self = data;
  double seconds = get_seconds (self);
  // The first moments tell nothing of the rest.
  g_autofree char *left = cz_numbers_time_left (
      share > 0.02 && seconds > 2 ? seconds * (1 / share - 1) : -1 /* unknown */);

  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (share, 0, 1));
  gtk_label_set_label (self->left_label, left);
}

static void
answered (JsonNode *result, const char *sentence, gpointer data)
{
  CzSurprisalView *self = data;
  g_autoptr (CzSurprisalScores) scores = NULL;
  guint n = g_strv_length (self->titles);
  double rate;

  hide_progress (self);
  if (result != NULL)
    {
      scores = cz_surprisal_scores_new (result, (const char *const *)self->titles, self->colors);
      if (scores == NULL)
        sentence = _ ("The process that predicts gave an answer that can't be read.");
    }
  if (scores == NULL)
    {
      show_notice (self, sentence, _ ("_Try again"));
      return;
    }
  rate = cz_surprisal_work_get_rate (self->tokens, n, get_seconds (self));
  if (rate > 0)
    self->rate = rate;
  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  self->scores = g_steal_pointer (&scores);
  self->fresh = TRUE;
  show_notice (self, NULL, NULL);
  show_scores (self);
  show_freshness (self);
}

static void
ask (CzSurprisalView *self)
{
  GPtrArray *models = cz_playground_get_models (self->playground);
  g_auto (GStrv) names = cz_playground_dup_model_names (self->playground);
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();
  const char *text = cz_playground_get_text (self->playground);
  g_autoptr (JsonObject) question = cz_question_new ("surprisal", (const char *const *)names, text);

  g_clear_handle_id (&self->resting, g_source_remove);
  g_strfreev (self->titles);
  g_free (self->colors);
  self->colors = g_new0 (guint, models->len + 1);
  for (guint i = 0; i < models->len; i++)
    {
      const CzPlaygroundModel *model = g_ptr_array_index (models, i);

      g_strv_builder_add (titles, model->title);
      self->colors[i] = model->color;
    }
  self->titles = g_strv_builder_end (titles);
  self->tokens = cz_surprisal_work_count_tokens (text);
  self->asked_at = g_get_monotonic_time ();
  show_notice (self, NULL, NULL);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_label_set_label (self->left_label, "");
  g_clear_handle_id (&self->waiting, g_source_remove);
  self->waiting = g_timeout_add (PATIENCE, show_progress, self);
  cz_predictor_ask (cz_playground_get_predictor (self->playground), CZ_QUESTION_SURPRISAL, question,
                    answered, told, self);
}

// Whether there is anything to score; else says why not.
static gboolean
is_possible (CzSurprisalView *self)
{
  const char *missing = NULL;

  if (cz_playground_get_models (self->playground)->len == 0)
    missing = _ ("Add a model first.");
  else if (cz_surprisal_work_count_tokens (cz_playground_get_text (self->playground)) == 0)
    missing = _ ("Write a text above. Each of its words is then hidden in its turn, and its tint "
                 "tells how little the model expected it there.");
  if (missing == NULL)
    {
      gtk_label_set_label (self->nothing_label,
                           _ ("Each word of the text is hidden in its turn: its tint will tell how "
                              "little the model expected it there."));
      return TRUE;
    }
  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  gtk_label_set_label (self->nothing_label, missing);
  return FALSE;
}

// The text rests: a short one is scored, for a long one stands a button.
static gboolean
rested (gpointer data)
{
  CzSurprisalView *self = data;
  guint models = cz_playground_get_models (self->playground)->len;
  guint tokens = cz_surprisal_work_count_tokens (cz_playground_get_text (self->playground));

  self->resting = 0;
  if (!is_possible (self))
    {
      show_freshness (self);
      return G_SOURCE_REMOVE;
    }
  if (cz_surprisal_work_is_light (
          tokens, models, cz_workbench_has_gpu (cz_playground_get_workbench (self->playground)),
          self->rate))
    ask (self);
  else
    {
      g_autofree char *work = cz_surprisal_work_describe (tokens, models, self->rate);

      show_notice (self, work, _ ("_Score"));
    }
  return G_SOURCE_REMOVE;
}

// What is shown is of something else: it stays, dimmed, until the next result is there.
static void
follow (CzSurprisalView *self)
{
  self->fresh = FALSE;
  g_clear_handle_id (&self->resting, g_source_remove);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  forget (self);
  show_notice (self, NULL, NULL);
  show_freshness (self);
  // Nothing at all may be a step on the way to another text.
  self->resting = g_timeout_add (REST, rested, self);
}

static void
models_changed (CzSurprisalView *self)
{
  self->rate = 0;
  follow (self);
}

static void
score_clicked (CzSurprisalView *self)
{
  if (is_possible (self))
    ask (self);
}

static void
cancel_clicked (CzSurprisalView *self)
{
  forget (self);
  show_notice (self, _ ("Scoring was stopped."), _ ("_Score"));
}

// ---- What is shown how ----

static void
layout_changed (CzSurprisalView *self)
{
  gboolean table = gtk_toggle_button_get_active (self->table_button);

  gtk_widget_set_sensitive (GTK_WIDGET (self->side_button), !table);
  gtk_widget_set_sensitive (GTK_WIDGET (self->difference_button), !table);
  cz_surprisal_result_set_table (self->result, table);
  cz_surprisal_result_set_side_by_side (self->result,
                                        gtk_toggle_button_get_active (self->side_button));
  cz_surprisal_result_set_kind (self->result, gtk_toggle_button_get_active (self->difference_button)
                                                  ? CZ_TINT_DIFFERENCE
                                                  : CZ_TINT_SURPRISAL);
}

// ---- Saving ----

typedef struct
{
  CzSurprisalView *view;
  GtkFileChooserNative *chooser;
  CzSurprisalScores *scores;
  char *ending;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->view);
  g_object_unref (saving->chooser);
  cz_surprisal_scores_unref (saving->scores);
  g_free (saving->ending);
  g_free (saving);
}

static gboolean
save (Saving *saving, const char *path, GError **error)
{
  g_autofree char *content = NULL;
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (saving->view));

  if (g_str_equal (saving->ending, "png"))
    return cz_surprisal_picture_save (saving->scores,
                                      gtk_toggle_button_get_active (saving->view->difference_button)
                                          ? CZ_TINT_DIFFERENCE
                                          : CZ_TINT_SURPRISAL,
                                      pango_context_get_font_description (context), path, error);
  content = g_str_equal (saving->ending, "csv") ? cz_surprisal_export_csv (saving->scores)
                                                : cz_surprisal_export_html (saving->scores);
  return cz_atomic_file_save (path, content, strlen (content), error);
}

static void
saved (GtkNativeDialog *dialog, int response, Saving *saving)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (saving->chooser));
  g_autofree char *chosen = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *view = GTK_WIDGET (saving->view);

  if (response == GTK_RESPONSE_ACCEPT && gtk_widget_get_root (view) != NULL)
    {
      g_autofree char *suffix = g_strconcat (".", saving->ending, NULL);
      g_autofree char *path = chosen == NULL || g_str_has_suffix (chosen, suffix)
                                  ? g_strdup (chosen)
                                  : g_strconcat (chosen, suffix, NULL);

      if (path == NULL)
        cz_window_tell_error (view, _ ("Nothing was saved"),
                              _ ("Choose a folder of this computer."));
      else if (!save (saving, path, &error))
        cz_window_tell_error (view, _ ("The surprisal could not be saved"), error->message);
      else
        {
          g_autofree char *name = g_filename_display_basename (path);
          // Translators: %s is a file's name.
          g_autofree char *sentence = g_strdup_printf (_ ("“%s” was saved."), name);

          cz_window_toast (view, sentence);
        }
    }
  saving_free (saving);
}

static void
save_activated (GtkWidget *widget, const char *action, GVariant *ending)
{
  CzSurprisalView *self = CZ_SURPRISAL_VIEW (widget);
  g_autofree char *name = NULL;
  Saving *saving;

  if (self->scores == NULL)
    return;
  saving = g_new0 (Saving, 1);
  saving->view = g_object_ref (self);
  saving->scores = cz_surprisal_scores_ref (self->scores);
  saving->ending = g_variant_dup_string (ending, NULL);
  saving->chooser = gtk_file_chooser_native_new (
      _ ("Save the surprisal"), GTK_WINDOW (gtk_widget_get_root (widget)),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  // Translators: a file's name, without its ending.
  name = g_strdup_printf ("%s.%s", _ ("surprisal"), saving->ending);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (saving->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (saving->chooser), TRUE);
  g_signal_connect (saving->chooser, "response", G_CALLBACK (saved), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (saving->chooser));
}

static void
copy_activated (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CzSurprisalView *self = CZ_SURPRISAL_VIEW (widget);
  g_autofree char *text = NULL;

  if (self->scores == NULL)
    return;
  text = cz_surprisal_export_text (self->scores);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  cz_window_toast (widget, _ ("The table was copied."));
}

// ---- Life ----

static void
cz_surprisal_view_map (GtkWidget *widget)
{
  CzSurprisalView *self = CZ_SURPRISAL_VIEW (widget);

  GTK_WIDGET_CLASS (cz_surprisal_view_parent_class)->map (widget);
  if (!self->fresh)
    follow (self);
}

static void
cz_surprisal_view_unmap (GtkWidget *widget)
{
  CzSurprisalView *self = CZ_SURPRISAL_VIEW (widget);

  g_clear_handle_id (&self->resting, g_source_remove);
  forget (self);
  GTK_WIDGET_CLASS (cz_surprisal_view_parent_class)->unmap (widget);
}

static void
cz_surprisal_view_dispose (GObject *object)
{
  CzSurprisalView *self = CZ_SURPRISAL_VIEW (object);

  g_clear_handle_id (&self->resting, g_source_remove);
  g_clear_handle_id (&self->waiting, g_source_remove);
  if (self->playground != NULL)
    cz_predictor_forget (cz_playground_get_predictor (self->playground), CZ_QUESTION_SURPRISAL);
  g_clear_object (&self->playground);
  g_clear_pointer (&self->scores, cz_surprisal_scores_unref);
  G_OBJECT_CLASS (cz_surprisal_view_parent_class)->dispose (object);
}

static void
cz_surprisal_view_finalize (GObject *object)
{
  CzSurprisalView *self = CZ_SURPRISAL_VIEW (object);

  g_strfreev (self->titles);
  g_free (self->colors);
  G_OBJECT_CLASS (cz_surprisal_view_parent_class)->finalize (object);
}

static void
cz_surprisal_view_class_init (CzSurprisalViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cz_surprisal_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cz_surprisal_view_finalize;
  widget_class->map = cz_surprisal_view_map;
  widget_class->unmap = cz_surprisal_view_unmap;
  g_type_ensure (CZ_TYPE_SURPRISAL_FIGURES);
  g_type_ensure (CZ_TYPE_SURPRISAL_RESULT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/clozebench/Clozebench/ui/surprisal-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, shown);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, nothing_label);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, notice);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, notice_label);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, score_button);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, progress);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, left_label);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, outdated);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, figures);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, result);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, table_button);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, difference_button);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, side_button);
  gtk_widget_class_bind_template_child (widget_class, CzSurprisalView, export_button);
  gtk_widget_class_bind_template_callback (widget_class, score_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, layout_changed);
  gtk_widget_class_install_action (widget_class, "surprisal.save", "s", save_activated);
  gtk_widget_class_install_action (widget_class, "surprisal.copy", NULL, copy_activated);
}

static void
cz_surprisal_view_init (CzSurprisalView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
cz_surprisal_view_new (CzPlayground *playground)
{
  CzSurprisalView *self = g_object_new (CZ_TYPE_SURPRISAL_VIEW, NULL);

  self->playground = g_object_ref (playground);
  g_signal_connect_object (playground, "text-changed", G_CALLBACK (follow), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (playground, "models-changed", G_CALLBACK (models_changed), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
