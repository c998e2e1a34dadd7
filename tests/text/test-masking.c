#include <math.h>
#include <string.h>

#include "engine/text/blocks.h"
#include "engine/text/masking.h"

enum
{
  N = 128,
  VOCABULARY = 1000,
  MASK_ID = 4
};

// [CLS], words of one to four pieces, a [UNK] now and then, [SEP], padding.
static void
make_block (GRand *rand, guint32 *words)
{
  words[0] = 2 | CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START;
  for (guint i = 1; i < N; i++)
    {
      words[i] = (guint32)g_rand_int_range (rand, 5, VOCABULARY);
      if (g_rand_int_range (rand, 0, 3) > 0 || words[i - 1] & CZ_TOKEN_SPECIAL)
        words[i] |= CZ_TOKEN_WORD_START;
      if (g_rand_int_range (rand, 0, 30) == 0)
        words[i] = 1 | CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START;
    }
  words[N - 9] = 3 | CZ_TOKEN_SPECIAL | CZ_TOKEN_WORD_START;
  for (guint i = N - 8; i < N; i++)
    words[i] = CZ_TOKEN_SPECIAL | CZ_TOKEN_PADDING | CZ_TOKEN_WORD_START;
}

static CzMasking
make_masking (CzMaskingStrategy strategy, double probability)
{
  return (CzMasking){
    .strategy = strategy,
    .seed = 42,
    .purpose = CZ_RANDOM_MASK,
    .threshold = cz_random_threshold (probability),
    .vocabulary_size = VOCABULARY,
    .mask_id = MASK_ID,
  };
}

// What holds of every masked block.
static void
assert_sound (const guint32 *words, const guint32 *ids, const gint32 *labels, guint scored)
{
  guint n = 0;

  for (guint i = 0; i < N; i++)
    {
      guint32 id = words[i] & CZ_TOKEN_ID_MASK;
      if (labels[i] == CZ_MASKING_IGNORED)
        {
          g_assert_cmpuint (ids[i], ==, id);
          continue;
        }
      n++;
      g_assert_false (words[i] & CZ_TOKEN_SPECIAL);
      g_assert_cmpint (labels[i], ==, (gint32)id);
      g_assert_cmpuint (ids[i], <, VOCABULARY);
    }
  g_assert_cmpuint (n, ==, scored);
}

// Is a share that was drawn `n` times with probability `p` within five standard deviations?
static void
assert_share (guint64 count, guint64 n, double p)
{
  double deviation = sqrt (p * (1 - p) / (double)n);
  g_assert_cmpfloat (fabs ((double)count / (double)n - p), <, 5 * deviation);
}

static void
test_token_shares (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  CzMasking masking = make_masking (CZ_MASKING_TOKEN, 0.15);
  guint64 open = 0, scored = 0, masked = 0, kept = 0;
  guint32 words[N], ids[N];
  gint32 labels[N];

  for (guint block = 0; block < 2000; block++)
    {
      make_block (rand, words);
      guint n
          = cz_mask_block (&masking, /* step */ 3, cz_block_hash (words, N), words, N, ids, labels);
      assert_sound (words, ids, labels, n);
      scored += n;
      for (guint i = 0; i < N; i++)
        {
          open += !(words[i] & CZ_TOKEN_SPECIAL);
          masked += labels[i] >= 0 && ids[i] == MASK_ID;
          kept += labels[i] >= 0 && ids[i] == (guint32)labels[i];
        }
    }
  assert_share (scored, open, 0.15);
  assert_share (masked, scored, 0.8 + 0.1 / VOCABULARY);
  assert_share (kept, scored, 0.1 + 0.1 / VOCABULARY);
}

static void
test_word_shares (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  CzMasking masking = make_masking (CZ_MASKING_WORD, 0.2);
  guint64 opened = 0, chosen = 0;
  guint32 words[N], ids[N];
  gint32 labels[N];

  for (guint block = 0; block < 2000; block++)
    {
      make_block (rand, words);
      guint n = cz_mask_block (&masking, 0, cz_block_hash (words, N), words, N, ids, labels);
      assert_sound (words, ids, labels, n);
      for (guint i = 0; i < N; i++)
        {
          if (labels[i] >= 0)
            g_assert_cmpuint (ids[i], ==, MASK_ID);
          if (words[i] & CZ_TOKEN_SPECIAL)
            continue;
          if (words[i] & CZ_TOKEN_WORD_START)
            {
              opened++;
              chosen += labels[i] >= 0;
            }
          else // all pieces of a word, or none
            g_assert_cmpint (labels[i] >= 0, ==, labels[i - 1] >= 0);
        }
    }
  assert_share (chosen, opened, 0.2);
}

// A continuation at the block's start opens a word: its draw is that of position 0.
static void
test_word_at_start (void)
{
  CzMasking masking = make_masking (CZ_MASKING_WORD, 0.5);
  guint32 words[4] = { 10, 11, 12 | CZ_TOKEN_WORD_START, 13 };
  guint32 ids[4], draw[4];
  gint32 labels[4];
  guint chosen = 0;

  for (guint32 slot = 0; slot < 64; slot++)
    {
      cz_mask_block (&masking, 0, slot, words, 4, ids, labels);
      cz_random (42, CZ_RANDOM_MASK, 0, slot, /* element */ 0, draw);
      g_assert_cmpint (labels[0] >= 0, ==, draw[0] < masking.threshold);
      g_assert_cmpint (labels[1] >= 0, ==, labels[0] >= 0);
      cz_random (42, CZ_RANDOM_MASK, 0, slot, /* element */ 2, draw);
      g_assert_cmpint (labels[3] >= 0, ==, draw[0] < masking.threshold);
      chosen += labels[0] >= 0;
    }
  g_assert_cmpuint (chosen, >, 16);
  g_assert_cmpuint (chosen, <, 48);
}

// The draws are those of the definition, written out once more.
static void
test_definition (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  CzMasking masking = make_masking (CZ_MASKING_TOKEN, 0.4);
  guint32 words[N], ids[N];
  gint32 labels[N];

  masking.purpose = CZ_RANDOM_EVAL_MASK;
  masking.seed = G_GUINT64_CONSTANT (0xfedcba9876543210);
  make_block (rand, words);
  cz_mask_block (&masking, /* step */ 7, /* slot */ 9, words, N, ids, labels);
  for (guint i = 0; i < N; i++)
    {
      const guint32 counter[4] = { i, 9, 7, CZ_RANDOM_EVAL_MASK };
      const guint32 key[2] = { 0x76543210, 0xfedcba98 };
      guint32 draw[4], id = words[i] & CZ_TOKEN_ID_MASK, expected = id;
      gboolean scored;

      cz_philox (counter, key, draw);
      scored = !(words[i] & CZ_TOKEN_SPECIAL) && draw[0] < masking.threshold;
      if (scored && draw[1] < 3435973836u)
        expected = MASK_ID;
      else if (scored && draw[1] < 3865470566u)
        expected = (guint32)(((guint64)draw[2] * VOCABULARY) >> 32);
      g_assert_cmpuint (ids[i], ==, expected);
      g_assert_cmpint (labels[i], ==, scored ? (gint32)id : CZ_MASKING_IGNORED);
    }
}

static void
test_repeats (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  CzMasking masking = make_masking (CZ_MASKING_TOKEN, 0.15);
  guint32 words[N], ids[N];
  gint32 labels[N], again[N], next_epoch[N], other_slot[N];

  make_block (rand, words);
  cz_mask_block (&masking, 0, 1, words, N, ids, labels);
  cz_mask_block (&masking, 0, 1, words, N, ids, again);
  cz_mask_block (&masking, 1, 1, words, N, ids, next_epoch);
  cz_mask_block (&masking, 0, 2, words, N, ids, other_slot);
  g_assert_cmpmem (labels, sizeof labels, again, sizeof again);
  g_assert_cmpint (memcmp (labels, next_epoch, sizeof labels), !=, 0);
  g_assert_cmpint (memcmp (labels, other_slot, sizeof labels), !=, 0);

  masking.threshold = 0;
  g_assert_cmpuint (cz_mask_block (&masking, 0, 1, words, N, ids, labels), ==, 0);
}

static void
test_block_hash (void)
{
  const guint32 words[3] = { 101, 2023 | CZ_TOKEN_WORD_START, 102 };
  const guint32 bare[3] = { 101, 2023, 102 };
  const guint32 swapped[3] = { 101, 102, 2023 };

  g_assert_cmphex (cz_block_hash (words, 0), ==, 0x811c9dc5);
  g_assert_cmphex (cz_block_hash ((const guint32[]){ 0x61 }, 1), ==, 0xf5e1d3e4);
  g_assert_cmphex (cz_block_hash (words, 3), ==, cz_block_hash (bare, 3));
  g_assert_cmphex (cz_block_hash (words, 3), !=, cz_block_hash (swapped, 3));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/masking/token-shares", test_token_shares);
  g_test_add_func ("/masking/word-shares", test_word_shares);
  g_test_add_func ("/masking/word-at-start", test_word_at_start);
  g_test_add_func ("/masking/definition", test_definition);
  g_test_add_func ("/masking/repeats", test_repeats);
  g_test_add_func ("/masking/block-hash", test_block_hash);
  return g_test_run ();
}
