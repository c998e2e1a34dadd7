#pragma once

#include "engine/model/pass.h"
#include "engine/train/optimizer.h"
#include "engine/train/train-options.h"

// One optimizer step over a batch: masks, then forward and backward for each micro-batch, then the
// update. Tapes are recorded once; where a batch is one micro-batch they are one tape.
typedef struct _CzTrainStep CzTrainStep;

// Told before every submission; FALSE gives the step up: no weight has changed then.
typedef gboolean (*CzTrainStepProceed) (gpointer data);

typedef struct
{
  guint64 step; // 0-based, of the run
  guint epoch;  // 0-based
  double learning_rate;
  guint valid_blocks; // the batch's; those behind are not looked at
} CzTrainStepInput;

typedef struct
{
  double loss;          // nats, averaged over the batch's scored tokens; 0 if there are none
  guint scored;         // tokens
  double gradient_norm; // before clipping
  double loss_scale;    // of the next step; 0: the loss isn't scaled (fp16 alone does)
  gboolean skipped;     // a gradient was no number, so nothing changed but the scale
  gboolean given_up;
} CzTrainStepResult;

// The pass that a step goes through, for planning its memory.
CzPassOptions cz_train_step_get_pass_options (const CzModelConfig *config,
                                              const CzTrainOptions *options,
                                              guint micro_batch);

// `options` with micro_batch set; `flags`: CZ_TAPE_TIMESTAMPS for cz_train_step_get_timings ().
// Errors: CZ_MODEL_ERROR_*, CZ_GPU_ERROR_*.
CzTrainStep *cz_train_step_new (CzDistilbert *model,
                                const CzTrainOptions *options,
                                guint32 mask_id,
                                CzTapeFlags flags,
                                GError **error);
void cz_train_step_free (CzTrainStep *step);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTrainStep, cz_train_step_free)

// Where the batch goes before cz_train_step_run (): (batch_size, block_size) token words, and the
// cz_block_hash () of each block over its tokens without the padding.
guint32 *cz_train_step_get_words (CzTrainStep *step);
guint32 *cz_train_step_get_hashes (CzTrainStep *step);

// How many of the run's first `steps` steps changed the weights: all but those skipped. The
// schedule goes by it, as in Hugging Face's Trainer.
guint64 cz_train_step_count_updates (CzTrainStep *step, guint64 steps);

gboolean cz_train_step_run (CzTrainStep *step,
                            const CzTrainStepInput *input,
                            CzTrainStepProceed proceed,
                            gpointer data,
                            CzTrainStepResult *ret_result,
                            GError **error);

CzOptimizer *cz_train_step_get_optimizer (CzTrainStep *step); // the step's
// The step's; whose memory an evaluation between steps may work in.
CzPass *cz_train_step_get_pass (CzTrainStep *step);
// CzTiming by label, all tapes together; freed with g_array_unref ().
GArray *cz_train_step_get_timings (CzTrainStep *step);
// FLOP of a whole step, as its dispatches say.
double cz_train_step_get_flops (CzTrainStep *step);
