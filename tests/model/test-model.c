// Whole models of odd shapes: loss and every tensor's gradient against differences in double
// precision, dropout on; micro-batches, frozen layers, prediction, new models.
#include <math.h>
#include <string.h>

#include "engine/gpu/gemm-table.h"
#include "engine/model/activations.h"
#include "engine/model/attention.h"
#include "engine/text/tokenizer.h"
#include "tests/model/reference.h"
#include "tests/model/stage.h"

#define BLOCKS 5
#define VALID  4

static const CzModelConfig by_four = { .vocab_size = 71,
                                       .dim = 12,
                                       .hidden_dim = 20,
                                       .n_layers = 2,
                                       .n_heads = 3,
                                       .max_position_embeddings = 16,
                                       .pad_token_id = 5,
                                       .initializer_range = 0.4 };
static const CzModelConfig by_one = { .vocab_size = 130,
                                      .dim = 10,
                                      .hidden_dim = 14,
                                      .n_layers = 3,
                                      .n_heads = 2,
                                      .max_position_embeddings = 9,
                                      .pad_token_id = 129,
                                      .initializer_range = 0.4,
                                      .activation = CZ_ACTIVATION_RELU };

// Blocks so long that all positions scored make two slices of the head.
static const CzModelConfig of_two_slices = { .vocab_size = 71,
                                             .dim = 12,
                                             .hidden_dim = 20,
                                             .n_layers = 2,
                                             .n_heads = 3,
                                             .max_position_embeddings = 24,
                                             .pad_token_id = 5,
                                             .initializer_range = 0.4 };

// A model with random numbers everywhere, the same in double precision, and a batch.
typedef struct
{
  CzModelConfig config;
  CzParameterTable *table;
  CzDistilbert *model;
  double **parameters;
  guint block_size;
  guint32 *words;
  gint32 *labels;
  guint scored;
  CzStep step;
  double dropout, attention_dropout;
} Fixture;

static void
fill_parameters (Fixture *f, Stage *stage)
{
  guint n = cz_parameter_table_get_size (f->table);
  g_autoptr (GError) error = NULL;

  f->parameters = g_new (double *, n);
  for (guint i = 0; i < n; i++)
    {
      const CzParameter *p = cz_parameter_table_get (f->table, i);
      g_autofree float *floats = g_new (float, p->n_elements);

      f->parameters[i] = stage_random (stage, p->n_elements, 0.5);
      for (gsize j = 0; j < p->n_elements; j++)
        {
          if (g_str_has_suffix (p->name, "orm.weight"))
            f->parameters[i][j] = (float)(f->parameters[i][j] + 1);
          floats[j] = (float)f->parameters[i][j];
        }
      cz_distilbert_write (f->model, i, 0, p->n_elements, floats, &error);
      g_assert_no_error (error);
    }
}

static void
fill_batch (Fixture *f, Stage *stage)
{
  for (guint i = 0; i < BLOCKS * f->block_size; i++)
    {
      guint block = i / f->block_size, at = i % f->block_size;
      guint32 id = (guint32)g_rand_int_range (stage->random, 6, (gint32)f->config.vocab_size - 1);
      gboolean padding = block == 1 && at + 3 > f->block_size;

      f->words[i] = padding ? f->config.pad_token_id | CZ_TOKEN_PADDING : id;
      f->labels[i] = padding || block >= VALID || (i * 7 + block) % 3 ? -100 : (gint32)(i % 70);
      f->scored += f->labels[i] >= 0;
    }
}

static Fixture *
fixture_new (Stage *stage, const CzModelConfig *config, guint block_size, double dropout)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  f->config = *config;
  f->table = cz_parameter_table_new (config);
  f->block_size = block_size;
  f->model = cz_distilbert_new (stage->device, config, TRUE, &error);
  g_assert_no_error (error);
  f->words = g_new (guint32, BLOCKS * block_size);
  f->labels = g_new (gint32, BLOCKS * block_size);
  f->dropout = dropout;
  f->attention_dropout = dropout * 0.8;
  f->step = (CzStep){ .valid_blocks = VALID,
                      .mask_strategy = CZ_STEP_MASK_GIVEN,
                      .dropout_step = 12,
                      .dropout_seed = { 3, 4 } };
  fill_parameters (f, stage);
  fill_batch (f, stage);
  return f;
}

static void
score_everything (Fixture *f)
{
  f->scored = 0;
  for (guint i = 0; i < BLOCKS * f->block_size; i++)
    {
      gboolean scored = i / f->block_size < VALID && !(f->words[i] & CZ_TOKEN_PADDING);

      f->labels[i] = scored ? (gint32)(i * 5 % 71) : -100;
      f->scored += scored;
    }
  g_assert_cmpuint (f->scored, >, 64); // rows of a slice
}

static void
fixture_free (Fixture *f)
{
  for (guint i = 0; i < cz_parameter_table_get_size (f->table); i++)
    g_free (f->parameters[i]);
  g_free (f->parameters);
  g_free (f->words);
  g_free (f->labels);
  cz_distilbert_unref (f->model);
  cz_parameter_table_unref (f->table);
  g_free (f);
}

static double
fixture_loss (gpointer data)
{
  Fixture *f = data;

  return ref_model_loss (&f->config, f->parameters, f->words, f->labels, VALID, f->block_size,
                         &f->step, f->dropout, f->attention_dropout);
}

// One batch in micro-batches of that many blocks; gradients are set to zero before. Returns the
// loss.
static double
run_batch (Fixture *f, Stage *stage, CzPassKind kind, guint micro_blocks, guint frozen)
{
  CzPassOptions options = { .kind = kind,
                            .block_size = f->block_size,
                            .micro_blocks = micro_blocks,
                            .batch_blocks = BLOCKS,
                            .dropout = f->dropout,
                            .attention_dropout = f->attention_dropout,
                            .frozen = frozen };
  g_autoptr (GError) error = NULL;
  g_autoptr (CzPass) pass = cz_pass_new (f->model, &options, &error);
  CzTape *masks = cz_tape_new (stage->device, "masks", CZ_TAPE_PLAIN);
  g_autoptr (CzTape) micro = cz_tape_new (stage->device, "micro", CZ_TAPE_PLAIN);
  double loss = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (cz_pass_plan (stage->device, &f->config, &options, NULL), >, 0);
  memcpy (cz_pass_get_words (pass), f->words, BLOCKS * f->block_size * sizeof (guint32));
  memcpy (cz_pass_get_labels (pass), f->labels, BLOCKS * f->block_size * sizeof (gint32));
  *cz_pass_get_step (pass) = f->step;
  cz_tape_fill (masks, cz_distilbert_get_gradients (f->model), 0, "zero");
  cz_pass_record_masks (pass, masks);
  stage_run (masks);
  g_assert_cmpuint (cz_pass_get_result (pass)->batch_scored, ==, f->scored);
  cz_pass_record_micro (pass, micro);
  cz_tape_finish (micro, &error);
  g_assert_no_error (error);
  for (guint first = 0; first < VALID; first += micro_blocks)
    {
      double sum = 0;

      cz_pass_get_step (pass)->first_block = first;
      cz_tape_run (micro, &error);
      g_assert_no_error (error);
      loss += cz_pass_get_result (pass)->loss_sum;
      for (guint i = 0; i < cz_pass_get_result (pass)->micro_scored; i++)
        sum += cz_pass_get_losses (pass)[i];
      g_assert_cmpfloat (fabs (sum - cz_pass_get_result (pass)->loss_sum), <=, 1e-5 * sum);
    }
  return f->scored > 0 ? loss / f->scored : 0;
}

// All gradients, one behind the other; freed by the caller.
static float *
read_gradients (Fixture *f, gsize *ret_n)
{
  CzSpan span = cz_distilbert_get_gradients (f->model);

  *ret_n = span.size / sizeof (float);
  return stage_download (span, *ret_n);
}

static void
check_gradients (Stage *stage, Fixture *f, guint micro_blocks)
{
  double loss = run_batch (f, stage, CZ_PASS_TRAIN, micro_blocks, 0), expected = fixture_loss (f);
  g_autofree float *first = NULL, *again = NULL;
  gsize n;

  g_test_message ("loss %.7f, off by %.1e", loss, fabs (loss - expected));
  g_assert_cmpfloat (fabs (loss - expected), <, 1e-5);
  for (guint i = 0; i < cz_parameter_table_get_size (f->table); i++)
    {
      const CzParameter *p = cz_parameter_table_get (f->table, i);

      // In exact arithmetic the keys' bias has no gradient: nothing to compare it by.
      if (!g_str_has_suffix (p->name, "k_lin.bias"))
        stage_check_gradient (p->name, cz_distilbert_get_gradient (f->model, i), f->parameters[i],
                              p->n_elements, 7, fixture_loss, f);
    }
  first = read_gradients (f, &n);
  g_assert_cmpfloat (run_batch (f, stage, CZ_PASS_TRAIN, micro_blocks, 0), ==, loss);
  again = read_gradients (f, &n);
  g_assert_cmpmem (first, n * sizeof (float), again, n * sizeof (float));
  fixture_free (f);
}

static void
test_gradients (void)
{
  Fixture *f;
  Stage stage;

  if (!stage_open (&stage))
    return;
  check_gradients (&stage, fixture_new (&stage, &by_four, 11, 0.2), 2);
  check_gradients (&stage, fixture_new (&stage, &by_one, 9, 0.2), 3);
  check_gradients (&stage, fixture_new (&stage, &by_four, 16, 0), BLOCKS);
  f = fixture_new (&stage, &of_two_slices, 24, 0.2);
  score_everything (f);
  check_gradients (&stage, f, BLOCKS);
  stage_close (&stage);
}

// However a batch is cut into micro-batches, dropout falls on the same numbers.
static void
test_micro_batches (void)
{
  g_autofree float *whole = NULL;
  gsize n;
  Fixture *f;
  Stage stage;

  if (!stage_open (&stage))
    return;
  f = fixture_new (&stage, &by_four, 11, 0.2);
  run_batch (f, &stage, CZ_PASS_TRAIN, BLOCKS, 0);
  whole = read_gradients (f, &n);
  for (guint micro = 1; micro < BLOCKS; micro++)
    {
      g_autofree float *parts = NULL;
      double worst = 0;

      run_batch (f, &stage, CZ_PASS_TRAIN, micro, 0);
      parts = read_gradients (f, &n);
      for (gsize i = 0; i < n; i++)
        worst = MAX (worst, fabs (whole[i] - parts[i]));
      g_test_message ("micro-batches of %u: off by %.1e", micro, worst);
      g_assert_cmpfloat (worst, <, 2e-6);
    }
  fixture_free (f);
  stage_close (&stage);
}

// Frozen tensors get no gradient; those of the others are not touched by it.
static void
test_frozen (void)
{
  g_autofree float *whole = NULL;
  gsize n;
  Fixture *f;
  Stage stage;

  if (!stage_open (&stage))
    return;
  f = fixture_new (&stage, &by_one, 9, 0.1);
  run_batch (f, &stage, CZ_PASS_TRAIN, 2, 0);
  whole = read_gradients (f, &n);
  for (guint frozen = 1; frozen <= by_one.n_layers + 1; frozen++)
    {
      CzArenaRange ranges[CZ_ARENA_MAX_RANGES];
      guint n_ranges = cz_arena_get_trained (cz_distilbert_get_arena (f->model), frozen, ranges);
      g_autofree gboolean *trained = g_new0 (gboolean, n);
      g_autofree float *part = NULL;

      for (guint r = 0; r < n_ranges; r++)
        for (gsize i = ranges[r].offset / 4; i < (ranges[r].offset + ranges[r].size) / 4; i++)
          trained[i] = TRUE;
      run_batch (f, &stage, CZ_PASS_TRAIN, 2, frozen);
      part = read_gradients (f, &n);
      for (gsize i = 0; i < n; i++)
        g_assert_cmpfloat (part[i], ==, trained[i] ? whole[i] : 0);
    }
  fixture_free (f);
  stage_close (&stage);
}

// Nothing scored: loss 0, no gradient, no NaN.
static void
test_nothing_scored (void)
{
  g_autofree float *gradients = NULL;
  gsize n;
  Fixture *f;
  Stage stage;

  if (!stage_open (&stage))
    return;
  f = fixture_new (&stage, &by_four, 8, 0.1);
  for (guint i = 0; i < BLOCKS * 8; i++)
    f->labels[i] = -100;
  f->scored = 0;
  g_assert_cmpfloat (run_batch (f, &stage, CZ_PASS_TRAIN, 2, 0), ==, 0);
  gradients = read_gradients (f, &n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (gradients[i], ==, 0);
  fixture_free (f);
  stage_close (&stage);
}

// Every position scored: more slices than one.
static void
test_evaluation (void)
{
  Fixture *f;
  double loss, expected;
  Stage stage;

  if (!stage_open (&stage))
    return;
  f = fixture_new (&stage, &of_two_slices, 24, 0);
  score_everything (f);
  loss = run_batch (f, &stage, CZ_PASS_EVALUATE, BLOCKS, 0);
  expected = fixture_loss (f);
  g_assert_cmpfloat (fabs (loss - expected), <, 1e-5);
  fixture_free (f);
  stage_close (&stage);
}

static void
check_attention (CzPass *pass, guint heads, guint size)
{
  g_autofree float *p = g_new (float, heads *size *size);
  g_autoptr (GError) error = NULL;

  for (guint layer = 0; layer < 2; layer++)
    for (guint block = 0; block < 2; block++)
      {
        cz_pass_read_attention (pass, layer, block, p, &error);
        g_assert_no_error (error);
        for (guint row = 0; row < heads * size; row++)
          {
            double sum = 0;

            for (guint i = 0; i < size; i++)
              {
                sum += p[row * size + i];
                if (block == 1 && i + 3 > size)
                  g_assert_cmpfloat (p[row * size + i], ==, 0);
              }
            g_assert_cmpfloat (fabs (sum - 1), <, 1e-6);
          }
      }
}

// Logits of chosen positions give the reference's loss; attention's rows are probabilities.
static void
test_prediction (void)
{
  CzPassOptions options = { .kind = CZ_PASS_PREDICT,
                            .block_size = 11,
                            .micro_blocks = BLOCKS,
                            .max_scored = 70,
                            .keep_attention = TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree float *logits = NULL;
  double loss = 0;
  CzTape *tape;
  Fixture *f;
  Stage stage;

  if (!stage_open (&stage))
    return;
  f = fixture_new (&stage, &by_four, 11, 0);
  g_autoptr (CzPass) pass = cz_pass_new (f->model, &options, &error);
  g_assert_no_error (error);
  memcpy (cz_pass_get_words (pass), f->words, BLOCKS * 11 * sizeof (guint32));
  memcpy (cz_pass_get_labels (pass), f->labels, BLOCKS * 11 * sizeof (gint32));
  *cz_pass_get_step (pass) = f->step;
  tape = cz_tape_new (stage.device, "predict", CZ_TAPE_PLAIN);
  cz_pass_record_masks (pass, tape);
  cz_pass_record_micro (pass, tape);
  stage_run (tape);
  g_assert_cmpuint (cz_pass_get_result (pass)->micro_scored, ==, f->scored);
  logits = g_new (float, f->scored * 71);
  cz_pass_read_logits (pass, 0, f->scored, logits, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < f->scored; i++)
    {
      double row[71];

      for (guint j = 0; j < 71; j++)
        row[j] = logits[i * 71 + j];
      loss += ref_cross_entropy (row, 71, (guint)f->labels[cz_pass_get_positions (pass)[i]]);
    }
  g_assert_cmpfloat (fabs (loss / f->scored - fixture_loss (f)), <, 1e-5);
  check_attention (pass, 3, 11);
  fixture_free (f);
  stage_close (&stage);
}

static void
test_random_model (void)
{
  CzModelConfig config = { .vocab_size = 1001,
                           .dim = 30,
                           .hidden_dim = 60,
                           .n_layers = 1,
                           .n_heads = 2,
                           .max_position_embeddings = 33,
                           .pad_token_id = 7,
                           .initializer_range = 0.02,
                           .sinusoidal_pos_embds = TRUE };
  g_autoptr (CzParameterTable) table = cz_parameter_table_new (&config);
  int word = cz_parameter_table_find (table, "embeddings.word_embeddings.weight");
  int position = cz_parameter_table_find (table, "embeddings.position_embeddings.weight");
  int gamma = cz_parameter_table_find (table, "vocab_layer_norm.weight");
  double sum = 0, squares = 0, fourth = 0;
  g_autofree float *x = g_new (float, 1001 * 30), *again = g_new (float, 1001 * 30);
  g_autoptr (GError) error = NULL;
  Stage stage;

  if (!stage_open (&stage))
    return;
  g_autoptr (CzDistilbert) model = cz_distilbert_new (stage.device, &config, FALSE, &error);
  g_assert_true (cz_distilbert_randomize (model, 42, &error));
  g_assert_true (cz_distilbert_read (model, (guint)word, 0, 1001 * 30, x, &error));
  for (guint i = 0; i < 1001 * 30; i++)
    {
      sum += x[i] / 0.02;
      squares += x[i] * x[i] / 4e-4;
      fourth += pow (x[i] / 0.02, 4);
    }
  g_assert_cmpfloat (fabs (sum / 30000), <, 0.03);
  g_assert_cmpfloat (fabs (squares / 30000 - 1), <, 0.04);
  g_assert_cmpfloat (fabs (fourth / 30000 - 3), <, 0.3);
  for (guint i = 7 * 30; i < 8 * 30; i++)
    g_assert_cmpfloat (x[i], ==, 0);
  // Element by element the same, wherever a chunk begins.
  g_assert_true (cz_distilbert_randomize (model, 42, &error));
  g_assert_true (cz_distilbert_read (model, (guint)word, 13, 1001, again, &error));
  g_assert_cmpmem (x + 13, 1001 * sizeof (float), again, 1001 * sizeof (float));
  g_assert_true (cz_distilbert_read (model, (guint)position, 30, 30, x, &error));
  g_assert_cmpfloat (fabs (x[0] - sin (1)), <, 1e-6);
  g_assert_cmpfloat (fabs (x[3] - cos (pow (10000, -2.0 / 30))), <, 1e-6);
  g_assert_true (cz_distilbert_read (model, (guint)gamma, 0, 30, x, &error));
  g_assert_cmpfloat (x[29], ==, 1);
  g_assert_false (cz_distilbert_read (model, (guint)gamma, 0, 31, x, &error));
  g_assert_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID);
  stage_close (&stage);
}

// Shapes that cannot be are told, not tried.
static void
test_wrong_options (void)
{
  const CzPassOptions wrong[] = {
    { .block_size = 0, .micro_blocks = 1 },
    { .block_size = 17, .micro_blocks = 1 },
    { .block_size = 8, .micro_blocks = 0 },
    { .block_size = 8, .micro_blocks = G_MAXUINT },
    { .block_size = 8, .micro_blocks = 1, .dropout = 1 },
    { .block_size = 8, .micro_blocks = 1, .attention_dropout = NAN },
    { .block_size = 8, .micro_blocks = 1, .frozen = 4 },
  };
  Stage stage;

  if (!stage_open (&stage))
    return;
  g_autoptr (CzDistilbert) model = cz_distilbert_new (stage.device, &by_four, TRUE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cz_pass_new (model, &wrong[i], &error));
      g_assert_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID);
      g_assert_cmpuint (cz_pass_plan (stage.device, &by_four, &wrong[i], NULL), ==, 0);
    }
  stage_close (&stage);
}

static guint64
add_up_buffers (const CzActivations *activations)
{
  guint64 bytes = 0;

  for (guint i = 0; i < activations->n_buffers; i++)
    if (activations->buffers[i] != NULL)
      bytes += cz_buffer_get_size (activations->buffers[i]);
  return bytes;
}

// Where attention is fused no scores are planned for, nor allocated, unless they are to be read.
static void
check_fused_memory (Stage *stage)
{
  CzPassOptions train = { .kind = CZ_PASS_TRAIN,
                          .block_size = by_four.max_position_embeddings,
                          .micro_blocks = BLOCKS,
                          .batch_blocks = BLOCKS,
                          .attention_dropout = 0.1 };
  CzPassOptions predict = { .kind = CZ_PASS_PREDICT,
                            .block_size = train.block_size,
                            .micro_blocks = BLOCKS,
                            .batch_blocks = BLOCKS,
                            .max_scored = 1,
                            .keep_attention = TRUE };
  g_autoptr (GError) error = NULL;

  g_autoptr (CzActivations) a = cz_activations_new (stage->device, &by_four, &train, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (a->p.buffer);
  g_assert_null (a->dropped.buffer);
  g_assert_null (a->dscores.buffer);
  g_assert_null (a->layers[0].p.buffer);
  g_assert_cmpuint (a->layers[0].attention_stats.size, ==,
                    cz_attention_get_stats_bytes (BLOCKS, train.block_size, by_four.n_heads));
  g_assert_cmpuint (add_up_buffers (a), ==, cz_pass_plan (stage->device, &by_four, &train, NULL));
  g_autoptr (CzActivations) b
      = cz_activations_new (stage->device, &by_four, &predict, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (b->layers[0].p.buffer);
  g_assert_null (b->layers[0].attention_stats.buffer);
}

static void
test_fused_attention (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  if (stage_fuse_attention (&stage, by_four.dim / by_four.n_heads))
    {
      check_gradients (&stage, fixture_new (&stage, &by_four, 11, 0.2), 2);
      check_fused_memory (&stage);
    }
  else
    g_test_skip ("this device cannot run the kernels");
  stage_close (&stage);
}

// Commands of one micro-batch of training.
static guint
count_commands (void)
{
  const CzPassOptions options = { .kind = CZ_PASS_TRAIN, .block_size = 11, .micro_blocks = BLOCKS };
  g_autoptr (GError) error = NULL;
  Stage stage;

  if (!stage_open (&stage))
    return 0;
  g_autoptr (CzDistilbert) model = cz_distilbert_new (stage.device, &by_four, TRUE, &error);
  g_assert_no_error (error);
  g_autoptr (CzPass) pass = cz_pass_new (model, &options, &error);
  g_assert_no_error (error);
  CzTape *tape = cz_tape_new (stage.device, "count", CZ_TAPE_PLAIN);
  cz_pass_record_micro (pass, tape);
  guint n = cz_tape_get_n_commands (tape);
  cz_tape_free (tape);
  g_clear_pointer (&pass, cz_pass_free);
  g_clear_pointer (&model, cz_distilbert_unref);
  stage_close (&stage);
  return n;
}

// Products that end in what comes behind them, as on GPUs: the gradients are right all the same,
// and the kernels for it are gone: of each layer those of the activation, forward and backward, and
// of each slice of the head one.
// The name of the arithmetic tells one way of attention from the other, for the heads that the
// model has, and the pass's own from that of products alone.
static void
test_arithmetic (void)
{
  CzModelConfig config = { .dim = 128, .n_heads = 2 }, odd = { .dim = 10, .n_heads = 2 };
  Stage stage;

  if (!stage_open (&stage))
    return;
  g_setenv ("CZ_ATTENTION", "fused", TRUE);
  gboolean fits = cz_attention_is_fused (stage.device, 64);
  g_autofree char *fused = cz_pass_get_arithmetic (stage.device, &config, CZ_ROUNDING_NONE);
  g_autofree char *odd_heads = cz_pass_get_arithmetic (stage.device, &odd, CZ_ROUNDING_NONE);
  g_setenv ("CZ_ATTENTION", "products", TRUE);
  g_autofree char *products = cz_pass_get_arithmetic (stage.device, &config, CZ_ROUNDING_NONE);
  g_unsetenv ("CZ_ATTENTION");
  const char *table = cz_gemm_table_get_name (stage.device, CZ_ROUNDING_NONE);

  g_assert_cmpint (strcmp (fused, products) != 0, ==, fits);
  g_assert_cmpstr (odd_heads, ==, products);
  g_assert_true (g_str_has_prefix (products, "pass-") && g_str_has_suffix (products, table));
  stage_close (&stage);
}

static void
test_blocks (void)
{
  guint apart = count_commands ();
  char *path = apart > 0 ? stage_use_blocks () : NULL;
  Stage stage;

  if (path == NULL)
    return;
  guint fused = count_commands ();
  g_test_message ("%u commands instead of %u", fused, apart);
  g_assert_cmpuint (fused + 2 * by_four.n_layers + 1, <=, apart);
  if (stage_open (&stage))
    check_gradients (&stage, fixture_new (&stage, &by_four, 11, 0.2), 2);
  stage_close (&stage);
  test_evaluation ();
  stage_forget_blocks (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_equal (argv[1], "blocks"))
    {
      g_test_add_func ("/model/whole/blocks", test_blocks);
      return g_test_run ();
    }
  g_test_add_func ("/model/whole/gradients", test_gradients);
  g_test_add_func ("/model/whole/fused-attention", test_fused_attention);
  g_test_add_func ("/model/whole/arithmetic", test_arithmetic);
  g_test_add_func ("/model/whole/micro-batches", test_micro_batches);
  g_test_add_func ("/model/whole/frozen", test_frozen);
  g_test_add_func ("/model/whole/nothing-scored", test_nothing_scored);
  g_test_add_func ("/model/whole/evaluation", test_evaluation);
  g_test_add_func ("/model/whole/prediction", test_prediction);
  g_test_add_func ("/model/whole/random", test_random_model);
  g_test_add_func ("/model/whole/wrong-options", test_wrong_options);
  return g_test_run ();
}
