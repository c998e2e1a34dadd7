// The run parameters are a table: what a key is, where its value lies, what it may be. Reading,
// writing and the range's words in messages all come from there.
#include "engine/train/train-options.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/train/train-error.h"

typedef enum
{
  KIND_COUNT,   // guint from low to high
  KIND_SEED,    // guint64
  KIND_REAL,    // double, low ≤ value ≤ high; open_low: low < value
  KIND_CHOICE,  // an enum, by its name
  KIND_SPECIAL, // has words of its own: see parse_special () and format_special ()
} Kind;

typedef struct
{
  const char *key;
  Kind kind;
  gsize offset;
  double low, high;
  gboolean open_low;
  const char *const *names; // KIND_CHOICE
  const char *wanted;       // KIND_SPECIAL: what would do, to be translated
} Key;

static const char *const last_block_names[] = { "drop", "pad", NULL };
static const char *const split_names[] = { "auto", "corpus", "documents", "blocks", NULL };
static const char *const mask_names[] = { "token", "word", NULL };
static const char *const schedule_names[] = { "linear", "cosine", "constant", NULL };
static const char *const precision_names[] = { "auto", "fp32", "fp16", "bf16", NULL };
static const char *const preset_names[] = { "course", "quick", "thorough", NULL };

#define AT(member) G_STRUCT_OFFSET (CzTrainOptions, member)
#define MILLION    1e6

static const Key keys[] = {
  { "block_size", KIND_COUNT, AT (block_size), 8, 65536 },
  { "last_block", KIND_CHOICE, AT (pad_last), .names = last_block_names },
  { "split", KIND_CHOICE, AT (split), .names = split_names },
  { "split_seed", KIND_SEED, AT (split_seed) },
  { "train_blocks", KIND_COUNT, AT (train_blocks), 0, 1000 * MILLION },
  { "test_blocks", KIND_COUNT, AT (test_blocks), 0, 1000 * MILLION },
  { "mask", KIND_CHOICE, AT (mask), .names = mask_names },
  { "mask_probability", KIND_REAL, AT (mask_probability), 0, 1, TRUE },
  { "epochs", KIND_COUNT, AT (epochs), 1, MILLION },
  { "batch_size", KIND_COUNT, AT (batch_size), 1, 65536 },
  { "micro_batch", KIND_SPECIAL, AT (micro_batch), 1, 65536,
    .wanted = N_ ("“auto” or a whole number from 1 to 65536") },
  { "learning_rate", KIND_REAL, AT (learning_rate), 0, 1, TRUE },
  { "warmup", KIND_REAL, AT (warmup), 0, 1000 * MILLION },
  { "schedule", KIND_CHOICE, AT (schedule), .names = schedule_names },
  { "weight_decay", KIND_REAL, AT (weight_decay), 0, 1 },
  { "beta1", KIND_REAL, AT (beta1), 0, 0.999999 },
  { "beta2", KIND_REAL, AT (beta2), 0, 0.999999 },
  { "epsilon", KIND_REAL, AT (epsilon), 0, 1, TRUE },
  { "clip_norm", KIND_REAL, AT (clip_norm), 0, MILLION },
  { "dropout", KIND_SPECIAL, AT (dropout), 0, 0.95,
    .wanted = N_ ("“config” or a number from 0 to 0.95") },
  { "precision", KIND_CHOICE, AT (precision), .names = precision_names },
  { "seed", KIND_SEED, AT (seed) },
  { "eval_mask", KIND_CHOICE, AT (eval_mask), .names = mask_names },
  { "eval_mask_probability", KIND_REAL, AT (eval_mask_probability), 0, 1, TRUE },
  { "eval_seed", KIND_SEED, AT (eval_seed) },
  { "eval_every", KIND_SPECIAL, AT (eval_every), 1, 1000 * MILLION,
    .wanted = N_ ("“epoch” or a number of steps from 1") },
  { "checkpoint_every", KIND_SPECIAL, 0, 1, MILLION,
    .wanted = N_ ("a time such as “5min” or “30s”, or a number of steps from 1") },
  { "keep_epochs", KIND_SPECIAL, AT (keep_epochs), 0, MILLION,
    .wanted = N_ ("“all” or a whole number from 0") },
  { "early_stopping", KIND_COUNT, AT (early_stopping), 0, MILLION },
  { "freeze", KIND_SPECIAL, 0, 1, 256,
    .wanted = N_ ("“none”, “embeddings” or “layers:N” with N from 1") },
};

void
cz_train_options_init (CzTrainOptions *options)
{
  *options = (CzTrainOptions){
    .block_size = 128,
    .split = CZ_SPLIT_AUTO,
    .split_seed = 42,
    .test_blocks = 1000,
    .mask = CZ_MASKING_TOKEN,
    .mask_probability = -1,
    .epochs = 3,
    .batch_size = 32,
    .learning_rate = 2e-5,
    .warmup = 0.06,
    .schedule = CZ_SCHEDULE_LINEAR,
    .weight_decay = 0.01,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .epsilon = 1e-8,
    .clip_norm = 1,
    .dropout = -1,
    .precision = CZ_PRECISION_AUTO,
    .seed = 42,
    .eval_mask = CZ_MASKING_TOKEN,
    .eval_mask_probability = 0.15,
    .checkpoint_seconds = 300,
    .keep_epochs = 1,
  };
}

void
cz_train_options_init_preset (CzTrainOptions *options, CzPreset preset)
{
  cz_train_options_init (options);
  switch (preset)
    {
    case CZ_PRESET_COURSE:
      options->train_blocks = 10000;
      options->test_blocks = 1000;
      options->split = CZ_SPLIT_BLOCKS;
      options->epochs = 1;
      options->batch_size = 32;
      options->learning_rate = 2e-5;
      options->warmup = 1000;
      options->clip_norm = 0;
      break;
    case CZ_PRESET_QUICK:
      options->epochs = 1;
      options->batch_size = 16;
      options->learning_rate = 5e-5;
      options->train_blocks = 640;
      options->test_blocks = 100;
      options->eval_every = 8;
      break;
    case CZ_PRESET_THOROUGH:
      break;
    }
}

static gboolean
find_name (const char *const *names, const char *name, guint *ret_index)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      {
        *ret_index = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
cz_preset_parse (const char *name, CzPreset *ret_preset, GError **error)
{
  guint index;

  if (find_name (preset_names, name, &index))
    {
      *ret_preset = (CzPreset)index;
      return TRUE;
    }
  g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
               _ ("There is no preset “%.40s”; choose course, quick or thorough."), name);
  return FALSE;
}

const char *
cz_preset_get_name (CzPreset preset)
{
  return preset_names[preset];
}

void
cz_train_options_fit (
    CzTrainOptions *options, double tokens_per_second, double seconds, guint n_train, guint n_test)
{
  // A quarter of the time goes to six evaluations (one beforehand), each three times as quick a
  // token as training.
  double blocks = seconds * tokens_per_second / options->block_size;
  double test = CLAMP (0.25 * 3 * blocks / 6, 4, 500);
  double train = MAX (blocks - 6 * test / 3, options->batch_size);

  options->test_blocks = (guint)(n_test > 0 ? MIN (test, n_test) : test);
  options->epochs = 1;
  if (n_train > 0 && train >= n_train)
    {
      options->train_blocks = 0;
      options->epochs = (guint)CLAMP (train / n_train, 1, 20);
      train = n_train;
    }
  else
    options->train_blocks = (guint)MIN (train, 1e6) / options->batch_size * options->batch_size;
  guint64 steps = cz_train_options_get_steps (options, (guint)MIN (train, 1e6));
  options->eval_every = (guint)MAX (1, (steps + 4) / 5);
}

static const Key *
find_key (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].key, name) == 0)
      return &keys[i];
  return NULL;
}

const char *const *
cz_train_options_get_keys (void)
{
  static const char *names[G_N_ELEMENTS (keys) + 1];

  if (g_once_init_enter (&names[0]))
    {
      for (guint i = 1; i < G_N_ELEMENTS (keys); i++)
        names[i] = keys[i].key;
      g_once_init_leave (&names[0], keys[0].key);
    }
  return names;
}

static char *
describe_key (const Key *key)
{
  g_autofree char *choices = NULL;

  switch (key->kind)
    {
    case KIND_COUNT:
      return g_strdup_printf (_ ("a whole number from %.0f to %.0f"), key->low, key->high);
    case KIND_SEED:
      return g_strdup (_ ("a whole number from 0 to 18446744073709551615"));
    case KIND_REAL:
      return g_strdup_printf (key->open_low ? _ ("a number above %g and at most %g")
                                            : _ ("a number from %g to %g"),
                              key->low, key->high);
    case KIND_CHOICE:
      choices = g_strjoinv (", ", (char **)key->names);
      return g_strdup_printf (_ ("one of: %s"), choices);
    case KIND_SPECIAL:
      return g_strdup (_ (key->wanted));
    }
  g_assert_not_reached ();
}

static gboolean
parse_count (const char *text, double low, double high, guint *ret_value)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, (guint64)low, (guint64)high, &value, NULL))
    return FALSE;
  *ret_value = (guint)value;
  return TRUE;
}

static gboolean
parse_real (const char *text, const Key *key, double *ret_value)
{
  char *end = NULL;

  if (!g_ascii_isdigit (text[0]) && strchr ("+-.", text[0]) == NULL)
    return FALSE; // neither blanks nor "inf" and "nan"
  double value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (value) || value < key->low || value > key->high
      || (key->open_low && value <= key->low))
    return FALSE;
  *ret_value = value;
  return TRUE;
}

static gboolean
parse_interval (CzTrainOptions *options, const char *text)
{
  static const struct
  {
    const char *unit;
    guint seconds;
  } units[] = { { "min", 60 }, { "s", 1 } };
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_suffix (text, units[i].unit))
      {
        g_autofree char *number = g_strndup (text, strlen (text) - strlen (units[i].unit));
        if (!parse_count (number, 1, MILLION, &n))
          return FALSE;
        options->checkpoint_seconds = n * units[i].seconds;
        options->checkpoint_steps = 0;
        return TRUE;
      }
  if (!parse_count (text, 1, 1000 * MILLION, &n))
    return FALSE;
  options->checkpoint_seconds = 0;
  options->checkpoint_steps = n;
  return TRUE;
}

static gboolean
parse_freeze (CzTrainOptions *options, const char *text)
{
  guint layers = 0;
  gboolean has_layers = g_str_has_prefix (text, "layers:");

  if (has_layers && !parse_count (text + strlen ("layers:"), 1, 256, &layers))
    return FALSE;
  if (!has_layers && strcmp (text, "none") != 0 && strcmp (text, "embeddings") != 0)
    return FALSE;
  options->freeze_embeddings = strcmp (text, "none") != 0;
  options->freeze_layers = layers;
  return TRUE;
}

// A word that stands for a number, else the number.
static gboolean
parse_word_or_count (const char *text, const char *word, guint number, const Key *key, guint *field)
{
  if (strcmp (text, word) != 0)
    return parse_count (text, key->low, key->high, field);
  *field = number;
  return TRUE;
}

static gboolean
parse_special (CzTrainOptions *options, const Key *key, const char *text)
{
  if (strcmp (key->key, "micro_batch") == 0)
    return parse_word_or_count (text, "auto", 0, key, &options->micro_batch);
  if (strcmp (key->key, "eval_every") == 0)
    return parse_word_or_count (text, "epoch", 0, key, &options->eval_every);
  if (strcmp (key->key, "keep_epochs") == 0)
    return parse_word_or_count (text, "all", CZ_KEEP_ALL_EPOCHS, key, &options->keep_epochs);
  if (strcmp (key->key, "checkpoint_every") == 0)
    return parse_interval (options, text);
  if (strcmp (key->key, "freeze") == 0)
    return parse_freeze (options, text);
  if (strcmp (text, "config") != 0)
    return parse_real (text, key, &options->dropout);
  options->dropout = -1;
  return TRUE;
}

static gboolean
parse_value (CzTrainOptions *options, const Key *key, const char *text)
{
  gpointer field = G_STRUCT_MEMBER_P (options, key->offset);
  guint index;

  switch (key->kind)
    {
    case KIND_COUNT:
      return parse_count (text, key->low, key->high, field);
    case KIND_SEED:
      return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, field, NULL);
    case KIND_REAL:
      return parse_real (text, key, field);
    case KIND_CHOICE:
      if (!find_name (key->names, text, &index))
        return FALSE;
      memcpy (field, &index, sizeof index);
      return TRUE;
    case KIND_SPECIAL:
      return parse_special (options, key, text);
    }
  g_assert_not_reached ();
}

gboolean
cz_train_options_set (CzTrainOptions *options,
                      const char *key_name,
                      const char *value,
                      GError **error)
{
  const Key *key = find_key (key_name);

  if (key == NULL)
    {
      g_autofree char *known = g_strjoinv (", ", (char **)cz_train_options_get_keys ());
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("There is no run parameter “%.40s”; there are: %s."), key_name, known);
      return FALSE;
    }
  if (parse_value (options, key, value))
    return TRUE;
  g_autofree char *wanted = describe_key (key);
  g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
               _ ("The run parameter “%s” can't be “%.40s”; give %s."), key->key, value, wanted);
  return FALSE;
}

gboolean
cz_train_options_set_pair (CzTrainOptions *options, const char *pair, GError **error)
{
  const char *equals = strchr (pair, '=');

  if (equals == NULL)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("“%.40s” sets no run parameter; write KEY=VALUE."), pair);
      return FALSE;
    }
  g_autofree char *key = g_strndup (pair, (gsize)(equals - pair));
  return cz_train_options_set (options, key, equals + 1, error);
}

// The shortest text that reads back as the same number.
static char *
format_real (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (value == floor (value) && fabs (value) < 1e9)
    return g_strdup_printf ("%.0f", value); // a hundred steps are 100, not 1e+02
  for (int digits = 1; digits <= 17; digits++)
    {
      g_autofree char *format = g_strdup_printf ("%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, format, value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  return g_strdup (text);
}

static char *
format_word_or_count (guint value, guint number, const char *word)
{
  return value == number ? g_strdup (word) : g_strdup_printf ("%u", value);
}

static char *
format_special (const CzTrainOptions *options, const char *key)
{
  if (strcmp (key, "micro_batch") == 0)
    return format_word_or_count (options->micro_batch, 0, "auto");
  if (strcmp (key, "eval_every") == 0)
    return format_word_or_count (options->eval_every, 0, "epoch");
  if (strcmp (key, "keep_epochs") == 0)
    return format_word_or_count (options->keep_epochs, CZ_KEEP_ALL_EPOCHS, "all");
  if (strcmp (key, "checkpoint_every") == 0)
    {
      guint seconds = options->checkpoint_seconds;
      if (seconds == 0)
        return g_strdup_printf ("%u", options->checkpoint_steps);
      return seconds % 60 == 0 ? g_strdup_printf ("%umin", seconds / 60)
                               : g_strdup_printf ("%us", seconds);
    }
  if (strcmp (key, "freeze") == 0)
    {
      if (options->freeze_layers > 0)
        return g_strdup_printf ("layers:%u", options->freeze_layers);
      return g_strdup (options->freeze_embeddings ? "embeddings" : "none");
    }
  return options->dropout < 0 ? g_strdup ("config") : format_real (options->dropout);
}

char *
cz_train_options_get (const CzTrainOptions *options, const char *key_name)
{
  const Key *key = find_key (key_name);

  if (key == NULL)
    return NULL;
  gconstpointer field = (const guint8 *)options + key->offset;
  switch (key->kind)
    {
    case KIND_COUNT:
      return g_strdup_printf ("%u", *(const guint *)field);
    case KIND_SEED:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *)field);
    case KIND_REAL:
      if (key->offset == AT (mask_probability))
        return format_real (cz_train_options_get_mask_probability (options));
      return format_real (*(const double *)field);
    case KIND_CHOICE:
      return g_strdup (key->names[*(const guint *)field]);
    case KIND_SPECIAL:
      return format_special (options, key->key);
    }
  g_assert_not_reached ();
}

gboolean
cz_train_options_check_micro_batch (const CzTrainOptions *options, GError **error)
{
  if (options->micro_batch <= options->batch_size)
    return TRUE;
  g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
               _ ("The micro-batch of %u blocks is larger than the batch of %u; set micro_batch "
                  "to that or less, or to auto."),
               options->micro_batch, options->batch_size);
  return FALSE;
}

gboolean
cz_train_options_check (const CzTrainOptions *options, const CzModelConfig *config, GError **error)
{
  if (!cz_train_options_check_micro_batch (options, error))
    return FALSE;
  if (options->block_size > config->max_position_embeddings)
    g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                 _ ("The block size is %u, but the model sees at most %u tokens at once; set "
                    "block_size to that or less."),
                 options->block_size, config->max_position_embeddings);
  else if (options->freeze_layers > config->n_layers)
    g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                 _ ("%u layers are to be frozen, but the model has only %u; set freeze to "
                    "layers:%u or less."),
                 options->freeze_layers, config->n_layers, config->n_layers);
  else
    return TRUE;
  return FALSE;
}

double
cz_train_options_get_mask_probability (const CzTrainOptions *options)
{
  if (options->mask_probability >= 0)
    return options->mask_probability;
  return options->mask == CZ_MASKING_WORD ? 0.2 : 0.15;
}

CzRounding
cz_precision_get_rounding (CzPrecision precision)
{
  switch (precision)
    {
    case CZ_PRECISION_FP16:
      return CZ_ROUNDING_FP16;
    case CZ_PRECISION_BF16:
      return CZ_ROUNDING_BF16;
    case CZ_PRECISION_AUTO:
    case CZ_PRECISION_FP32:
      return CZ_ROUNDING_NONE;
    }
  g_assert_not_reached ();
}

guint
cz_train_options_get_frozen (const CzTrainOptions *options)
{
  return options->freeze_embeddings ? 1 + options->freeze_layers : 0;
}

guint64
cz_train_options_get_steps_per_epoch (const CzTrainOptions *options, guint n_blocks)
{
  return ((guint64)n_blocks + options->batch_size - 1) / options->batch_size;
}

guint64
cz_train_options_get_steps (const CzTrainOptions *options, guint n_blocks)
{
  return options->epochs * cz_train_options_get_steps_per_epoch (options, n_blocks);
}

CzBlockOptions
cz_train_options_get_block_options (const CzTrainOptions *options, CzTokenizer *tokenizer)
{
  return (CzBlockOptions){
    .block_size = options->block_size,
    .pad_last = options->pad_last,
    .pad_word = cz_tokenizer_get_pad_word (tokenizer),
    .split = options->split,
    .split_seed = options->split_seed,
    .train_blocks = options->train_blocks,
    .test_blocks = options->test_blocks,
  };
}
