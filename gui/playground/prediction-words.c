#include "gui/playground/prediction-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "gui/numbers.h"

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
  g_autoptr (GString) told = g_string_new (NULL);

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
cz_prediction_words_show_moved (CzPredictionList *list,
                                CzPredictionMask *mask,
                                double full,
                                const char *base)
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
                                                    .share = share_of (move->after, full),
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
tell_phrase (const CzPredictionPhrase *phrase, const char *base, gboolean ordered)
{
  g_autofree char *score = cz_numbers_probability (exp (phrase->log_probability));
  g_autofree char *pieces = cz_prediction_words_join_pieces (phrase);
  guint n = g_strv_length (phrase->pieces);
  g_autoptr (GString) told = g_string_new (NULL);

  g_string_append_printf (told, _ ("Probability %s, log-probability %.3f nats"), score,
                          phrase->log_probability);
  if (base != NULL && !isnan (phrase->before))
    {
      // Translators: a model's name and a log-probability.
      g_string_append_c (told, '\n');
      g_string_append_printf (told, _ ("%s: log-probability %.3f nats"), base, phrase->before);
    }
  if (n > 1)
    {
      g_string_append_c (told, '\n');
      // Translators: a number of word pieces, and the pieces.
      g_string_append_printf (told, ngettext ("%u piece: %s", "%u pieces: %s", n), n, pieces);
    }
  if (ordered)
    g_string_append_printf (told, "\n%s",
                            phrase->certain_first
                                ? _ ("Filled together, the most certain place first.")
                                : _ ("Filled together from left to right."));
  if (!phrase->one_word)
    g_string_append_printf (told, "\n%s", _ ("The pieces make several words."));
  return g_string_free (g_steal_pointer (&told), FALSE);
}

// The order where it matters, else the pieces where there are several.
static char *
make_detail (const CzPredictionPhrase *phrase, gboolean ordered)
{
  guint n = g_strv_length (phrase->pieces);
  g_autofree char *pieces = cz_prediction_words_join_pieces (phrase);

  if (ordered)
    return g_strdup (cz_prediction_words_name_order (phrase));
  return n > 1 ? g_strdup_printf (ngettext ("%u piece: %s", "%u pieces: %s", n), n, pieces) : NULL;
}

void
cz_prediction_words_show_phrases (
    CzPredictionList *list, GPtrArray *phrases, double full, const char *base, gboolean ordered)
{
  guint n = phrases != NULL ? phrases->len : 0;

  for (guint i = 0; i < n; i++)
    {
      const CzPredictionPhrase *phrase = phrases->pdata[i];
      double probability = exp (phrase->log_probability);
      g_autofree char *score = cz_numbers_probability (probability);
      // Translators: a log-probability and the probability.
      g_autofree char *number
          = ordered ? g_strdup (score)
                    : g_strdup_printf (_ ("%.2f · %s"), phrase->log_probability, score);
      g_autofree char *detail = make_detail (phrase, ordered);
      g_autofree char *told = tell_phrase (phrase, base, ordered);

      cz_prediction_list_set (
          list, i,
          &(CzPredictionFacts){ .word = phrase->word,
                                .detail = detail,
                                .share = share_of (probability, full),
                                .number = number,
                                .now = probability,
                                .before = exp (phrase->before),
                                .compared = base != NULL && !isnan (phrase->before),
                                .told = told });
    }
  cz_prediction_list_end (list, n);
}
