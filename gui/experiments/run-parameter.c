#include "gui/experiments/run-parameter.h"

#include <glib/gi18n.h>

#define BILLION 1e9
// Of seeds.
#define HUGE_NUMBER ((double)G_MAXUINT64)

// In each group, what is changed most comes first.
const CzRunParameter cz_run_parameters[CZ_N_RUN_PARAMETERS] = {
  { .key = "epochs",
    .group = CZ_RUN_PARAMETERS_TRAINING,
    .low = 1,
    .high = 1e6,
    .title = N_ ("Epochs"),
    .explanation = N_ ("How often the run goes through all training blocks.") },
  { .key = "learning_rate",
    .group = CZ_RUN_PARAMETERS_TRAINING,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 1,
    .open_low = TRUE,
    .title = N_ ("Learning rate"),
    .explanation = N_ ("How large corrections are at most. Too high and the loss jumps; 2e-5 to "
                       "5e-4 is usual.") },
  { .key = "batch_size",
    .group = CZ_RUN_PARAMETERS_TRAINING,
    .low = 1,
    .high = 65536,
    .title = N_ ("Batch size"),
    .explanation = N_ ("Blocks that make one correction together.") },
  { .key = "seed",
    .group = CZ_RUN_PARAMETERS_TRAINING,
    .high = HUGE_NUMBER,
    .title = N_ ("Seed"),
    .explanation = N_ ("The same seed on the same device gives the same run, to the last bit.") },
  { .key = "dropout",
    .group = CZ_RUN_PARAMETERS_TRAINING,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 0.95,
    .words = { "config" },
    .word_names = { N_ ("config") },
    .title = N_ ("Dropout"),
    .explanation = N_ ("The share of values left out at random, against overfitting; “config” "
                       "takes the model's own.") },
  { .key = "freeze",
    .group = CZ_RUN_PARAMETERS_TRAINING,
    .kind = CZ_RUN_PARAMETER_LAYERS,
    .low = 1,
    .high = 256,
    .words = { "none", "embeddings" },
    .word_names = { N_ ("none"), N_ ("embeddings") },
    .title = N_ ("Frozen parts"),
    .explanation = N_ ("What does not learn, which saves time and memory: “none”, “embeddings”, or "
                       "how many layers from below.") },
  { .key = "mask",
    .group = CZ_RUN_PARAMETERS_MASKING,
    .kind = CZ_RUN_PARAMETER_WORD,
    .words = { "token", "word" },
    .word_names = { N_ ("Tokens"), N_ ("Whole words") },
    .title = N_ ("Masking"),
    .explanation = N_ ("Single tokens (15 %, as BERT did), or whole words (20 %), which is "
                       "harder.") },
  { .key = "mask_probability",
    .group = CZ_RUN_PARAMETERS_MASKING,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 1,
    .open_low = TRUE,
    .title = N_ ("Masked share"),
    .explanation = N_ ("Which part of the text is hidden, between 0 and 1.") },
  { .key = "block_size",
    .group = CZ_RUN_PARAMETERS_DATA,
    .low = 8,
    .high = 65536,
    .title = N_ ("Block size"),
    .explanation = N_ ("Tokens the model sees at once. Longer blocks need more memory.") },
  { .key = "train_blocks",
    .group = CZ_RUN_PARAMETERS_DATA,
    .high = BILLION,
    .title = N_ ("Training blocks"),
    .explanation = N_ ("How many are learned from; 0 takes all of them.") },
  { .key = "test_blocks",
    .group = CZ_RUN_PARAMETERS_DATA,
    .high = BILLION,
    .title = N_ ("Test blocks"),
    .explanation = N_ ("How many are held out to measure perplexity; 0 takes all of them.") },
  { .key = "split",
    .group = CZ_RUN_PARAMETERS_DATA,
    .kind = CZ_RUN_PARAMETER_WORD,
    .words = { "auto", "corpus", "documents", "blocks" },
    .word_names
    = { N_ ("Automatic"), N_ ("The corpus's own"), N_ ("By document"), N_ ("By block") },
    .title = N_ ("Split"),
    .explanation = N_ ("How test blocks are set apart: as the corpus says, whole documents, or "
                       "single blocks as the course does.") },
  { .key = "split_seed",
    .group = CZ_RUN_PARAMETERS_DATA,
    .high = HUGE_NUMBER,
    .title = N_ ("Seed of the split"),
    .explanation = N_ ("Which documents or blocks are drawn for the test.") },
  { .key = "last_block",
    .group = CZ_RUN_PARAMETERS_DATA,
    .kind = CZ_RUN_PARAMETER_WORD,
    .words = { "drop", "pad" },
    .word_names = { N_ ("Leave out"), N_ ("Pad") },
    .title = N_ ("Last, short block"),
    .explanation = N_ ("What becomes of the rest that doesn't fill a block.") },
  { .key = "warmup",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = BILLION,
    .title = N_ ("Warm-up"),
    .explanation = N_ ("While the learning rate rises: a share of the run below 1, else a number "
                       "of steps.") },
  { .key = "schedule",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_WORD,
    .words = { "linear", "cosine", "constant" },
    .word_names = { N_ ("Linear"), N_ ("Cosine"), N_ ("Constant") },
    .title = N_ ("Schedule"),
    .explanation = N_ ("How the learning rate goes on after the warm-up.") },
  { .key = "weight_decay",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 1,
    .title = N_ ("Weight decay"),
    .explanation = N_ ("Pulls weights gently towards 0, against overfitting.") },
  { .key = "clip_norm",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 1e6,
    .title = N_ ("Gradient clipping"),
    .explanation = N_ ("Larger corrections are cut to this length; 0 turns it off.") },
  { .key = "beta1",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 0.999999,
    .title = N_ ("Beta 1"),
    .explanation = N_ ("How much of earlier corrections AdamW carries on; 0.9 is usual.") },
  { .key = "beta2",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 0.999999,
    .title = N_ ("Beta 2"),
    .explanation = N_ ("How long AdamW remembers how large corrections were; 0.999 is usual.") },
  { .key = "epsilon",
    .group = CZ_RUN_PARAMETERS_OPTIMIZER,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 1,
    .open_low = TRUE,
    .title = N_ ("Epsilon"),
    .explanation = N_ ("Keeps AdamW from dividing by 0; 1e-8 is usual.") },
  { .key = "eval_every",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .low = 1,
    .high = BILLION,
    .words = { "epoch" },
    .word_names = { N_ ("epoch") },
    .title = N_ ("Evaluate every"),
    .explanation = N_ ("“epoch”, or a number of steps: how often perplexity is measured on the "
                       "way.") },
  { .key = "early_stopping",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .high = 1e6,
    .title = N_ ("Early stopping"),
    .explanation = N_ ("The run stops after so many evaluations that brought nothing better; 0 "
                       "never.") },
  { .key = "keep_epochs",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .high = 1e6,
    .words = { "all" },
    .word_names = { N_ ("all") },
    .title = N_ ("Epochs kept"),
    .explanation = N_ ("How many of the last epochs' models stay on disk, besides the best one; "
                       "“all” keeps each.") },
  { .key = "checkpoint_every",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .kind = CZ_RUN_PARAMETER_INTERVAL,
    .low = 1,
    .high = BILLION,
    .title = N_ ("Checkpoint every"),
    .explanation = N_ ("What a crash may cost at most: a time such as “5min” or “30s”, or a number "
                       "of steps.") },
  { .key = "eval_mask",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .kind = CZ_RUN_PARAMETER_WORD,
    .words = { "token", "word" },
    .word_names = { N_ ("Tokens"), N_ ("Whole words") },
    .title = N_ ("Masking in evaluation"),
    .explanation = N_ ("Leave this as it is to compare with other runs: perplexities of different "
                       "masks don't compare.") },
  { .key = "eval_mask_probability",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .kind = CZ_RUN_PARAMETER_NUMBER,
    .high = 1,
    .open_low = TRUE,
    .title = N_ ("Masked share in evaluation"),
    .explanation = N_ ("Which part of the test blocks is hidden; runs compare only where it is the "
                       "same.") },
  { .key = "eval_seed",
    .group = CZ_RUN_PARAMETERS_KEEPING,
    .high = HUGE_NUMBER,
    .title = N_ ("Seed of evaluation"),
    .explanation = N_ ("Which tokens are hidden there; runs compare only where it is the same.") },
  { .key = "precision",
    .group = CZ_RUN_PARAMETERS_DEVICE,
    .kind = CZ_RUN_PARAMETER_WORD,
    .words = { "auto", "fp32", "fp16", "bf16" },
    .word_names = { N_ ("Automatic"), "fp32", "fp16", "bf16" },
    .title = N_ ("Precision"),
    .explanation = N_ ("How exactly the device multiplies; half precision is faster on some "
                       "graphics cards.") },
  { .key = "micro_batch",
    .group = CZ_RUN_PARAMETERS_DEVICE,
    .low = 1,
    .high = 65536,
    .words = { "auto" },
    .word_names = { N_ ("auto") },
    .title = N_ ("Micro-batch"),
    .explanation = N_ ("Blocks computed at a time: fewer need less memory and learn the same; "
                       "“auto” takes what fits.") },
};

const CzRunParameter *
cz_run_parameter_find (const char *key)
{
  for (guint i = 0; i < CZ_N_RUN_PARAMETERS; i++)
    if (g_str_equal (cz_run_parameters[i].key, key))
      return &cz_run_parameters[i];
  return NULL;
}

const char *
cz_run_parameter_get_title (const char *key)
{
  const CzRunParameter *parameter = cz_run_parameter_find (key);

  return parameter != NULL ? _ (parameter->title) : key;
}

const char *
cz_run_parameter_group_get_title (CzRunParameterGroup group)
{
  switch (group)
    {
    case CZ_RUN_PARAMETERS_TRAINING:
      return _ ("Training");
    case CZ_RUN_PARAMETERS_MASKING:
      return _ ("Masking");
    case CZ_RUN_PARAMETERS_DATA:
      return _ ("Data");
    case CZ_RUN_PARAMETERS_OPTIMIZER:
      return _ ("Optimizer");
    case CZ_RUN_PARAMETERS_KEEPING:
      return _ ("Evaluation and keeping");
    case CZ_RUN_PARAMETERS_DEVICE:
    case CZ_N_RUN_PARAMETER_GROUPS:
    default:
      return _ ("Device");
    }
}
