// Run parameters and the learning rate's schedule.
#include <math.h>
#include <string.h>

#include "engine/train/schedule.h"
#include "engine/train/train-error.h"
#include "engine/train/train-options.h"

static void
test_defaults (void)
{
  static const char *const expected[]
      = { "block_size=128", "last_block=drop",       "split=auto",
          "split_seed=42",  "train_blocks=0",        "test_blocks=1000",
          "mask=token",     "mask_probability=0.15", "epochs=3",
          "batch_size=32",  "micro_batch=auto",      "learning_rate=2e-05",
          "warmup=0.06",    "schedule=linear",       "weight_decay=0.01",
          "beta1=0.9",      "beta2=0.999",           "epsilon=1e-08",
          "clip_norm=1",    "dropout=config",        "precision=auto",
          "seed=42",        "eval_mask=token",       "eval_mask_probability=0.15",
          "eval_seed=0",    "eval_every=epoch",      "checkpoint_every=5min",
          "keep_epochs=1",  "early_stopping=0",      "freeze=none" };
  const char *const *keys = cz_train_options_get_keys ();
  CzTrainOptions options;

  cz_train_options_init (&options);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *value = cz_train_options_get (&options, keys[i]);
      g_autofree char *pair = g_strdup_printf ("%s=%s", keys[i], value);
      g_assert_cmpstr (pair, ==, expected[i]);
    }
  g_assert_null (keys[G_N_ELEMENTS (expected)]);
  g_assert_null (cz_train_options_get (&options, "colour"));
}

// set (get ()) is the identity for every key, also away from the defaults.
static void
test_round_trip (void)
{
  static const char *const pairs[] = { "block_size=64",
                                       "last_block=pad",
                                       "split=blocks",
                                       "split_seed=18446744073709551615",
                                       "train_blocks=600",
                                       "test_blocks=0",
                                       "mask=word",
                                       "epochs=7",
                                       "batch_size=9",
                                       "micro_batch=4",
                                       "learning_rate=0.0005",
                                       "warmup=100",
                                       "schedule=cosine",
                                       "weight_decay=0",
                                       "beta1=0.5",
                                       "beta2=0.98",
                                       "epsilon=1e-06",
                                       "clip_norm=0",
                                       "dropout=0",
                                       "precision=fp32",
                                       "seed=1",
                                       "eval_mask=word",
                                       "eval_seed=3",
                                       "eval_every=25",
                                       "checkpoint_every=30s",
                                       "keep_epochs=all",
                                       "early_stopping=2",
                                       "freeze=layers:3",
                                       "mask_probability=0.3",
                                       "eval_mask_probability=0.25" };
  CzTrainOptions first, second;
  g_autoptr (GError) error = NULL;

  cz_train_options_init (&first);
  cz_train_options_init (&second);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_assert_true (cz_train_options_set_pair (&first, pairs[i], &error));
      g_assert_no_error (error);
    }
  for (const char *const *key = cz_train_options_get_keys (); *key != NULL; key++)
    {
      g_autofree char *value = cz_train_options_get (&first, *key);
      g_autofree char *pair = g_strdup_printf ("%s=%s", *key, value);
      g_assert_true (g_strv_contains (pairs, pair));
      g_assert_true (cz_train_options_set (&second, *key, value, &error));
      g_autofree char *again = cz_train_options_get (&second, *key);
      g_assert_cmpstr (value, ==, again);
    }
  g_assert_cmpuint (cz_train_options_get_frozen (&first), ==, 4);
  g_assert_true (cz_train_options_set_pair (&first, "checkpoint_every=100", &error));
  g_assert_cmpuint (first.checkpoint_steps, ==, 100);
  g_assert_cmpuint (first.checkpoint_seconds, ==, 0);
  g_assert_true (cz_train_options_set_pair (&first, "freeze=none", &error));
  g_assert_cmpuint (cz_train_options_get_frozen (&first), ==, 0);
}

static void
test_refused (void)
{
  static const char *const pairs[] = { "colour=red",
                                       "block_size",
                                       "block_size=",
                                       "block_size=7",
                                       "block_size=1.5",
                                       "block_size=abc",
                                       "block_size=-1",
                                       "block_size= 64",
                                       "last_block=keep",
                                       "split=Auto",
                                       "split_seed=-1",
                                       "test_blocks=1e3",
                                       "mask=words",
                                       "mask_probability=0",
                                       "mask_probability=1.01",
                                       "epochs=0",
                                       "batch_size=0",
                                       "micro_batch=0",
                                       "learning_rate=0",
                                       "learning_rate=nan",
                                       "learning_rate=inf",
                                       "learning_rate=2",
                                       "learning_rate=1e-5x",
                                       "learning_rate= 1",
                                       "warmup=-1",
                                       "schedule=step",
                                       "beta1=1",
                                       "beta2=1",
                                       "epsilon=0",
                                       "clip_norm=-1",
                                       "dropout=1",
                                       "dropout=none",
                                       "precision=int8",
                                       "seed=18446744073709551616",
                                       "eval_every=0",
                                       "eval_every=step",
                                       "checkpoint_every=0",
                                       "checkpoint_every=5h",
                                       "checkpoint_every=min",
                                       "keep_epochs=-1",
                                       "early_stopping=x",
                                       "freeze=layers:0",
                                       "freeze=layers:",
                                       "freeze=all" };
  CzTrainOptions options, untouched;

  cz_train_options_init (&options);
  cz_train_options_init (&untouched);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GError) error = NULL;
      if (cz_train_options_set_pair (&options, pairs[i], &error))
        g_error ("“%s” was taken", pairs[i]);
      g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER);
    }
  g_assert_cmpmem (&options, sizeof options, &untouched, sizeof untouched);
}

static void
test_check (void)
{
  CzTrainOptions options;
  CzModelConfig config;

  cz_model_config_init (&config, 1000);
  cz_train_options_init (&options);
  g_assert_true (cz_train_options_check (&options, &config, NULL));
  options.block_size = 513;
  g_assert_false (cz_train_options_check (&options, &config, NULL));
  options.block_size = 512;
  options.micro_batch = 33;
  g_assert_false (cz_train_options_check (&options, &config, NULL));
  options.micro_batch = 32;
  options.freeze_layers = 7;
  g_assert_false (cz_train_options_check (&options, &config, NULL));
}

static void
test_presets (void)
{
  CzTrainOptions options;
  CzPreset preset;
  g_autoptr (GError) error = NULL;

  g_assert_true (cz_preset_parse ("course", &preset, &error));
  cz_train_options_init_preset (&options, preset);
  g_assert_cmpuint (cz_train_options_get_steps (&options, 10000), ==, 313);
  CzSchedule schedule
      = cz_schedule_new (options.schedule, options.learning_rate, options.warmup, 313);
  g_assert_cmpfloat_with_epsilon (cz_schedule_get_highest (&schedule), 6.24e-6, 1e-12);
  g_assert_false (cz_preset_parse ("slow", &preset, &error));
  g_assert_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER);

  // Five minutes at 250 tokens a second are 586 blocks, six evaluations among them.
  cz_train_options_init_preset (&options, CZ_PRESET_QUICK);
  cz_train_options_fit (&options, 250, 300, 0, 0);
  double seconds = (options.train_blocks + 6 * options.test_blocks / 3.0) * 128 / 250;
  g_assert_cmpfloat (seconds, >, 240);
  g_assert_cmpfloat (seconds, <, 305);
  guint64 steps = cz_train_options_get_steps (&options, options.train_blocks);
  g_assert_cmpuint ((steps + options.eval_every - 1) / options.eval_every, ==, 5);
  // A small corpus on a quick device is gone over several times.
  cz_train_options_fit (&options, 100000, 300, 100, 10);
  g_assert_cmpuint (options.train_blocks, ==, 0);
  g_assert_cmpuint (options.test_blocks, ==, 10);
  g_assert_cmpuint (options.epochs, ==, 20);
}

// The values of transformers' get_linear_, get_cosine_ and get_constant_schedule_with_warmup.
static void
test_schedule (void)
{
  static const double linear[] = { 0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125 };
  static const double cosine[] = { 0,
                                   0.5,
                                   1,
                                   0.9619397662556434,
                                   0.8535533905932737,
                                   0.6913417161825449,
                                   0.5,
                                   0.3086582838174551,
                                   0.14644660940672627,
                                   0.03806023374435663 };

  for (guint64 step = 0; step < 10; step++)
    {
      CzSchedule a = cz_schedule_new (CZ_SCHEDULE_LINEAR, 1e-3, 2, 10);
      CzSchedule b = cz_schedule_new (CZ_SCHEDULE_COSINE, 1e-3, 0.15, 10);
      CzSchedule c = cz_schedule_new (CZ_SCHEDULE_CONSTANT, 1e-3, 2, 10);
      CzSchedule d = cz_schedule_new (CZ_SCHEDULE_LINEAR, 1e-3, 0, 10);
      g_assert_cmpfloat_with_epsilon (cz_schedule_get_rate (&a, step), 1e-3 * linear[step], 1e-18);
      g_assert_cmpfloat_with_epsilon (cz_schedule_get_rate (&b, step), 1e-3 * cosine[step], 1e-18);
      g_assert_cmpfloat_with_epsilon (cz_schedule_get_rate (&c, step),
                                      1e-3 * MIN (linear[MIN (step, 2)], 1), 1e-18);
      g_assert_cmpfloat_with_epsilon (cz_schedule_get_rate (&d, step),
                                      1e-3 * (1 - 0.1 * (double)step), 1e-18);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/round-trip", test_round_trip);
  g_test_add_func ("/options/refused", test_refused);
  g_test_add_func ("/options/check", test_check);
  g_test_add_func ("/options/presets", test_presets);
  g_test_add_func ("/options/schedule", test_schedule);
  return g_test_run ();
}
