#include "engine/predict/surprisal.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/predict/predict-error.h"
#include "engine/predict/predictor-private.h"

// What a window shows of a sequence [CLS] … [SEP]: `n` tokens from position `first` on, between a
// [CLS] and a [SEP] of its own.
typedef struct
{
  guint first, n;
} Part;

// A long sequence is seen through windows that overlap by half; each token is scored in the one in
// whose middle it stands best.
static guint
get_stride (guint window)
{
  return MAX ((window - 2) / 2, 1);
}

static guint
count_parts (guint n, guint window)
{
  return n <= window ? 1 : 1 + (n - window + get_stride (window) - 1) / get_stride (window);
}

static Part
get_part (guint n, guint window, guint index)
{
  if (n <= window)
    return (Part){ 1, n - 2 };
  return (Part){ 1 + MIN (index * get_stride (window), n - window), window - 2 };
}

static guint
find_part (guint n, guint window, guint position)
{
  guint half = (window - 2) / 2, stride = get_stride (window), at = position - 1;

  return MIN (at > half ? (at - half + stride / 2) / stride : 0, count_parts (n, window) - 1);
}

// The rows of a few tokens of a sequence, each masked in its own.
typedef struct
{
  guint32 *ids; // (rows, window)
  CzScoredRow *rows;
} Masked;

static void
mask_token (
    CzPredictor *predictor, const guint32 *ids, guint n, guint position, Masked *masked, guint row)
{
  guint window = cz_predictor_get_window (predictor);
  Part part = get_part (n, window, find_part (n, window, position));
  guint32 *to = masked->ids + (gsize)row * window;

  to[0] = ids[0];
  memcpy (to + 1, ids + part.first, part.n * sizeof *to);
  to[part.n + 1] = ids[n - 1];
  masked->rows[row] = (CzScoredRow){ to, part.n + 2, position - part.first + 1, ids[position] };
  to[position - part.first + 1] = cz_tokenizer_get_mask_id (cz_predictor_get_tokenizer (predictor));
}

// What proceed is told: `before` tokens of other sequences are done, of `total`.
typedef struct
{
  CzPredictorProceed proceed; // or NULL
  gpointer data;
  guint64 before, total;
} Watch;

// Scores the tokens at `positions`, as many at a time as go through at once, into `ret_nats`.
static gboolean
score_tokens (CzPredictor *predictor,
              const guint32 *ids,
              guint n,
              const guint *positions,
              guint n_positions,
              const Watch *watch,
              double *ret_nats,
              GError **error)
{
  guint window = cz_predictor_get_window (predictor);
  guint batch = cz_predictor_get_batch (predictor, MIN (n, window)), rows;
  g_autofree guint32 *row_ids = g_new (guint32, (gsize)batch * window);
  g_autofree CzScoredRow *scored = g_new (CzScoredRow, batch);
  Masked masked = { row_ids, scored };

  for (guint first = 0; first < n_positions; first += rows)
    {
      rows = MIN (batch, n_positions - first);
      if (watch->proceed != NULL
          && !watch->proceed (watch->before + first, watch->total, watch->data))
        return cz_predict_set_cancelled (error);
      for (guint i = 0; i < rows; i++)
        mask_token (predictor, ids, n, positions[first + i], &masked, i);
      if (!cz_predictor_score (predictor, scored, rows, ret_nats + first, error))
        return FALSE;
    }
  return TRUE;
}

// ---- A text ----

void
cz_surprisal_free (CzSurprisal *surprisal)
{
  for (guint i = 0; i < surprisal->n_tokens; i++)
    g_free (surprisal->tokens[i].token);
  g_free (surprisal->tokens);
  g_free (surprisal->words);
  g_free (surprisal->windows);
  g_free (surprisal->note);
  g_free (surprisal);
}

// Words of the tokens, and their tokens' indices into them.
static void
join_words (CzSurprisal *surprisal, const CzEncoding *encoding)
{
  surprisal->words = g_new0 (CzSurprisalWord, surprisal->n_tokens);
  for (guint i = 0; i < surprisal->n_tokens; i++)
    {
      CzSurprisalToken *token = &surprisal->tokens[i];
      gint32 word = encoding->words[i + 1];
      gboolean begins = i == 0 || word < 0 || word != encoding->words[i];

      if (begins)
        surprisal->words[surprisal->n_words++]
            = (CzSurprisalWord){ .start = token->start, .bits = NAN };
      token->word = surprisal->n_words - 1;
      CzSurprisalWord *of = &surprisal->words[token->word];
      of->end = token->end;
      of->n_pieces++;
      if (!isnan (token->bits))
        of->bits = (isnan (of->bits) ? 0 : of->bits) + token->bits;
    }
}

static void
tell_windows (CzSurprisal *surprisal, const CzEncoding *encoding, guint window)
{
  guint n = (guint)encoding->n;

  if (n <= window)
    return;
  surprisal->n_windows = count_parts (n, window);
  surprisal->windows = g_new (CzSurprisalWindow, surprisal->n_windows);
  for (guint i = 0; i < surprisal->n_windows; i++)
    {
      Part part = get_part (n, window, i);
      surprisal->windows[i] = (CzSurprisalWindow){
        encoding->starts[part.first],
        encoding->ends[part.first + part.n - 1],
      };
    }
  for (guint i = 0; i < surprisal->n_tokens; i++)
    surprisal->tokens[i].window = find_part (n, window, i + 1);
  surprisal->note
      = g_strdup_printf (_ ("The text has %u tokens and the model sees %u at once: each was scored "
                            "in one of %u windows that overlap by half."),
                         n, window, surprisal->n_windows);
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
  const Watch watch = { proceed, data, 0, surprisal->n_scored };
  if (!score_tokens (predictor, encoding->ids, n, positions, surprisal->n_scored, &watch, nats,
                     error))
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
  join_words (surprisal, encoding);
  tell_windows (surprisal, encoding, cz_predictor_get_window (predictor));
  return g_steal_pointer (&surprisal);
}

// ---- Blocks ----

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
      const Watch watch = { proceed, data, done, total };
      if (!score_tokens (predictor, words, n, positions, n_positions, &watch, nats, error))
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
