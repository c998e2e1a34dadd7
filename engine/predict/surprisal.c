#include "engine/predict/surprisal.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/predict/predict-error.h"
#include "engine/predict/predictor-private.h"

#define ROWS_AT_ONCE 8 // between two questions whether to go on

// A few tokens of a sequence [CLS] … [SEP], each masked in a row of its own.
typedef struct
{
  CzPredictor *predictor;
  const guint32 *ids;
  guint n;
  guint tokens[ROWS_AT_ONCE]; // their positions in the sequence
  guint n_tokens;
  double nats[ROWS_AT_ONCE];
} Masked;

static gboolean
sink_token (guint row, guint index, const float *logits, gpointer data, GError **error)
{
  Masked *masked = data;
  guint vocabulary = cz_predictor_get_config (masked->predictor)->vocab_size;
  double normalizer = cz_logits_normalizer (logits, vocabulary);

  if (isnan (normalizer))
    return cz_predict_set_not_a_number (error);
  masked->nats[row] = normalizer - logits[masked->ids[masked->tokens[row]]];
  return TRUE;
}

static gboolean
run_masked (Masked *masked, GError **error)
{
  guint window = cz_predictor_get_window (masked->predictor);
  guint32 mask = cz_tokenizer_get_mask_id (cz_predictor_get_tokenizer (masked->predictor));
  CzRow rows[ROWS_AT_ONCE];
  guint positions[ROWS_AT_ONCE];
  guint32 *cuts[ROWS_AT_ONCE];

  for (guint i = 0; i < masked->n_tokens; i++)
    {
      guint token = masked->tokens[i], n, shift;
      cuts[i] = cz_window_cut (masked->ids, masked->n, window, token, token, &n, &shift);
      positions[i] = token - shift;
      cuts[i][positions[i]] = mask;
      rows[i] = (CzRow){ cuts[i], n, &positions[i], 1 };
    }
  gboolean done
      = cz_predictor_run (masked->predictor, rows, masked->n_tokens, sink_token, masked, error);
  for (guint i = 0; i < masked->n_tokens; i++)
    g_free (cuts[i]);
  return done;
}

void
cz_surprisal_free (CzSurprisal *surprisal)
{
  for (guint i = 0; i < surprisal->n_tokens; i++)
    g_free (surprisal->tokens[i].token);
  g_free (surprisal->tokens);
  g_free (surprisal->note);
  g_free (surprisal);
}

// Scores the tokens at `positions`, a few at a time, into `ret_nats`.
static gboolean
score_tokens (CzPredictor *predictor,
              const guint32 *ids,
              guint n,
              const guint *positions,
              guint n_positions,
              guint64 before,
              guint64 total,
              CzPredictorProceed proceed,
              gpointer data,
              double *ret_nats,
              GError **error)
{
  for (guint first = 0; first < n_positions; first += ROWS_AT_ONCE)
    {
      Masked masked = { .predictor = predictor,
                        .ids = ids,
                        .n = n,
                        .n_tokens = MIN (ROWS_AT_ONCE, n_positions - first) };
      if (proceed != NULL && !proceed (before + first, total, data))
        return cz_predict_set_cancelled (error);
      memcpy (masked.tokens, positions + first, masked.n_tokens * sizeof (guint));
      if (!run_masked (&masked, error))
        return FALSE;
      memcpy (ret_nats + first, masked.nats, masked.n_tokens * sizeof (double));
    }
  return TRUE;
}

CzSurprisal *
cz_predictor_surprisal (CzPredictor *predictor,
                        const char *text,
                        gssize length,
                        CzPredictorProceed proceed,
                        gpointer data,
                        GError **error)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (CzSurprisal) surprisal = g_new0 (CzSurprisal, 1);
  double sum = 0;

  cz_tokenizer_encode (tokenizer, text, length, TRUE /* add_special */, encoding);
  if (encoding->n <= 2)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text holds no word; write some."));
      return NULL;
    }
  guint n = (guint)encoding->n;
  g_autofree guint *positions = g_new (guint, n);
  g_autofree double *nats = g_new (double, n);
  for (guint i = 1; i + 1 < n; i++)
    if (!cz_tokenizer_is_special (tokenizer, encoding->ids[i]))
      positions[surprisal->n_scored++] = i;
  if (!score_tokens (predictor, encoding->ids, n, positions, surprisal->n_scored, 0,
                     surprisal->n_scored, proceed, data, nats, error))
    return NULL;

  surprisal->n_tokens = n - 2;
  surprisal->tokens = g_new0 (CzSurprisalToken, n - 2);
  for (guint i = 0, scored = 0; i < surprisal->n_tokens; i++)
    {
      guint32 id = encoding->ids[i + 1];
      gboolean is_scored = scored < surprisal->n_scored && positions[scored] == i + 1;
      surprisal->tokens[i] = (CzSurprisalToken){
        .id = id,
        .token = g_strdup (cz_predictor_get_token (predictor, id)),
        .bits = is_scored ? nats[scored] / G_LN2 : NAN,
        .start = encoding->starts[i + 1],
        .end = encoding->ends[i + 1],
      };
      if (is_scored)
        sum += nats[scored++];
    }
  surprisal->pseudo_perplexity = surprisal->n_scored > 0 ? exp (sum / surprisal->n_scored) : NAN;
  if (n > cz_predictor_get_window (predictor))
    surprisal->note = g_strdup_printf (
        _ ("The text has %u tokens and the model sees %u at once: it was shown the "
           "part around each token."),
        n, cz_predictor_get_window (predictor));
  return g_steal_pointer (&surprisal);
}

static guint64
count_scored (CzBlocks *blocks, CzBlockPart part, guint32 *words, GChecksum *checksum)
{
  guint64 scored = 0;

  for (guint block = 0; block < cz_blocks_get_count (blocks, part); block++)
    {
      guint n = cz_blocks_copy (blocks, part, block, words);
      for (guint i = 0; i < n; i++)
        {
          scored += (words[i] & CZ_TOKEN_SPECIAL) == 0;
          words[i] = GUINT32_TO_LE (words[i] & (CZ_TOKEN_ID_MASK | CZ_TOKEN_SPECIAL));
        }
      g_checksum_update (checksum, (const guchar *)words, (gssize)(n * sizeof *words));
    }
  return scored;
}

gboolean
cz_predictor_evaluate (CzPredictor *predictor,
                       CzBlocks *blocks,
                       CzBlockPart part,
                       CzPredictorProceed proceed,
                       gpointer data,
                       CzPseudoEvaluation *ret_evaluation,
                       double *ret_losses,
                       guint32 *ret_scored,
                       GError **error)
{
  guint size = cz_blocks_get_block_size (blocks);
  g_autofree guint32 *words = g_new (guint32, size);
  g_autofree guint *positions = g_new (guint, size);
  g_autofree double *nats = g_new (double, size);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *settings = g_strdup_printf ("pseudo block_size=%u blocks=%u\n", size,
                                               cz_blocks_get_count (blocks, part));
  CzPseudoEvaluation evaluation = { 0 };
  guint64 total, done = 0;
  double sum = 0;

  if (size > cz_predictor_get_window (predictor))
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The block size is %u, but the model sees at most %u tokens at once; set "
                      "block_size to that or less."),
                   size, cz_predictor_get_window (predictor));
      return FALSE;
    }
  g_checksum_update (checksum, (const guchar *)settings, -1);
  total = count_scored (blocks, part, words, checksum);
  if (total == 0)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The test blocks hold no token to score; choose a corpus with more text."));
      return FALSE;
    }
  for (guint block = 0; block < cz_blocks_get_count (blocks, part); block++)
    {
      guint n = cz_blocks_copy (blocks, part, block, words), n_positions = 0;
      double block_sum = 0;

      for (guint i = 0; i < n; i++)
        {
          if ((words[i] & CZ_TOKEN_SPECIAL) == 0)
            positions[n_positions++] = i;
          words[i] &= CZ_TOKEN_ID_MASK;
        }
      if (!score_tokens (predictor, words, n, positions, n_positions, done, total, proceed, data,
                         nats, error))
        return FALSE;
      for (guint i = 0; i < n_positions; i++)
        block_sum += nats[i];
      if (ret_losses != NULL)
        ret_losses[block] = block_sum;
      if (ret_scored != NULL)
        ret_scored[block] = n_positions;
      sum += block_sum;
      done += n_positions;
    }
  evaluation.cross_entropy = sum / (double)total;
  evaluation.scored = total;
  g_strlcpy (evaluation.fingerprint, g_checksum_get_string (checksum),
             sizeof evaluation.fingerprint);
  *ret_evaluation = evaluation;
  return TRUE;
}
