#pragma once

#include "engine/train/train-options.h"

// How long a run at work still takes. It is told when a step, an evaluation or a file that is
// written has ended, and adds up what is still to come of each. Times are monotonic microseconds.
typedef struct _CzTimeLeft CzTimeLeft;

typedef enum
{
  CZ_TIME_STEP,
  CZ_TIME_EVALUATION,
  CZ_TIME_EXAMPLES, // what is done with an evaluation: example sentences predicted, figures written
  CZ_TIME_CHECKPOINT,
  CZ_TIME_MODEL, // a model folder: the best one's or an epoch's
  CZ_TIME_N_PARTS
} CzTimePart;

// `options` as the run has them, `steps` of the whole run, `n_test` test blocks (0: none). What is
// told counts from `now`.
CzTimeLeft *cz_time_left_new (const CzTrainOptions *options,
                              guint64 steps,
                              guint n_test,
                              gint64 now);
void cz_time_left_free (CzTimeLeft *left);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTimeLeft, cz_time_left_free)

// What took the time since the last call has ended.
void cz_time_left_end (CzTimeLeft *left, CzTimePart part, gint64 now);
// Within an evaluation: `done` blocks of `total` are evaluated (0: it begins).
void cz_time_left_evaluating (CzTimeLeft *left, guint done, guint total, gint64 now);

// Seconds left after `step` steps, the last evaluation having been that of `evaluated_step` (-1:
// none yet); NAN before anything has ended.
double cz_time_left_reckon (CzTimeLeft *left, guint64 step, gint64 evaluated_step);
