#include "gui/playground/surprisal-card.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/numbers.h"

struct _CzSurprisalCard
{
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkLabel *word;
  GtkLabel *lines;
};

G_DEFINE_FINAL_TYPE (CzSurprisalCard, cz_surprisal_card, GTK_TYPE_WIDGET)

// ---- In words ----

char *
cz_surprisal_card_format_bits (double bits)
{
  // Translators: %.1f is a word's surprisal.
  return isnan (bits) ? g_strdup ("–") : g_strdup_printf (_ ("%.1f bits"), bits);
}

char *
cz_surprisal_card_format_difference (double bits)
{
  if (isnan (bits))
    return g_strdup ("–");
  // What rounds to nothing has no sign.
  if (fabs (bits) < 0.05)
    return g_strdup_printf ("%.1f", 0.0);
  return g_strdup_printf ("%s%.1f", bits < 0 ? "−" : "+", fabs (bits));
}

// The rarest are told apart too.
static char *
format_probability (double p)
{
  return p < 0.001 ? g_strdup_printf ("%.1e", p) : cz_numbers_probability (p);
}

// "weight 3.1 + ##age 11.1"; only of a word with several pieces.
static void
append_pieces (GString *text, const CzSurprisalModel *model, const CzSurprisalWord *word, guint m)
{
  for (guint i = 0; word->n[m] > 1 && i < word->n[m]; i++)
    {
      const CzSurprisalPiece *piece
          = &g_array_index (model->pieces, CzSurprisalPiece, word->first[m] + i);

      g_string_append (text, i == 0 ? " = " : " + ");
      g_string_append (text, piece->token != NULL ? piece->token : "");
      if (!isnan (piece->bits))
        g_string_append_printf (text, " %.1f", piece->bits);
    }
}

static void
append_difference (GString *text, const CzSurprisalScores *scores, guint word, guint model)
{
  double difference = cz_surprisal_scores_get_difference (scores, word, model);

  if (model == 0 || isnan (difference))
    return;
  g_string_append (text, " · ");
  if (fabs (difference) < 0.05)
    // Translators: %s is a model's name.
    g_string_append_printf (text, _ ("as surprising as to %s"), scores->models[0].title);
  else
    g_string_append_printf (text,
                            // Translators: %s is a model's name.
                            difference < 0 ? _ ("%.1f bits less surprising than to %s")
                                           : _ ("%.1f bits more surprising than to %s"),
                            fabs (difference), scores->models[0].title);
}

static void
append_model (GString *text, const CzSurprisalScores *scores, guint word, guint m)
{
  const CzSurprisalModel *model = &scores->models[m];
  const CzSurprisalWord *at = cz_surprisal_scores_get_word (scores, word);

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (isnan (at->bits[m]))
    {
      // Translators: %s is a model's name: a mask, or a word outside its vocabulary.
      g_string_append_printf (text, _ ("%s: not scored"), model->title);
      return;
    }
  g_autofree char *bits = cz_surprisal_card_format_bits (at->bits[m]);
  g_autofree char *probability = format_probability (exp2 (-at->bits[m]));
  // Translators: a model's name, "5.2 bits", a probability.
  g_string_append_printf (text, _ ("%s: %s, probability %s"), model->title, bits, probability);
  append_pieces (text, model, at, m);
  append_difference (text, scores, word, m);
  if (model->n_windows > 1)
    {
      g_string_append (text, " · ");
      // Translators: a long text is seen through several windows.
      g_string_append_printf (text, _ ("window %u of %u"),
                              cz_surprisal_scores_get_window (scores, word, m) + 1,
                              model->n_windows);
    }
}

char *
cz_surprisal_card_describe (const CzSurprisalScores *scores, guint word)
{
  GString *text = g_string_new (NULL);

  for (guint m = 0; m < scores->n_models; m++)
    append_model (text, scores, word, m);
  return g_string_free (text, FALSE);
}

// ---- The widget ----

void
cz_surprisal_card_show (CzSurprisalCard *self, const CzSurprisalScores *scores, guint word)
{
  g_autofree char *text = cz_surprisal_scores_dup_text (scores, word);
  g_autofree char *lines = cz_surprisal_card_describe (scores, word);

  gtk_label_set_label (self->word, text);
  gtk_label_set_label (self->lines, lines);
}

static void
cz_surprisal_card_dispose (GObject *object)
{
  g_clear_pointer (&CZ_SURPRISAL_CARD (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (cz_surprisal_card_parent_class)->dispose (object);
}

static void
cz_surprisal_card_class_init (CzSurprisalCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cz_surprisal_card_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "surprisalcard");
}

static GtkLabel *
add_label (CzSurprisalCard *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  g_object_set (label, "xalign", 0.0f, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                "max-width-chars", 60, NULL);
  gtk_box_append (GTK_BOX (self->box), label);
  return GTK_LABEL (label);
}

static void
cz_surprisal_card_init (CzSurprisalCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->word = add_label (self);
  gtk_label_set_lines (self->word, 2);
  gtk_label_set_ellipsize (self->word, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->word), "heading");
  self->lines = add_label (self);
  gtk_widget_add_css_class (GTK_WIDGET (self->lines), "numeric");
  // It lies over words that the pointer goes to next.
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
cz_surprisal_card_new (void)
{
  return g_object_new (CZ_TYPE_SURPRISAL_CARD, NULL);
}
