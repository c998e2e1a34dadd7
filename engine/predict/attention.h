#pragma once

#include "engine/predict/predictor.h"

// Who looks at whom: the attention probabilities of all layers and heads over a text.

typedef enum
{
  CZ_ATTENTION_FROM_ALL,   // tokens
  CZ_ATTENTION_FROM_MASK,  // one of the text's masks, from 0
  CZ_ATTENTION_FROM_TOKEN, // one of its tokens; 0 is [CLS]
} CzAttentionFromKind;

typedef struct
{
  CzAttentionFromKind kind;
  guint index;
} CzAttentionFrom;

#define CZ_ATTENTION_MOST (2 << 20) // probabilities

typedef struct
{
  guint n_layers, n_heads, n_tokens;
  guint32 *ids;           // (n_tokens), [CLS] and [SEP] included
  char **tokens;          // (n_tokens)
  guint32 *starts, *ends; // (n_tokens) bytes of the text; 0, 0 for [CLS] and [SEP]
  guint n_queries;        // n_tokens, or 1
  guint query;            // where there is one: its index among the tokens
  float *probabilities; // (n_layers, n_heads, n_queries, n_tokens), query × key; rows add up to 1
  char *note;           // or NULL: only a part of a long text is shown, that around the query
} CzAttention;

// Errors: CZ_PREDICT_ERROR_TEXT (no token; no such mask or token; more than CZ_ATTENTION_MOST
// probabilities), G_IO_ERROR_CANCELLED, CZ_GPU_ERROR_*.
CzAttention *cz_predictor_attention (
    CzPredictor *predictor, const char *text, gssize length, CzAttentionFrom from, GError **error);
void cz_attention_free (CzAttention *attention);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzAttention, cz_attention_free)
