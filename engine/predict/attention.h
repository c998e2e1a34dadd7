#pragma once

#include "engine/predict/predictor.h"

// Who looks at whom: the attention probabilities of all layers and heads over a text.
typedef struct
{
  guint n_layers, n_heads, n_tokens;
  guint32 *ids;         // (n_tokens), [CLS] and [SEP] included
  char **tokens;        // (n_tokens)
  float *probabilities; // (n_layers, n_heads, n_tokens, n_tokens), query × key; rows add up to 1
  char *note;           // or NULL: only the first window of a long text is shown
} CzAttention;

// Errors: CZ_PREDICT_ERROR_TEXT (no token), CZ_GPU_ERROR_*.
CzAttention *cz_predictor_attention (CzPredictor *predictor,
                                     const char *text,
                                     gssize length,
                                     GError **error);
void cz_attention_free (CzAttention *attention);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzAttention, cz_attention_free)
