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
  g_free (attention->probabilities);
  g_free (attention->note);
  g_free (attention);
}

CzAttention *
cz_predictor_attention (CzPredictor *predictor, const char *text, gssize length, GError **error)
{
  const CzModelConfig *config = cz_predictor_get_config (predictor);
  guint window = cz_predictor_get_window (predictor), n, shift;
  g_autoptr (CzEncoding) encoding = cz_encoding_new ();
  g_autoptr (CzAttention) attention = g_new0 (CzAttention, 1);

  cz_tokenizer_encode (cz_predictor_get_tokenizer (predictor), text, length, TRUE /* add_special */,
                       encoding);
  if (encoding->n <= 2)
    {
      g_set_error (error, CZ_PREDICT_ERROR, CZ_PREDICT_ERROR_TEXT,
                   _ ("The text holds no word; write some."));
      return NULL;
    }
  attention->ids = cz_window_cut (encoding->ids, (guint)encoding->n, window, 1, 1, &n, &shift);
  attention->n_layers = config->n_layers;
  attention->n_heads = config->n_heads;
  attention->n_tokens = n;
  attention->tokens = g_new0 (char *, n);
  for (guint i = 0; i < n; i++)
    attention->tokens[i] = g_strdup (cz_predictor_get_token (predictor, attention->ids[i]));
  attention->probabilities = g_new (float, (gsize)config->n_layers * config->n_heads * n * n);
  if (encoding->n > n)
    attention->note = g_strdup_printf (
        _ ("The text has %u tokens and the model sees %u at once: only its beginning "
           "is shown."),
        (guint)encoding->n, window);
  if (!cz_predictor_run_attention (predictor, attention->ids, n, attention->probabilities, error))
    return NULL;
  return g_steal_pointer (&attention);
}
