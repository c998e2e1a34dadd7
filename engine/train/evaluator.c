// Masks are drawn on the host, once: they are the fingerprint's matter, and the device is given the
// very labels that went into it. Losses come back one by one and are added up per block in doubles,
// then over the blocks in their order, so the micro-batch doesn't show.
#include "engine/train/evaluator.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/train/train-error.h"

#define DEFAULT_MICRO_BLOCKS 8

struct _CzEvaluator
{
  CzDistilbert *model;
  CzBlocks *blocks;
  CzBlockPart part;
  CzMasking masking;
  guint n_blocks, block_size;
  CzPass *pass;
  CzTape *tape;
  guint32 *words; // scratch, (block_size)
  guint32 *ids;
  gint32 *labels;
  guint64 scored;
  double *losses;        // (n_blocks), of the last evaluation
  guint32 *block_scored; // (n_blocks)
  char *fingerprint;
};

// What the model sees of a block (token words) and what it is to say, into the evaluator's scratch.
static guint
mask_block (CzEvaluator *evaluator, guint block)
{
  guint n = cz_blocks_copy (evaluator->blocks, evaluator->part, block, evaluator->words);
  guint32 hash = cz_block_hash (evaluator->words, n);
  guint scored = cz_mask_block (&evaluator->masking, 0 /* step */, hash, evaluator->words,
                                evaluator->block_size, evaluator->ids, evaluator->labels);

  for (guint i = 0; i < evaluator->block_size; i++)
    evaluator->ids[i]
        = (evaluator->ids[i] & CZ_TOKEN_ID_MASK) | (evaluator->words[i] & ~CZ_TOKEN_ID_MASK);
  return scored;
}

static char *
compute_fingerprint (CzEvaluator *evaluator, guint64 *ret_scored)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const CzMasking *masking = &evaluator->masking;
  g_autofree char *settings = g_strdup_printf (
      "masked strategy=%u seed=%" G_GUINT64_FORMAT " threshold=%u vocabulary=%u mask=%u "
      "block_size=%u blocks=%u\n",
      masking->strategy, masking->seed, masking->threshold, masking->vocabulary_size,
      masking->mask_id, evaluator->block_size, evaluator->n_blocks);
  guint64 scored = 0;

  g_checksum_update (checksum, (const guchar *)settings, -1);
  for (guint block = 0; block < evaluator->n_blocks; block++)
    {
      evaluator->block_scored[block] = mask_block (evaluator, block);
      scored += evaluator->block_scored[block];
      for (guint i = 0; i < evaluator->block_size; i++)
        {
          evaluator->ids[i] = GUINT32_TO_LE (evaluator->ids[i] & CZ_TOKEN_ID_MASK);
          evaluator->labels[i] = GINT32_TO_LE (evaluator->labels[i]);
        }
      g_checksum_update (checksum, (const guchar *)evaluator->ids,
                         (gssize)(evaluator->block_size * sizeof (guint32)));
      g_checksum_update (checksum, (const guchar *)evaluator->labels,
                         (gssize)(evaluator->block_size * sizeof (gint32)));
    }
  *ret_scored = scored;
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
record (CzEvaluator *evaluator, guint micro_blocks, CzPass *lender, GError **error)
{
  CzPassOptions options = { .kind = CZ_PASS_EVALUATE,
                            .block_size = evaluator->block_size,
                            .micro_blocks = MIN (micro_blocks, evaluator->n_blocks) };

  evaluator->pass = lender != NULL ? cz_pass_new_beside (lender, &options, error)
                                   : cz_pass_new (evaluator->model, &options, error);
  if (evaluator->pass == NULL)
    return FALSE;
  evaluator->tape
      = cz_tape_new (cz_distilbert_get_device (evaluator->model), "evaluate", CZ_TAPE_PLAIN);
  cz_pass_record_masks (evaluator->pass, evaluator->tape);
  cz_pass_record_micro (evaluator->pass, evaluator->tape);
  return cz_tape_finish (evaluator->tape, error);
}

CzEvaluator *
cz_evaluator_new (CzDistilbert *model,
                  CzTokenizer *tokenizer,
                  CzBlocks *blocks,
                  CzBlockPart part,
                  const CzEvaluatorOptions *options,
                  GError **error)
{
  const CzModelConfig *config = cz_distilbert_get_config (model);
  g_autoptr (CzEvaluator) evaluator = g_new0 (CzEvaluator, 1);

  evaluator->model = cz_distilbert_ref (model);
  evaluator->blocks = cz_blocks_ref (blocks);
  evaluator->part = part;
  evaluator->block_size = cz_blocks_get_block_size (blocks);
  evaluator->n_blocks = cz_blocks_get_count (blocks, part);
  evaluator->masking = (CzMasking){
    .strategy = options->mask,
    .seed = options->seed,
    .purpose = CZ_RANDOM_EVAL_MASK,
    .threshold = cz_random_threshold (options->probability),
    .vocabulary_size = config->vocab_size,
    .mask_id = cz_tokenizer_get_mask_id (tokenizer),
  };
  if (evaluator->n_blocks == 0)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DATA,
                   _ ("There is no block to evaluate on; choose a corpus with a test part, or more "
                      "text."));
      return NULL;
    }
  if (evaluator->block_size > config->max_position_embeddings)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_PARAMETER,
                   _ ("The block size is %u, but the model sees at most %u tokens at once; set "
                      "block_size to that or less."),
                   evaluator->block_size, config->max_position_embeddings);
      return NULL;
    }
  evaluator->words = g_new0 (guint32, evaluator->block_size);
  evaluator->ids = g_new0 (guint32, evaluator->block_size);
  evaluator->labels = g_new0 (gint32, evaluator->block_size);
  evaluator->losses = g_new0 (double, evaluator->n_blocks);
  evaluator->block_scored = g_new0 (guint32, evaluator->n_blocks);
  evaluator->fingerprint = compute_fingerprint (evaluator, &evaluator->scored);
  if (evaluator->scored == 0)
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DATA,
                   _ ("The masks score no token of the test blocks; take more test_blocks or a "
                      "higher eval_mask_probability."));
      return NULL;
    }
  if (!record (evaluator, options->micro_blocks > 0 ? options->micro_blocks : DEFAULT_MICRO_BLOCKS,
               options->lender, error))
    return NULL;
  return g_steal_pointer (&evaluator);
}

void
cz_evaluator_free (CzEvaluator *evaluator)
{
  g_clear_pointer (&evaluator->tape, cz_tape_free);
  g_clear_pointer (&evaluator->pass, cz_pass_free);
  cz_blocks_unref (evaluator->blocks);
  cz_distilbert_unref (evaluator->model);
  g_free (evaluator->words);
  g_free (evaluator->ids);
  g_free (evaluator->labels);
  g_free (evaluator->losses);
  g_free (evaluator->block_scored);
  g_free (evaluator->fingerprint);
  g_free (evaluator);
}

static void
fill_batch (CzEvaluator *evaluator, guint first, guint n)
{
  CzStep *step = cz_pass_get_step (evaluator->pass);
  guint32 *words = cz_pass_get_words (evaluator->pass);
  guint32 *hashes = cz_pass_get_hashes (evaluator->pass);
  gint32 *labels = cz_pass_get_labels (evaluator->pass);
  gsize size = evaluator->block_size;

  *step = (CzStep){ .valid_blocks = n,
                    .mask_strategy = CZ_STEP_MASK_GIVEN,
                    .mask_id = evaluator->masking.mask_id };
  for (guint i = 0; i < n; i++)
    {
      mask_block (evaluator, first + i);
      memcpy (words + i * size, evaluator->ids, size * sizeof (guint32));
      memcpy (labels + i * size, evaluator->labels, size * sizeof (gint32));
      hashes[i] = 0;
    }
}

// Adds the blocks' losses in their order, `first` is the batch's first block; a batch's positions
// come block by block.
static double
add_losses (CzEvaluator *evaluator, guint first, double sum)
{
  const guint32 *positions = cz_pass_get_positions (evaluator->pass);
  const float *losses = cz_pass_get_losses (evaluator->pass);
  guint n = cz_pass_get_result (evaluator->pass)->micro_scored;

  for (guint i = 0; i < n;)
    {
      guint32 block = positions[i] / evaluator->block_size;
      double block_sum = 0;
      for (; i < n && positions[i] / evaluator->block_size == block; i++)
        block_sum += losses[i];
      evaluator->losses[first + block] = block_sum;
      sum += block_sum;
    }
  return sum;
}

gboolean
cz_evaluator_run (CzEvaluator *evaluator,
                  CzEvaluatorProceed proceed,
                  gpointer data,
                  CzEvaluation *ret_evaluation,
                  GError **error)
{
  guint micro = cz_pass_get_options (evaluator->pass)->micro_blocks;
  guint64 scored = 0;
  double sum = 0;

  for (guint block = 0; block < evaluator->n_blocks; block += micro)
    {
      if (proceed != NULL && !proceed (block, evaluator->n_blocks, data))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                       _ ("The evaluation was cancelled."));
          return FALSE;
        }
      fill_batch (evaluator, block, MIN (micro, evaluator->n_blocks - block));
      if (!cz_tape_run (evaluator->tape, error))
        return FALSE;
      sum = add_losses (evaluator, block, sum);
      scored += cz_pass_get_result (evaluator->pass)->micro_scored;
    }
  if (scored != evaluator->scored || !isfinite (sum))
    {
      g_set_error (error, CZ_TRAIN_ERROR, CZ_TRAIN_ERROR_DIVERGED,
                   _ ("The evaluation gives no number: the model's weights are spoilt; train again "
                      "with a lower learning_rate or with clip_norm=1."));
      return FALSE;
    }
  *ret_evaluation = (CzEvaluation){ .cross_entropy = sum / (double)scored, .scored = scored };
  return TRUE;
}

guint
cz_evaluator_get_blocks (CzEvaluator *evaluator,
                         const double **ret_losses,
                         const guint32 **ret_scored)
{
  *ret_losses = evaluator->losses;
  *ret_scored = evaluator->block_scored;
  return evaluator->n_blocks;
}

const char *
cz_evaluator_get_fingerprint (CzEvaluator *evaluator)
{
  return evaluator->fingerprint;
}
