#include "tests/model/sandwich.h"

#include "engine/model/linear.h"
#include "tests/model/reference.h"

#define OUT          9
#define VECTOR_BYTES 256
#define MOST_VECTORS 8
#define SAMPLES      60

Sandwich *
sandwich_new (Stage *stage, guint rows, guint in, guint before, guint after)
{
  Sandwich *s = g_new0 (Sandwich, 1);
  CzSpan gradients = stage_upload (stage, NULL, MOST_VECTORS * VECTOR_BYTES / sizeof (float));
  CzSpan partials
      = stage_upload (stage, NULL, CZ_PARTIALS_CHUNKS * gradients.size / sizeof (float));

  g_assert_cmpuint (MAX (MAX (before, after), OUT), <=, VECTOR_BYTES / sizeof (float));
  *s = (Sandwich){ .stage = stage,
                   .rows = rows,
                   .in = in,
                   .before = before,
                   .after = after,
                   .out = OUT,
                   .partials = { partials, gradients } };
  s->x = stage_random (stage, rows * in, 1);
  s->a = stage_random (stage, before * in, 1);
  s->a_bias = stage_random (stage, before, 1);
  s->b = stage_random (stage, OUT * after, 1);
  s->b_bias = stage_random (stage, OUT, 1);
  s->r = stage_random (stage, rows * OUT, 1);
  s->u = g_new (double, rows *before);
  s->v = g_new (double, rows *OUT);
  s->x_span = stage_upload (stage, s->x, rows * in);
  s->a_span = stage_upload (stage, s->a, before * in);
  s->a_bias_span = stage_upload (stage, s->a_bias, before);
  s->b_span = stage_upload (stage, s->b, OUT * after);
  s->b_bias_span = stage_upload (stage, s->b_bias, OUT);
  s->r_span = stage_upload (stage, s->r, rows * OUT);
  s->u_span = stage_upload (stage, NULL, rows * before);
  s->v_span = stage_upload (stage, NULL, rows * OUT);
  s->dx = stage_upload (stage, NULL, rows * in);
  s->da = stage_upload (stage, NULL, before * in);
  s->db = stage_upload (stage, NULL, OUT * after);
  s->dy = stage_upload (stage, NULL, rows * after);
  sandwich_add_vector (s); // a's bias
  sandwich_add_vector (s); // b's
  return s;
}

void
sandwich_free (Sandwich *s)
{
  g_free (s->x);
  g_free (s->a);
  g_free (s->a_bias);
  g_free (s->b);
  g_free (s->b_bias);
  g_free (s->r);
  g_free (s->u);
  g_free (s->v);
  g_free (s);
}

static CzSpan
vector (Sandwich *s, guint index)
{
  return cz_span_part (s->partials.gradients, index * VECTOR_BYTES, VECTOR_BYTES);
}

CzSpan
sandwich_add_vector (Sandwich *s)
{
  g_assert_cmpuint (s->n_vectors, <, MOST_VECTORS);
  return vector (s, s->n_vectors++);
}

static void
forward (
    CzTape *tape, guint rows, guint in, guint out, CzSpan x, CzSpan weight, CzSpan bias, CzSpan y)
{
  cz_linear_forward (
      tape,
      &(CzLinear){
          .rows = rows, .in = in, .out = out, .x = x, .weight = weight, .bias = bias, .y = y });
}

static void
backward (Sandwich *s,
          CzTape *tape,
          guint in,
          guint out,
          CzSpan x,
          CzSpan weight,
          CzSpan dy,
          CzSpan dx,
          CzSpan dweight,
          CzSpan dbias)
{
  cz_linear_backward (tape, &(CzLinearBackward){
                                .rows = s->rows,
                                .in = in,
                                .out = out,
                                .x = x,
                                .weight = weight,
                                .dy = dy,
                                .dx = dx,
                                .dweight = dweight,
                                .dbias = dbias,
                                .partials = &s->partials,
                            });
}

void
sandwich_begin (Sandwich *s, CzTape *tape)
{
  forward (tape, s->rows, s->in, s->before, s->x_span, s->a_span, s->a_bias_span, s->u_span);
}

void
sandwich_turn (Sandwich *s, CzTape *tape, CzSpan y)
{
  forward (tape, s->rows, s->after, OUT, y, s->b_span, s->b_bias_span, s->v_span);
  backward (s, tape, s->after, OUT, y, s->b_span, s->r_span, s->dy, s->db, vector (s, 1));
}

void
sandwich_end (Sandwich *s, CzTape *tape, CzSpan du)
{
  backward (s, tape, s->in, s->before, s->x_span, s->a_span, du, s->dx, s->da, vector (s, 0));
  cz_partials_add (tape, &s->partials);
}

const double *
sandwich_get_u (Sandwich *s)
{
  ref_linear (s->x, s->a, s->a_bias, s->rows, s->in, s->before, s->u);
  return s->u;
}

double
sandwich_get_loss (Sandwich *s, const double *y)
{
  double loss = 0;

  ref_linear (y, s->b, s->b_bias, s->rows, s->after, OUT, s->v);
  for (guint i = 0; i < s->rows * OUT; i++)
    loss += s->v[i] * s->r[i];
  return loss;
}

void
sandwich_check (Sandwich *s, StageLoss loss, gpointer data)
{
  stage_check_gradient ("input", s->dx, s->x, s->rows * s->in, SAMPLES, loss, data);
  stage_check_gradient ("weight before", s->da, s->a, s->before * s->in, SAMPLES, loss, data);
  stage_check_gradient ("bias before", vector (s, 0), s->a_bias, s->before, SAMPLES, loss, data);
  stage_check_gradient ("weight after", s->db, s->b, OUT * s->after, SAMPLES, loss, data);
  stage_check_gradient ("bias after", vector (s, 1), s->b_bias, OUT, SAMPLES, loss, data);
}

const SandwichShape sandwich_shapes[SANDWICH_SHAPES] = {
  { 3, 8, 3, 4, 0 },   { 3, 8, 3, 4, 0.3 },  { 2, 7, 2, 5, 0 },
  { 2, 7, 3, 5, 0.3 }, { 1, 37, 2, 8, 0.1 },
};

CzStep
sandwich_make_step (void)
{
  return (CzStep){ .dropout_seed = { 7, 9 }, .dropout_step = 11, .first_block = 5 };
}

CzSpan
sandwich_upload_step (Stage *stage, const CzStep *step)
{
  return stage_upload_words (stage, (const guint32 *)step, sizeof *step / sizeof (guint32));
}
