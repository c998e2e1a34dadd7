#pragma once

#include "engine/train/train-options.h"

// Replays what PyTorch recorded of a model: single batches (loss, logits, gradients), runs of AdamW
// steps (losses, parameters) and filled masks, and says how far off we are.
//
// The reference folder holds for a letter X: X_report.json (settings, noise of fp32 against fp64),
// X_BATCH.safetensors, X_RUN_stepK.safetensors and perhaps X_fillmask.json. A tolerance is the
// larger of the house's (loss 1e-5, logits 1e-4, gradients 1e-4 of the largest, parameters 1e-5,
// fill-mask scores 1e-4) and ten times the noise recorded for that tensor. The keys' biases have a
// gradient that is zero in exact arithmetic: it is held against ten times its noise alone, and left
// out once steps were taken.
//
// In half precision (fp16 with its loss scaled, bf16) what was recorded in single precision is met
// less closely: losses to 1 %, logits and gradients to 2 % of the tensor's largest in fp16 and to
// 10 % in bf16, which has an eighth of fp16's precision (on model A ours are off by 6 %, those of
// PyTorch 1.13 under autocast by 11 %). Parameters are
// left out (AdamW's first steps go by little more than a gradient's sign), so are the keys' biases,
// and filled masks, which are predicted in single precision whatever a run's is.

// One comparison. The strings live as long as the call.
typedef struct
{
  const char *file;   // the reference's name, without folder
  const char *tensor; // "loss", "logits", "grad.NAME", a parameter's name, …
  double error;       // largest absolute difference; infinite where numbers are missing
  double tolerance;
} CzParityLine;

typedef void (*CzParityReport) (const CzParityLine *line, gpointer data);

// Calls `report` for each tensor. FALSE if one is off by more than its tolerance, too: the error
// then says how many. Errors: CZ_JOB_ERROR_NOT_FOUND (no report in that folder),
// CZ_JOB_ERROR_INVALID (a reference that does not fit the model; a tensor off), CZ_FORMAT_ERROR_*,
// CZ_GPU_ERROR_*.
gboolean cz_parity_run (CzDevice *device,
                        const char *model_folder,
                        const char *reference_folder,
                        CzPrecision precision,
                        CzParityReport report,
                        gpointer data,
                        GError **error);
