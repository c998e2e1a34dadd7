#include "engine/predict/comparison.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define NEGLIGIBLE -32 // nats: what such a token adds is below 1e-14 bits

typedef struct
{
  const CzFill *first, *other;
  CzVocabulary *first_vocabulary, *other_vocabulary;
  gboolean same; // vocabularies
} Comparing;

void
cz_comparison_free (CzComparison *comparison)
{
  for (guint i = 0; i < comparison->n_masks; i++)
    {
      g_free (comparison->masks[i].moved);
      g_free (comparison->masks[i].top);
      g_free (comparison->masks[i].targets);
    }
  g_free (comparison->masks);
  g_free (comparison->note);
  g_free (comparison);
}

static gboolean
have_same_vocabulary (CzVocabulary *a, CzVocabulary *b)
{
  guint32 n = cz_vocabulary_get_size (a);

  if (n != cz_vocabulary_get_size (b))
    return FALSE;
  for (guint32 id = 0; a != b && id < n; id++)
    if (strcmp (cz_vocabulary_get_token (a, id), cz_vocabulary_get_token (b, id)) != 0)
      return FALSE;
  return TRUE;
}

// The first model's id of a token of the other; -1: it has none.
static gint32
find_before (const Comparing *comparing, guint32 id)
{
  const char *token;

  if (comparing->same)
    return (gint32)id;
  token = cz_vocabulary_get_token (comparing->other_vocabulary, id);
  return token != NULL ? cz_vocabulary_find (comparing->first_vocabulary, token, -1) : -1;
}

// One token's part of the divergence, from log-probabilities.
static double
compute_part (double before, double after)
{
  double p = exp (before), q = exp (after), m = (p + q) / 2;

  return MAX (0, ((p > 0 ? p * log2 (p / m) : 0) + (q > 0 ? q * log2 (q / m) : 0)) / 2);
}

// Keeps those that add most, largest first; of equal ones the lower id.
static void
keep_moved (CzMaskComparison *compared, const CzMovedToken *token)
{
  guint at = compared->n_moved;

  if (at == CZ_COMPARISON_MOVED && !(token->bits > compared->moved[at - 1].bits))
    return;
  if (at < CZ_COMPARISON_MOVED)
    compared->n_moved++;
  else
    at--;
  for (; at > 0 && token->bits > compared->moved[at - 1].bits; at--)
    compared->moved[at] = compared->moved[at - 1];
  compared->moved[at] = *token;
}

static void
find_moved (const Comparing *comparing,
            const CzFillMask *first,
            const CzFillMask *other,
            CzMaskComparison *ret_compared)
{
  double sum = 0;

  ret_compared->moved = g_new (CzMovedToken, CZ_COMPARISON_MOVED);
  for (guint32 id = 0; id < comparing->other->vocabulary; id++)
    {
      gint32 before_id = find_before (comparing, id);
      double after = other->logits[id] - other->normalizer, before;
      CzMovedToken token = { .id = id };

      if (before_id < 0 || (guint)before_id >= comparing->first->vocabulary)
        continue;
      before = first->logits[before_id] - first->normalizer;
      if (MAX (before, after) < NEGLIGIBLE)
        continue;
      token.bits = compute_part (before, after);
      sum += token.bits;
      if (token.bits <= 0)
        continue;
      token.before = exp (before);
      token.after = exp (after);
      token.token = cz_vocabulary_get_token (comparing->other_vocabulary, id);
      keep_moved (ret_compared, &token);
    }
  ret_compared->divergence = comparing->same ? MIN (sum, 1) : NAN;
}

static void
compare_mask (const Comparing *comparing, guint index, CzMaskComparison *ret_compared)
{
  const CzFillMask *first = &comparing->first->masks[index];
  const CzFillMask *other = &comparing->other->masks[index];

  find_moved (comparing, first, other, ret_compared);
  ret_compared->top = g_new (CzBefore, other->n_top);
  for (guint i = 0; i < other->n_top; i++)
    {
      gint32 id = find_before (comparing, other->top[i].id);
      ret_compared->top[i] = (CzBefore){ .probability = NAN };
      if (id >= 0 && (guint)id < comparing->first->vocabulary)
        ret_compared->top[i] = (CzBefore){
          .probability = exp (first->logits[id] - first->normalizer),
          .rank = cz_fill_get_rank (comparing->first, index, (guint32)id),
        };
    }
  ret_compared->n_targets = MIN (first->n_targets, other->n_targets);
  ret_compared->targets = g_new (double, ret_compared->n_targets);
  for (guint i = 0; i < ret_compared->n_targets; i++)
    ret_compared->targets[i] = first->targets[i].log_probability;
}

CzComparison *
cz_comparison_new (const CzFill *first,
                   CzTokenizer *first_tokenizer,
                   const CzFill *other,
                   CzTokenizer *other_tokenizer)
{
  CzComparison *comparison = g_new0 (CzComparison, 1);
  Comparing comparing = {
    .first = first,
    .other = other,
    .first_vocabulary = cz_tokenizer_get_vocabulary (first_tokenizer),
    .other_vocabulary = cz_tokenizer_get_vocabulary (other_tokenizer),
  };
  guint n = MIN (first->n_masks, other->n_masks);

  comparing.same = first->vocabulary == other->vocabulary
                   && have_same_vocabulary (comparing.first_vocabulary, comparing.other_vocabulary);
  if (!comparing.same)
    comparison->note = g_strdup (_ ("The two models have different vocabularies: only the words "
                                    "that both have are compared."));
  else if (n > CZ_FILL_KEPT_MOST)
    comparison->note
        = g_strdup_printf (_ ("Only the first %d masks are compared."), CZ_FILL_KEPT_MOST);
  comparison->masks = g_new0 (CzMaskComparison, n);
  for (guint i = 0; i < n && first->masks[i].logits != NULL && other->masks[i].logits != NULL; i++)
    compare_mask (&comparing, i, &comparison->masks[comparison->n_masks++]);
  return comparison;
}
