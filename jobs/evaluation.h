#pragma once

#include "data/run-evaluation.h"
#include "engine/gpu/device.h"
#include "jobs/run-material.h"

// A model measured on a corpus.

typedef enum
{
  CZ_METHOD_MASKED, // cross-entropy under fixed masks, as runs evaluate
  CZ_METHOD_PSEUDO, // each token masked in turn
} CzEvaluationMethod;

typedef struct
{
  double cross_entropy; // nats
  guint64 scored_tokens;
  guint blocks;
  char *fingerprint;
  char **notes;
  CzRunEvaluation *by_block; // the same block by block, for cz_run_evaluation_compare ()
} CzEvaluationReport;
void cz_evaluation_report_clear (CzEvaluationReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CzEvaluationReport, cz_evaluation_report_clear)

// `split` NULL: the part that a run with these options would be tested on; else the documents of
// that split, all blocks if test_blocks is 0. Errors: CZ_JOB_ERROR_INVALID (no document of that
// split), G_IO_ERROR_CANCELLED, CZ_TEXT_ERROR_*, CZ_TRAIN_ERROR_*, CZ_GPU_ERROR_*.
gboolean cz_evaluation_run (CzRunMaterial *material,
                            CzDevice *device,
                            const CzTrainOptions *options,
                            const char *split,
                            CzEvaluationMethod method,
                            CzJobProgress progress,
                            gpointer data,
                            GCancellable *cancellable,
                            CzEvaluationReport *ret_report,
                            GError **error);
