#pragma once

#include "engine/gpu/device.h"
#include "engine/train/train-options.h"

// What a run takes of the device's memory, in bytes, before anything is allocated.
typedef struct
{
  guint micro_batch; // blocks at a time: the given one, or the largest that fits
  guint64 weights;
  guint64 gradients;
  guint64 optimizer;   // both moments
  guint64 activations; // of training, logits and their gradients included
  guint64 evaluation;  // the same of evaluating, which works in training's memory, besides
  guint64 total;
  guint64 available; // what there is: the system's available memory on a CPU device
} CzMemoryPlan;

// Plans a run on a device within `available` bytes (cz_device_get_available_memory ()); `n_test`:
// test blocks. What is needed depends on the kernels that the device gets.
// micro_batch=auto becomes the largest of batch_size, its half, its quarter … that fits with a
// fifth to spare. Error: CZ_TRAIN_ERROR_MEMORY, telling how much is lacking and what to set.
gboolean cz_memory_plan_make (CzDevice *device,
                              const CzModelConfig *config,
                              const CzTrainOptions *options,
                              guint n_test,
                              guint64 available,
                              CzMemoryPlan *ret_plan,
                              GError **error);

// What a run takes on disk at most while it runs (weights kept, two checkpoints, what is being
// written), and what it leaves there when it has finished.
guint64 cz_memory_plan_get_disk_bytes (const CzModelConfig *config, const CzTrainOptions *options);
guint64 cz_memory_plan_get_kept_bytes (const CzModelConfig *config, const CzTrainOptions *options);
