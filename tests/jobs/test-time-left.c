// The time left, on a clock of the test's own: after the first tenth it is right to a quarter.
#include "jobs/time-left.h"

#include <math.h>

#define SECOND G_USEC_PER_SEC

// A run to be simulated; times in seconds.
typedef struct
{
  guint steps, from; // from: it is resumed behind this step
  double step, first_step, evaluation, first_batch, model, checkpoint;
  guint n_test, batches; // of an evaluation
  double noise;          // a step takes up to so much more or less
  double relief;         // after a third, steps and evaluations take this share; 0: all of it
  CzTrainOptions options;
} Simulation;

typedef struct
{
  gint64 at;
  double left;
} Guess;

// The share of its time that things take at a step: others use the machine, too, for a while.
static double
get_load (const Simulation *s, guint step)
{
  return s->relief > 0 && step > s->steps / 3 ? s->relief : 1;
}

static void
guess (GArray *guesses, CzTimeLeft *left, guint64 step, gint64 evaluated, gint64 now)
{
  Guess guessed = { now, cz_time_left_reckon (left, step, evaluated) };

  g_array_append_val (guesses, guessed);
}

static void
evaluate (const Simulation *s,
          CzTimeLeft *left,
          GArray *guesses,
          guint step,
          gint64 *evaluated,
          gint64 *now)
{
  gboolean first = *evaluated == (s->from > 0 ? (gint64)s->from : -1); // of this process

  for (guint i = 0; i < s->batches; i++)
    {
      cz_time_left_evaluating (left, i * s->n_test / s->batches, s->n_test, *now);
      guess (guesses, left, step, *evaluated, *now);
      *now += (gint64)((s->evaluation / s->batches + (i == 0 && first ? s->first_batch : 0))
                       * get_load (s, step) * SECOND);
    }
  cz_time_left_end (left, CZ_TIME_EVALUATION, *now);
  *evaluated = step;
  if (step == 0)
    return;
  *now += (gint64)(s->model * SECOND);
  cz_time_left_end (left, CZ_TIME_MODEL, *now);
}

// Returns the worst error after the first `share` of the time, as a share of what was left, where
// it is at least a fiftieth of the whole.
static double
simulate_from (const Simulation *s, double share)
{
  const gint64 began = 1000 * (gint64)SECOND;
  gint64 now = began, evaluated = s->from > 0 ? (gint64)s->from : -1;
  const CzTrainOptions *options = &s->options;
  guint per_epoch = s->steps / options->epochs;
  guint every = options->eval_every > 0 ? options->eval_every : per_epoch;
  g_autoptr (CzTimeLeft) left = cz_time_left_new (options, s->steps, s->n_test, now);
  g_autoptr (GArray) guesses = g_array_new (FALSE, FALSE, sizeof (Guess));
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 counted = 0;
  double worst = 0;

  g_assert_true (isnan (cz_time_left_reckon (left, s->from, evaluated)));
  if (s->from == 0 && s->n_test > 0)
    evaluate (s, left, guesses, 0, &evaluated, &now);
  for (guint step = s->from + 1; step <= s->steps; step++)
    {
      double seconds = (step == s->from + 1 ? s->first_step : s->step) * get_load (s, step);
      now += (gint64)(seconds * (1 + g_rand_double_range (random, -1, 1) * s->noise) * SECOND);
      cz_time_left_end (left, CZ_TIME_STEP, now);
      guess (guesses, left, step, evaluated, now);
      if (s->n_test > 0 && (step % every == 0 || step == s->steps))
        evaluate (s, left, guesses, step, &evaluated, &now);
      if (step % per_epoch == 0 && options->keep_epochs > 0)
        {
          now += (gint64)(s->model * SECOND);
          cz_time_left_end (left, CZ_TIME_MODEL, now);
        }
      if (options->checkpoint_steps > 0 && step % options->checkpoint_steps == 0 && step < s->steps)
        {
          now += (gint64)(s->checkpoint * SECOND);
          cz_time_left_end (left, CZ_TIME_CHECKPOINT, now);
        }
    }
  now += (gint64)(s->model * SECOND);
  counted = began + (gint64)((double)(now - began) * share);
  for (guint i = 0; i < guesses->len; i++)
    {
      const Guess *guessed = &g_array_index (guesses, Guess, i);
      double truth = (double)(now - guessed->at) / SECOND;
      if (guessed->at >= counted && truth * 50 >= (double)(now - began) / SECOND)
        worst = MAX (worst, fabs (guessed->left - truth) / truth);
    }
  g_test_message ("%.1f s, %u guesses, worst %.3f", (double)(now - began) / SECOND, guesses->len,
                  worst);
  return worst;
}

static double
simulate (const Simulation *s)
{
  return simulate_from (s, 0.1);
}

static Simulation
make_run (void)
{
  Simulation s = { .steps = 200,
                   .step = 1,
                   .first_step = 12,
                   .evaluation = 11,
                   .first_batch = 6,
                   .model = 0.5,
                   .checkpoint = 1.5,
                   .n_test = 1000,
                   .batches = 10,
                   .noise = 0.5 };

  cz_train_options_init (&s.options);
  s.options.epochs = 2;
  s.options.checkpoint_seconds = 300;
  return s;
}

static void
test_time_left (void)
{
  Simulation s = make_run ();
  g_assert_cmpfloat (simulate (&s), <, 0.25);

  // Evaluations take most of the time; they do not end with the steps.
  s.options.eval_every = 30;
  s.evaluation = 60;
  s.n_test = 6000;
  g_assert_cmpfloat (simulate (&s), <, 0.25);

  // No evaluation at all, but files.
  s.n_test = 0;
  s.options.checkpoint_steps = 3;
  s.checkpoint = 4;
  s.steps = 100;
  g_assert_cmpfloat (simulate (&s), <, 0.25);

  // Resumed: what an evaluation takes is not known until there is one; it is reckoned.
  s = make_run ();
  s.from = 90;
  s.options.eval_every = 50;
  s.options.batch_size = 8;
  s.evaluation = 40;
  g_assert_cmpfloat (simulate (&s), <, 0.25);
}

// The machine was busy when the run was evaluated and began, and is no more: once as many steps
// were fast as are still to come, what is to come is fast as well, evaluations too (to a half: it
// knows their load by twenty steps).
static void
test_relief (void)
{
  Simulation s = make_run ();

  s.options.epochs = 1; // evaluated before and at the end
  s.relief = 0.2;
  s.noise = 0.2;
  s.evaluation = 40;
  g_assert_cmpfloat (simulate_from (&s, 0.9), <, 0.5);
}

// While a step lasts forever, as when the process was stopped, nothing is known of the others.
static void
test_outlier (void)
{
  Simulation s = make_run ();
  g_autoptr (CzTimeLeft) left = cz_time_left_new (&s.options, 100, 0 /* n_test */, 0);
  gint64 now = 0;

  for (guint step = 1; step <= 30; step++)
    {
      now += (step == 25 ? 1000 : 1) * (gint64)SECOND;
      cz_time_left_end (left, CZ_TIME_STEP, now);
    }
  g_assert_cmpfloat_with_epsilon (cz_time_left_reckon (left, 30, -1), 70, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-left/run", test_time_left);
  g_test_add_func ("/time-left/relief", test_relief);
  g_test_add_func ("/time-left/outlier", test_outlier);
  return g_test_run ();
}
