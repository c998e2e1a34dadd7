// Masks drawn on the device against engine/text/masking.c, bit for bit.
#include <string.h>

#include "engine/model/pass.h"
#include "engine/text/masking.h"
#include "engine/text/tokenizer.h"
#include "tests/model/stage.h"

#define BLOCKS 7
#define VALID  6

typedef struct
{
  guint vocabulary, block_size;
  CzMaskingStrategy strategy;
  double probability;
} Case;

static const Case cases[] = {
  { 101, 33, CZ_MASKING_TOKEN, 0.15 },  { 101, 33, CZ_MASKING_WORD, 0.2 },
  { 30522, 64, CZ_MASKING_TOKEN, 0.5 }, { 5, 128, CZ_MASKING_WORD, 0.5 },
  { 5, 1, CZ_MASKING_TOKEN, 1 },        { 77, 20, CZ_MASKING_WORD, 0 },
};

static guint32
random_word (Stage *stage, guint vocabulary, guint position, guint block_size)
{
  guint32 word = (guint32)g_rand_int_range (stage->random, 0, (gint32)vocabulary);

  if (position > block_size * 3 / 4 && g_rand_int_range (stage->random, 0, 2))
    return word | CZ_TOKEN_WORD_START | CZ_TOKEN_SPECIAL | CZ_TOKEN_PADDING;
  if (g_rand_int_range (stage->random, 0, 10) == 0)
    return word | CZ_TOKEN_WORD_START | CZ_TOKEN_SPECIAL;
  return g_rand_int_range (stage->random, 0, 2) ? word | CZ_TOKEN_WORD_START : word;
}

// NULL where the device binds too little for the vocabulary, which is told in a sentence.
static CzPass *
new_pass (Stage *stage, const Case *c)
{
  g_autoptr (GError) error = NULL;
  CzModelConfig config = { .vocab_size = c->vocabulary,
                           .dim = 8,
                           .hidden_dim = 8,
                           .n_layers = 1,
                           .n_heads = 2,
                           .max_position_embeddings = 128,
                           .pad_token_id = 1 };
  g_autoptr (CzDistilbert) model = cz_distilbert_new (stage->device, &config, FALSE, &error);
  CzPassOptions options = {
    .kind = CZ_PASS_EVALUATE, .block_size = c->block_size, .micro_blocks = 2, .batch_blocks = BLOCKS
  };
  CzPass *pass;

  g_assert_no_error (error);
  pass = cz_pass_new (model, &options, &error);
  if (cz_device_get_info (stage->device)->max_texel_range < (gsize)c->vocabulary * 64 * 4)
    {
      g_assert_error (error, CZ_MODEL_ERROR, CZ_MODEL_ERROR_INVALID);
      g_test_message ("%s", error->message);
      return NULL;
    }
  g_assert_no_error (error);
  return pass;
}

// Checks the micro-batches' lists of scored positions and the device's count of them.
static void
check_positions (Stage *stage, CzPass *pass, const gint32 *labels, guint expected)
{
  const CzPassOptions *options = cz_pass_get_options (pass);
  guint size = options->block_size, seen = 0;
  CzTape *tape = cz_tape_new (stage->device, "micro", CZ_TAPE_PLAIN);
  g_autoptr (GError) error = NULL;

  cz_pass_record_micro (pass, tape);
  cz_tape_finish (tape, &error);
  g_assert_no_error (error);
  for (guint first = 0; first < BLOCKS; first += options->micro_blocks)
    {
      const guint32 *positions = cz_pass_get_positions (pass);
      guint n = 0;

      cz_pass_get_step (pass)->first_block = first;
      cz_tape_run (tape, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < options->micro_blocks * size; i++)
        if (first * size + i < BLOCKS * size && labels[first * size + i] >= 0)
          g_assert_cmpuint (positions[n++], ==, i);
      g_assert_cmpuint (cz_pass_get_result (pass)->micro_scored, ==, n);
      g_assert_cmpuint (cz_pass_get_result (pass)->batch_scored, ==, expected);
      seen += n;
    }
  g_assert_cmpuint (seen, ==, expected);
  cz_tape_free (tape);
}

static void
check_case (Stage *stage, const Case *c)
{
  g_autoptr (CzPass) pass = new_pass (stage, c);
  guint size = c->block_size, n = BLOCKS * size, expected = 0;

  if (!pass)
    return;
  CzMasking masking = { .strategy = c->strategy,
                        .seed = 0x123456789abcdef,
                        .purpose = CZ_RANDOM_MASK,
                        .threshold = cz_random_threshold (c->probability),
                        .vocabulary_size = c->vocabulary,
                        .mask_id = c->vocabulary - 2 };
  CzStep *step = cz_pass_get_step (pass);
  guint32 *words = cz_pass_get_words (pass), *hashes = cz_pass_get_hashes (pass);
  g_autofree guint32 *ids = g_new (guint32, n), *got_ids = g_new (guint32, n);
  g_autofree gint32 *labels = g_new (gint32, n), *got_labels = g_new (gint32, n);
  CzTape *tape = cz_tape_new (stage->device, "masks", CZ_TAPE_PLAIN);
  g_autoptr (GError) error = NULL;

  *step = (CzStep){ .valid_blocks = VALID,
                    .mask_strategy = c->strategy,
                    .mask_threshold = masking.threshold,
                    .mask_id = masking.mask_id,
                    .mask_purpose = masking.purpose,
                    .mask_seed = { 0x89abcdef, 0x1234567 },
                    .mask_step = 3 };
  for (guint b = 0; b < BLOCKS; b++)
    {
      hashes[b] = g_rand_int (stage->random);
      for (guint i = 0; i < size; i++)
        words[b * size + i] = random_word (stage, c->vocabulary, i, size);
      if (b < VALID)
        expected += cz_mask_block (&masking, 3, hashes[b], words + b * size, size, ids + b * size,
                                   labels + b * size);
      else
        for (guint i = b * size; i < (b + 1) * size; i++)
          {
            ids[i] = 1;
            labels[i] = CZ_MASKING_IGNORED;
          }
    }
  cz_pass_record_masks (pass, tape);
  stage_run (tape);
  g_assert_cmpuint (cz_pass_get_result (pass)->batch_scored, ==, expected);
  cz_pass_read_masks (pass, got_ids, got_labels, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      gboolean padding = i / size >= VALID || (words[i] & CZ_TOKEN_PADDING);

      g_assert_cmphex (got_ids[i], ==,
                       (ids[i] & CZ_TOKEN_ID_MASK) | (padding ? CZ_TOKEN_PADDING : 0));
      g_assert_cmpint (got_labels[i], ==, labels[i]);
    }
  g_test_message ("%u of %u tokens are scored", expected, VALID * size);
  check_positions (stage, pass, labels, expected);
}

static void
test_masks (void)
{
  Stage stage;

  if (!stage_open (&stage))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_case (&stage, &cases[i]);
  stage_close (&stage);
}

// Labels as given; what the host writes wrongly reads nothing outside of tables.
static void
test_given (void)
{
  Case c = { 50, 10, CZ_MASKING_TOKEN, 1 };
  guint32 got_ids[BLOCKS * 10];
  gint32 got_labels[BLOCKS * 10];
  g_autoptr (GError) error = NULL;
  Stage stage;
  CzTape *tape;

  if (!stage_open (&stage))
    return;
  g_autoptr (CzPass) pass = new_pass (&stage, &c);
  *cz_pass_get_step (pass)
      = (CzStep){ .valid_blocks = BLOCKS, .mask_strategy = CZ_STEP_MASK_GIVEN };
  for (guint i = 0; i < BLOCKS * 10; i++)
    {
      cz_pass_get_words (pass)[i] = i | (i % 3 ? 0 : CZ_TOKEN_PADDING);
      cz_pass_get_labels (pass)[i] = (gint32)i * (i % 2 ? 1 : -1);
    }
  tape = cz_tape_new (stage.device, "masks", CZ_TAPE_PLAIN);
  cz_pass_record_masks (pass, tape);
  stage_run (tape);
  cz_pass_read_masks (pass, got_ids, got_labels, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < BLOCKS * 10; i++)
    {
      g_assert_cmphex (got_ids[i], ==, MIN (i, 49u) | (i % 3 ? 0 : CZ_TOKEN_PADDING));
      g_assert_cmpint (got_labels[i], ==, i == 0 ? 0 : i % 2 && i < 50 ? (gint32)i : -100);
    }
  stage_close (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/masks/drawn", test_masks);
  g_test_add_func ("/model/masks/given", test_given);
  return g_test_run ();
}
