#pragma once

#include "engine/gpu/device.h"
#include "engine/train/train-options.h"
#include "jobs/run-material.h"

// What a run will be and take, before it is made.

// What a person asks for. Strings stay the caller's; `sets` (KEY=VALUE, NULL-terminated) and the
// others may be NULL.
typedef struct
{
  const char *model;
  const char *corpus;
  const char *name;
  const char *preset; // NULL: thorough
  double seconds;     // what the preset `quick` is fitted to; 0: five minutes
  const char *const *sets;
  const char *const *sentences; // examples, as cz_run_examples_choose () takes them
  const char *sentence_set;
  const char *push_repo; // where each epoch goes on the Hub; NULL: nowhere
  gboolean push_private;
  gboolean measure; // how quick the device is, be it remembered or not
} CzRunRequestForm;

typedef struct
{
  CzTrainOptions options; // with the preset fitted to the device; micro_batch as asked for
  guint micro_batch;      // in force on this device; 0: no device
  guint n_train, n_test;  // blocks
  guint64 steps;
  guint64 tokens;              // that training goes through, all epochs
  guint64 memory_bytes;        // on the device; 0: not known
  guint64 device_memory_bytes; // available there; 0: no device
  guint64 disk_bytes;          // at most, while it runs
  guint64 kept_bytes;          // of these what stays when it has finished
  double tokens_per_second;    // NAN: not known
  double seconds;              // training and evaluations; NAN: not known
  double highest_rate;         // the learning rate's peak as it will be
  char **notes;                // what the person should know, one sentence each
  char **sentences;            // the examples that will be predicted at each evaluation
  const char *push_repo;       // as asked for, the caller's
  gboolean push_private;
} CzRunPlan;

void cz_run_plan_clear (CzRunPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzRunPlan, cz_run_plan_clear)

// Whether the options can be made at all: preset's and parameters' names and ranges. Needs neither
// library nor device. Error: CZ_TRAIN_ERROR_PARAMETER.
gboolean cz_run_plan_make_options (const CzRunRequestForm *form,
                                   CzTrainOptions *ret_options,
                                   GError **error);
// Whether cz_run_plan_make () needs a device for the options alone (the preset `quick`).
gboolean cz_run_plan_wants_device (const CzRunRequestForm *form);

// device NULL: what depends on it stays unknown. Measures the device's speed where it isn't
// remembered. Errors: CZ_TRAIN_ERROR_* (CZ_TRAIN_ERROR_MEMORY: it doesn't fit), CZ_TEXT_ERROR_*,
// and those of cz_run_examples_choose ().
gboolean cz_run_plan_make (CzLibrary *library,
                           CzRunMaterial *material,
                           const CzRunRequestForm *form,
                           CzDevice *device,
                           CzRunPlan *ret_plan,
                           GError **error);

// The same without a corpus: of a run of a model of that shape on as much text as its parameters
// ask for, so that `course` and those with train_blocks and test_blocks set can be planned.
// Errors: CZ_TRAIN_ERROR_*.
gboolean cz_run_plan_make_for_shape (CzLibrary *library,
                                     const CzModelConfig *config,
                                     const CzRunRequestForm *form,
                                     CzDevice *device,
                                     CzRunPlan *ret_plan,
                                     GError **error);

// What a plan made without a device is expected to take, in seconds, if the last measured speed of
// such a model holds; NAN where none is remembered.
double cz_run_plan_expect_seconds (CzLibrary *library,
                                   CzRunMaterial *material,
                                   const CzRunPlan *plan);
