#include "gui/experiments/run-default.h"

static const struct
{
  const char *key;
  const char *value;
  const char *course; // NULL: the same
} defaults[] = {
  { "block_size", "128" },
  { "last_block", "drop" },
  { "split", "auto", "blocks" },
  { "split_seed", "42" },
  { "train_blocks", "0", "10000" },
  { "test_blocks", "1000" },
  { "mask", "token" },
  { "mask_probability", "0.15" },
  { "epochs", "3", "1" },
  { "batch_size", "32" },
  { "micro_batch", "auto" },
  { "learning_rate", "2e-5" },
  { "warmup", "0.06", "1000" },
  { "schedule", "linear" },
  { "weight_decay", "0.01" },
  { "beta1", "0.9" },
  { "beta2", "0.999" },
  { "epsilon", "1e-8" },
  { "clip_norm", "1", "0" },
  { "dropout", "config" },
  { "precision", "auto" },
  { "seed", "42" },
  { "eval_mask", "token" },
  { "eval_mask_probability", "0.15" },
  { "eval_seed", "0" },
  { "eval_every", "epoch" },
  { "checkpoint_every", "5min" },
  { "keep_epochs", "1" },
  { "early_stopping", "0" },
  { "freeze", "none" },
};

const char *const *
cz_run_default_get_keys (void)
{
  static const char *keys[G_N_ELEMENTS (defaults) + 1];

  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    keys[i] = defaults[i].key;
  return keys;
}

static const char *
find (const char *key, const char *mask, gboolean course)
{
  if (g_str_equal (key, "mask_probability") && g_strcmp0 (mask, "word") == 0)
    return "0.2";
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    {
      if (g_str_equal (key, defaults[i].key))
        return course && defaults[i].course != NULL ? defaults[i].course : defaults[i].value;
    }
  return NULL;
}

const char *
cz_run_default_get (const char *key, const char *mask)
{
  return find (key, mask, FALSE);
}

const char *
cz_run_default_get_course (const char *key, const char *mask)
{
  return find (key, mask, TRUE);
}

static gboolean
parse (const char *text, double *ret_value)
{
  char *end = NULL;

  *ret_value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

gboolean
cz_run_default_same (const char *a, const char *b)
{
  double x, y;

  if (a != NULL && b != NULL && parse (a, &x) && parse (b, &y))
    return x == y;
  return g_strcmp0 (a, b) == 0;
}
