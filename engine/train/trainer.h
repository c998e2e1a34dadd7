#pragma once

#include "engine/format/model-folder.h"
#include "engine/model/pass.h"
#include "engine/text/blocks.h"
#include "engine/train/checkpoint.h"
#include "engine/train/memory-plan.h"
#include "engine/train/train-options.h"

// A run: evaluation beforehand, steps, evaluations, checkpoints. The trainer says when; where files
// go and what is written into the library is the caller's. Not thread-safe.
typedef struct _CzTrainer CzTrainer;

typedef enum
{
  CZ_TRAIN_CONTINUE,
  CZ_TRAIN_PAUSE, // checkpoint and return
  CZ_TRAIN_STOP,  // the same; the caller then writes the model
} CzTrainRequest;

typedef enum
{
  CZ_TRAIN_EVENT_CHECKPOINT, // call cz_trainer_save_checkpoint (). All metrics up to here have been
                             // told
  CZ_TRAIN_EVENT_EVALUATED, // position and cz_trainer_get_evaluation () tell how it went; the model
                            // may be asked by a pass beside cz_trainer_get_pass ()
  CZ_TRAIN_EVENT_BEST,      // the last evaluation was the best so far: cz_trainer_save_model ()
  CZ_TRAIN_EVENT_EPOCH,     // an epoch has ended: cz_trainer_save_model (), if it is to be kept
} CzTrainEvent;

typedef enum
{
  CZ_TRAIN_FINISHED,
  CZ_TRAIN_FINISHED_EARLY, // early_stopping
  CZ_TRAIN_PAUSED,
  CZ_TRAIN_STOPPED,
} CzTrainOutcome;

// All but `data` may be NULL.
typedef struct
{
  // A value: train_loss, learning_rate, gradient_norm, tokens_per_second after each step (`step`
  // counts from 1), eval_loss after each evaluation (from 0); with precision=fp16 loss_scale after
  // each step, and no gradient_norm after one that was skipped. After a resume steps come again,
  // equal.
  void (*metric) (
      guint64 step, double epoch, double seconds, const char *name, double value, gpointer data);
  // Asked between submissions.
  CzTrainRequest (*request) (gpointer data);
  // Progress within an evaluation, in blocks.
  void (*evaluating) (guint done, guint total, gpointer data);
  // FALSE with `error` set ends the run with that error.
  gboolean (*event) (CzTrainer *trainer, CzTrainEvent event, gpointer data, GError **error);
  gpointer data;
} CzTrainerCallbacks;

// Loads the model, plans memory, freezes micro_batch, which is set in `options` too once it is
// planned, whatever fails later. Holds references on all it needs of `folder`, which may be freed.
// Errors: CZ_TRAIN_ERROR_*, CZ_FORMAT_ERROR_*, CZ_GPU_ERROR_*.
CzTrainer *cz_trainer_new (CzDevice *device,
                           CzModelFolder *folder,
                           CzBlocks *blocks,
                           CzTrainOptions *options,
                           GError **error);
void cz_trainer_free (CzTrainer *trainer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CzTrainer, cz_trainer_free)

// Goes on from a checkpoint of this run, which may have had another micro-batch. Errors: those of
// cz_checkpoint_load ().
gboolean cz_trainer_resume (CzTrainer *trainer, const char *path, GError **error);

// Runs until the end, a request or an error. Errors: CZ_TRAIN_ERROR_DIVERGED, CZ_GPU_ERROR_*, and
// the events'.
gboolean cz_trainer_run (CzTrainer *trainer,
                         const CzTrainerCallbacks *callbacks,
                         CzTrainOutcome *ret_outcome,
                         GError **error);

// Writes the model as it is now as a model folder; `files` besides.
gboolean cz_trainer_save_model (
    CzTrainer *trainer, const char *path, const CzFolderFile *files, guint n_files, GError **error);
gboolean cz_trainer_save_checkpoint (CzTrainer *trainer, const char *path, GError **error);

// The parameters in force: micro_batch is set.
const CzTrainOptions *cz_trainer_get_options (CzTrainer *trainer);
const CzMemoryPlan *cz_trainer_get_plan (CzTrainer *trainer);
guint64 cz_trainer_get_steps (CzTrainer *trainer);
const CzPosition *cz_trainer_get_position (CzTrainer *trainer);
// The evaluator's; the trainer's string.
const char *cz_trainer_get_fingerprint (CzTrainer *trainer);
// The last evaluation block by block, as cz_evaluator_get_blocks () gives it; returns 0 where
// nothing is evaluated.
guint cz_trainer_get_evaluation (CzTrainer *trainer,
                                 const double **ret_losses,
                                 const guint32 **ret_scored);
// The model that is trained, what makes its tokens, and the pass that may lend its memory in an
// event; all the trainer's.
CzDistilbert *cz_trainer_get_model (CzTrainer *trainer);
CzTokenizer *cz_trainer_get_tokenizer (CzTrainer *trainer);
CzPass *cz_trainer_get_pass (CzTrainer *trainer);
// What the person should know (a warm-up that never ends, another device on resume …), one sentence
// each, NULL-terminated; the trainer's, valid until the next cz_trainer_resume ().
const char *const *cz_trainer_get_notes (CzTrainer *trainer);
