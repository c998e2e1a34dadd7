// What is said about runs: what differs between them, what each is called, how a paired comparison
// is put into words, and the numbers in the explanations.
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/train/train-options.h"
#include "gui/experiments/compare-difference.h"
#include "gui/experiments/compare-verdict.h"
#include "gui/experiments/explanation.h"
#include "gui/experiments/run-default.h"

// The defaults that are shown are those that are used.
static void
test_defaults (void)
{
  const char *const *keys = cz_train_options_get_keys ();
  CzTrainOptions plain, course;

  cz_train_options_init (&plain);
  cz_train_options_init_preset (&course, CZ_PRESET_COURSE);
  g_assert_cmpuint (g_strv_length ((char **)keys), ==,
                    g_strv_length ((char **)cz_run_default_get_keys ()));
  for (guint mask = 0; mask < 2; mask++)
    {
      plain.mask = course.mask = mask == 0 ? CZ_MASKING_TOKEN : CZ_MASKING_WORD;
      for (guint i = 0; keys[i] != NULL; i++)
        {
          g_autofree char *value = cz_train_options_get (&plain, keys[i]);
          g_autofree char *in_course = cz_train_options_get (&course, keys[i]);
          const char *name = mask == 0 ? "token" : "word";

          if (g_str_equal (keys[i], "mask"))
            continue;
          g_test_message ("%s: %s, %s", keys[i], value, in_course);
          g_assert_true (cz_run_default_same (value, cz_run_default_get (keys[i], name)));
          g_assert_true (
              cz_run_default_same (in_course, cz_run_default_get_course (keys[i], name)));
        }
    }
  g_assert_null (cz_run_default_get ("nonsense", NULL));
}

static void
test_same (void)
{
  g_assert_true (cz_run_default_same ("2e-5", "0.00002"));
  g_assert_true (cz_run_default_same ("word", "word"));
  g_assert_false (cz_run_default_same ("word", "token"));
  g_assert_false (cz_run_default_same ("5min", "5"));
  g_assert_false (cz_run_default_same (NULL, "0"));
  g_assert_true (cz_run_default_same (NULL, NULL));
}

static const CzDifference *
find (GPtrArray *list, const char *key)
{
  for (guint i = 0; i < list->len; i++)
    {
      const CzDifference *difference = g_ptr_array_index (list, i);

      if (g_str_equal (difference->key, key))
        return difference;
    }
  return NULL;
}

static CzRun
make_run (gint64 id, const char *name, const char *parameters)
{
  return (CzRun){ .id = id,
                  .name = (char *)name,
                  .model = (char *)"starter",
                  .corpus = (char *)"films",
                  .parameters = (char *)parameters };
}

static void
test_differences (void)
{
  CzRun runs[3] = {
    make_run (1, "a",
              "{\"learning_rate\":\"2e-5\",\"mask\":\"token\",\"mask_probability\":\"0.15\","
              "\"epochs\":\"3\",\"micro_batch\":\"4\"}"),
    make_run (2, "b",
              "{\"learning_rate\":\"5e-5\",\"mask\":\"token\",\"mask_probability\":\"0.15\","
              "\"epochs\":3,\"micro_batch\":\"8\"}"),
    make_run (3, "c",
              "{\"learning_rate\":0.00005,\"mask\":\"word\",\"mask_probability\":\"0.2\","
              "\"epochs\":\"3\",\"micro_batch\":\"8\"}"),
  };
  const CzRun *pointers[] = { &runs[0], &runs[1], &runs[2] };
  g_autoptr (GPtrArray) list = cz_difference_list (pointers, 3);
  g_auto (GStrv) names = cz_difference_name_runs (pointers, 3, list);

  g_assert_true (find (list, "learning_rate")->differs);
  g_assert_true (find (list, "mask")->differs);
  g_assert_true (find (list, "micro_batch")->differs);
  g_assert_false (find (list, "epochs")->differs);
  g_assert_false (find (list, "model")->differs);
  g_assert_null (find (list, "engine"));
  g_assert_cmpstr (g_ptr_array_index (find (list, "learning_rate")->values, 1), ==, "5e-5");
  // Neither the masked share, which comes with the masking, nor what changes no result.
  g_assert_cmpstr (names[0], ==, "token · lr 2e-5");
  g_assert_cmpstr (names[1], ==, "token · lr 5e-5");
  g_assert_true (g_str_has_prefix (names[2], "word · lr "));
}

static void
test_names_that_say_nothing (void)
{
  CzRun runs[3] = { make_run (1, "same", "{}"), make_run (2, "same", "{}"),
                    make_run (3, "other", "not JSON") };
  const CzRun *pointers[] = { &runs[0], &runs[1], &runs[2] };
  g_autoptr (GPtrArray) list = cz_difference_list (pointers, 3);
  g_auto (GStrv) names = cz_difference_name_runs (pointers, 3, list);

  g_assert_cmpstr (names[0], ==, "same, run 1");
  g_assert_cmpstr (names[1], ==, "same, run 2");
  g_assert_cmpstr (names[2], ==, "other");
  // Two that differ from a third, but not from each other.
  runs[2].parameters = (char *)"{\"seed\":\"7\"}";
  g_ptr_array_unref (list);
  g_strfreev (names);
  list = cz_difference_list (pointers, 3);
  names = cz_difference_name_runs (pointers, 3, list);
  g_assert_cmpstr (names[0], ==, "same, run 1 · seed –");
  g_assert_cmpstr (names[2], ==, "seed 7");
}

static void
test_verdict (void)
{
  static const struct
  {
    double difference, low, high;
    int verdict;
    const char *text;
  } cases[] = {
    { -0.031, -0.038, -0.024, -1,
      "better by 0.031 nats, between 0.024 and 0.038: 3.1 % lower perplexity" },
    { 0.031, 0.024, 0.038, 1,
      "worse by 0.031 nats, between 0.024 and 0.038: 3.1 % higher perplexity" },
    { 0.002, -0.004, 0.008, 0,
      "no difference can be told: between 0.004 nats better and 0.008 nats worse" },
    { -0.00031, -0.00038, -0.00024, -1,
      "better by 0.00031 nats, between 0.00024 and 0.00038: 0.03 % lower perplexity" },
    { -0.7, -0.8, -0.6, -1,
      "better by 0.700 nats, between 0.600 and 0.800: 50 % lower perplexity" },
    { 0, 0, 0, 0, "the same to the last digit" },
    { NAN, NAN, NAN, 0, "Nothing was scored, so nothing can be said." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text
          = cz_verdict_describe (cases[i].difference, cases[i].low, cases[i].high);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (cz_verdict_get (cases[i].low, cases[i].high), ==, cases[i].verdict);
    }
}

static void
test_computation (void)
{
  g_autofree char *text = cz_explanation_compute (2.431);

  g_assert_cmpstr (text, ==, "exp(2.431) = 11.37");
  // Whoever computes it again gets what is written.
  for (double loss = 0.01; loss < 8; loss += 0.0137)
    {
      g_autofree char *computed = cz_explanation_compute (loss);
      double written, result;

      g_assert_cmpint (sscanf (computed, "exp(%lf) = %lf", &written, &result), ==, 2);
      g_assert_cmpfloat_with_epsilon (round (100 * exp (written)) / 100, result, 1e-9);
    }
}

static const char *
body_with (GPtrArray *list, const char *part)
{
  for (guint i = 0; i < list->len; i++)
    {
      const CzExplanation *explanation = g_ptr_array_index (list, i);

      if (strstr (explanation->body, part) != NULL)
        return explanation->body;
    }
  return NULL;
}

static void
test_explanations (void)
{
  CzRun run = { .before = log (21.754),
                .best = 2.431,
                .after = 2.44,
                .eval_fingerprint = (char *)"0123456789abcdef" };
  g_autoptr (GPtrArray) perplexity = cz_explanation_list (CZ_EXPLANATION_PERPLEXITY, &run);
  g_autoptr (GPtrArray) entropy = cz_explanation_list (CZ_EXPLANATION_CROSS_ENTROPY, &run);

  g_assert_nonnull (body_with (perplexity, "as if choosing among 11 words equally likely"));
  g_assert_nonnull (body_with (perplexity, "exp(2.431) = 11.37."));
  g_assert_nonnull (body_with (perplexity, "as if 22 words had been left to choose from, and now "
                                           "11 words"));
  g_assert_nonnull (body_with (perplexity, "GPT-2"));
  g_assert_nonnull (body_with (perplexity, "begins with 01234567."));
  g_assert_nonnull (body_with (entropy, "2.431 nats, or 3.507 bits"));
  g_ptr_array_unref (perplexity);
  g_ptr_array_unref (entropy);
  // Before anything is known.
  run = (CzRun){ .before = NAN, .best = NAN, .after = NAN };
  perplexity = cz_explanation_list (CZ_EXPLANATION_PERPLEXITY, &run);
  entropy = cz_explanation_list (CZ_EXPLANATION_CROSS_ENTROPY, &run);
  g_assert_null (body_with (perplexity, "exp("));
  g_assert_null (body_with (perplexity, "nan"));
  g_assert_null (body_with (entropy, "nan"));
  run.best = log (3.42);
  g_ptr_array_unref (perplexity);
  perplexity = cz_explanation_list (CZ_EXPLANATION_PERPLEXITY, &run);
  g_assert_nonnull (body_with (perplexity, "among 3.4 words equally likely"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/defaults", test_defaults);
  g_test_add_func ("/compare/same", test_same);
  g_test_add_func ("/compare/differences", test_differences);
  g_test_add_func ("/compare/names-that-say-nothing", test_names_that_say_nothing);
  g_test_add_func ("/compare/verdict", test_verdict);
  g_test_add_func ("/explanation/computation", test_computation);
  g_test_add_func ("/explanation/texts", test_explanations);
  return g_test_run ();
}
