// What a person may type into New run, and how numbers are written.
#include <locale.h>
#include <math.h>

#include "gui/experiments/run-parameter.h"
#include "gui/numbers.h"

static const CzRunParameter *
find (const char *key)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      if (g_str_equal (cz_run_parameters[i].key, key))
        return &cz_run_parameters[i];
    }
  g_assert_not_reached ();
}

static void
test_parse (void)
{
  static const struct
  {
    const char *key;
    const char *typed;
    gboolean good;
    const char *value;
  } cases[] = {
    { "epochs", "3", TRUE, "3" },
    { "epochs", "  ", TRUE, NULL },
    { "epochs", "2.5", FALSE, NULL },
    { "epochs", "0", FALSE, NULL },
    { "epochs", "three", FALSE, NULL },
    { "learning_rate", "2e-5", TRUE, "2e-5" },
    { "learning_rate", "0,0005", TRUE, "0.0005" },
    { "learning_rate", "-1", FALSE, NULL },
    { "learning_rate", "nan", FALSE, NULL },
    { "learning_rate", "1e-5x", FALSE, NULL },
    { "mask_probability", "1.5", FALSE, NULL },
    { "warmup", "1000", TRUE, "1000" },
    { "train_blocks", "0", TRUE, "0" },
    { "batch_size", "99999999", FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = NULL;
      g_autofree char *sentence = NULL;
      gboolean good
          = cz_run_parameter_parse (find (cases[i].key), cases[i].typed, &value, &sentence);

      g_test_message ("%s=%s", cases[i].key, cases[i].typed);
      g_assert_cmpint (good, ==, cases[i].good);
      g_assert_cmpstr (value, ==, cases[i].value);
      if (good)
        g_assert_null (sentence);
      else
        g_assert_nonnull (sentence);
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    double p;
    const char *text;
  } probabilities[]
      = { { 0.3149, "0.31" }, { 0.0823, "0.082" }, { 0.00001, "<0.001" }, { 1, "1.00" } };
  static const struct
  {
    double seconds;
    const char *text;
  } durations[] = { { 40.4, "40 s" }, { 840, "14 min" }, { 7500, "2 h 5 min" } };

  for (guint i = 0; i < G_N_ELEMENTS (probabilities); i++)
    {
      g_autofree char *text = cz_numbers_probability (probabilities[i].p);

      g_assert_cmpstr (text, ==, probabilities[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autofree char *text = cz_numbers_duration (durations[i].seconds);

      g_assert_cmpstr (text, ==, durations[i].text);
    }
  {
    g_autofree char *unknown = cz_numbers_time_left (NAN);
    g_autofree char *left = cz_numbers_time_left (840);
    g_autofree char *perplexity = cz_numbers_perplexity (11.318);

    g_assert_cmpstr (unknown, ==, "");
    g_assert_cmpstr (left, ==, "14 min left");
    g_assert_cmpstr (perplexity, ==, "11.32");
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parameters/parse", test_parse);
  g_test_add_func ("/numbers", test_numbers);
  return g_test_run ();
}
