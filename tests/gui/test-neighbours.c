// Neighbours of a word: what is read of the server's answer, what changed between models, and which
// words of a text can be asked for.
#include <locale.h>
#include <math.h>
#include <string.h>

#include "gui/playground/neighbours-answer.h"

#define BASE                                                                           \
  "{\"model\":\"a\",\"word\":\"film\",\"pieces\":[\"film\"],\"neighbours\":["          \
  "{\"token\":\"movie\",\"id\":1,\"similarity\":0.7},{\"token\":\"picture\",\"id\":2," \
  "\"similarity\":0.6},{\"token\":\"##s\",\"id\":3,\"similarity\":0.5}]}"

static CzNeighboursAnswer *
read_answer (const char *json, guint n)
{
  static const char *const all[] = { "base", "adapted", "c", "d", "e", NULL };
  static const guint colors[] = { 0, 1, 2, 3, 4 };
  const char *titles[6] = { NULL };
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  for (guint i = 0; i < n; i++)
    titles[i] = all[i];
  return cz_neighbours_answer_new (node, titles, colors);
}

static void
test_changes (void)
{
  g_autoptr (CzNeighboursAnswer) answer = read_answer (
      "[" BASE ",{\"word\":\"film\",\"pieces\":[\"fi\",\"##lm\"],\"neighbours\":["
      "{\"token\":\"picture\",\"similarity\":0.61},{\"token\":\"movie\",\"similarity\":0.68},"
      "{\"token\":\"cinema\",\"similarity\":0.5}]}]",
      2);
  const CzNeighboursModel *model = &answer->models[1];
  g_autofree char *sentence = cz_neighbours_answer_describe_change (answer, 1);

  g_assert_cmpstr (answer->word, ==, "film");
  g_assert_cmpuint (g_strv_length (model->pieces), ==, 2);
  g_assert_cmpint (g_array_index (model->words, CzNeighboursWord, 0).moved, ==, 1);
  g_assert_cmpint (g_array_index (model->words, CzNeighboursWord, 1).moved, ==, -1);
  g_assert_true (g_array_index (model->words, CzNeighboursWord, 2).added);
  g_assert_cmpuint (g_strv_length (model->gone), ==, 1);
  g_assert_cmpstr (model->gone[0], ==, "##s");
  g_assert_cmpuint (model->shared, ==, 2);
  g_assert_cmpfloat_with_epsilon (model->change, 0.015, 1e-9);
  g_assert_cmpstr (sentence, ==,
                   "Under base and adapted 2 neighbours are the same, 1 is another; the cosines of "
                   "those that are the same changed by 0.0150 on average.");
}

static void
test_nothing_shared (void)
{
  g_autoptr (CzNeighboursAnswer) answer
      = read_answer ("[" BASE ",{\"word\":\"film\",\"pieces\":[],\"neighbours\":[]}]", 2);
  g_autofree char *sentence = cz_neighbours_answer_describe_change (answer, 1);

  g_assert_true (isnan (answer->models[1].change));
  g_assert_cmpuint (g_strv_length (answer->models[1].gone), ==, 3);
  g_assert_nonnull (strstr (sentence, "no neighbour in common"));
}

static void
test_wrong_answers (void)
{
  static const char *const wrong[] = { "null", "[]", "[4]", "[{}]", "[{\"word\":7}]", "{}" };
  g_autoptr (CzNeighboursAnswer) odd
      = read_answer ("[{\"word\":\"a\",\"pieces\":[3,\"a\"],\"neighbours\":[4,{},{\"token\":\"b\"},"
                     "{\"token\":\"b\",\"similarity\":\"x\"},{\"token\":\"b\",\"similarity\":null},"
                     "{\"token\":\"c\",\"similarity\":1}]}]",
                     1);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (read_answer (wrong[i], 1));
  g_assert_null (read_answer ("[" BASE "," BASE "," BASE "," BASE "," BASE "]", 5));
  g_assert_cmpuint (odd->models[0].words->len, ==, 1);
  g_assert_cmpuint (g_strv_length (odd->models[0].pieces), ==, 1);
}

static void
test_words (void)
{
  guint first;
  g_auto (GStrv) words
      = cz_neighbours_answer_list_words ("A don't, [MASK] élan… 映画 a A!", 99, &first);
  g_auto (GStrv) few = cz_neighbours_answer_list_words ("one two three", 2, &first);
  g_auto (GStrv) none = cz_neighbours_answer_list_words ("[MASK] … \n", 9, &first);
  g_autofree char *joined = g_strjoinv ("|", words);

  g_assert_cmpstr (joined, ==, "A|don|t|élan|映画|a");
  g_assert_cmpuint (g_strv_length (few), ==, 2);
  g_assert_null (none[0]);
  g_strfreev (g_steal_pointer (&words));
  words = cz_neighbours_answer_list_words ("This is a great [MASK].", 99, &first);
  g_assert_cmpstr (words[first], ==, "great");
  g_strfreev (g_steal_pointer (&words));
  words = cz_neighbours_answer_list_words ("The internationalization of wine is a [MASK] thing", 99,
                                           &first);
  g_assert_cmpstr (words[first], ==, "wine");
  g_strfreev (g_steal_pointer (&words));
  words = cz_neighbours_answer_list_words ("An internationalization of a surprise", 99, &first);
  g_assert_cmpstr (words[first], ==, "surprise");
  g_assert_true (cz_neighbours_answer_can_ask ("film"));
  g_assert_false (cz_neighbours_answer_can_ask ("##ing"));
  g_assert_false (cz_neighbours_answer_can_ask ("[SEP]"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/neighbours/changes", test_changes);
  g_test_add_func ("/neighbours/nothing-shared", test_nothing_shared);
  g_test_add_func ("/neighbours/wrong-answers", test_wrong_answers);
  g_test_add_func ("/neighbours/words", test_words);
  return g_test_run ();
}
