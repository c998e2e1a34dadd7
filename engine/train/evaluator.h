#pragma once

#include "engine/model/pass.h"
#include "engine/text/blocks.h"
#include "engine/text/masking.h"

// Cross-entropy of a model over the blocks of a part, under masks that depend on the blocks and
// eval_seed alone.

typedef struct
{
  double cross_entropy; // nats, averaged over scored tokens; perplexity is its exp
  guint64 scored;       // tokens
} CzEvaluation;

typedef struct
{
  CzMaskingStrategy mask;
  double probability;
  guint64 seed;       // eval_seed
  guint micro_blocks; // at a time; 0: 8. The result doesn't depend on it
  CzPass *lender;     // of the same model, whose memory it works in between its steps; or NULL
} CzEvaluatorOptions;

typedef struct _CzEvaluator CzEvaluator;

// Told before every submission: blocks done and in all. FALSE stops the evaluation.
typedef gboolean (*CzEvaluatorProceed) (guint done, guint total, gpointer data);

// Holds references on model and blocks. Errors: CZ_TRAIN_ERROR_DATA (no block, nothing scored),
// CZ_TRAIN_ERROR_PARAMETER (blocks longer than the model's window), CZ_GPU_ERROR_*.
CzEvaluator *cz_evaluator_new (CzDistilbert *model,
                               CzTokenizer *tokenizer,
                               CzBlocks *blocks,
                               CzBlockPart part,
                               const CzEvaluatorOptions *options,
                               GError **error);
void cz_evaluator_free (CzEvaluator *evaluator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzEvaluator, cz_evaluator_free)

// Evaluates the model as it is now; repeated, the same bits. `proceed` may be NULL.
// Errors: G_IO_ERROR_CANCELLED (proceed said FALSE), CZ_GPU_ERROR_*.
gboolean cz_evaluator_run (CzEvaluator *evaluator,
                           CzEvaluatorProceed proceed,
                           gpointer data,
                           CzEvaluation *ret_evaluation,
                           GError **error);

// Of the last evaluation that succeeded, block by block: the sum of its losses in nats (before one:
// 0), and how many tokens are scored. Returns how many blocks there are; the evaluator's arrays.
guint cz_evaluator_get_blocks (CzEvaluator *evaluator,
                               const double **ret_losses,
                               const guint32 **ret_scored);

// sha256 (hex) over the settings and every block's masked tokens and labels: only evaluations of
// the same fingerprint may be compared. The evaluator's string.
const char *cz_evaluator_get_fingerprint (CzEvaluator *evaluator);
