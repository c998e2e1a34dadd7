// Gradients of linear, LayerNorm and activation, each in the middle of a graph, against differences
// in double precision.
#include <math.h>

#include "engine/model/activation.h"
#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"
#include "tests/model/reference.h"
#include "tests/model/sandwich.h"

#define SAMPLES 60

// ---- linear

static double
linear_loss (gpointer data)
{
  Sandwich *s = data;

  return sandwich_get_loss (s, sandwich_get_u (s));
}

static void
test_linear (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < SANDWICH_SHAPES; i++)
    {
      guint dim = sandwich_shapes[i].heads * sandwich_shapes[i].head_size;
      Sandwich *s = sandwich_new (&stage, sandwich_shapes[i].blocks * sandwich_shapes[i].block_size,
                                  11, dim, dim);
      CzTape *tape = cz_tape_new (stage.device, "linear", CZ_TAPE_PLAIN);

      sandwich_begin (s, tape);
      sandwich_turn (s, tape, s->u_span);
      sandwich_end (s, tape, s->dy);
      stage_run (tape);
      sandwich_check (s, linear_loss, s);
      sandwich_free (s);
    }
  stage_close (&stage);
}

// ---- layer norm

typedef struct
{
  Sandwich *sandwich;
  guint block_size;
  double *residual, *gamma, *beta, *y;
  RefDropout dropout;
} Norm;

static double
norm_loss (gpointer data)
{
  Norm *t = data;
  Sandwich *s = t->sandwich;

  ref_norm (sandwich_get_u (s), t->residual, t->gamma, t->beta, s->rows, s->before, t->block_size,
            &t->dropout, t->y);
  return sandwich_get_loss (s, t->y);
}

static void
check_norm (Stage *stage, const SandwichShape *shape, gboolean with_residual)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  CzStep step = sandwich_make_step ();
  Sandwich *s = sandwich_new (stage, rows, 6, dim, dim);
  Norm t = { s,
             shape->block_size,
             with_residual ? stage_random (stage, rows * dim, 1) : NULL,
             stage_random (stage, dim, 1),
             stage_random (stage, dim, 1),
             g_new (double, rows *dim),
             { shape->dropout, 3, &step } };
  CzTape *tape = cz_tape_new (stage->device, "norm", CZ_TAPE_PLAIN);
  CzSpan y = stage_upload (stage, NULL, rows * dim), stats = stage_upload (stage, NULL, rows * 4);
  CzSpan residual = { 0 }, gamma = stage_upload (stage, t.gamma, dim);
  CzSpan dsum = stage_upload (stage, NULL, rows * dim), dx = dsum;
  CzSpan dgamma = sandwich_add_vector (s), dbeta = sandwich_add_vector (s);
  CzDropout dropout = { shape->dropout, 3, sandwich_upload_step (stage, &step) };

  if (with_residual)
    residual = stage_upload (stage, t.residual, rows * dim);
  if (shape->dropout > 0)
    dx = stage_upload (stage, NULL, rows * dim);
  sandwich_begin (s, tape);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = rows,
                                   .dim = dim,
                                   .block_size = shape->block_size,
                                   .x = s->u_span,
                                   .residual = residual,
                                   .gamma = gamma,
                                   .beta = stage_upload (stage, t.beta, dim),
                                   .sum = s->u_span,
                                   .stats = stats,
                                   .y = y,
                                   .dropout = dropout,
                               });
  sandwich_turn (s, tape, y);
  cz_layer_norm_backward (tape, &(CzLayerNormBackward){
                                    .rows = rows,
                                    .dim = dim,
                                    .block_size = shape->block_size,
                                    .dy = s->dy,
                                    .sum = s->u_span,
                                    .stats = stats,
                                    .gamma = gamma,
                                    .dsum = dsum,
                                    .dx = dx,
                                    .dropout = dropout,
                                    .dgamma = dgamma,
                                    .dbeta = dbeta,
                                    .partials = &s->partials,
                                });
  sandwich_end (s, tape, dx);
  stage_run (tape);
  norm_loss (&t);
  stage_check_values ("y", y, t.y, rows * dim, 1e-5);
  sandwich_check (s, norm_loss, &t);
  if (with_residual)
    stage_check_gradient ("residual", dsum, t.residual, rows * dim, SAMPLES, norm_loss, &t);
  stage_check_gradient ("gamma", dgamma, t.gamma, dim, SAMPLES, norm_loss, &t);
  stage_check_gradient ("beta", dbeta, t.beta, dim, SAMPLES, norm_loss, &t);
  g_free (t.residual);
  g_free (t.gamma);
  g_free (t.beta);
  g_free (t.y);
  sandwich_free (s);
}

static void
test_layer_norm (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < SANDWICH_SHAPES; i++)
    {
      check_norm (&stage, &sandwich_shapes[i], TRUE);
      check_norm (&stage, &sandwich_shapes[i], FALSE);
    }
  stage_close (&stage);
}

// A mean a thousand times the deviation must not cost the variance its digits.
static void
test_layer_norm_large_mean (void)
{
  Stage stage;
  guint dim = 768;
  CzTape *tape;
  CzStep step = sandwich_make_step ();
  CzSpan y;

  if (!stage_open (&stage))
    return;
  g_autofree double *x = stage_random (&stage, dim, 1), *gamma = stage_random (&stage, dim, 1);
  g_autofree double *beta = stage_random (&stage, dim, 1), *expected = g_new (double, dim);
  for (guint i = 0; i < dim; i++)
    x[i] = (float)(x[i] + 1000);
  y = stage_upload (&stage, NULL, dim);
  tape = cz_tape_new (stage.device, "norm", CZ_TAPE_PLAIN);
  cz_layer_norm_forward (tape, &(CzLayerNorm){
                                   .rows = 1,
                                   .dim = dim,
                                   .block_size = 1,
                                   .x = stage_upload (&stage, x, dim),
                                   .gamma = stage_upload (&stage, gamma, dim),
                                   .beta = stage_upload (&stage, beta, dim),
                                   .sum = stage_upload (&stage, NULL, dim),
                                   .stats = stage_upload (&stage, NULL, 4),
                                   .y = y,
                                   .dropout.step = sandwich_upload_step (&stage, &step),
                               });
  stage_run (tape);
  ref_norm (x, NULL, gamma, beta, 1, dim, 1, NULL, expected);
  stage_check_values ("y", y, expected, dim, 1e-4);
  stage_close (&stage);
}

// ---- activation

typedef struct
{
  Sandwich *sandwich;
  CzActivation activation;
  double *y;
} Active;

static double
activation_loss (gpointer data)
{
  Active *t = data;
  Sandwich *s = t->sandwich;

  ref_activation (sandwich_get_u (s), (gsize)s->rows * s->before, t->activation, t->y);
  return sandwich_get_loss (s, t->y);
}

static void
check_activation (Stage *stage, const SandwichShape *shape, CzActivation activation)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  Sandwich *s = sandwich_new (stage, rows, 6, dim, dim);
  Active t = { s, activation, g_new (double, rows *dim) };
  CzTape *tape = cz_tape_new (stage->device, "activation", CZ_TAPE_PLAIN);
  CzSpan y = stage_upload (stage, NULL, rows * dim);

  sandwich_begin (s, tape);
  cz_activation_forward (tape, &(CzActivate){ activation, rows, dim, s->u_span, y });
  sandwich_turn (s, tape, y);
  cz_tape_fill (tape, y, 0, "fill");
  // y comes a second time, in its input's place; dx takes dy's.
  cz_activation_backward (
      tape, &(CzActivateBackward){ activation, rows, dim, s->u_span, s->u_span, s->dy, s->dy });
  sandwich_end (s, tape, s->dy);
  stage_run (tape);
  activation_loss (&t);
  stage_check_values ("y", s->u_span, t.y, rows * dim, 1e-6);
  sandwich_check (s, activation_loss, &t);
  g_free (t.y);
  sandwich_free (s);
}

static void
test_activation (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < SANDWICH_SHAPES; i++)
    {
      check_activation (&stage, &sandwich_shapes[i], CZ_ACTIVATION_GELU);
      check_activation (&stage, &sandwich_shapes[i], CZ_ACTIVATION_RELU);
    }
  stage_close (&stage);
}

// GELU with erf to float's accuracy, over all that matters and far beyond.
static void
test_gelu_values (void)
{
  Stage stage;
  guint n = 1 << 16;
  double worst = 0, worst_slope = 0;
  CzTape *tape;
  CzSpan x, y, slope;

  if (!stage_open (&stage))
    return;
  g_autofree double *values = g_new (double, n), *ones = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      values[i] = (float)(-12 + 24.0 * i / n);
      ones[i] = 1;
    }
  values[0] = -1e30;
  values[1] = 1e30;
  x = stage_upload (&stage, values, n);
  y = stage_upload (&stage, NULL, n);
  slope = stage_upload (&stage, ones, n);
  tape = cz_tape_new (stage.device, "gelu", CZ_TAPE_PLAIN);
  cz_activation_forward (tape, &(CzActivate){ CZ_ACTIVATION_GELU, n / 64, 64, x, y });
  cz_activation_backward (tape, &(CzActivateBackward){ .activation = CZ_ACTIVATION_GELU,
                                                       .rows = n / 64,
                                                       .columns = 64,
                                                       .x = x,
                                                       .dy = slope,
                                                       .dx = slope });
  stage_run (tape);
  g_autofree float *got = stage_download (y, n), *got_slope = stage_download (slope, n);
  for (guint i = 2; i < n; i++)
    {
      double below = 0.5 * (1 + erf (values[i] / G_SQRT2));
      double density = exp (-0.5 * values[i] * values[i]) / sqrt (2 * G_PI);

      // The error of erf: that of y, per unit of x.
      worst = MAX (worst, fabs (got[i] - values[i] * below) / MAX (fabs (values[i]), 1e-6));
      worst_slope = MAX (worst_slope, fabs (got_slope[i] - below - values[i] * density));
    }
  g_test_message ("erf off by %.2e at most, the slope by %.2e", 2 * worst, worst_slope);
  g_assert_cmpfloat (2 * worst, <, 3e-7);
  g_assert_cmpfloat (worst_slope, <, 4e-7);
  g_assert_cmpfloat (fabs (got[0]), ==, 0);
  g_assert_cmpfloat (got[1], ==, 1e30f);
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/ops/linear", test_linear);
  g_test_add_func ("/model/ops/layer-norm", test_layer_norm);
  g_test_add_func ("/model/ops/layer-norm-large-mean", test_layer_norm_large_mean);
  g_test_add_func ("/model/ops/activation", test_activation);
  g_test_add_func ("/model/ops/gelu-values", test_gelu_values);
  return g_test_run ();
}
