#pragma once

#include <glib.h>

typedef enum
{
  CZ_TRAIN_ERROR_PARAMETER,  // a run parameter is unknown or out of range
  CZ_TRAIN_ERROR_MEMORY,     // the run doesn't fit what memory there is
  CZ_TRAIN_ERROR_DATA,       // the corpus gives no blocks to train or evaluate on
  CZ_TRAIN_ERROR_CHECKPOINT, // a checkpoint is damaged or belongs to another run
  CZ_TRAIN_ERROR_DIVERGED,   // the loss is no longer a number
} CzTrainError;

#define CZ_TRAIN_ERROR (cz_train_error_quark ())
GQuark cz_train_error_quark (void);
