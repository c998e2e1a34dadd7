#include "jobs/time-left.h"

#include <math.h>

#include "jobs/speed.h"

// At least so many steps make a rate; beyond, the later half of all, and early on all of the first
// fifth, but no more than are to come: few steps on a machine that others use too say little, old
// ones what is no more, and the last ones are most like the next.
#define STEPS_MIN   20
#define EARLY_SHARE 5
// A step counts at most as so many usual ones: one during which the process slept says nothing.
#define STEP_CAP 4
// Until one was measured, a checkpoint takes so many times what a model does (weights, two
// moments).
#define CHECKPOINT_MODELS 3

struct _CzTimeLeft
{
  guint64 steps, steps_per_epoch, eval_every;
  guint batch_size, checkpoint_seconds, checkpoint_steps, keep_epochs;
  guint n_test;
  gint64 last; // when the last thing ended
  guint64 ended[CZ_TIME_N_PARTS];
  double seconds[CZ_TIME_N_PARTS];  // of the last one that ended; a step's: the first
  double evaluated_pace;            // seconds of a step at the last evaluation; 0: not known
  gboolean checkpointed;            // since the last step
  GArray *sums;                     // double: seconds of the first n steps, but for the very first
  guint evaluated, first_evaluated; // blocks of the evaluation under way; after its first part
  gint64 first_evaluated_at, evaluated_at;
};

CzTimeLeft *
cz_time_left_new (const CzTrainOptions *options, guint64 steps, guint n_test, gint64 now)
{
  CzTimeLeft *left = g_new0 (CzTimeLeft, 1);
  const double none = 0;

  left->steps = steps;
  left->steps_per_epoch = MAX (steps / MAX (options->epochs, 1), 1);
  left->eval_every = options->eval_every > 0 ? options->eval_every : left->steps_per_epoch;
  left->batch_size = options->batch_size;
  left->checkpoint_seconds = options->checkpoint_steps > 0 ? 0 : options->checkpoint_seconds;
  left->checkpoint_steps = options->checkpoint_steps;
  left->keep_epochs = options->keep_epochs;
  left->n_test = n_test;
  left->last = now;
  left->sums = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_val (left->sums, none);
  return left;
}

void
cz_time_left_free (CzTimeLeft *left)
{
  g_array_unref (left->sums);
  g_free (left);
}

// The first step also makes kernels, so an evaluation tells more, if there was one. NAN: neither.
static double
guess_step_seconds (CzTimeLeft *left)
{
  double first = left->ended[CZ_TIME_STEP] > 0 ? left->seconds[CZ_TIME_STEP] : NAN;
  double evaluation = left->ended[CZ_TIME_EVALUATION] > 0
                          ? left->seconds[CZ_TIME_EVALUATION] * left->batch_size
                                / (left->n_test * CZ_SPEED_EVALUATION_SHARE)
                          : NAN;

  return fmin (first, evaluation); // NAN does not count
}

// Seconds of a step: the mean of the last `window` ones.
static double
get_pace (CzTimeLeft *left, guint window)
{
  guint n = left->sums->len - 1;

  return (g_array_index (left->sums, double, n) - g_array_index (left->sums, double, n - window))
         / window;
}

// Seconds of a step lately; NAN: not known.
static double
get_step_seconds (CzTimeLeft *left)
{
  guint n = left->sums->len - 1;
  guint64 to_come = left->steps - MIN (left->steps, left->ended[CZ_TIME_STEP]);
  guint window = MAX (n / 2, (guint)MIN (n, left->steps / EARLY_SHARE));

  if (n == 0)
    return guess_step_seconds (left);
  window = (guint)MIN (window, to_come);
  return get_pace (left, MIN (MAX (window, STEPS_MIN), n));
}

static void
add_step (CzTimeLeft *left, double seconds)
{
  guint n = left->sums->len - 1;

  if (left->ended[CZ_TIME_STEP] == 0)
    {
      left->seconds[CZ_TIME_STEP] = seconds;
      return;
    }
  if (n >= STEPS_MIN)
    seconds = MIN (seconds, STEP_CAP * get_step_seconds (left));
  seconds += g_array_index (left->sums, double, n);
  g_array_append_val (left->sums, seconds);
  // The evaluation before the first step was made at the pace of the first ones.
  if (n + 1 == STEPS_MIN && left->evaluated_pace == 0)
    left->evaluated_pace = get_pace (left, STEPS_MIN);
}

void
cz_time_left_end (CzTimeLeft *left, CzTimePart part, gint64 now)
{
  double seconds = (double)(now - left->last) / G_USEC_PER_SEC;

  if (part == CZ_TIME_STEP)
    add_step (left, seconds);
  else if (part == CZ_TIME_EVALUATION && left->first_evaluated > 0
           && left->first_evaluated < left->n_test)
    // Its first part may also make kernels.
    left->seconds[part] = (double)(now - left->first_evaluated_at) / G_USEC_PER_SEC * left->n_test
                          / (left->n_test - left->first_evaluated);
  else
    left->seconds[part] = seconds;
  if (part == CZ_TIME_EVALUATION)
    {
      left->evaluated = left->first_evaluated = 0;
      left->evaluated_pace = left->sums->len > STEPS_MIN ? get_pace (left, STEPS_MIN) : 0;
    }
  left->checkpointed = part == CZ_TIME_CHECKPOINT;
  left->ended[part]++;
  left->last = now;
}

void
cz_time_left_evaluating (CzTimeLeft *left, guint done, guint total, gint64 now)
{
  left->evaluated = done;
  left->evaluated_at = now;
  left->n_test = total;
  if (done == 0)
    left->last = now;
  else if (left->first_evaluated == 0)
    {
      left->first_evaluated = done;
      left->first_evaluated_at = now;
    }
}

// What slows the steps down, or no more does, slows evaluations as well.
static double
get_evaluation_seconds (CzTimeLeft *left, double step_seconds)
{
  double last = left->seconds[CZ_TIME_EVALUATION];

  if (left->ended[CZ_TIME_EVALUATION] > 0)
    return left->evaluated_pace > 0 ? last * step_seconds / left->evaluated_pace : last;
  return step_seconds * left->n_test / left->batch_size * CZ_SPEED_EVALUATION_SHARE;
}

// How much less than `seconds` the evaluation under way still takes: what of it is done, and the
// more is done, the more by its own pace.
static double
get_evaluation_gain (CzTimeLeft *left, double seconds)
{
  if (left->evaluated == 0)
    return 0;
  double share = (double)left->evaluated / left->n_test;
  double rest = seconds * (1 - share);
  if (left->evaluated > left->first_evaluated)
    {
      double pace = (double)(left->evaluated_at - left->first_evaluated_at) / G_USEC_PER_SEC
                    / (left->evaluated - left->first_evaluated);
      rest = rest * (1 - share) + pace * (left->n_test - left->evaluated) * share;
    }
  return seconds - rest;
}

// Seconds that saving takes: a model's where none was saved is a part of a checkpoint's, and the
// other way round.
static double
get_saving_seconds (CzTimeLeft *left, CzTimePart part)
{
  if (left->ended[part] > 0)
    return left->seconds[part];
  return part == CZ_TIME_MODEL ? left->seconds[CZ_TIME_CHECKPOINT] / CHECKPOINT_MODELS
                               : left->seconds[CZ_TIME_MODEL] * CHECKPOINT_MODELS;
}

// How often something is due from step `from` on, every so many steps; `and_end`: at the end, too.
static double
count_due (CzTimeLeft *left, guint64 from, guint64 every, gboolean and_end)
{
  guint64 before = from > 0 ? (from - 1) / every + 1 : 0; // 0 counts as well

  if (from > left->steps)
    return 0;
  return (double)(left->steps / every + 1 - before) + (and_end && left->steps % every != 0 ? 1 : 0);
}

double
cz_time_left_reckon (CzTimeLeft *left, guint64 step, gint64 evaluated_step)
{
  double step_seconds = get_step_seconds (left);
  guint64 to_evaluate = MAX (step, (guint64)(evaluated_step + 1));
  double evaluations
      = left->n_test > 0 ? count_due (left, to_evaluate, left->eval_every, TRUE /* and_end */) : 0;
  double epochs
      = left->keep_epochs > 0 ? count_due (left, step + 1, left->steps_per_epoch, FALSE) : 0;

  if (isnan (step_seconds))
    return NAN;
  double evaluation = get_evaluation_seconds (left, step_seconds) + left->seconds[CZ_TIME_EXAMPLES];

  double gained = get_evaluation_gain (left, get_evaluation_seconds (left, step_seconds));

  // What is evaluated will mostly be the best so far; at the end the last state is saved as well.
  double seconds = (double)(left->steps - step) * step_seconds + evaluations * evaluation - gained
                   + (evaluations + epochs + 1) * get_saving_seconds (left, CZ_TIME_MODEL);
  double checkpoint = get_saving_seconds (left, CZ_TIME_CHECKPOINT);
  if (left->checkpoint_steps > 0)
    {
      // The one of this step comes after what was told of it.
      guint64 from = MAX (left->checkpointed ? step + 1 : step, 1);
      seconds += count_due (left, from, left->checkpoint_steps, FALSE) * checkpoint;
    }
  else if (left->checkpoint_seconds > 0)
    seconds += floor (seconds / left->checkpoint_seconds) * checkpoint;
  return seconds;
}
