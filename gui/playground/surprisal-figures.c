#include "gui/playground/surprisal-figures.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/experiments/run-dot.h"
#include "gui/numbers.h"

// From here on a number would be too long for its place.
#define MOST 1e6

typedef struct
{
  GtkWidget *arrow; // before all but the first
  GtkWidget *box;
  CzRunDot *dot;
  GtkLabel *title;
  GtkLabel *number;
} Figure;

struct _CzSurprisalFigures
{
  AdwBin parent_instance;
  Figure figures[CZ_SURPRISAL_MODELS];
  GtkLabel *sentence;
};

G_DEFINE_FINAL_TYPE (CzSurprisalFigures, cz_surprisal_figures, ADW_TYPE_BIN)

// ---- In words ----

static void
append_change (GString *text, const CzSurprisalScores *scores, guint m)
{
  const CzSurprisalModel *base = &scores->models[0], *model = &scores->models[m];
  double share = model->pseudo_perplexity / base->pseudo_perplexity - 1;
  int percent;

  if (isnan (share) || isinf (share))
    return;
  percent = (int)fmin (lround (fabs (share) * 100), 999999);
  g_string_append_c (text, ' ');
  if (percent == 0)
    // Translators: two models' names.
    g_string_append_printf (text, _ ("Under %s it is the same as under %s."), model->title,
                            base->title);
  else
    g_string_append_printf (text,
                            // Translators: a model's name, a number of per cent, another model.
                            share < 0 ? _ ("Under %s it is %d %% lower than under %s.")
                                      : _ ("Under %s it is %d %% higher than under %s."),
                            model->title, percent, base->title);
}

char *
cz_surprisal_figures_explain (const CzSurprisalScores *scores)
{
  const CzSurprisalModel *base = &scores->models[0];
  g_autofree char *count = cz_numbers_count (base->scored);
  GString *text = g_string_new (NULL);

  if (base->scored == 0)
    {
      g_string_append (text, _ ("No token of this text could be scored."));
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (
      text,
      // Translators: %s is a number of tokens.
      ngettext ("Pseudo-perplexity: the %s token was hidden, and this is among how many the "
                "model hesitates (exp of the surprisal in nats).",
                "Pseudo-perplexity: each of the %s tokens was hidden in its turn, and this is "
                "among how many the model hesitates on average (exp of the mean surprisal in "
                "nats).",
                base->scored),
      count);
  if (!cz_surprisal_scores_is_comparable (scores))
    {
      g_string_append_c (text, ' ');
      g_string_append (text, _ ("These models cut the text into different tokens: compare the "
                                "words' bits rather than this number."));
      return g_string_free (text, FALSE);
    }
  for (guint m = 1; m < scores->n_models; m++)
    append_change (text, scores, m);
  return g_string_free (text, FALSE);
}

// A text of another language can have millions.
static char *
format_perplexity (double value)
{
  if (isnan (value))
    return g_strdup ("–");
  return value < MOST ? cz_numbers_perplexity (value) : g_strdup_printf ("%.2e", value);
}

// ---- The widget ----

void
cz_surprisal_figures_show (CzSurprisalFigures *self, const CzSurprisalScores *scores)
{
  g_autofree char *sentence = cz_surprisal_figures_explain (scores);

  for (guint m = 0; m < CZ_SURPRISAL_MODELS; m++)
    {
      Figure *figure = &self->figures[m];
      const CzSurprisalModel *model = &scores->models[m];
      gboolean shown = m < scores->n_models;
      g_autofree char *number = NULL;

      gtk_widget_set_visible (figure->arrow, shown && m > 0);
      gtk_widget_set_visible (figure->box, shown);
      if (!shown)
        continue;
      number = format_perplexity (model->pseudo_perplexity);
      cz_run_dot_set_color (figure->dot, model->color);
      gtk_label_set_label (figure->title, model->title);
      gtk_widget_set_tooltip_text (figure->box, model->title);
      gtk_label_set_label (figure->number, number);
      if (m == 0 && scores->n_models > 1)
        gtk_widget_add_css_class (GTK_WIDGET (figure->number), "before");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (figure->number), "before");
    }
  gtk_label_set_label (self->sentence, sentence);
}

static void
make_figure (CzSurprisalFigures *self, GtkBox *row, Figure *figure)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  figure->arrow = gtk_label_new ("→");
  gtk_widget_add_css_class (figure->arrow, "run-arrow");
  gtk_widget_set_valign (figure->arrow, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (figure->arrow, 6);
  gtk_box_append (row, figure->arrow);
  figure->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  figure->dot = CZ_RUN_DOT (cz_run_dot_new ());
  figure->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (figure->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (figure->title, 22);
  gtk_widget_add_css_class (GTK_WIDGET (figure->title), "caption");
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (figure->dot));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (figure->title));
  gtk_box_append (GTK_BOX (figure->box), head);
  figure->number = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (figure->number, 0);
  gtk_label_set_selectable (figure->number, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (figure->number), "run-number");
  gtk_box_append (GTK_BOX (figure->box), GTK_WIDGET (figure->number));
  gtk_box_append (row, figure->box);
}

static void
cz_surprisal_figures_class_init (CzSurprisalFiguresClass *klass)
{
}

static void
cz_surprisal_figures_init (CzSurprisalFigures *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);

  for (guint m = 0; m < CZ_SURPRISAL_MODELS; m++)
    make_figure (self, GTK_BOX (row), &self->figures[m]);
  gtk_box_append (GTK_BOX (box), row);
  self->sentence = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->sentence, TRUE);
  gtk_label_set_max_width_chars (self->sentence, 80);
  gtk_label_set_xalign (self->sentence, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->sentence), "dim-label");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->sentence));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
cz_surprisal_figures_new (void)
{
  return g_object_new (CZ_TYPE_SURPRISAL_FIGURES, NULL);
}
