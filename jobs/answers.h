#pragma once

#include <json-glib/json-glib.h>

#include "jobs/predictors.h"

// Predictions as JSON, the same on the command line and from the server. Each function adds one
// object to the array that `builder` stands in; "note" says where only a window of a long text was
// seen, else it is null. On failure nothing is added.

// {"model", "text", "masks": [{"position", "top": [{"token", "id", "score", "sequence"}],
// "targets":
// [{"word", "pieces", "log_probability"}]}], "note"}
gboolean cz_answer_fill (CzPredictors *predictors,
                         const char *model,
                         const char *text,
                         guint top_k,
                         const char *const *targets,
                         JsonBuilder *builder,
                         GError **error);
// The same of a predictor; `model` is what it is to be called.
gboolean cz_answer_fill_by (CzPredictor *predictor,
                            const char *model,
                            const char *text,
                            guint top_k,
                            const char *const *targets,
                            JsonBuilder *builder,
                            GError **error);
// {"model", "text", "tokens": [{"token", "bits"}], "pseudo_perplexity", "note"}
gboolean cz_answer_surprisal (CzPredictors *predictors,
                              const char *model,
                              const char *text,
                              JsonBuilder *builder,
                              GError **error);
// {"model", "text", "tokens": […], "layers": [[[[probability]]]], "note"}: layer, head, query, key.
gboolean cz_answer_attention (CzPredictors *predictors,
                              const char *model,
                              const char *text,
                              JsonBuilder *builder,
                              GError **error);
// {"model", "word", "pieces": […], "neighbours": [{"token", "id", "similarity"}]}
gboolean cz_answer_neighbours (CzPredictors *predictors,
                               const char *model,
                               const char *word,
                               guint count,
                               JsonBuilder *builder,
                               GError **error);
