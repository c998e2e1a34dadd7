#pragma once

#include <json-glib/json-glib.h>

#include "data/sentence-set.h"
#include "engine/predict/surprisal.h"
#include "jobs/predictors.h"

// A set of sentences under one model: how often, and how well, it guesses the hidden word.

// The member "sentences" of a question, [{"text", "answers": ["…"]}]: elements CzSentence. Error:
// CZ_JOB_ERROR_INVALID (it is none; NULL is none, either).
GArray *cz_answer_set_read (JsonNode *node, GError **error);

// Adds one object to the array that `builder` stands in:
// {"model", "top_k", "sentences": [{"text", "top": [{"token", "id", "score", "log_probability"}],
//   "answers": [{"word", "pieces", "rank", "log_probability"}],
//   "answer", "rank", "log_probability", "hit", "hit_top_k", "note", "error"}],
//  "accuracy", "accuracy_top_k", "mean_rank", "scored", "note"}
// It is the first mask of a sentence that counts. An accepted answer that is one piece has a rank,
// from 1, among the model's vocabulary; one of several pieces has a probability as a whole word (by
// the chain rule, left to right) and no rank; one that the vocabulary lacks has neither. "answer"
// is the accepted one with the best rank, where none has one the likeliest; "rank" and
// "log_probability" (nats) are its. "hit": its rank is 1, "hit_top_k": at most top_k. `accuracy`,
// `accuracy_top_k` (shares) and `mean_rank` are over the `scored` sentences that have a rank, null
// where there is none; "note" tells what was left out. A sentence that cannot be asked has its
// "error", and an empty top.
// `proceed` (or NULL) is told before each sentence how many are done. On failure nothing is added.
// Errors: those of cz_predictors_get (), G_IO_ERROR_CANCELLED, CZ_GPU_ERROR_*, CZ_PREDICT_ERROR_*.
gboolean cz_answer_set (CzPredictors *predictors,
                        const char *model,
                        const CzSentence *sentences,
                        guint n,
                        guint top_k,
                        CzPredictorProceed proceed,
                        gpointer data,
                        JsonBuilder *builder,
                        GError **error);
