#pragma once

#include "data/run-prediction.h"
#include "engine/train/trainer.h"
#include "jobs/job.h"

// Sentences with masks that a run's model is asked at each evaluation, so that it is seen changing.

// How many words are kept for each mask.
#define CZ_RUN_EXAMPLES_TOP 5
// How many sentences a run may have: each of them is predicted at every evaluation.
#define CZ_RUN_EXAMPLES_MAX 64
// In place of a set's name: no sentences.
#define CZ_RUN_EXAMPLES_NONE "none"

// The sentences of a run to be made: those given, then those of the set; neither (both may be
// NULL): the program's own. "[MASK]" becomes the tokenizer's mask token. NULL-terminated, freed by
// the caller. Errors: CZ_JOB_ERROR_INVALID (one has no mask, too many), CZ_DATA_ERROR_*.
char **cz_run_examples_choose (CzLibrary *library,
                               CzTokenizer *tokenizer,
                               const char *const *sentences,
                               const char *set,
                               GError **error);

typedef struct _CzRunExamples CzRunExamples;

// The run's sentences; nothing is put on the device yet.
CzRunExamples *cz_run_examples_new (CzLibrary *library, gint64 run, GError **error);
void cz_run_examples_free (CzRunExamples *examples);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzRunExamples, cz_run_examples_free)

// To be called in the trainer's events: asks the model as it is now, in the trainer's memory, and
// writes what it says under the trainer's step. The run's bits don't depend on it. Errors:
// CZ_DATA_ERROR_*, and those of predicting, of which the run need not end.
gboolean cz_run_examples_predict (CzRunExamples *examples, CzTrainer *trainer, GError **error);

// What was said of a sentence at a step; NULL: nothing. `predictions` are those of
// cz_run_prediction_list ().
const CzRunPrediction *cz_run_examples_find (GPtrArray *predictions, gint64 step, guint position);
// The step of the last prediction, -1: there is none.
gint64 cz_run_examples_get_last_step (GPtrArray *predictions);
