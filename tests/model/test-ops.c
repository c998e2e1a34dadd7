// Gradients of every op, each in the middle of a graph, against differences in double precision.
#include <math.h>
#include <string.h>

#include "engine/model/activation.h"
#include "engine/model/attention.h"
#include "engine/model/cross-entropy.h"
#include "engine/model/embedding.h"
#include "engine/model/layer-norm.h"
#include "engine/model/linear.h"
#include "engine/text/tokenizer.h"
#include "tests/model/reference.h"
#include "tests/model/sandwich.h"

#define SAMPLES 60

// A shape: rows are (blocks, block_size) of dim = heads × head_size, in one case of no multiple
// of 4.
typedef struct
{
  guint blocks, block_size, heads, head_size;
  double dropout;
} Shape;

static const Shape shapes[] = {
  { 3, 8, 3, 4, 0 },   { 3, 8, 3, 4, 0.3 },  { 2, 7, 2, 5, 0 },
  { 2, 7, 3, 5, 0.3 }, { 1, 37, 2, 8, 0.1 },
};

static CzStep
make_step (void)
{
  return (CzStep){ .dropout_seed = { 7, 9 }, .dropout_step = 11, .first_block = 5 };
}

static CzSpan
upload_step (Stage *stage, const CzStep *step)
{
  return stage_upload_words (stage, (const guint32 *)step, sizeof *step / sizeof (guint32));
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
check_norm (Stage *stage, const Shape *shape, gboolean with_residual)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  CzStep step = make_step ();
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
  CzDropout dropout = { shape->dropout, 3, upload_step (stage, &step) };

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
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      check_norm (&stage, &shapes[i], TRUE);
      check_norm (&stage, &shapes[i], FALSE);
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
  CzStep step = make_step ();
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
                                   .dropout.step = upload_step (&stage, &step),
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
check_activation (Stage *stage, const Shape *shape, CzActivation activation)
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
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      check_activation (&stage, &shapes[i], CZ_ACTIVATION_GELU);
      check_activation (&stage, &shapes[i], CZ_ACTIVATION_RELU);
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

// ---- attention

typedef struct
{
  Sandwich *sandwich;
  Shape shape;
  gboolean *attended;
  double *k, *v, *context;
  RefDropout dropout;
} Attend;

static double
attention_loss (gpointer data)
{
  Attend *t = data;

  ref_attention (sandwich_get_u (t->sandwich), t->k, t->v, t->attended, t->shape.blocks,
                 t->shape.block_size, t->shape.heads, t->shape.head_size, &t->dropout, t->context);
  return sandwich_get_loss (t->sandwich, t->context);
}

static void
check_attention (Stage *stage, const Shape *shape, gboolean padded)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  guint stride = cz_attention_pad (shape->block_size);
  gsize squares = cz_attention_get_bytes (shape->blocks, shape->block_size, shape->heads) / 4;
  CzStep step = make_step ();
  Sandwich *s = sandwich_new (stage, rows, 6, dim, dim);
  Attend t = { s,
               *shape,
               g_new (gboolean, rows),
               stage_random (stage, rows * dim, 1),
               stage_random (stage, rows * dim, 1),
               g_new (double, rows *dim),
               { shape->dropout, 4, &step } };
  g_autofree double *attended = g_new (double, shape->blocks *stride);
  CzTape *tape = cz_tape_new (stage->device, "attention", CZ_TAPE_PLAIN);
  CzSpan k = stage_upload (stage, t.k, rows * dim), v = stage_upload (stage, t.v, rows * dim);
  CzSpan p = stage_upload (stage, NULL, squares), dropped = stage_upload (stage, NULL, squares);
  CzSpan dscores = stage_upload (stage, NULL, squares);
  CzSpan context = stage_upload (stage, NULL, rows * dim), attended_span;
  CzSpan dq = stage_upload (stage, NULL, rows * dim), dk = stage_upload (stage, NULL, rows * dim);
  CzSpan dv = stage_upload (stage, NULL, rows * dim);
  CzDropout dropout = { shape->dropout, 4, upload_step (stage, &step) };

  for (guint i = 0; i < shape->blocks * stride; i++)
    attended[i] = -1;
  for (guint i = 0; i < rows; i++)
    {
      // The first block may not attend anything: every key then counts alike.
      t.attended[i] = !padded || (i / shape->block_size > 0 && i % shape->block_size < 5);
      attended[i / shape->block_size * stride + i % shape->block_size] = t.attended[i] ? 1 : 0;
    }
  attended_span = stage_upload (stage, attended, shape->blocks * stride);
  sandwich_begin (s, tape);
  cz_attention_forward (tape, &(CzAttention){ shape->blocks, shape->block_size, shape->heads,
                                              shape->head_size, s->u_span, k, v, attended_span, p,
                                              dropped, context, dropout });
  sandwich_turn (s, tape, context);
  cz_attention_backward (tape,
                         &(CzAttentionBackward){ shape->blocks, shape->block_size, shape->heads,
                                                 shape->head_size, s->u_span, k, v, attended_span,
                                                 p, dropped, dscores, s->dy, dq, dk, dv, dropout });
  sandwich_end (s, tape, dq);
  stage_run (tape);
  attention_loss (&t);
  stage_check_values ("context", context, t.context, rows * dim, 1e-5);
  sandwich_check (s, attention_loss, &t);
  stage_check_gradient ("k", dk, t.k, rows * dim, SAMPLES, attention_loss, &t);
  stage_check_gradient ("v", dv, t.v, rows * dim, SAMPLES, attention_loss, &t);
  g_free (t.attended);
  g_free (t.k);
  g_free (t.v);
  g_free (t.context);
  sandwich_free (s);
}

static void
test_attention (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      check_attention (&stage, &shapes[i], FALSE);
      check_attention (&stage, &shapes[i], TRUE);
    }
  stage_close (&stage);
}

// ---- embedding

#define WORDS  13
#define PAD_ID 3

typedef struct
{
  Sandwich *sandwich;
  Shape shape;
  guint32 *ids;
  double *word, *position, *gamma, *beta, *y;
  RefDropout dropout;
} Embed;

static double
embedding_loss (gpointer data)
{
  Embed *t = data;

  ref_embedding (t->ids, t->word, t->position, t->gamma, t->beta, t->shape.blocks,
                 t->shape.block_size, t->sandwich->after, &t->dropout, t->y);
  return sandwich_get_loss (t->sandwich, t->y);
}

static void
check_embedding (Stage *stage, const Shape *shape)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  CzStep step = make_step ();
  Sandwich *s = sandwich_new (stage, rows, 6, dim, dim);
  Embed t = { s,
              *shape,
              g_new (guint32, rows),
              stage_random (stage, WORDS * dim, 1),
              stage_random (stage, (shape->block_size + 2) * dim, 1),
              stage_random (stage, dim, 1),
              stage_random (stage, dim, 1),
              g_new (double, rows *dim),
              { shape->dropout, 0, &step } };
  g_autofree double *tokens = g_new (double, rows + 4), *got_pad = NULL;
  CzTape *tape = cz_tape_new (stage->device, "embedding", CZ_TAPE_PLAIN);
  CzSpan word = stage_upload (stage, t.word, WORDS * dim);
  CzSpan dword = stage_upload (stage, NULL, WORDS * dim),
         gamma = stage_upload (stage, t.gamma, dim);
  CzSpan dposition = stage_upload (stage, NULL, (shape->block_size + 2) * dim), token_span;
  CzSpan sum = stage_upload (stage, NULL, rows * dim), y = stage_upload (stage, NULL, rows * dim);
  CzSpan stats = stage_upload (stage, NULL, rows * 4);
  CzSpan dgamma = sandwich_add_vector (s), dbeta = sandwich_add_vector (s);
  CzDropout dropout = { shape->dropout, 0, upload_step (stage, &step) };

  for (guint i = 0; i < rows + 4; i++)
    tokens[i] = -1;
  for (guint i = 0; i < rows; i++)
    tokens[i] = t.ids[i] = (guint32)g_rand_int_range (stage->random, 0, WORDS - 1);
  token_span = stage_upload (stage, tokens, (rows + 3) / 4 * 4);
  cz_embedding_forward (
      tape, &(CzEmbedding){
                .blocks = shape->blocks,
                .block_size = shape->block_size,
                .dim = dim,
                .vocabulary = WORDS,
                .tokens = token_span,
                .word = word,
                .position = stage_upload (stage, t.position, (shape->block_size + 2) * dim),
                .gamma = gamma,
                .beta = stage_upload (stage, t.beta, dim),
                .sum = sum,
                .stats = stats,
                .y = y,
                .dropout = dropout,
            });
  sandwich_turn (s, tape, y);
  cz_embedding_backward (tape, &(CzEmbeddingBackward){
                                   .blocks = shape->blocks,
                                   .block_size = shape->block_size,
                                   .dim = dim,
                                   .vocabulary = WORDS,
                                   .pad_id = PAD_ID,
                                   .tokens = token_span,
                                   .links = stage_upload (stage, NULL, rows),
                                   .dy = s->dy,
                                   .sum = sum,
                                   .stats = stats,
                                   .gamma = gamma,
                                   .dword = dword,
                                   .dposition = dposition,
                                   .dgamma = dgamma,
                                   .dbeta = dbeta,
                                   .partials = &s->partials,
                                   .dropout = dropout,
                               });
  cz_partials_add (tape, &s->partials);
  stage_run (tape);
  embedding_loss (&t);
  stage_check_values ("y", y, t.y, rows * dim, 1e-5);
  // The padding token's row stays 0; the others are those of the loss.
  g_autofree float *got = stage_download (dword, WORDS * dim);
  for (guint i = 0; i < dim; i++)
    g_assert_cmpfloat (got[PAD_ID * dim + i], ==, 0);
  stage_check_gradient ("words below", dword, t.word, PAD_ID * dim, SAMPLES, embedding_loss, &t);
  stage_check_gradient ("words above", cz_span_part (dword, (PAD_ID + 1) * dim * sizeof (float), 0),
                        t.word + (PAD_ID + 1) * dim, (WORDS - PAD_ID - 1) * dim, SAMPLES,
                        embedding_loss, &t);
  stage_check_gradient ("positions", dposition, t.position, (shape->block_size + 2) * dim, SAMPLES,
                        embedding_loss, &t);
  stage_check_gradient ("gamma", dgamma, t.gamma, dim, SAMPLES, embedding_loss, &t);
  stage_check_gradient ("beta", dbeta, t.beta, dim, SAMPLES, embedding_loss, &t);
  g_free (t.ids);
  g_free (t.word);
  g_free (t.position);
  g_free (t.gamma);
  g_free (t.beta);
  g_free (t.y);
  sandwich_free (s);
}

static void
test_embedding (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    check_embedding (&stage, &shapes[i]);
  stage_close (&stage);
}

// ---- linear, with rows that don't exist; and the loss

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
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      guint dim = shapes[i].heads * shapes[i].head_size;
      Sandwich *s = sandwich_new (&stage, shapes[i].blocks * shapes[i].block_size, 11, dim, dim);
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

// Rows are gathered, multiplied (B) and scored; the loss's gradient goes back through the product
// and is scattered. Of `slots` rows `count` exist; the loss is divided by a count of its own.
typedef struct
{
  double *x, *b, *bias, *logits;
  guint rows, dim, vocabulary, slots, count, total;
  guint32 *positions, *labels;
} Loss;

static double
cross_entropy_loss (gpointer data)
{
  Loss *t = data;
  double loss = 0;

  for (guint i = 0; i < t->count; i++)
    {
      ref_linear (t->x + t->positions[i] * t->dim, t->b, t->bias, 1, t->dim, t->vocabulary,
                  t->logits);
      loss += ref_cross_entropy (t->logits, t->vocabulary, t->labels[i]);
    }
  return loss / t->total;
}

static void
check_cross_entropy (Stage *stage, guint dim, guint vocabulary, guint count)
{
  guint padded = (vocabulary + 63) / 64 * 64, rows = 20, slots = 16;
  Loss t = { stage_random (stage, rows * dim, 1),
             stage_random (stage, vocabulary * dim, 1),
             stage_random (stage, padded, 1),
             g_new (double, vocabulary),
             rows,
             dim,
             vocabulary,
             slots,
             count,
             11,
             g_new0 (guint32, slots),
             g_new0 (guint32, slots) };
  CzTape *tape = cz_tape_new (stage->device, "loss", CZ_TAPE_PLAIN);
  guint32 counts[64] = { t.total, count };
  CzSpan count_span, positions, labels, losses = stage_upload (stage, NULL, slots);
  CzSpan x = stage_upload (stage, t.x, rows * dim), weight,
         y = stage_upload (stage, NULL, slots * dim);
  CzSpan logits = stage_upload (stage, NULL, slots * padded),
         result = stage_upload (stage, NULL, 4);
  CzSpan dy = stage_upload (stage, NULL, slots * dim), dx = stage_upload (stage, NULL, rows * dim);
  CzSpan dweight = stage_upload (stage, NULL, padded * dim);
  CzPartials partials = { .gradients = stage_upload (stage, NULL, padded) };
  CzSpan bias = stage_upload (stage, t.bias, padded);
  g_autofree double *tall = g_new0 (double, padded *dim),
                    *no_gradient = g_new0 (double, padded *dim);
  double loss, sum;

  partials.span
      = stage_upload (stage, NULL, CZ_PARTIALS_CHUNKS * partials.gradients.size / sizeof (float));
  memcpy (tall, t.b, vocabulary * dim * sizeof (double));
  weight = stage_upload (stage, tall, padded * dim);
  for (guint i = 0; i < count; i++)
    {
      t.positions[i] = (i * 7 + 3) % rows;
      t.labels[i] = (i * 11 + vocabulary - 1) % vocabulary;
    }
  positions = stage_upload_words (stage, t.positions, slots);
  labels = stage_upload_words (stage, t.labels, slots);
  count_span = stage_upload_words (stage, counts, 2);
  CzSpan own_count = stage_upload_words (stage, counts + 1, 1);

  cz_rows_gather (tape, x, positions, own_count, slots, dim, y);
  cz_linear_forward (tape,
                     &(CzLinear){ slots, dim, padded, y, weight, bias, logits, own_count, NULL });
  cz_cross_entropy (tape, &(CzCrossEntropy){ slots, vocabulary, padded, count_span, own_count,
                                             labels, logits, losses, TRUE });
  cz_cross_entropy_result (tape, count_span, losses, slots, result);
  cz_linear_backward (tape, &(CzLinearBackward){ .rows = slots,
                                                 .in = dim,
                                                 .out = padded,
                                                 .x = y,
                                                 .weight = weight,
                                                 .dy = logits,
                                                 .dx = dy,
                                                 .dweight = dweight,
                                                 .dbias = partials.gradients,
                                                 .partials = &partials,
                                                 .count = own_count });
  cz_rows_scatter (tape, dy, positions, own_count, slots, dim, dx);
  cz_partials_add (tape, &partials);
  stage_run (tape);

  loss = cross_entropy_loss (&t);
  g_autofree float *got = stage_download (result, 4);
  sum = got[2];
  g_assert_cmpuint (((guint32 *)got)[0], ==, t.total);
  g_assert_cmpuint (((guint32 *)got)[1], ==, count);
  g_assert_cmpfloat (fabs (sum / t.total - loss), <=, 1e-6 * MAX (loss, 1));
  stage_check_gradient ("hidden", dx, t.x, rows * dim, SAMPLES, cross_entropy_loss, &t);
  stage_check_gradient ("output matrix", dweight, t.b, vocabulary * dim, SAMPLES,
                        cross_entropy_loss, &t);
  stage_check_gradient ("output bias", partials.gradients, t.bias, vocabulary, SAMPLES,
                        cross_entropy_loss, &t);
  stage_check_values ("padding rows", cz_span_part (dweight, vocabulary * dim * sizeof (float), 0),
                      no_gradient, (padded - vocabulary) * dim, 0);
  g_free (t.x);
  g_free (t.b);
  g_free (t.bias);
  g_free (t.logits);
  g_free (t.positions);
  g_free (t.labels);
}

static void
test_cross_entropy (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  check_cross_entropy (&stage, 12, 70, 9);
  check_cross_entropy (&stage, 7, 131, 16);
  check_cross_entropy (&stage, 8, 64, 0);
  check_cross_entropy (&stage, 4, 1, 3);
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
  g_test_add_func ("/model/ops/attention", test_attention);
  g_test_add_func ("/model/ops/embedding", test_embedding);
  g_test_add_func ("/model/ops/cross-entropy", test_cross_entropy);
  return g_test_run ();
}
