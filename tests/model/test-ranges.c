// A word table larger than a device can bind at once (128 MiB on lavapipe): the embeddings go over
// it in ranges and give the same bits as a small table with the same rows.
#include <string.h>

#include "engine/model/embedding.h"
#include "engine/model/pass.h"
#include "tests/model/stage.h"

#define SIZE   6
#define BLOCKS 2
#define ROWS   (SIZE * BLOCKS)
#define WORDS  5

typedef struct
{
  float *y, *dword; // (ROWS, dim), (WORDS, dim)
} Result;

static CzSpan
zeros (Stage *stage, gsize bytes)
{
  g_autoptr (GError) error = NULL;
  CzBuffer *buffer = cz_buffer_new (stage->device, bytes, CZ_MEMORY_DEVICE, "test", &error);

  g_assert_no_error (error);
  g_ptr_array_add (stage->buffers, buffer);
  return cz_span_all (buffer);
}

// The ops over a table of `vocabulary` words in which word i of the test is row rows_of[i].
static Result
run (Stage *stage, guint dim, guint vocabulary, const guint *rows_of, const double *words)
{
  static const guint ids[ROWS] = { 0, 3, 1, 3, 4, 2, 4, 4, 0, 1, 3, 4 };
  gsize row = dim * sizeof (float);
  CzSpan table = zeros (stage, vocabulary * row), gradient = zeros (stage, vocabulary * row);
  gsize vector = (row + 255) / 256 * 256;
  CzSpan vectors = stage_upload (stage, NULL, 2 * vector / sizeof (float));
  CzPartials partials
      = { stage_upload (stage, NULL, CZ_PARTIALS_CHUNKS * vectors.size / 4), vectors };
  CzStep step = { .dropout_seed = { 1, 2 } };
  CzSpan step_span = stage_upload_words (stage, (const guint32 *)&step, sizeof step / 4);
  double *position = stage_random (stage, SIZE * dim, 1), *dy = stage_random (stage, ROWS * dim, 1);
  double tokens[ROWS], *ones = stage_random (stage, dim, 1);
  CzSpan gamma = stage_upload (stage, ones, dim), token_span, dy_span;
  CzSpan sum = stage_upload (stage, NULL, ROWS * dim), y = stage_upload (stage, NULL, ROWS * dim);
  CzSpan stats = stage_upload (stage, NULL, ROWS * 4);
  CzDropout dropout = { 0.1, 0, step_span };
  CzTape *tape = cz_tape_new (stage->device, "ranges", CZ_TAPE_PLAIN);
  Result result = { 0 };

  for (guint i = 0; i < WORDS; i++)
    {
      g_autofree float *floats = g_new (float, dim);

      for (guint j = 0; j < dim; j++)
        floats[j] = (float)words[i * dim + j];
      g_assert_true (cz_buffer_write (table.buffer, rows_of[i] * row, floats, row, NULL));
    }
  for (guint i = 0; i < ROWS; i++)
    tokens[i] = rows_of[ids[i]];
  token_span = stage_upload (stage, tokens, ROWS);
  dy_span = stage_upload (stage, dy, ROWS * dim);
  cz_embedding_forward (tape, &(CzEmbedding){ BLOCKS, SIZE, dim, vocabulary, token_span, table,
                                              stage_upload (stage, position, SIZE * dim), gamma,
                                              gamma, sum, stats, y, dropout });
  cz_embedding_backward (
      tape, &(CzEmbeddingBackward){ BLOCKS, SIZE, dim, vocabulary, rows_of[2], token_span,
                                    stage_upload (stage, NULL, ROWS), dy_span, sum, stats, gamma,
                                    gradient, stage_upload (stage, NULL, SIZE * dim),
                                    cz_span_part (vectors, 0, vector),
                                    cz_span_part (vectors, vector, vector), &partials, dropout });
  stage_run (tape);
  result.y = stage_download (y, ROWS * dim);
  result.dword = g_new (float, WORDS *dim);
  for (guint i = 0; i < WORDS; i++)
    g_assert_true (
        cz_buffer_read (gradient.buffer, rows_of[i] * row, result.dword + i * dim, row, NULL));
  g_free (position);
  g_free (dy);
  g_free (ones);
  return result;
}

static void
check_ranges (guint dim)
{
  gsize limit, vocabulary;
  Result large, small;
  double *words;
  Stage stage;

  if (!stage_open (&stage))
    return;
  limit = cz_device_get_info (stage.device)->max_storage_range;
  if (limit > (gsize)512 << 20)
    {
      g_test_skip ("This device binds so much that the test would need too much memory.");
      stage_close (&stage);
      return;
    }
  vocabulary = limit / (dim * sizeof (float)) + 300;
  words = stage_random (&stage, WORDS * dim, 1);
  g_rand_set_seed (stage.random, 1);
  small = run (&stage, dim, WORDS, (const guint[]){ 0, 1, 2, 3, 4 }, words);
  g_rand_set_seed (stage.random, 1);
  // At both ends of the table and about where the first range ends.
  large = run (&stage, dim, (guint)vocabulary,
               (const guint[]){ 0, (guint)vocabulary - 400, (guint)vocabulary - 300,
                                (guint)vocabulary - 299, (guint)vocabulary - 1 },
               words);
  g_assert_cmpmem (large.y, ROWS * dim * sizeof (float), small.y, ROWS * dim * sizeof (float));
  g_assert_cmpmem (large.dword, WORDS * dim * sizeof (float), small.dword,
                   WORDS * dim * sizeof (float));
  g_free (large.y);
  g_free (large.dword);
  g_free (small.y);
  g_free (small.dword);
  g_free (words);
  stage_close (&stage);
}

static void
test_by_four (void)
{
  check_ranges (1024);
}

static void
test_by_one (void)
{
  check_ranges (1027);
}

// Where tensors lie, and what freezing leaves.
static void
test_arena (void)
{
  CzModelConfig config;
  CzArenaRange ranges[CZ_ARENA_MAX_RANGES];
  g_autoptr (CzArena) arena = NULL;
  gsize decayed;

  cz_model_config_init (&config, 30522);
  arena = cz_arena_new (&config);
  decayed = cz_arena_get_decayed_size (arena);
  g_assert_cmpuint (cz_arena_get_padded_vocabulary (arena), ==, 30528);
  g_assert_cmpuint (cz_arena_get_region (arena, 0), ==, (gsize)30528 * 768 * 4);
  g_assert_cmpuint (cz_arena_get_trained (arena, 0, ranges), ==, 2);
  g_assert_cmpuint (ranges[0].offset, ==, 0);
  g_assert_cmpuint (ranges[0].size, ==, decayed);
  g_assert_true (ranges[0].decay && !ranges[1].decay);
  g_assert_cmpuint (ranges[1].offset, ==, decayed);
  g_assert_cmpuint (ranges[1].size, ==, cz_arena_get_size (arena) - decayed);
  // All layers frozen: the head is left.
  g_assert_cmpuint (cz_arena_get_trained (arena, 7, ranges), ==, 2);
  g_assert_cmpuint (ranges[0].size, ==, 768 * 768 * 4);
  g_assert_cmpuint (ranges[1].size, ==, (3 * 768 + 30528) * 4);
  for (guint i = 0; i < cz_parameter_table_get_size (cz_arena_get_table (arena)); i++)
    g_assert_cmpuint (cz_arena_get_offset (arena, i) % CZ_ARENA_ALIGNMENT, ==, 0);
  // Sinusoidal positions lie between words and layers and are not trained.
  config.sinusoidal_pos_embds = TRUE;
  cz_arena_unref (arena);
  arena = cz_arena_new (&config);
  g_assert_cmpuint (cz_arena_get_trained (arena, 0, ranges), ==, 3);
  g_assert_cmpuint (ranges[0].size, ==, (gsize)30528 * 768 * 4);
  g_assert_cmpuint (ranges[1].offset - ranges[0].size, ==, 512 * 768 * 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/ranges/arena", test_arena);
  g_test_add_func ("/model/ranges/by-four", test_by_four);
  g_test_add_func ("/model/ranges/by-one", test_by_one);
  return g_test_run ();
}
