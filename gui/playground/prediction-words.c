#include "gui/playground/prediction-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "gui/numbers.h"

// Of a log-probability and a probability, in digits.
#define WIDE 12

static double
share_of (double probability, double full)
{
  return full > 0 ? probability / full : 0;
}

// ---- Single words ----

static char *
tell_word (const CzPredictionWord *word, const char *base, gboolean active)
{
  g_autofree char *score = cz_numbers_probability (word->score);
  // A narrow row may cut the word.
  g_autoptr (GString) told = g_string_new (word->token);

  g_string_append_c (told, '\n');
  // Translators: a word's probability and its natural logarithm.
  g_string_append_printf (told, _ ("Probability %s, log-probability %.3f nats"), score,
                          word->log_probability);
  g_string_append_c (told, '\n');
  if (word->id >= 0)
    // Translators: a word's rank among those predicted, and its number in the vocabulary.
    g_string_append_printf (told, _ ("Rank %u, id %" PRId64), word->rank, word->id);
  else
    g_string_append_printf (told, _ ("Rank %u"), word->rank);
  if (base != NULL && !isnan (word->before))
    {
      g_autofree char *before = cz_numbers_probability (word->before);

      g_string_append_c (told, '\n');
      if (word->before_rank > 0)
        // Translators: a model's name, a probability and a rank.
        g_string_append_printf (told, _ ("%s: probability %s, rank %u"), base, before,
                                word->before_rank);
      else
        g_string_append_printf (told, _ ("%s: probability %s"), base, before);
    }
  if (active)
    g_string_append_printf (told, "\n%s", _ ("A click puts it into the text."));
  return g_string_free (g_steal_pointer (&told), FALSE);
}

void
cz_prediction_words_show_top (CzPredictionList *list,
                              CzPredictionMask *mask,
                              guint top,
                              double full,
                              const char *base,
                              gboolean active)
{
  guint n = mask != NULL ? MIN (mask->top->len, top) : 0;

  for (guint i = 0; i < n; i++)
    {
      const CzPredictionWord *word = mask->top->pdata[i];
      g_autofree char *number = cz_numbers_probability (word->score);
      g_autofree char *told = tell_word (word, base, active);

      cz_prediction_list_set (
          list, i,
          &(CzPredictionFacts){ .word = word->token,
                                .share = share_of (word->score, full),
                                .number = number,
                                .now = word->score,
                                .before = word->before,
                                .compared
                                = base != NULL && (!isnan (word->before) || word->unlikely_before),
                                .told = told });
    }
  cz_prediction_list_end (list, n);
}

void
cz_prediction_words_show_moved (CzPredictionList *list, CzPredictionMask *mask, const char *base)
{
  guint n = mask != NULL ? mask->moved->len : 0;

  for (guint i = 0; i < n; i++)
    {
      const CzPredictionMove *move = mask->moved->pdata[i];
      g_autofree char *before = cz_numbers_probability (move->before);
      g_autofree char *after = cz_numbers_probability (move->after);
      // Translators: a probability before and after.
      g_autofree char *number = g_strdup_printf (_ ("%s → %s"), before, after);
      // Translators: a model's name, a probability, and the probability now.
      g_autofree char *told
          = g_strdup_printf (_ ("%s: probability %s, here %s"), base, before, after);

      cz_prediction_list_set (list, i,
                              &(CzPredictionFacts){ .word = move->token,
                                                    .share = NAN,
                                                    .number = number,
                                                    .now = move->after,
                                                    .before = move->before,
                                                    .compared = TRUE,
                                                    .told = told });
    }
  cz_prediction_list_end (list, n);
}

// ---- Several pieces ----

char *
cz_prediction_words_join_pieces (const CzPredictionPhrase *phrase)
{
  return g_strjoinv (" ", phrase->pieces);
}

const char *
cz_prediction_words_name_order (const CzPredictionPhrase *phrase)
{
  return phrase->certain_first ? _ ("most certain first") : _ ("left to right");
}

static char *
tell_phrase (const CzPredictionPhrase *phrase, const char *base)
{
  g_autofree char *score = cz_numbers_probability (exp (phrase->log_probability));
  g_autofree char *pieces = cz_prediction_words_join_pieces (phrase);
  guint n = g_strv_length (phrase->pieces);
  GString *told = g_string_new (phrase->word);

  g_string_append_c (told, '\n');
  g_string_append_printf (told, _ ("Probability %s, log-probability %.3f nats"), score,
                          phrase->log_probability);
  if (base != NULL && !isnan (phrase->before))
    {
      g_string_append_c (told, '\n');
      // Translators: a model's name and a log-probability.
      g_string_append_printf (told, _ ("%s: log-probability %.3f nats"), base, phrase->before);
    }
  if (n > 1)
    {
      g_string_append_c (told, '\n');
      // Translators: a number of word pieces, and the pieces.
      g_string_append_printf (told, ngettext ("%u piece: %s", "%u pieces: %s", n), n, pieces);
    }
  return g_string_free (told, FALSE);
}

void
cz_prediction_words_show_targets (CzPredictionList *list,
                                  GPtrArray *targets,
                                  double full,
                                  const char *base)
{
  guint n = targets != NULL ? targets->len : 0;

  for (guint i = 0; i < n; i++)
    {
      const CzPredictionPhrase *target = targets->pdata[i];
      double probability = exp (target->log_probability);
      guint n_pieces = g_strv_length (target->pieces);
      g_autofree char *score = cz_numbers_probability (probability);
      // Translators: a log-probability and the probability.
      g_autofree char *number = g_strdup_printf (_ ("%.2f · %s"), target->log_probability, score);
      g_autofree char *pieces = cz_prediction_words_join_pieces (target);
      g_autofree char *detail
          = n_pieces > 1 ? g_strdup_printf (ngettext ("%u piece: %s", "%u pieces: %s", n_pieces),
                                            n_pieces, pieces)
                         : NULL;
      g_autofree char *told = tell_phrase (target, base);

      cz_prediction_list_set (
          list, i,
          &(CzPredictionFacts){ .word = target->word,
                                .detail = detail,
                                .below = TRUE,
                                .share = share_of (probability, full),
                                .number = number,
                                .width = WIDE,
                                .now = probability,
                                .before = exp (target->before),
                                .compared = base != NULL && !isnan (target->before),
                                .told = told });
    }
  cz_prediction_list_end (list, n);
}

void
cz_prediction_words_show_together (CzPredictionList *list, GPtrArray *phrases)
{
  guint n = phrases != NULL ? phrases->len : 0;

  for (guint i = 0; i < n; i++)
    {
      const CzPredictionPhrase *phrase = phrases->pdata[i];
      double probability = exp (phrase->log_probability);
      g_autofree char *score = cz_numbers_probability (probability);
      g_autofree char *number = g_strdup_printf (_ ("%.2f · %s"), phrase->log_probability, score);
      g_autofree char *facts = tell_phrase (phrase, NULL);
      const char *order = cz_prediction_words_name_order (phrase);
      // Translators: in what order pieces were filled in, and that they do not make one word.
      g_autofree char *detail
          = phrase->one_word ? g_strdup (order) : g_strdup_printf (_ ("%s, several words"), order);
      g_autofree char *told = g_strdup_printf (
          "%s\n%s", facts,
          phrase->certain_first ? _ ("Filled together, the most certain place first.")
                                : _ ("Filled together from left to right."));

      cz_prediction_list_set (list, i,
                              &(CzPredictionFacts){ .word = phrase->word,
                                                    .detail = detail,
                                                    .share = NAN,
                                                    .number = number,
                                                    .width = WIDE,
                                                    .now = probability,
                                                    .before = NAN,
                                                    .told = told });
    }
  cz_prediction_list_end (list, n);
}
