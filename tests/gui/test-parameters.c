// What a person may type into New run, and how numbers are written.
#include <locale.h>
#include <math.h>

#include "gui/experiments/run-parameter.h"
#include "gui/experiments/run-plan-view.h"
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

typedef struct
{
  const char *key;
  const char *typed;
  const char *values; // separated by blanks; NULL: makes no sense
} Case;

static void
check_cases (const Case *cases, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) values = NULL;
      g_autofree char *sentence = NULL;
      g_autofree char *joined = NULL;
      gboolean good
          = cz_run_parameter_parse (find (cases[i].key), cases[i].typed, &values, &sentence);

      g_test_message ("%s=%s", cases[i].key, cases[i].typed);
      joined = good ? g_strjoinv (" ", values) : NULL;
      g_assert_cmpstr (joined, ==, cases[i].values);
      if (good)
        g_assert_null (sentence);
      else
        g_assert_true (sentence != NULL && sentence[0] != '\0');
    }
}

// What cloze takes of each parameter, and what it does not: the ends of its range and beyond.
static void
test_ranges (void)
{
  static const Case cases[] = {
    { "block_size", "8", "8" },
    { "block_size", "65536", "65536" },
    { "block_size", "7", NULL },
    { "block_size", "65537", NULL },
    { "train_blocks", "0", "0" },
    { "train_blocks", "1000000000", "1000000000" },
    { "train_blocks", "1000000001", NULL },
    { "test_blocks", "-1", NULL },
    { "split_seed", "18446744073709551615", "18446744073709551615" },
    { "split_seed", "18446744073709551616", NULL },
    { "mask_probability", "1", "1" },
    { "mask_probability", "0", NULL },
    { "mask_probability", "1.5", NULL },
    { "epochs", "3", "3" },
    { "epochs", "003", "3" },
    { "epochs", "  ", "" },
    { "epochs", "2.5", NULL },
    { "epochs", "0", NULL },
    { "epochs", "1000000", "1000000" },
    { "epochs", "1000001", NULL },
    { "epochs", "three", NULL },
    { "epochs", "1e3", NULL },
    { "batch_size", "1", "1" },
    { "batch_size", "65536", "65536" },
    { "batch_size", "65537", NULL },
    { "micro_batch", "auto", "auto" },
    { "micro_batch", "65536", "65536" },
    { "micro_batch", "0", NULL },
    { "micro_batch", "all", NULL },
    { "learning_rate", "2e-5", "2e-5" },
    { "learning_rate", "1", "1" },
    { "learning_rate", "0", NULL },
    { "learning_rate", "-1", NULL },
    { "learning_rate", "nan", NULL },
    { "learning_rate", "inf", NULL },
    { "learning_rate", "0x1p-5", NULL },
    { "learning_rate", "1e-5x", NULL },
    { "warmup", "1000", "1000" },
    { "warmup", "0", "0" },
    { "warmup", "2e9", NULL },
    { "weight_decay", "1", "1" },
    { "weight_decay", "1.1", NULL },
    { "beta1", "0.999999", "0.999999" },
    { "beta1", "1", NULL },
    { "beta2", "0", "0" },
    { "beta2", "0.9999999", NULL },
    { "epsilon", "1e-8", "1e-8" },
    { "epsilon", "0", NULL },
    { "clip_norm", "0", "0" },
    { "clip_norm", "1e6", "1e6" },
    { "clip_norm", "2e6", NULL },
    { "dropout", "config", "config" },
    { "dropout", "Config", "config" },
    { "dropout", "0", "0" },
    { "dropout", "0.95", "0.95" },
    { "dropout", "0.96", NULL },
    { "seed", "0", "0" },
    { "seed", "-1", NULL },
    { "eval_mask_probability", "0.15", "0.15" },
    { "eval_mask_probability", "0", NULL },
    { "eval_seed", "1.5", NULL },
    { "eval_every", "epoch", "epoch" },
    { "eval_every", "1", "1" },
    { "eval_every", "0", NULL },
    { "eval_every", "epochs", NULL },
    { "checkpoint_every", "5min", "5min" },
    { "checkpoint_every", "30s", "30s" },
    { "checkpoint_every", "100", "100" },
    { "checkpoint_every", "1000000min", "1000000min" },
    { "checkpoint_every", "1000001s", NULL },
    { "checkpoint_every", "0s", NULL },
    { "checkpoint_every", "5h", NULL },
    { "checkpoint_every", "min", NULL },
    { "keep_epochs", "all", "all" },
    { "keep_epochs", "0", "0" },
    { "keep_epochs", "1000001", NULL },
    { "early_stopping", "0", "0" },
    { "early_stopping", "1000001", NULL },
    { "freeze", "none", "none" },
    { "freeze", "embeddings", "embeddings" },
    { "freeze", "2", "layers:2" },
    { "freeze", "layers:256", "layers:256" },
    { "freeze", "layers:257", NULL },
    { "freeze", "0", NULL },
    { "freeze", "layers", NULL },
    { "mask", "token", "token" },
    { "mask", "letters", NULL },
    { "last_block", "pad", "pad" },
    { "split", "documents", "documents" },
    { "schedule", "cosine", "cosine" },
    { "eval_mask", "word", "word" },
    { "precision", "bf16", "bf16" },
  };
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  check_cases (cases, G_N_ELEMENTS (cases));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_hash_table_add (seen, (gpointer)cases[i].key);
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    {
      g_assert_true (g_hash_table_contains (seen, cz_run_parameters[i].key));
      g_assert_true (cz_run_parameters[i].title != NULL
                     && cz_run_parameters[i].explanation != NULL);
    }
}

static void
test_lists (void)
{
  static const Case cases[] = {
    { "learning_rate", "1e-5, 2e-5, 5e-5", "1e-5 2e-5 5e-5" },
    { "learning_rate", "1e-5,2e-5;5e-5", "1e-5 2e-5 5e-5" },
    { "learning_rate", " 1e-5  2e-5 ", "1e-5 2e-5" },
    { "learning_rate", "0,0005", "0.0005" },
    { "learning_rate", "0.1, 2", NULL },
    { "learning_rate", "1e-5, 1e-5", NULL },
    { "mask_probability", "0,15", "0.15" },
    { "mask_probability", "0,15 0,3", "0.15 0.3" },
    { "weight_decay", "0,01", "0.01" },
    { "warmup", "0,06", "0.06" },
    { "seed", "1,2,3", "1 2 3" },
    { "seed", "1, 2, 3,", "1 2 3" },
    { "seed", "42 43", "42 43" },
    { "train_blocks", "10,000", NULL },
    { "train_blocks", "10.000", NULL },
    { "train_blocks", "1,000,000", NULL },
    { "train_blocks", "1000, 2000", "1000 2000" },
    { "epochs", "1,2.5", NULL },
    { "epochs", ", ;", "" },
    { "freeze", "none, 2; embeddings", "none layers:2 embeddings" },
    { "eval_every", "epoch 10", "epoch 10" },
    { "checkpoint_every", "5min;30s", "5min 30s" },
    { "mask", "token, word", "token word" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

// Where the decimal point is a comma.
static void
test_decimal_comma (void)
{
  static const char *const locales[] = { "ca_ES.UTF-8", "es_ES.UTF-8" };
  static const Case cases[] = {
    { "learning_rate", "0,0005", "0.0005" },
    { "learning_rate", "0.0005", "0.0005" },
    { "learning_rate", "1e-5, 2e-5, 5e-5", "1e-5 2e-5 5e-5" },
    { "learning_rate", "1e-5,2e-5", "1e-5 2e-5" },
    { "learning_rate", "1,5e-5; 2e-5", "1.5e-5 2e-5" },
    { "mask_probability", "0,15; 0,3", "0.15 0.3" },
    { "mask_probability", "0,15 0,3", "0.15 0.3" },
    { "mask_probability", "0,15, 0,3", "0.15 0.3" },
    { "mask_probability", "0,15,0,3", NULL },
    { "warmup", "0,06", "0.06" },
    { "warmup", "1.000", NULL },
    { "clip_norm", "1,5", "1.5" },
    { "seed", "1,2,3", "1 2 3" },
    { "seed", "1,2", "1 2" },
    { "train_blocks", "10.000", NULL },
    { "train_blocks", "10000", "10000" },
  };
  guint tried = 0;

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      static const char *const shares[] = { "0.15", "0.3", NULL };
      g_autofree char *one = NULL;
      g_autofree char *list = NULL;

      if (setlocale (LC_NUMERIC, locales[i]) == NULL)
        continue;
      tried++;
      check_cases (cases, G_N_ELEMENTS (cases));
      one = cz_run_parameter_format (find ("warmup"), "0.06");
      g_assert_cmpstr (one, ==, "0,06");
      list = cz_run_parameter_format_list (find ("mask_probability"), shares);
      g_assert_cmpstr (list, ==, "0,15; 0,3");
    }
  setlocale (LC_NUMERIC, "C.UTF-8");
  if (tried == 0)
    {
      g_assert_cmpstr (g_getenv ("CI"), !=, "true");
      g_test_skip ("neither ca_ES.UTF-8 nor es_ES.UTF-8 is there");
    }
}

static void
test_format (void)
{
  static const char *const rates[] = { "1e-5", "2e-5", NULL };
  g_autofree char *list = cz_run_parameter_format_list (find ("learning_rate"), rates);
  g_autofree char *layers = cz_run_parameter_format (find ("freeze"), "layers:2");
  g_autofree char *word = cz_run_parameter_format (find ("mask"), "word");

  g_assert_cmpstr (list, ==, "1e-5, 2e-5");
  g_assert_cmpstr (layers, ==, "2");
  g_assert_cmpstr (word, ==, "Whole words");
}

// ---- What is worth knowing of a plan ----

static guint
count_advice (const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_auto (GStrv) advice = cz_run_plan_view_advise (json_node_get_object (node));

  for (guint i = 0; advice[i] != NULL; i++)
    g_test_message ("%s", advice[i]);
  return g_strv_length (advice);
}

static void
test_advice (void)
{
#define PLAN(steps, train, test, rate, batch, every)                               \
  "{\"steps\":" steps ",\"train_blocks\":" train ",\"test_blocks\":" test          \
  ",\"parameters\":{\"epochs\":1,\"learning_rate\":" rate ",\"batch_size\":" batch \
  ",\"eval_every\":" every "}}"
  g_assert_cmpuint (count_advice (PLAN ("313", "10000", "1000", "2e-5", "32", "\"epoch\"")), ==, 0);
  g_assert_cmpuint (count_advice (PLAN ("313", "10000", "1000", "0.01", "32", "\"epoch\"")), ==, 1);
  g_assert_cmpuint (count_advice (PLAN ("1", "20", "10", "2e-5", "32", "\"epoch\"")), ==, 1);
  g_assert_cmpuint (count_advice (PLAN ("5", "160", "10", "2e-5", "32", "\"epoch\"")), ==, 1);
  g_assert_cmpuint (count_advice (PLAN ("313", "10000", "1000", "2e-5", "32", "2")), ==, 1);
  // Of a sweep each run is looked at, and each sentence said once.
  g_assert_cmpuint (
      count_advice ("{\"runs\":[" PLAN ("313", "10000", "1000", "0.01", "32", "2") "," PLAN (
          "313", "10000", "1000", "0.01", "32", "2") "]}"),
      ==, 2);
  g_assert_cmpuint (count_advice ("{}"), ==, 0);
#undef PLAN
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
  g_test_add_func ("/parameters/ranges", test_ranges);
  g_test_add_func ("/parameters/lists", test_lists);
  g_test_add_func ("/parameters/decimal-comma", test_decimal_comma);
  g_test_add_func ("/parameters/format", test_format);
  g_test_add_func ("/plan/advice", test_advice);
  g_test_add_func ("/numbers", test_numbers);
  return g_test_run ();
}
