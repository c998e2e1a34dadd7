#pragma once

#include "engine/format/model-config.h"
#include "engine/gpu/tape.h"
#include "engine/text/blocks.h"
#include "engine/text/masking.h"

// All parameters of a run, as `--set KEY=VALUE` names them. Plain data, no ownership.

typedef enum
{
  CZ_SCHEDULE_LINEAR,
  CZ_SCHEDULE_COSINE,
  CZ_SCHEDULE_CONSTANT
} CzScheduleKind;
typedef enum
{
  CZ_PRECISION_AUTO,
  CZ_PRECISION_FP32,
  CZ_PRECISION_FP16,
  CZ_PRECISION_BF16,
} CzPrecision;
typedef enum
{
  CZ_PRESET_COURSE,   // the course's notebook to the letter
  CZ_PRESET_QUICK,    // what fits five minutes
  CZ_PRESET_THOROUGH, // the defaults
} CzPreset;

#define CZ_KEEP_ALL_EPOCHS G_MAXUINT

typedef struct
{
  guint block_size;  // tokens
  gboolean pad_last; // last_block=pad
  CzSplitMode split;
  guint64 split_seed;
  guint train_blocks; // 0: all
  guint test_blocks;  // 0: all
  CzMaskingStrategy mask;
  double mask_probability; // < 0: 0.15 for tokens, 0.2 for words
  guint epochs;
  guint batch_size;     // blocks
  guint micro_batch;    // blocks, 0: auto
  double learning_rate; // the peak
  double warmup;        // below 1 a share of all steps, else steps
  CzScheduleKind schedule;
  double weight_decay;
  double beta1;
  double beta2;
  double epsilon;
  double clip_norm; // 0: off
  double dropout;   // < 0: as the model's config says
  CzPrecision precision;
  guint64 seed;
  CzMaskingStrategy eval_mask;
  double eval_mask_probability;
  guint64 eval_seed;
  guint eval_every;           // steps, 0: every epoch
  guint checkpoint_seconds;   // 0: by steps
  guint checkpoint_steps;     // 0: by time
  guint keep_epochs;          // how many epochs' weights stay; CZ_KEEP_ALL_EPOCHS
  guint early_stopping;       // evaluations without a better one before stopping, 0: never
  gboolean freeze_embeddings; // freeze=embeddings, and with layers:N too
  guint freeze_layers;        // freeze=layers:N, the first N
} CzTrainOptions;

// The defaults, which are the preset `thorough`.
void cz_train_options_init (CzTrainOptions *options);
// Defaults, then the preset's own values. CZ_PRESET_QUICK still needs cz_train_options_fit ().
void cz_train_options_init_preset (CzTrainOptions *options, CzPreset preset);
gboolean cz_preset_parse (const char *name, CzPreset *ret_preset, GError **error);
const char *cz_preset_get_name (CzPreset preset);

// Sizes train_blocks, test_blocks and eval_every of the quick preset so that training and five
// evaluations take about `seconds` on a device that trains `tokens_per_second`; `n_train`,
// `n_test`: blocks there are (0: not known).
void cz_train_options_fit (
    CzTrainOptions *options, double tokens_per_second, double seconds, guint n_train, guint n_test);

// Sets one parameter from text. Error: CZ_TRAIN_ERROR_PARAMETER, naming key, value and what would
// do.
gboolean cz_train_options_set (CzTrainOptions *options,
                               const char *key,
                               const char *value,
                               GError **error);
// "KEY=VALUE".
gboolean cz_train_options_set_pair (CzTrainOptions *options, const char *pair, GError **error);
// A parameter's value as `set` reads it, so that set (get ()) is the identity; NULL if the key is
// unknown. Freed by the caller.
char *cz_train_options_get (const CzTrainOptions *options, const char *key);
// All keys in DESIGN's order, NULL-terminated.
const char *const *cz_train_options_get_keys (void);

// Whether a micro-batch is no larger than the batch. Error: CZ_TRAIN_ERROR_PARAMETER.
gboolean cz_train_options_check_micro_batch (const CzTrainOptions *options, GError **error);
// Whether the values go together and with the model. Error: CZ_TRAIN_ERROR_PARAMETER.
gboolean cz_train_options_check (const CzTrainOptions *options,
                                 const CzModelConfig *config,
                                 GError **error);

// The probability in force.
double cz_train_options_get_mask_probability (const CzTrainOptions *options);
// What `precision` means: the inputs of matrix products are rounded, all else stays fp32. `auto` is
// fp32 on every device: half precision gains speed on cooperative matrices alone, and until that
// was measured it is chosen by hand.
CzRounding cz_precision_get_rounding (CzPrecision precision);
// What is frozen, as cz_arena_get_trained () counts it.
guint cz_train_options_get_frozen (const CzTrainOptions *options);

// Optimizer steps of an epoch and of the run over `n_blocks` training blocks.
guint64 cz_train_options_get_steps_per_epoch (const CzTrainOptions *options, guint n_blocks);
guint64 cz_train_options_get_steps (const CzTrainOptions *options, guint n_blocks);
// The same as options of engine/text's blocks; `tokenizer` gives the word that pads.
CzBlockOptions cz_train_options_get_block_options (const CzTrainOptions *options,
                                                   CzTokenizer *tokenizer);
