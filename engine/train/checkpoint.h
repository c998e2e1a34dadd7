#pragma once

#include "engine/format/model-folder.h"
#include "engine/model/distilbert.h"
#include "engine/train/optimizer.h"

// A checkpoint is a folder, written beside and renamed: weights.safetensors, first.safetensors,
// second.safetensors (the optimizer's moments) and position.json, which also holds the loss's scale
// where the optimizer has one.

// Where a run stands. Plain data; the strings are given by the caller and owned by who loaded them.
typedef struct
{
  guint64 step;          // steps done
  double seconds;        // spent so far, evaluations included
  gint64 evaluated_step; // the last step evaluated, -1: none
  gint64 epoch_step;     // the last step whose end of epoch was announced, 0: none
  double before;         // cross-entropy in nats at step 0; NAN: not evaluated yet
  double last;           // … at evaluated_step
  gint64 best_step;      // -1: none yet
  double best;           // … at best_step
  guint worse;           // evaluations since the best one
} CzPosition;

// What must be the same for a run to go on to the last bit.
typedef struct
{
  const char *run;    // a hash over parameters (but for micro_batch), model, blocks; another one
                      // is refused
  const char *device; // device, driver, subgroup width; another one is allowed, and noted
} CzCheckpointIdentity;

// Errors: CZ_FORMAT_ERROR_IO, NO_SPACE, CZ_GPU_ERROR_*; a folder that stood there is then as it
// was.
gboolean cz_checkpoint_save (const char *path,
                             const CzPosition *position,
                             const CzCheckpointIdentity *identity,
                             CzDistilbert *model,
                             CzOptimizer *optimizer,
                             GError **error);

// Checks the whole checkpoint, then fills model and optimizer. `ret_note` is set (caller frees)
// where the device is another. Errors: CZ_TRAIN_ERROR_CHECKPOINT, CZ_FORMAT_ERROR_*,
// CZ_GPU_ERROR_*.
gboolean cz_checkpoint_load (const char *path,
                             const CzCheckpointIdentity *identity,
                             CzDistilbert *model,
                             CzOptimizer *optimizer,
                             CzPosition *ret_position,
                             char **ret_note,
                             GError **error);
// Only where it stands, for those who have no device.
gboolean cz_checkpoint_peek (const char *path, CzPosition *ret_position, GError **error);

// Writes the model that a checkpoint holds as a model folder `path`, with `files` besides; needs no
// device. `base` is the model that the run began with. Errors: CZ_TRAIN_ERROR_CHECKPOINT,
// CZ_FORMAT_ERROR_*.
gboolean cz_checkpoint_export (const char *checkpoint,
                               CzModelFolder *base,
                               const char *path,
                               const CzFolderFile *files,
                               guint n_files,
                               GError **error);
