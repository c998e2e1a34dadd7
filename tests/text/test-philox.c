#include <math.h>

#include "engine/text/philox.h"

// Random123's published vectors.
static void
test_known_answers (void)
{
  static const struct
  {
    guint32 counter[4], key[2], result[4];
  } known[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      guint32 result[4];
      cz_philox (known[i].counter, known[i].key, result);
      for (guint k = 0; k < 4; k++)
        g_assert_cmphex (result[k], ==, known[i].result[k]);
    }
}

static void
test_arguments (void)
{
  const guint32 counter[4] = { 5, 4, 3, CZ_RANDOM_SPLIT };
  const guint32 key[2] = { 0x89abcdef, 0x01234567 };
  guint32 expected[4], drawn[4];

  cz_philox (counter, key, expected);
  cz_random (G_GUINT64_CONSTANT (0x0123456789abcdef), CZ_RANDOM_SPLIT, /* step */ 3, /* slot */ 4,
             /* element */ 5, drawn);
  for (guint k = 0; k < 4; k++)
    g_assert_cmphex (drawn[k], ==, expected[k]);
}

static void
test_threshold (void)
{
  g_assert_cmphex (cz_random_threshold (0), ==, 0);
  g_assert_cmphex (cz_random_threshold (-1), ==, 0);
  g_assert_cmphex (cz_random_threshold (NAN), ==, 0);
  g_assert_cmphex (cz_random_threshold (0.5), ==, 0x80000000);
  g_assert_cmphex (cz_random_threshold (0.15), ==, 644245094);
  g_assert_cmphex (cz_random_threshold (0.8), ==, 3435973836);
  g_assert_cmphex (cz_random_threshold (1), ==, G_MAXUINT32);
  g_assert_cmphex (cz_random_threshold (2), ==, G_MAXUINT32);
  g_assert_cmphex (cz_random_threshold (INFINITY), ==, G_MAXUINT32);
}

static void
test_permutation (void)
{
  enum
  {
    N = 1000
  };
  guint32 order[N], again[N], other[N];
  gboolean seen[N] = { FALSE };
  guint moved = 0, different = 0;

  cz_random_permutation (7, CZ_RANDOM_SHUFFLE, /* step */ 1, N, order);
  cz_random_permutation (7, CZ_RANDOM_SHUFFLE, /* step */ 1, N, again);
  cz_random_permutation (7, CZ_RANDOM_SHUFFLE, /* step */ 2, N, other);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpuint (order[i], <, N);
      g_assert_false (seen[order[i]]);
      seen[order[i]] = TRUE;
      g_assert_cmpuint (order[i], ==, again[i]);
      moved += order[i] != i;
      different += order[i] != other[i];
    }
  g_assert_cmpuint (moved, >, N * 9 / 10);
  g_assert_cmpuint (different, >, N * 9 / 10);

  cz_random_permutation (7, CZ_RANDOM_SHUFFLE, 0, /* n */ 1, order);
  g_assert_cmpuint (order[0], ==, 0);
  order[0] = 99;
  cz_random_permutation (7, CZ_RANDOM_SHUFFLE, 0, /* n */ 0, order);
  g_assert_cmpuint (order[0], ==, 99);
}

// Each of the six orders of three comes about as often as the others.
static void
test_permutation_is_fair (void)
{
  guint counts[27] = { 0 };

  for (guint step = 0; step < 6000; step++)
    {
      guint32 o[3];
      cz_random_permutation (1, CZ_RANDOM_SHUFFLE, step, 3, o);
      counts[o[0] * 9 + o[1] * 3 + o[2]]++;
    }
  for (guint i = 0; i < 27; i++)
    if (counts[i] > 0)
      {
        g_assert_cmpuint (counts[i], >, 850);
        g_assert_cmpuint (counts[i], <, 1150);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/philox/known-answers", test_known_answers);
  g_test_add_func ("/philox/arguments", test_arguments);
  g_test_add_func ("/philox/threshold", test_threshold);
  g_test_add_func ("/philox/permutation", test_permutation);
  g_test_add_func ("/philox/permutation-is-fair", test_permutation_is_fair);
  return g_test_run ();
}
