#include "engine/predict/attention.h"

#include <glib/gi18n-lib.h>

#include "engine/predict/predict-error.h"
#include "engine/predict/predictor-private.h"

void
cz_attention_free (CzAttention *attention)
{
  for (guint i = 0; attention->tokens != NULL && i < attention->n_tokens; i++)
    g_free (attention->tokens[i]);
  g_free (attention->tokens);
  g_free (attention->ids);
  g_free (attention->starts);
  g_free (attention->ends);
  g_free (attention->probabilities);
  g_free (attention->note);
  g_free (attention);
}

// The query's position in the whole text; of all tokens the first, so that a long text's beginning
// is shown.
static gboolean
find_query (CzPredictor *predictor,
            const CzEncoding *encoding,
            CzAttentionFrom from,
            guint *ret_position,
            GError **error)
{
  CzTokenizer *tokenizer = cz_predictor_get_tokenizer (predictor);
  guint masks = 0;

  *ret_position = from.kind == CZ_ATTENTION_FROM_TOKEN ? from.index : 0;
  for (guint i = 0; from.kind == CZ_ATTENTION_FROM_MASK && i < encoding->n; i++)
    if (encoding->ids[i] == cz_tokenizer_get_mask_id (tokenizer) && masks++ == from.index)
      *ret_position = i;
  if (from.kind == CZ_ATTENTION_FROM_MASK && from.index >= masks)
    g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                 _ ("The text has %u masks, and there is none with the number %u (the first is "
                    "0)."),
                 masks, from.index);
  else if (*ret_position >= encoding->n)
    g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                 _ ("The text has %u tokens, and there is none with the number %u (the first is "
                    "0)."),
                 (guint)encoding->n, *ret_position);
  else
    return TRUE;
  return FALSE;
}

// What is seen of a text: its tokens around the query.
static void
show_tokens (CzPredictor *predictor,
             const CzEncoding *encoding,
             guint position,
             CzAttention *attention)
{
  guint window = cz_predictor_get_window (predictor), total = (guint)encoding->n, n, shift;
  guint inner = CLAMP (position, 1, total - 2);

  attention->ids = cz_window_cut (encoding->ids, total, window, inner, inner, &n, &shift);
  attention->n_tokens = n;
  attention->query = position == 0 ? 0 : position == total - 1 ? n - 1 : position - shift;
  attention->tokens = g_new0 (char *, n);
  attention->starts = g_new0 (guint32, n);
  attention->ends = g_new0 (guint32, n);
  for (guint i = 0; i < n; i++)
    {
      attention->tokens[i] = g_strdup (cz_predictor_get_token (predictor, attention->ids[i]));
      if (i == 0 || i == n - 1)
        continue;
      attention->starts[i] = encoding->starts[i + shift];
      attention->ends[i] = encoding->ends[i + shift];
    }
  if (total > n)
    attention->note = g_strdup_printf (
        position == 0 ? _ ("The text has %u tokens and the model sees %u at once: only its "
                           "beginning is shown.")
                      : _ ("The text has %u tokens and the model sees %u at once: only the part "
                           "around the token asked for is shown."),
        total, window);
}

CzAttention *
cz_predictor_attention (
    CzPredictor *predictor, const char *text, gssize length, CzAttentionFrom from, GError **error)
{
  const CzModelConfig *config = cz_predictor_get_config (predictor);
  gboolean all = from.kind == CZ_ATTENTION_FROM_ALL;
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (CzAttention) attention = g_new0 (CzAttention, 1);
  guint position;

  cz_tokenizer_encode (cz_predictor_get_tokenizer (predictor), text, length, TRUE /* add_special */,
                       encoding);
  if (encoding->n <= 2)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text holds no word; write some."));
      return NULL;
    }
  if (!find_query (predictor, encoding, from, &position, error))
    return NULL;
  show_tokens (predictor, encoding, position, attention);
  attention->n_layers = config->n_layers;
  attention->n_heads = config->n_heads;
  attention->n_queries = all ? attention->n_tokens : 1;
  guint64 n
      = (guint64)config->n_layers * config->n_heads * attention->n_queries * attention->n_tokens;
  if (all && n > CZ_ATTENTION_MOST)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text has %u tokens: too many to show from each of them where the model "
                      "looks. Ask for one mask or token, or give a shorter text."),
                   (guint)encoding->n);
      return NULL;
    }
  attention->probabilities = g_new (float, n);
  if (!cz_predictor_run_attention (predictor, attention->ids, attention->n_tokens,
                                   all ? 0 : attention->query, attention->n_queries,
                                   attention->probabilities, error))
    return NULL;
  return g_steal_pointer (&attention);
}
