// Attention, by products and fused: in the middle of a graph, its gradients against differences in
// double precision; the two ways against each other where differences would take too long; blocks
// with padding and one that attends nothing among them.
#include "engine/model/attention.h"

#include <math.h>
#include <string.h>

#include "tests/model/reference.h"
#include "tests/model/sandwich.h"

#define SAMPLES 60
#define SITE    4 // of the dropout

// What attention works on, and leaves.
typedef struct
{
  SandwichShape shape;
  guint at_once;
  CzSpan q, k, v, attended, step;
  CzSpan stats, p, dropped, dscores;
  CzSpan context, dcontext, dq, dk, dv;
} Attention;

// Everything but q, k, v and dcontext. By products there is room for the scores of so many blocks
// at a time; 0: fused.
static void
attention_init (
    Attention *a, Stage *stage, const SandwichShape *shape, guint room, const gboolean *attended)
{
  guint rows = shape->blocks * shape->block_size, n = rows * shape->heads * shape->head_size;
  guint stride = cz_attention_pad (shape->block_size);
  gsize squares = cz_attention_get_bytes (room, shape->block_size, shape->heads) / 4;
  gsize stats = cz_attention_get_stats_bytes (shape->blocks, shape->block_size, shape->heads) / 4;
  g_autofree double *marks = g_new (double, shape->blocks *stride);
  CzStep step = sandwich_make_step ();

  for (guint i = 0; i < shape->blocks * stride; i++)
    marks[i] = -1;
  for (guint i = 0; i < rows; i++)
    marks[i / shape->block_size * stride + i % shape->block_size] = attended[i] ? 1 : 0;
  *a = (Attention){ .shape = *shape };
  a->attended = stage_upload (stage, marks, shape->blocks * stride);
  a->step = sandwich_upload_step (stage, &step);
  if (room == 0)
    a->stats = stage_upload (stage, NULL, stats);
  else
    {
      a->p = stage_upload (stage, NULL, squares);
      a->dropped = stage_upload (stage, NULL, squares);
      a->dscores = stage_upload (stage, NULL, squares);
    }
  a->context = stage_upload (stage, NULL, n);
  a->dq = stage_upload (stage, NULL, n);
  a->dk = stage_upload (stage, NULL, n);
  a->dv = stage_upload (stage, NULL, n);
}

static CzAttention
describe (const Attention *a)
{
  return (CzAttention){
    .blocks = a->shape.blocks,
    .block_size = a->shape.block_size,
    .heads = a->shape.heads,
    .head_size = a->shape.head_size,
    .q = a->q,
    .k = a->k,
    .v = a->v,
    .attended = a->attended,
    .stats = a->stats,
    .at_once = a->at_once,
    .p = a->p,
    .dropped = a->dropped,
    .context = a->context,
    .dropout = { a->shape.dropout, SITE, a->step },
  };
}

static void
attention_forward (Attention *a, CzTape *tape)
{
  CzAttention op = describe (a);

  cz_attention_forward (tape, &op);
}

static void
attention_backward (Attention *a, CzTape *tape)
{
  CzAttention forward = describe (a);

  cz_attention_backward (tape, &(CzAttentionBackward){
                                   .forward = &forward,
                                   .dscores = a->dscores,
                                   .dcontext = a->dcontext,
                                   .dq = a->dq,
                                   .dk = a->dk,
                                   .dv = a->dv,
                               });
}

// Which positions can be seen: all, or of each block fewer than of the one before it, to be freed.
// Of the first of several blocks none: every key then counts alike.
static gboolean *
choose_attended (const SandwichShape *shape, gboolean padded)
{
  guint rows = shape->blocks * shape->block_size;
  gboolean *attended = g_new (gboolean, rows);

  for (guint i = 0; i < rows; i++)
    {
      guint block = i / shape->block_size + (shape->blocks == 1);

      attended[i]
          = !padded
            || (block > 0 && i % shape->block_size < MAX (shape->block_size * 2 / 3 / block, 1));
    }
  return attended;
}

// ---- In a graph ----

typedef struct
{
  Sandwich *sandwich;
  SandwichShape shape;
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
check_graph (Stage *stage, const SandwichShape *shape, gboolean padded, gboolean fused)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  CzStep step = sandwich_make_step ();
  Sandwich *s = sandwich_new (stage, rows, 6, dim, dim);
  Attend t = { s,
               *shape,
               choose_attended (shape, padded),
               stage_random (stage, rows * dim, 1),
               stage_random (stage, rows * dim, 1),
               g_new (double, rows *dim),
               { shape->dropout, SITE, &step } };
  CzTape *tape = cz_tape_new (stage->device, "attention", CZ_TAPE_PLAIN);
  Attention a;

  g_test_message ("%u × %u tokens, %u heads of %u%s%s", shape->blocks, shape->block_size,
                  shape->heads, shape->head_size, padded ? ", padded" : "", fused ? ", fused" : "");
  attention_init (&a, stage, shape, fused ? 0 : shape->blocks, t.attended);
  a.q = s->u_span;
  a.k = stage_upload (stage, t.k, rows * dim);
  a.v = stage_upload (stage, t.v, rows * dim);
  a.dcontext = s->dy;
  sandwich_begin (s, tape);
  attention_forward (&a, tape);
  sandwich_turn (s, tape, a.context);
  attention_backward (&a, tape);
  sandwich_end (s, tape, a.dq);
  stage_run (tape);
  attention_loss (&t);
  stage_check_values ("context", a.context, t.context, rows * dim, 1e-5);
  sandwich_check (s, attention_loss, &t);
  stage_check_gradient ("k", a.dk, t.k, rows * dim, SAMPLES, attention_loss, &t);
  stage_check_gradient ("v", a.dv, t.v, rows * dim, SAMPLES, attention_loss, &t);
  g_free (t.attended);
  g_free (t.k);
  g_free (t.v);
  g_free (t.context);
  sandwich_free (s);
}

// ---- One way against the other ----

typedef struct
{
  SandwichShape shape;
  gboolean padded;
  CzRounding rounding;
  gboolean forward; // alone: each kernel and rounding takes lavapipe seconds to compile
} Comparison;

static void
check_alike (const char *name, CzSpan one, CzSpan other, gsize n, double tolerance)
{
  g_autofree float *floats = stage_download (other, n);
  g_autofree double *expected = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    expected[i] = floats[i];
  stage_check_values (name, one, expected, n, tolerance);
}

// How far apart two tensors are: the root of the sum of squares.
static double
measure_distance (CzSpan one, CzSpan other, gsize n)
{
  g_autofree float *a = stage_download (one, n), *b = stage_download (other, n);
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
  return sqrt (sum);
}

// fp16 has 11 bits, bf16 8. Forward, one way rounds probabilities, the other what they are made of.
static const double tolerances[] = { 1e-5, 1e-3, 8e-3 };

// Whether both are rounded: they are nearer to each other than one is to what is not.
static void
check_nearer (const char *name, CzSpan one, CzSpan other, CzSpan far, gsize n, double share)
{
  double near = measure_distance (one, other, n), rounding = measure_distance (one, far, n);

  g_test_message ("%s: %.2e apart, %.2e from what is not rounded", name, near, rounding);
  if (!(near < share * rounding))
    {
      g_test_message ("%s: not rounded in the same way", name);
      g_test_fail ();
    }
}

static void
check_same_bits (const char *name, CzSpan one, CzSpan other, gsize n)
{
  g_autofree float *a = stage_download (one, n), *b = stage_download (other, n);

  if (memcmp (a, b, n * sizeof (float)) != 0)
    {
      g_test_message ("%s: not the same bits twice", name);
      g_test_fail ();
    }
}

static void
run_alone (Stage *stage, Attention *a, CzRounding rounding, gboolean forward)
{
  CzTape *tape = cz_tape_new (stage->device, "attention", CZ_TAPE_PLAIN);

  cz_tape_set_rounding (tape, rounding);
  attention_forward (a, tape);
  if (!forward)
    attention_backward (a, tape);
  stage_run (tape);
}

// Of a tensor by products, fused, fused once more and fused without rounding: the second is as the
// first, within rounding; all bits of the third are the second's; and where there is rounding, the
// first two are nearer to each other than `share` of what rounding does.
static void
check_ways (const char *name,
            CzSpan products,
            CzSpan fused,
            CzSpan again,
            CzSpan exact,
            gsize n,
            const Comparison *c,
            double share)
{
  check_alike (name, fused, products, n, tolerances[c->rounding]);
  check_same_bits (name, again, fused, n);
  if (c->rounding != CZ_ROUNDING_NONE)
    check_nearer (name, fused, products, exact, n, share);
}

static void
check_fused (Stage *stage, const Comparison *c)
{
  guint rows = c->shape.blocks * c->shape.block_size;
  gsize n = (gsize)rows * c->shape.heads * c->shape.head_size;
  g_autofree gboolean *attended = choose_attended (&c->shape, c->padded);
  g_autofree double *q = stage_random (stage, n, 2), *k = stage_random (stage, n, 2);
  g_autofree double *v = stage_random (stage, n, 1), *d = stage_random (stage, n, 1);
  g_autofree double *context = g_new (double, n);
  CzStep step = sandwich_make_step ();
  RefDropout dropout = { c->shape.dropout, SITE, &step };
  Attention ways[4]; // by products; fused; fused once more, in place, block by block; not rounded

  g_test_message ("%u × %u tokens, %u heads of %u%s, rounding %d", c->shape.blocks,
                  c->shape.block_size, c->shape.heads, c->shape.head_size,
                  c->padded ? ", padded" : "", (int)c->rounding);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      attention_init (&ways[i], stage, &c->shape, i > 0 ? 0 : c->shape.blocks, attended);
      ways[i].q = stage_upload (stage, q, n);
      ways[i].k = stage_upload (stage, k, n);
      ways[i].v = stage_upload (stage, v, n);
      ways[i].dcontext = stage_upload (stage, d, n);
    }
  ways[2].at_once = 1;
  ways[2].dk = ways[2].k;
  ways[2].dv = ways[2].v;
  for (guint i = 0; i < 3; i++)
    run_alone (stage, &ways[i], c->rounding, c->forward);
  if (c->rounding == CZ_ROUNDING_NONE)
    {
      ref_attention (q, k, v, attended, c->shape.blocks, c->shape.block_size, c->shape.heads,
                     c->shape.head_size, &dropout, context);
      stage_check_values ("context, fused", ways[1].context, context, n, tolerances[0]);
    }
  else
    run_alone (stage, &ways[3], CZ_ROUNDING_NONE, c->forward);
  check_ways ("context", ways[0].context, ways[1].context, ways[2].context, ways[3].context, n, c,
              1);
  if (c->forward)
    return;
  check_ways ("dq", ways[0].dq, ways[1].dq, ways[2].dq, ways[3].dq, n, c, 1);
  check_ways ("dk", ways[0].dk, ways[1].dk, ways[2].dk, ways[3].dk, n, c, 1);
  // Made of the same numbers either way, but for a last bit that tips a rounding over.
  check_ways ("dv", ways[0].dv, ways[1].dv, ways[2].dv, ways[3].dv, n, c, 0.1);
}

// ---- Tests ----

// Within one tile, and more than one.
static const SandwichShape fused_shapes[] = { { 3, 8, 3, 4, 0.3 }, { 1, 66, 1, 8, 0.1 } };

static void
test_products (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < SANDWICH_SHAPES; i++)
    {
      check_graph (&stage, &sandwich_shapes[i], FALSE, FALSE);
      check_graph (&stage, &sandwich_shapes[i], TRUE, FALSE);
    }
  stage_close (&stage);
}

static void
test_fused (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fused_shapes); i++)
    if (stage_fuse_attention (&stage, fused_shapes[i].head_size))
      {
        check_graph (&stage, &fused_shapes[i], FALSE, TRUE);
        check_graph (&stage, &fused_shapes[i], TRUE, TRUE);
      }
  stage_close (&stage);
}

static void
test_alike (void)
{
  static const Comparison comparisons[] = {
    { { 2, 64, 2, 16, 0.1 }, FALSE, CZ_ROUNDING_NONE },
    { { 3, 65, 2, 32, 0.1 }, TRUE, CZ_ROUNDING_NONE },
    { { 1, 131, 3, 64, 0.1 }, TRUE, CZ_ROUNDING_NONE },
    { { 2, 66, 1, 64, 0 }, TRUE, CZ_ROUNDING_NONE, TRUE },
    { { 2, 190, 1, 20, 0.5 }, TRUE, CZ_ROUNDING_NONE },
    { { 1, 512, 1, 32, 0.1 }, TRUE, CZ_ROUNDING_NONE },
    { { 2, 3, 2, 4, 0.1 }, FALSE, CZ_ROUNDING_NONE },
    { { 2, 70, 2, 64, 0.1 }, TRUE, CZ_ROUNDING_FP16 },
    { { 2, 70, 2, 64, 0.1 }, TRUE, CZ_ROUNDING_BF16, TRUE },
  };
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    if (stage_fuse_attention (&stage, comparisons[i].shape.head_size))
      check_fused (&stage, &comparisons[i]);
  stage_close (&stage);
}

// By products, with room for all scores or for those of fewer blocks at a time: the same bits.
static void
test_runs (void)
{
  static const SandwichShape shape = { 5, 37, 2, 8, 0.1 };
  static const guint rooms[] = { 5, 2, 1 };
  const gsize n = 5 * 37 * 2 * 8;
  g_autofree gboolean *attended = choose_attended (&shape, TRUE);
  Attention ways[G_N_ELEMENTS (rooms)];
  Stage stage;

  if (!stage_open (&stage))
    return;
  g_autofree double *q = stage_random (&stage, n, 2), *k = stage_random (&stage, n, 2);
  g_autofree double *v = stage_random (&stage, n, 1), *d = stage_random (&stage, n, 1);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      attention_init (&ways[i], &stage, &shape, rooms[i], attended);
      ways[i].q = stage_upload (&stage, q, n);
      ways[i].k = stage_upload (&stage, k, n);
      ways[i].v = stage_upload (&stage, v, n);
      ways[i].dcontext = stage_upload (&stage, d, n);
      // As the model has them: each gradient in the place of what it is done with.
      ways[i].dq = ways[i].dcontext;
      ways[i].dk = ways[i].k;
      ways[i].dv = ways[i].v;
      run_alone (&stage, &ways[i], CZ_ROUNDING_NONE, FALSE);
      check_same_bits ("context", ways[i].context, ways[0].context, n);
      check_same_bits ("dq", ways[i].dq, ways[0].dq, n);
      check_same_bits ("dk", ways[i].dk, ways[0].dk, n);
      check_same_bits ("dv", ways[i].dv, ways[0].dv, n);
    }
  stage_close (&stage);
}

static void
test_choice (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  gboolean is_processor = cz_device_get_info (stage.device)->type == CZ_DEVICE_CPU;
  g_setenv ("CZ_ATTENTION", "fused", TRUE);
  gboolean fits = cz_attention_is_fused (stage.device, 64);
  // Heads that are no fours, or too wide, are left to the products.
  g_assert_false (cz_attention_is_fused (stage.device, 5));
  g_assert_false (cz_attention_is_fused (stage.device, 68));
  g_setenv ("CZ_ATTENTION", "products", TRUE);
  g_assert_false (cz_attention_is_fused (stage.device, 64));
  g_unsetenv ("CZ_ATTENTION");
  g_assert_cmpint (cz_attention_is_fused (stage.device, 64), ==, fits && !is_processor);
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/attention/products", test_products);
  g_test_add_func ("/model/attention/fused", test_fused);
  g_test_add_func ("/model/attention/alike", test_alike);
  g_test_add_func ("/model/attention/runs", test_runs);
  g_test_add_func ("/model/attention/choice", test_choice);
  return g_test_run ();
}
