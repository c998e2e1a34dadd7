#include "gui/experiments/explanation.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/numbers.h"

// Bits of a nat.
#define BITS (1 / G_LN2)

void
cz_explanation_free (CzExplanation *explanation)
{
  g_free (explanation->heading);
  g_free (explanation->body);
  g_free (explanation);
}

static void
add (GPtrArray *list, const char *heading, char *body)
{
  CzExplanation *explanation = g_new0 (CzExplanation, 1);

  explanation->heading = g_strdup (heading);
  explanation->body = body;
  g_ptr_array_add (list, explanation);
}

static int
get_decimals (double cross_entropy)
{
  int decimals = 3;

  for (; decimals < 7; decimals++)
    {
      double scale = pow (10, decimals);

      if (round (100 * exp (round (cross_entropy * scale) / scale))
          == round (100 * exp (cross_entropy)))
        break;
    }
  return decimals;
}

char *
cz_explanation_compute (double cross_entropy)
{
  g_autofree char *perplexity = cz_numbers_perplexity (exp (cross_entropy));

  return g_strdup_printf ("exp(%.*f) = %s", get_decimals (cross_entropy), cross_entropy,
                          perplexity);
}

// "11 words", to the nearest; below ten with one decimal.
static char *
count_words (double cross_entropy)
{
  double words = exp (cross_entropy);

  if (words < 9.95)
    // Translators: a number of words with a decimal, such as 3.4.
    return g_strdup_printf (_ ("%.1f words"), words);
  return g_strdup_printf (ngettext ("%'.0f word", "%'.0f words", (gulong)fmin (words, 1e9)), words);
}

static double
get_now (const CzRun *run)
{
  return !isnan (run->best) ? run->best : run->after;
}

static void
add_masks (GPtrArray *list, const CzRun *run)
{
  add (
      list, _ ("The same questions for every run"),
      run->eval_fingerprint != NULL
          ? g_strdup_printf (
              _ ("Which tokens of the test blocks are hidden is drawn once, by the seed of "
                 "evaluation and the block alone, never by the run's own seed or masking. The "
                 "fingerprint of evaluation stands for the corpus, its test blocks, the vocabulary "
                 "and these masks; here it begins with %.8s. Only runs with the same one were "
                 "asked the same questions, so only they are compared."),
              run->eval_fingerprint)
          : g_strdup (
              _ ("Which tokens of the test blocks are hidden is drawn once, by the seed of "
                 "evaluation and the block alone, never by the run's own seed or masking. The "
                 "fingerprint of evaluation stands for the corpus, its test blocks, the vocabulary "
                 "and these masks. Only runs with the same one were asked the same questions, so "
                 "only they are compared.")));
}

static void
add_perplexity (GPtrArray *list, const CzRun *run)
{
  double now = get_now (run), shown = !isnan (now) ? now : run->before;

  if (isnan (shown))
    add (list, _ ("What perplexity says"),
         g_strdup (_ ("How unsure the model is when it guesses a hidden word of texts it has never "
                      "seen: a perplexity of 12 means that it hesitates as if choosing among 12 "
                      "words equally likely. Lower is better; 1 is certainty.")));
  else
    {
      g_autofree char *perplexity = cz_numbers_perplexity (exp (shown));
      g_autofree char *words = count_words (shown);
      g_autofree char *computed = cz_explanation_compute (shown);

      add (list, _ ("What perplexity says"),
           g_strdup_printf (
               // Translators: a perplexity, then "11 words".
               _ ("How unsure the model is when it guesses a hidden word of texts it has never "
                  "seen: %s means that it hesitates as if choosing among %s equally likely. Lower "
                  "is better; 1 is certainty."),
               perplexity, words));
      add (list, _ ("Where the number comes from"),
           // Translators: a computation such as "exp(2.431) = 11.37".
           g_strdup_printf (_ ("It is e to the power of the cross-entropy: %s."), computed));
    }
  if (!isnan (run->before) && !isnan (now))
    {
      g_autofree char *before = cz_explanation_compute (run->before);
      g_autofree char *after = cz_explanation_compute (now);
      g_autofree char *words_before = count_words (run->before);
      g_autofree char *words_after = count_words (now);

      add (list, _ ("Before and after"),
           g_strdup_printf (
               // Translators: two computations, then the numbers of words before and after.
               _ ("%s before the run, %s after it: as if %s had been left to choose from, and now "
                  "%s."),
               before, after, words_before, words_after));
    }
  add (
      list, _ ("Not the perplexity of GPT-2"),
      g_strdup (_ ("A masked model sees the words on both sides of a gap and guesses few of them; "
                   "GPT-2 sees only what comes before and guesses every word. Its task is harder "
                   "and its perplexity higher: the two can't be compared. Nearer to it comes the "
                   "pseudo-perplexity, for which each token is hidden in turn (Evaluate on another "
                   "corpus…). Nor can models with different vocabularies be compared: they guess "
                   "other pieces.")));
}

static void
add_cross_entropy (GPtrArray *list, const CzRun *run)
{
  double now = get_now (run), shown = !isnan (now) ? now : run->before;

  add (
      list, _ ("What cross-entropy says"),
      g_strdup (_ ("For each hidden token the model gives the right one a probability p. Its "
                   "surprise is −ln p: 0 where it was certain and right, more the less it expected "
                   "it. The cross-entropy is the mean over all hidden tokens. It is what training "
                   "makes smaller, the loss.")));
  if (!isnan (shown))
    {
      g_autofree char *computed = cz_explanation_compute (shown);

      add (list, _ ("Nats and bits"),
           g_strdup_printf (
               // Translators: nats, bits, and then a probability, a computation.
               _ ("With natural logarithms it is counted in nats, with logarithms to base 2 in "
                  "bits, which are 1.443 times as many: here %.3f nats, or %.3f bits. That is the "
                  "surprise at a token that was given the probability %.3f."),
               shown, shown * BITS, exp (-shown)));
      add (list, _ ("From cross-entropy to perplexity"),
           g_strdup_printf (_ ("Perplexity is e to the power of the cross-entropy in nats, or 2 to "
                               "the power of it in bits: %s."),
                            computed));
    }
  add (
      list, _ ("Training and evaluation"),
      g_strdup (_ ("The training loss is measured batch by batch, on blocks the model learns from, "
                   "with dropout and with new masks each time: it is noisy. The evaluation is "
                   "measured on test blocks it never learns from, without dropout. Where the first "
                   "falls and the second rises, the model begins to learn by heart.")));
}

GPtrArray *
cz_explanation_list (CzExplanationTopic topic, const CzRun *run)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)cz_explanation_free);

  if (topic == CZ_EXPLANATION_PERPLEXITY)
    add_perplexity (list, run);
  else
    add_cross_entropy (list, run);
  add_masks (list, run);
  return list;
}
