// The embeddings' gradients against differences in double precision; the padding token has none.
#include "engine/model/embedding.h"

#include <math.h>

#include "tests/model/reference.h"
#include "tests/model/sandwich.h"

#define SAMPLES 60

#define WORDS  13
#define PAD_ID 3

typedef struct
{
  Sandwich *sandwich;
  SandwichShape shape;
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
check_embedding (Stage *stage, const SandwichShape *shape)
{
  guint rows = shape->blocks * shape->block_size, dim = shape->heads * shape->head_size;
  CzStep step = sandwich_make_step ();
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
  CzDropout dropout = { shape->dropout, 0, sandwich_upload_step (stage, &step) };

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
  for (guint i = 0; i < SANDWICH_SHAPES; i++)
    check_embedding (&stage, &sandwich_shapes[i]);
  stage_close (&stage);
}

// Every token's gradient goes to one word and to one position, so both add up to the same; here to
// a single word, as often as makes lavapipe end a loop that goes through them all.
static void
test_one_word (void)
{
  enum
  {
    BLOCKS = 256,
    SIZE = 20,
    ROWS = BLOCKS * SIZE,
    DIM = 1022, // read one by one: 16 turns a token with 16 lanes
    WORD = 7
  };
  float *words[2], *positions = NULL;
  double worst = 0, largest = 0;
  Stage stage;

  if (!stage_open (&stage))
    return;
  g_autofree double *dy = stage_random (&stage, ROWS * DIM, 1), *tokens = g_new (double, ROWS);
  g_autofree double *sums = stage_random (&stage, ROWS * DIM, 1),
                    *stats = g_new0 (double, ROWS * 4);
  g_autofree double *gamma = stage_random (&stage, DIM, 1);
  CzSpan partials_gradients = stage_upload (&stage, NULL, 2 * 1024);
  CzPartials partials
      = { stage_upload (&stage, NULL, CZ_PARTIALS_CHUNKS * 2 * 1024), partials_gradients };

  for (guint i = 0; i < ROWS; i++)
    {
      tokens[i] = WORD;
      stats[i * 4 + 1] = 1; // mean 0, 1 / deviation 1
    }
  for (guint run = 0; run < 2; run++)
    {
      CzSpan dword = stage_upload (&stage, NULL, WORDS * DIM);
      CzSpan dposition = stage_upload (&stage, NULL, SIZE * DIM);
      CzTape *tape = cz_tape_new (stage.device, "embedding", CZ_TAPE_PLAIN);

      cz_embedding_backward (tape, &(CzEmbeddingBackward){
                                       .blocks = BLOCKS,
                                       .block_size = SIZE,
                                       .dim = DIM,
                                       .vocabulary = WORDS,
                                       .pad_id = PAD_ID,
                                       .tokens = stage_upload (&stage, tokens, ROWS),
                                       .links = stage_upload (&stage, NULL, ROWS),
                                       .dy = stage_upload (&stage, dy, ROWS * DIM),
                                       .sum = stage_upload (&stage, sums, ROWS * DIM),
                                       .stats = stage_upload (&stage, stats, ROWS * 4),
                                       .gamma = stage_upload (&stage, gamma, DIM),
                                       .dword = dword,
                                       .dposition = dposition,
                                       .dgamma = cz_span_part (partials_gradients, 0, 4096),
                                       .dbeta = cz_span_part (partials_gradients, 4096, 4096),
                                       .partials = &partials,
                                   });
      stage_run (tape);
      words[run] = stage_download (dword, WORDS * DIM);
      g_free (positions);
      positions = stage_download (dposition, SIZE * DIM);
    }
  for (guint i = 0; i < DIM; i++)
    {
      double sum = 0;

      for (guint position = 0; position < SIZE; position++)
        sum += positions[position * DIM + i];
      worst = MAX (worst, fabs (words[0][WORD * DIM + i] - sum));
      largest = MAX (largest, fabs (sum));
    }
  g_test_message ("off by %.1e of %.1e", worst, largest);
  g_assert_cmpfloat (worst, <, 1e-5 * largest);
  g_assert_cmpmem (words[0], WORDS * DIM * sizeof (float), words[1], WORDS * DIM * sizeof (float));
  g_free (words[0]);
  g_free (words[1]);
  g_free (positions);
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/embedding/gradients", test_embedding);
  g_test_add_func ("/model/embedding/one-word", test_one_word);
  return g_test_run ();
}
