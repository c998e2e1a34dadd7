#pragma once

#include "engine/predict/predictor.h"

// A sequence of tokens that goes through the model, and the positions whose logits are wanted.
typedef struct
{
  const guint32 *ids;
  guint n_ids;            // at most the model's window
  const guint *positions; // ascending
  guint n_positions;
} CzRow;

// Takes the logits (vocab_size) of position `index` of a row. FALSE with `error` set ends it.
typedef gboolean (*CzRowSink) (
    guint row, guint index, const float *logits, gpointer data, GError **error);

// Runs rows through the model, several at once, in their order. Positions of a row come in order.
gboolean cz_predictor_run (CzPredictor *predictor,
                           const CzRow *rows,
                           guint n_rows,
                           CzRowSink sink,
                           gpointer data,
                           GError **error);

// A sequence of tokens, one of which (masked, as a rule) is to be guessed.
typedef struct
{
  const guint32 *ids;
  guint n_ids; // at most the model's window
  guint position;
  guint32 token; // the right one
} CzScoredRow;

// How many rows of that length cz_predictor_score () takes at once: what keeps the device busy,
// fits its memory and, on a CPU, leaves no one waiting for long who wants to cancel.
guint cz_predictor_get_batch (CzPredictor *predictor, guint n_ids);
// The surprise of each row's token, in nats. Logits stay on the device.
gboolean cz_predictor_score (CzPredictor *predictor,
                             const CzScoredRow *rows,
                             guint n_rows,
                             double *ret_nats,
                             GError **error);

// Runs one sequence and gives the attention probabilities (n_layers, n_heads, n_queries, n_ids) of
// `n_queries` tokens from `first` on.
gboolean cz_predictor_run_attention (CzPredictor *predictor,
                                     const guint32 *ids,
                                     guint n_ids,
                                     guint first,
                                     guint n_queries,
                                     float *ret_probabilities,
                                     GError **error);

// The word embedding of a token, dim floats.
gboolean cz_predictor_read_embeddings (
    CzPredictor *predictor, guint32 first, guint32 n, float *ret_floats, GError **error);

guint cz_predictor_get_window (CzPredictor *predictor);
// The piece of an id, or "" where the vocabulary has none.
const char *cz_predictor_get_token (CzPredictor *predictor, guint32 id);

// The part of a sequence [CLS] … [SEP] of `n` ids that fits `window`, around the tokens first …
// last, with its own [CLS] and [SEP]. Returns its ids (caller frees) and what to subtract from a
// position.
guint32 *cz_window_cut (const guint32 *ids,
                        guint n,
                        guint window,
                        guint first,
                        guint last,
                        guint *ret_n,
                        guint *ret_shift);

// ln of the softmax at `id`; the maximum and the logarithm of the sum in doubles.
double cz_logits_normalizer (const float *logits, guint n); // ln sum exp; NAN if one is no number
