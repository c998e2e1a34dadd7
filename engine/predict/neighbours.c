#include "engine/predict/neighbours.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/predict/predict-error.h"
#include "engine/predict/predictor-private.h"

#define ROWS_AT_ONCE 1024

void
cz_neighbours_free (CzNeighbours *neighbours)
{
  for (guint i = 0; i < neighbours->n_words; i++)
    g_free (neighbours->words[i].token);
  g_free (neighbours->words);
  g_strfreev (neighbours->pieces);
  g_free (neighbours);
}

// The mean of the pieces' embeddings, of length 1 (or 0, where they are all zero).
static gboolean
compute_direction (CzPredictor *predictor,
                   const CzEncoding *encoding,
                   double *ret_direction,
                   GError **error)
{
  guint dim = cz_predictor_get_config (predictor)->dim;
  g_autofree float *row = g_new (float, dim);
  double square = 0;

  for (guint j = 0; j < dim; j++)
    ret_direction[j] = 0;
  for (gsize i = 0; i < encoding->n; i++)
    {
      if (!cz_predictor_read_embeddings (predictor, encoding->ids[i], 1, row, error))
        return FALSE;
      for (guint j = 0; j < dim; j++)
        ret_direction[j] += row[j];
    }
  for (guint j = 0; j < dim; j++)
    square += ret_direction[j] * ret_direction[j];
  for (guint j = 0; square > 0 && j < dim; j++)
    ret_direction[j] /= sqrt (square);
  return TRUE;
}

static double
compute_cosine (const double *direction, const float *row, guint dim)
{
  double product = 0, square = 0;

  for (guint j = 0; j < dim; j++)
    {
      product += direction[j] * row[j];
      square += (double)row[j] * row[j];
    }
  return square > 0 ? product / sqrt (square) : 0;
}

static gboolean
is_piece (const CzEncoding *encoding, guint32 id)
{
  for (gsize i = 0; i < encoding->n; i++)
    if (encoding->ids[i] == id)
      return TRUE;
  return FALSE;
}

// Keeps the `k` most similar, sorted; of equal ones the lower id.
static void
keep_best (CzNeighbours *neighbours, guint k, guint32 id, double similarity)
{
  guint at = neighbours->n_words;

  if (at == k && !(similarity > neighbours->words[k - 1].similarity))
    return;
  if (at < k)
    neighbours->n_words++;
  else
    at = k - 1;
  for (; at > 0 && similarity > neighbours->words[at - 1].similarity; at--)
    neighbours->words[at] = neighbours->words[at - 1];
  neighbours->words[at] = (CzNeighbour){ .id = id, .similarity = similarity };
}

CzNeighbours *
cz_predictor_neighbours (CzPredictor *predictor, const char *word, guint k, GError **error)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  guint dim = cz_predictor_get_config (predictor)->dim;
  guint32 n = cz_vocabulary_get_size (cz_tokenizer_get_vocabulary (tokenizer));
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (CzNeighbours) neighbours = g_new0 (CzNeighbours, 1);
  g_autofree double *direction = g_new (double, dim);
  g_autofree float *rows = g_new (float, (gsize)ROWS_AT_ONCE *dim);

  cz_tokenizer_encode (tokenizer, word, -1, FALSE /* add_special */, encoding);
  if (encoding->n == 0)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("“%.60s” holds no word; write one."), word);
      return NULL;
    }
  neighbours->pieces = g_new0 (char *, encoding->n + 1);
  neighbours->n_pieces = (guint)encoding->n;
  for (gsize i = 0; i < encoding->n; i++)
    neighbours->pieces[i] = g_strdup (cz_predictor_get_token (predictor, encoding->ids[i]));
  if (!compute_direction (predictor, encoding, direction, error))
    return NULL;
  k = MIN (k, n);
  neighbours->words = g_new0 (CzNeighbour, k);
  for (guint32 first = 0; k > 0 && first < n; first += ROWS_AT_ONCE)
    {
      guint32 part = MIN (ROWS_AT_ONCE, n - first);
      if (!cz_predictor_read_embeddings (predictor, first, part, rows, error))
        return NULL;
      for (guint32 i = 0; i < part; i++)
        if (!cz_tokenizer_is_special (tokenizer, first + i) && !is_piece (encoding, first + i))
          keep_best (neighbours, k, first + i,
                     compute_cosine (direction, rows + (gsize)i * dim, dim));
    }
  for (guint i = 0; i < neighbours->n_words; i++)
    neighbours->words[i].token
        = g_strdup (cz_predictor_get_token (predictor, neighbours->words[i].id));
  return g_steal_pointer (&neighbours);
}
