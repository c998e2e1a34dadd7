#include <glib/gstdio.h>
#include <string.h>

#include "engine/text/text-error.h"
#include "engine/text/trie.h"
#include "engine/text/vocabulary.h"

static CzVocabulary *
parse (const char *text, GError **error)
{
  return cz_vocabulary_parse (text, strlen (text), "v.txt", error);
}

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CzVocabulary) v = parse ("[PAD]\r\nthe\n\n##e\nthé\nthe\n中\nlast", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cz_vocabulary_get_size (v), ==, 8);
  g_assert_cmpstr (cz_vocabulary_get_token (v, 0), ==, "[PAD]");
  g_assert_cmpstr (cz_vocabulary_get_token (v, 2), ==, "");
  g_assert_cmpstr (cz_vocabulary_get_token (v, 7), ==, "last");
  g_assert_null (cz_vocabulary_get_token (v, 8));
  g_assert_cmpint (cz_vocabulary_find (v, "[PAD]", -1), ==, 0);
  g_assert_cmpint (cz_vocabulary_find (v, "the", -1), ==, 5); // the last of two
  g_assert_cmpint (cz_vocabulary_find (v, "##end", 3), ==, 3);
  g_assert_cmpint (cz_vocabulary_find (v, "thé", -1), ==, 4);
  g_assert_cmpint (cz_vocabulary_find (v, "中", -1), ==, 6);
  g_assert_cmpint (cz_vocabulary_find (v, "", -1), ==, -1);
  g_assert_cmpint (cz_vocabulary_find (v, "th", -1), ==, -1);
  g_assert_cmpint (cz_vocabulary_find (v, "then", -1), ==, -1);
  g_assert_cmpint (cz_vocabulary_find (v, "the\0", 4), ==, -1);
}

static void
assert_refused (CzVocabulary *v, GError **error, int code, const char *says)
{
  g_assert_null (v);
  g_assert_error (*error, CZ_TEXT_ERROR, code);
  g_assert_nonnull (strstr ((*error)->message, says));
  g_clear_error (error);
}

static void
test_refused (void)
{
  static const char *const broken[] = { "good", "bad\xff" };
  static const char *const two_lines[] = { "good", "two\nlines" };
  g_autoptr (GError) error = NULL;

  assert_refused (parse ("", &error), &error, CZ_TEXT_ERROR_INVALID, "v.txt");
  assert_refused (parse ("a\nb\xff\n", &error), &error, CZ_TEXT_ERROR_INVALID, "UTF-8");
  assert_refused (cz_vocabulary_parse ("a\0b", 3, "v.txt", &error), &error, CZ_TEXT_ERROR_INVALID,
                  "UTF-8");
  assert_refused (cz_vocabulary_load ("/nowhere/vocab.txt", &error), &error, CZ_TEXT_ERROR_IO,
                  "/nowhere/vocab.txt");
  assert_refused (cz_vocabulary_new (NULL, 0, &error), &error, CZ_TEXT_ERROR_INVALID, "0");
  assert_refused (cz_vocabulary_new (broken, 2, &error), &error, CZ_TEXT_ERROR_INVALID, "1");
  assert_refused (cz_vocabulary_new (two_lines, 2, &error), &error, CZ_TEXT_ERROR_INVALID, "1");
}

static void
test_save (void)
{
  static const char *const tokens[] = { "[PAD]", NULL, "a", "##é" };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("cz-vocabulary-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "vocab.txt", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "no", "vocab.txt", NULL);
  g_autoptr (CzVocabulary) v = cz_vocabulary_new (tokens, 4, &error);

  g_assert_no_error (error);
  g_assert_true (cz_vocabulary_save (v, path, &error));
  g_assert_no_error (error);
  g_autoptr (CzVocabulary) again = cz_vocabulary_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cz_vocabulary_get_size (again), ==, 4);
  for (guint32 i = 0; i < 4; i++)
    g_assert_cmpstr (cz_vocabulary_get_token (again, i), ==, cz_vocabulary_get_token (v, i));

  g_assert_false (cz_vocabulary_save (v, nowhere, &error));
  g_assert_error (error, CZ_TEXT_ERROR, CZ_TEXT_ERROR_IO);
  g_unlink (path);
  g_rmdir (folder);
}

// Ten thousand strings of few letters, so that they share beginnings, against a hash table.
static void
test_trie_against_table (void)
{
  enum
  {
    N = 10000
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) table = g_hash_table_new (g_str_hash, g_str_equal);
  CzTrie trie = { 0 };

  for (guint i = 0; i < N; i++)
    {
      guint8 bytes[12] = { 0 };
      gint32 n = g_rand_int_range (rand, 0, 11);
      for (gint32 k = 0; k < n; k++)
        bytes[k] = (guint8)(g_rand_int_range (rand, 0, 3) == 0 ? g_rand_int_range (rand, 1, 256)
                                                               : g_rand_int_range (rand, 97, 101));
      g_ptr_array_add (strings, g_strdup ((char *)bytes));
    }
  for (guint i = 0; i < N; i += 2)
    if (((char *)strings->pdata[i])[0] != '\0')
      g_hash_table_insert (table, strings->pdata[i], GUINT_TO_POINTER (i));

  g_autoptr (GPtrArray) half = g_ptr_array_new ();
  for (guint i = 0; i < N; i++)
    g_ptr_array_add (half, i % 2 == 0 ? strings->pdata[i] : NULL);
  cz_trie_build (&trie, (const char *const *)half->pdata, N);
  for (guint i = 0; i < N; i++)
    {
      const char *s = strings->pdata[i];
      guint32 node = cz_trie_walk (&trie, s, strlen (s));
      gpointer value;
      if (g_hash_table_lookup_extended (table, s, NULL, &value))
        g_assert_cmpint (trie.nodes[node].value, ==, GPOINTER_TO_INT (value));
      else
        g_assert_true (node == 0 || trie.nodes[node].value < 0);
    }
  cz_trie_clear (&trie);

  cz_trie_build (&trie, NULL, 0);
  g_assert_cmpuint (cz_trie_walk (&trie, "a", 1), ==, 0);
  cz_trie_clear (&trie);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vocabulary/parse", test_parse);
  g_test_add_func ("/vocabulary/refused", test_refused);
  g_test_add_func ("/vocabulary/save", test_save);
  g_test_add_func ("/vocabulary/trie-against-table", test_trie_against_table);
  return g_test_run ();
}
