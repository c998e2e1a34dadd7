#pragma once

#include "engine/format/model-folder.h"
#include "engine/gpu/device.h"
#include "engine/text/blocks.h"
#include "engine/train/train-options.h"
#include "engine/train/trainer.h"

// A small model, a small text and a device: all that a run needs, within a folder of its own.
typedef struct
{
  char *folder; // temporary
  CzDevice *device;
  CzModelFolder *model;
  CzTokenFile *tokens;
  CzTrainOptions options; // small enough for seconds
} CzSmallRun;

// Blocks by the run's options; freed by the caller.
CzBlocks *cz_small_run_get_blocks (CzSmallRun *run);
// A trainer of the run, at its start.
CzTrainer *cz_small_run_make_trainer (CzSmallRun *run);
// FALSE, the test skipped (under CI: failed), where there is no Vulkan device.
gboolean cz_small_run_set_up (CzSmallRun *run);
void cz_small_run_tear_down (CzSmallRun *run);
// A path within the folder; freed by the caller.
char *cz_small_run_get_path (CzSmallRun *run, const char *name);
char *cz_small_run_get_weights_hash (CzSmallRun *run, const char *model);

// A file of the references beside the checkout, or NULL and the test skipped (under CI: failed).
char *cz_reference_get_path (const char *name);
