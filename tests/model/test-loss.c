// Scored rows, softmax and cross-entropy: gradients against differences in double precision.
#include <math.h>
#include <string.h>

#include "engine/model/cross-entropy.h"
#include "engine/model/linear.h"
#include "tests/model/reference.h"
#include "tests/model/stage.h"

#define SAMPLES 60

// Rows are gathered, multiplied (B) and scored; the loss's gradient goes back through the product
// and is scattered. Of `slots` rows `count` exist; the loss is divided by a count of its own, and
// its gradient multiplied by a scale.
typedef struct
{
  double *x, *b, *bias, *logits;
  guint rows, dim, vocabulary, slots, count, total;
  double scale;
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
  return t->scale * loss / t->total;
}

static void
check_cross_entropy (Stage *stage, guint dim, guint vocabulary, guint count, double scale)
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
             scale,
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
  cz_linear_forward (tape, &(CzLinear){ .rows = slots,
                                        .in = dim,
                                        .out = padded,
                                        .x = y,
                                        .weight = weight,
                                        .bias = bias,
                                        .y = logits,
                                        .count = own_count });
  cz_cross_entropy (tape,
                    &(CzCrossEntropy){
                        .rows = slots,
                        .vocabulary = vocabulary,
                        .padded_vocabulary = padded,
                        .total = count_span,
                        .count = own_count,
                        .labels = labels,
                        .logits = logits,
                        .losses = losses,
                        .loss_scale = scale != 1 ? stage_upload (stage, &scale, 1) : (CzSpan){ 0 },
                        .gradient = TRUE,
                    });
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

  loss = cross_entropy_loss (&t) / scale;
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
  check_cross_entropy (&stage, 12, 70, 9, 1);
  check_cross_entropy (&stage, 7, 131, 16, 1);
  check_cross_entropy (&stage, 8, 64, 0, 1);
  check_cross_entropy (&stage, 4, 1, 3, 1);
  check_cross_entropy (&stage, 12, 70, 9, 4096);
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/loss/cross-entropy", test_cross_entropy);
  return g_test_run ();
}
