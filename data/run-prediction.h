#pragma once

#include "data/run.h"

// A run's example sentences, and what its model said at their masks at each evaluation.

// The sentences, NULL-terminated, in their order; freed with g_strfreev. Of a run without any: an
// empty list.
char **cz_run_sentences_get (CzLibrary *library, gint64 run, GError **error);
// Sets them in place of those there were. Error: INVALID (no UTF-8, empty).
gboolean cz_run_sentences_set (CzLibrary *library,
                               gint64 run,
                               const char *const *sentences,
                               GError **error);
// The same within a transaction of the caller's.
gboolean cz_run_sentences_enter (CzLibrary *library,
                                 gint64 run,
                                 const char *const *sentences,
                                 GError **error);

typedef struct
{
  gint64 step;
  guint position; // of the sentence, from 0
  char *result;   // JSON: an element of what `cloze fill` gives
} CzRunPrediction;
void cz_run_prediction_free (CzRunPrediction *prediction);

// Writes what was said of all sentences (NULL-terminated, in their order) at a step, in place of
// what was said there before.
gboolean cz_run_prediction_write (
    CzLibrary *library, gint64 run, gint64 step, const char *const *results, GError **error);
// Elements CzRunPrediction with step > after_step (-1: all), by step, then position.
GPtrArray *cz_run_prediction_list (CzLibrary *library,
                                   gint64 run,
                                   gint64 after_step,
                                   GError **error);
