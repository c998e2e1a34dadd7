#include "jobs/evaluation.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/predict/surprisal.h"
#include "engine/train/evaluator.h"

// No documents have a split of this name: it ends with a character that none can hold.
#define NO_SPLIT "\x01"
// Blocks at a time, in tokens; more are not quicker.
#define TOKENS_AT_ONCE 1024

typedef struct
{
  CzJobProgress progress;
  gpointer data;
  GCancellable *cancellable;
} Watch;

void
cz_evaluation_report_clear (CzEvaluationReport *report)
{
  g_clear_pointer (&report->fingerprint, g_free);
  g_clear_pointer (&report->notes, g_strfreev);
  g_clear_pointer (&report->by_block, cz_run_evaluation_free);
}

static gboolean
proceed_with_blocks (guint done, guint total, gpointer data)
{
  Watch *watch = data;
  g_autofree char *text = g_strdup_printf (_ ("Evaluating: block %u of %u"), done, total);

  if (watch->progress != NULL)
    watch->progress ((double)done / MAX (total, 1), text, watch->data);
  return !g_cancellable_is_cancelled (watch->cancellable);
}

static gboolean
proceed_with_tokens (guint64 done, guint64 total, gpointer data)
{
  Watch *watch = data;
  g_autofree char *text
      = g_strdup_printf (_ ("Evaluating: token %" PRIu64 " of %" PRIu64), done, total);

  if (watch->progress != NULL)
    watch->progress ((double)done / (double)MAX (total, 1), text, watch->data);
  return !g_cancellable_is_cancelled (watch->cancellable);
}

static gboolean
has_split (CzTokenFile *tokens, const char *split)
{
  const char *const *splits = cz_token_file_get_splits (tokens);

  return g_strv_contains (splits, split);
}

// The blocks of one split's documents, as the test part.
static CzBlocks *
cut_split (CzRunMaterial *material,
           const CzTrainOptions *options,
           const char *split,
           GError **error)
{
  CzBlockOptions cut = cz_train_options_get_block_options (
      options, cz_model_folder_get_tokenizer (material->folder));

  if (!has_split (material->tokens, split))
    {
      g_autofree char *there
          = g_strjoinv (", ", (char **)cz_token_file_get_splits (material->tokens));
      g_set_error (error, CZ_JOB_ERROR, CZ_JOB_ERROR_INVALID,
                   _ ("The corpus “%s” has no documents of the split “%s”; it has: %s."),
                   material->corpus->name, split, there[0] != '\0' ? there : _ ("no splits"));
      return NULL;
    }
  cut.split = CZ_SPLIT_CORPUS;
  cut.train_split = NO_SPLIT;
  cut.test_split = split;
  return cz_blocks_new (material->tokens, &cut, error);
}

static gboolean
evaluate_masked (CzRunMaterial *material,
                 CzDevice *device,
                 CzBlocks *blocks,
                 const CzTrainOptions *options,
                 Watch *watch,
                 CzEvaluationReport *report,
                 GError **error)
{
  const CzEvaluatorOptions how = {
    .mask = options->eval_mask,
    .probability = options->eval_mask_probability,
    .seed = options->eval_seed,
    .micro_blocks = MAX (1, TOKENS_AT_ONCE / options->block_size),
  };
  g_autoptr (CzDistilbert) model = cz_distilbert_new (
      device, cz_model_folder_get_config (material->folder), FALSE /* with_gradients */, error);
  CzEvaluation evaluation;
  const double *losses;
  const guint32 *scored;

  if (model == NULL || !cz_distilbert_load (model, material->folder, error))
    return FALSE;
  g_autoptr (CzEvaluator) evaluator = cz_evaluator_new (
      model, cz_model_folder_get_tokenizer (material->folder), blocks, CZ_PART_TEST, &how, error);
  if (evaluator == NULL
      || !cz_evaluator_run (evaluator, proceed_with_blocks, watch, &evaluation, error))
    return FALSE;
  report->cross_entropy = evaluation.cross_entropy;
  report->scored_tokens = evaluation.scored;
  report->fingerprint = g_strdup (cz_evaluator_get_fingerprint (evaluator));
  guint n = cz_evaluator_get_blocks (evaluator, &losses, &scored);
  memcpy (report->by_block->losses, losses, n * sizeof *losses);
  memcpy (report->by_block->scored, scored, n * sizeof *scored);
  return TRUE;
}

static gboolean
evaluate_pseudo (CzRunMaterial *material,
                 CzDevice *device,
                 CzBlocks *blocks,
                 Watch *watch,
                 CzEvaluationReport *report,
                 GError **error)
{
  g_autoptr (CzPredictor) predictor = cz_predictor_new (device, material->folder, error);
  CzPseudoEvaluation evaluation;

  if (predictor == NULL
      || !cz_predictor_evaluate (predictor, blocks, CZ_PART_TEST, proceed_with_tokens, watch,
                                 &evaluation, report->by_block->losses, report->by_block->scored,
                                 error))
    return FALSE;
  report->cross_entropy = evaluation.cross_entropy;
  report->scored_tokens = evaluation.scored;
  report->fingerprint = g_strdup (evaluation.fingerprint);
  return TRUE;
}

gboolean
cz_evaluation_run (CzRunMaterial *material,
                   CzDevice *device,
                   const CzTrainOptions *options,
                   const char *split,
                   CzEvaluationMethod method,
                   CzJobProgress progress,
                   gpointer data,
                   GCancellable *cancellable,
                   CzEvaluationReport *ret_report,
                   GError **error)
{
  g_auto (CzEvaluationReport) report = { 0 };
  Watch watch = { progress, data, cancellable };

  if (!cz_train_options_check (options, cz_model_folder_get_config (material->folder), error))
    return FALSE;
  g_autoptr (CzBlocks) blocks = split != NULL ? cut_split (material, options, split, error)
                                              : cz_run_material_cut (material, options, error);
  if (blocks == NULL)
    return FALSE;
  report.blocks = cz_blocks_get_count (blocks, CZ_PART_TEST);
  report.by_block = g_new0 (CzRunEvaluation, 1);
  report.by_block->n = report.blocks;
  report.by_block->losses = g_new0 (double, report.blocks);
  report.by_block->scored = g_new0 (guint32, report.blocks);
  // That there is nothing to train on is no news where a split was named.
  const char *const none[] = { NULL };
  report.notes = g_strdupv ((char **)(split != NULL ? none : cz_blocks_get_notes (blocks)));
  if (method == CZ_METHOD_PSEUDO
          ? !evaluate_pseudo (material, device, blocks, &watch, &report, error)
          : !evaluate_masked (material, device, blocks, options, &watch, &report, error))
    return FALSE;
  report.by_block->fingerprint = g_strdup (report.fingerprint);
  *ret_report = report;
  report = (CzEvaluationReport){ 0 };
  return TRUE;
}
