// Attention in the middle of a graph: its gradients against differences in double precision, blocks
// with padding and one that attends nothing among them.
#include "engine/model/attention.h"
#include "tests/model/reference.h"
#include "tests/model/sandwich.h"

#define SAMPLES 60

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
check_attention (Stage *stage, const SandwichShape *shape, gboolean padded)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  guint stride = cz_attention_pad (shape->block_size);
  gsize squares = cz_attention_get_bytes (shape->blocks, shape->block_size, shape->heads) / 4;
  CzStep step = sandwich_make_step ();
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
  CzDropout dropout = { shape->dropout, 4, sandwich_upload_step (stage, &step) };

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
  for (guint i = 0; i < SANDWICH_SHAPES; i++)
    {
      check_attention (&stage, &sandwich_shapes[i], FALSE);
      check_attention (&stage, &sandwich_shapes[i], TRUE);
    }
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/attention/gradients", test_attention);
  return g_test_run ();
}
