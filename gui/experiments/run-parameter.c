#include "gui/experiments/run-parameter.h"

#include <glib/gi18n.h>
#include <math.h>

const CzRunParameter cz_run_parameters[CZ_N_RUN_PARAMETERS] = {
  { "epochs", CZ_RUN_PARAMETER_WHOLE, 1, 1000 },
  { "learning_rate", CZ_RUN_PARAMETER_NUMBER, 1e-9, 1 },
  { "batch_size", CZ_RUN_PARAMETER_WHOLE, 1, 4096 },
  { "mask", CZ_RUN_PARAMETER_WORD, 0, 0, { "token", "word" } },
  { "mask_probability", CZ_RUN_PARAMETER_NUMBER, 0.001, 0.999 },
  { "block_size", CZ_RUN_PARAMETER_WHOLE, 8, 512 },
  { "train_blocks", CZ_RUN_PARAMETER_WHOLE, 0, 1e9 },
  { "test_blocks", CZ_RUN_PARAMETER_WHOLE, 0, 1e9 },
  { "warmup", CZ_RUN_PARAMETER_NUMBER, 0, 1e9 },
  { "schedule", CZ_RUN_PARAMETER_WORD, 0, 0, { "linear", "cosine", "constant" } },
  { "weight_decay", CZ_RUN_PARAMETER_NUMBER, 0, 1 },
  { "clip_norm", CZ_RUN_PARAMETER_NUMBER, 0, 1e6 },
  { "seed", CZ_RUN_PARAMETER_WHOLE, 0, 9007199254740992.0 },
};

const char *
cz_run_parameter_get_title (const char *key)
{
  static const struct
  {
    const char *key;
    const char *title;
  } titles[] = {
    { "block_size", N_ ("Block size") },
    { "last_block", N_ ("Last, short block") },
    { "split", N_ ("Split") },
    { "split_seed", N_ ("Seed of the split") },
    { "train_blocks", N_ ("Training blocks") },
    { "test_blocks", N_ ("Test blocks") },
    { "mask", N_ ("Masking") },
    { "mask_probability", N_ ("Masked share") },
    { "epochs", N_ ("Epochs") },
    { "batch_size", N_ ("Batch size") },
    { "micro_batch", N_ ("Micro-batch") },
    { "learning_rate", N_ ("Learning rate") },
    { "warmup", N_ ("Warm-up") },
    { "schedule", N_ ("Schedule") },
    { "weight_decay", N_ ("Weight decay") },
    { "clip_norm", N_ ("Gradient clipping") },
    { "dropout", N_ ("Dropout") },
    { "precision", N_ ("Precision") },
    { "seed", N_ ("Seed") },
    { "eval_mask", N_ ("Masking in evaluation") },
    { "eval_mask_probability", N_ ("Masked share in evaluation") },
    { "eval_seed", N_ ("Seed of evaluation") },
    { "eval_every", N_ ("Evaluate every") },
    { "checkpoint_every", N_ ("Checkpoint every") },
    { "keep_epochs", N_ ("Epochs kept") },
    { "early_stopping", N_ ("Early stopping") },
    { "freeze", N_ ("Frozen parts") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      if (g_str_equal (titles[i].key, key))
        return _ (titles[i].title);
    }
  return key;
}

gboolean
cz_run_parameter_parse (const CzRunParameter *parameter,
                        const char *typed,
                        char **ret_value,
                        char **ret_sentence)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  char *end = NULL;
  double value;

  if (text[0] == '\0')
    {
      *ret_value = NULL;
      return TRUE;
    }
  g_strdelimit (text, ",", '.');
  value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (value))
    {
      *ret_sentence = g_strdup (_ ("This is not a number."));
      return FALSE;
    }
  if (parameter->kind == CZ_RUN_PARAMETER_WHOLE && value != floor (value))
    {
      *ret_sentence = g_strdup (_ ("This has to be a whole number."));
      return FALSE;
    }
  if (value < parameter->low)
    {
      *ret_sentence = g_strdup_printf (_ ("This has to be at least %g."), parameter->low);
      return FALSE;
    }
  if (value > parameter->high)
    {
      *ret_sentence = g_strdup_printf (_ ("This can be at most %g."), parameter->high);
      return FALSE;
    }
  *ret_value = g_steal_pointer (&text);
  return TRUE;
}
