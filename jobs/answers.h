#pragma once

#include <json-glib/json-glib.h>

#include "engine/predict/attention.h"
#include "jobs/predictors.h"

// Predictions as JSON, the same on the command line and from the server. Each function adds one
// object to the array that `builder` stands in; "note" says where only a window of a long text was
// seen, else it is null. On failure what was added is of no use.

typedef struct
{
  guint top_k;
  const char *const *targets; // NULL-terminated, or NULL
  gboolean compare;           // each model but the first with the first
  gboolean no_sequences;      // each "sequence" is null
  guint words;                // most pieces of words of several that are sought; below 2: none
  gboolean joint;             // texts with several masks also as a whole
} CzFillQuestion;

// {"model", "text", "masks": [{"position", "top": [{"token", "id", "score", "log_probability",
// "sequence"}], "targets": [{"word", "pieces", "log_probability"}]}], "note"} for each of the
// models (NULL-terminated). Compared, each but the first has besides, in a mask "divergence" (bits,
// null where vocabularies differ) and "moved": [{"token", "id", "before", "after", "bits"}] (see
// engine/predict/comparison.h), in a top "before" (probability) and "before_rank" (1: likeliest;
// both null where the first model lacks the token), in a target "before" (log-probability). With
// words, a mask has "words": [{"word", "pieces", "ids", "log_probability", "order", "one_word"}],
// all of them one word, order "left_to_right" or "most_certain", likeliest first for each number of
// pieces and order; they are sought for the first CZ_JOINT_MOST masks. With joint, "joint":
// [{"order", "tokens", "ids", "log_probability", "sequence"}] (see engine/predict/joint.h).
gboolean cz_answer_fill (CzPredictors *predictors,
                         const char *const *models,
                         const char *text,
                         const CzFillQuestion *question,
                         JsonBuilder *builder,
                         GError **error);
// The same of one predictor, nothing compared; `model` is what it is to be called.
gboolean cz_answer_fill_by (CzPredictor *predictor,
                            const char *model,
                            const char *text,
                            guint top_k,
                            JsonBuilder *builder,
                            GError **error);

// Told between submissions how far an answer is, 0 … 1. FALSE ends it, with G_IO_ERROR_CANCELLED.
typedef gboolean (*CzAnswerProceed) (double share, gpointer data);

// {"model", "text", "tokens": [{"token", "bits", "start", "end", "word", "window"}], "words":
// [{"text", "start", "end", "bits", "pieces"}], "windows": [{"start", "end"}], "scored",
// "pseudo_perplexity", "note"} for each of the models: bytes of the text, indices of words and
// windows, how many pieces a word has. There are windows where the text is longer than the model
// sees at once, and only then "window". `proceed` may be NULL.
gboolean cz_answer_surprisal (CzPredictors *predictors,
                              const char *const *models,
                              const char *text,
                              CzAnswerProceed proceed,
                              gpointer data,
                              JsonBuilder *builder,
                              GError **error);
// {"model", "text", "tokens": [{"token", "start", "end"}], "layers": [[[[probability]]]], "note"}:
// layer, head, query, key. From one mask or token: "position", its index among the tokens, and
// "from": [[[probability]]], layer, head, key, in the layers' place. Of a text of "total" tokens
// "skipped" ones after [CLS] are not among the tokens.
gboolean cz_answer_attention (CzPredictors *predictors,
                              const char *model,
                              const char *text,
                              CzAttentionFrom from,
                              JsonBuilder *builder,
                              GError **error);

typedef struct
{
  const char *text;
  const char *const *answers; // words accepted at its first mask, NULL-terminated; none: not known
} CzSetSentence;

// {"model", "top_k", "sentences": [{"text", "top": [{"token", "id", "score", "log_probability"}],
// "answers": [{"word", "pieces", "rank", "log_probability"}], "answer", "rank", "hit", "hit_top_k",
// "log_probability", "note", "error"}], "accuracy", "accuracy_top_k", "mean_rank", "scored",
// "ranked", "note"} for each of the models, all about each sentence's first mask, "[MASK]" whatever
// the model's own is called. answers: an accepted answer of one piece has a rank among the whole
// vocabulary, 1 is the likeliest; one of several pieces has a probability as a whole word (by the
// chain rule) and no rank, null; one that the vocabulary lacks has neither. answer: the accepted
// one of the best rank, where none has one the likeliest; rank: its. hit: rank is 1; hit_top_k: at
// most top_k. log_probability: of the likeliest answer, else null. error: why the sentence could
// not be filled (it has no mask), else null. accuracy, accuracy_top_k: shares of the `scored`
// sentences, those with answers: of them those without a rank are no hits, which note tells;
// mean_rank: over the `ranked` ones, those with a rank; null where there are none.
gboolean cz_answer_set (CzPredictors *predictors,
                        const char *const *models,
                        const CzSetSentence *sentences,
                        guint n_sentences,
                        guint top_k,
                        CzAnswerProceed proceed,
                        gpointer data,
                        JsonBuilder *builder,
                        GError **error);

// {"model", "word", "pieces": […], "neighbours": [{"token", "id", "similarity"}]}
gboolean cz_answer_neighbours (CzPredictors *predictors,
                               const char *model,
                               const char *word,
                               guint count,
                               JsonBuilder *builder,
                               GError **error);
